"""Every example message of the webhook reference, by the part of it where it stands."""

_ENTRY = "action=BUY; qty=1; order_type=MARKET; tif=DAY;"
_MES = f"command=PLACE; account=Sim101; instrument=MES 09-26; {_ENTRY}"
EXAMPLES = {
    "1.2": "command=PLACE; account=Sim101; instrument=MES 09-26; action=SELL; qty=2; order_type=LIMIT; "
    "limit_price=6412.50; tif=GTC;",
    "2.1 PLACE": "command=PLACE; account=Sim101; instrument=MNQ 09-26; action=BUY; qty=3; order_type=STOPLIMIT; "
    "stop_price=23110.25; limit_price=23112.00; tif=DAY; order_id=brk-0007; strategy=scalp-2t;",
    "2.2 FLATPLACE": "command=FLATPLACE; account=Sim101; instrument=MCL 10-26; action=SELL; qty=1; "
    "order_type=MARKET; tif=DAY;",
    "2.3 CLOSEPOSITION": "command=CLOSEPOSITION; account=Sim101; instrument=MGC 12-26; percent=0.5;",
    "2.4 REVERSE": "command=REVERSE; account=Sim101; instrument=ES 12-26;",
    "2.5 REVERSEPOSITION": "command=REVERSEPOSITION; account=Sim101; instrument=NQ 12-26; action=SELL; qty=1; "
    "order_type=MARKET; tif=DAY; strategy=trend-1;",
    "2.6 FLATTEN": "command=FLATTEN; account=Sim101; market_position=short;",
    "2.7 FLATTENEVERYTHING": "command=FLATTENEVERYTHING;",
    "2.8 CANCEL": "command=CANCEL; order_id=TARGET1; strategy_id=run-42;",
    "2.9 CANCELORDERS": "command=CANCELORDERS; account=Sim101; instrument=MES 09-26;",
    "2.10 CANCELALLORDERS": "command=CANCELALLORDERS;",
    "2.11 CANCELREPLACE": "command=CANCELREPLACE; account=Sim101; instrument=MES 09-26; action=BUY; qty=2; "
    "order_type=LIMIT; limit_price=6390.25; tif=DAY; order_id=brk-0007;",
    "2.12 CHANGE": "command=CHANGE; order_id=STOP1; strategy_id=run-42; stop_price=6377.75;",
    "2.13 CLOSESTRATEGY": "command=CLOSESTRATEGY; strategy_id=run-42;",
    "2.14 CANCELANDBRACKET": "command=CANCELANDBRACKET; account=Sim101; instrument=MES 09-26; action=BUY; qty=2; "
    "take_profit=6440.00; stop_loss=6398.50;",
    "3.1 several accounts": f"command=FLATPLACE; account=Sim101,Sim102,Sim103; instrument=MES 09-26; {_ENTRY}",
    "3.2 flatten_first": "command=PLACE; account=Sim101; instrument=MNQ1!; action=SELL; qty=2; order_type=MARKET; "
    "tif=DAY; flatten_first=true;",
    "3.3 require_market_position": f"{_MES} require_market_position=long,flat;",
    "3.4 max_positions": f"command=PLACE; account=Sim101; instrument=M2K 09-26; {_ENTRY} max_positions=2;",
    "3.5 bracket": "command=PLACE; account=Sim101; instrument=MES 09-26; action=SELL; qty=1; order_type=MARKET; "
    "tif=DAY; take_profit=6380.00; stop_loss_limit=6431.00; stop_loss_stop=6430.00;",
    "3.6 relative prices": "command=PLACE; account=Sim101; instrument=MES 09-26; action=BUY; qty=1; order_type=LIMIT; "
    "limit_price=-8 ticks; tif=DAY; take_profit=0.4%; stop_loss=-20 ticks;",
    "3.7 cancel_after": "command=PLACE; account=Sim101; instrument=MES 09-26; action=BUY; qty=1; order_type=LIMIT; "
    "limit_price=6401.75; tif=DAY; cancel_after=10;",
    "3.8 windows": f"{_MES} start_time=9:35 AM; end_time=3:55 PM; closing_only_after=3:30 PM;",
    "3.9 bypass_trade_windows": "command=FLATTEN; account=Sim101; bypass_trade_windows=true;",
    "3.10 delay": f"{_MES} delay=2.5;",
    "3.11 rate_limit": f"{_MES} rate_limit=2/300; id=open-range;",
    "3.13 kill_switch": "kill_switch=on;",
    "3.14 notes": "command=CLOSEPOSITION; account=Sim101; instrument=MES 09-26; notes=news at ten;",
}
# The documentation's first example, with its own key, line breaks and indents.
SEED = """
    key=your-secret-key;
    command=PLACE;
    account=Sim105;
    instrument=MES 03-25;
    action=BUY;
    qty=1;
    order_type=MARKET;
    tif=DAY;
"""


def fields_of(example: str) -> dict[str, str]:
    """Wire name -> text of an example, without the ticket's own reader."""
    parts = (part.strip().partition("=") for part in example.split(";") if part.strip())
    return {name: value for name, _, value in parts}

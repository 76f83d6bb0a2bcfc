"""Wrong names for fields: what somebody meant who wrote a name that CrossTrade does not know.

The server ignores an unknown field without a word: `flaten_first` would flatten nothing, `sl` protect nothing.
"""

from difflib import get_close_matches
from typing import Final

from crosstrade_desk.protocol.catalogue import NAMES

_ALIKE: Final = 0.85
# Right name <- names used for it elsewhere, or written from memory.
_USUAL: Final = {
    "account": "acct accounts account_name account_id",
    "action": "side direction order_action buy_sell",
    "append_atm": "attach_atm atm_append",
    "bypass_trade_windows": "bypass bypass_windows bypass_trading_windows ignore_windows",
    "cancel_after": "timeout expire_after expires cancel_after_minutes",
    "closing_only_after": "closing_after closing_only close_only_after",
    "delay": "delay_seconds delay_s delay_ms wait",
    "destination": "dest broker route",
    "end_time": "end stop_time window_end time_end",
    "flatten_first": "flatten flatten_1st first_flatten flatfirst flat_first reduce_only close_first",
    "id": "rate_id rate_limit_id limit_id",
    "instrument": "symbol ticker contract",
    "kill_switch": "killswitch kill",
    "limit_price": "limit price lmt_price limitprice entry_price",
    "market_position": "market_pos",
    "max_positions": "max_pos max_open_positions max_contracts position_limit",
    "notes": "note comment_text remark",
    "oco_id": "oco oco_group ocoid",
    "order_id": "orderid client_order_id cl_ord_id custom_id",
    "order_type": "type ordertype ord_type",
    "percent": "percentage pct share",
    "prev_market_position": "prev_position previous_position previous_market_position prev_pos",
    "qty": "amount size contracts volume shares",
    "rate_limit": "ratelimit limit_rate",
    "require_market_position": "require_position require_pos required_position only_if_position",
    "start_time": "start window_start time_start",
    "stop_loss": "sl stop stoploss stop_loss_price loss",
    "stop_loss_limit": "sl_limit stop_limit",
    "stop_price": "stp_price stopprice trigger trigger_price",
    "strategy": "atm atm_strategy atm_template template",
    "strategy_id": "atm_id strategyid atm_strategy_id",
    "strategy_tag": "tag strategy_name",
    "sync_strategy": "sync synchronize",
    "take_profit": "tp target takeprofit take_profit_price profit profit_target",
    "target_quantity": "target_qty target_position",
    "tif": "time_in_force timeinforce duration",
}
MISTAKES: Final = {wrong: right for right, names in _USUAL.items() for wrong in names.split()}


def meant(name: str) -> str:
    """The field that was meant by a name that is none; "" if nothing comes to mind."""
    if found := MISTAKES.get(name):
        return found
    near = get_close_matches(name, sorted(NAMES), n=1, cutoff=_ALIKE)
    return near[0] if near else ""

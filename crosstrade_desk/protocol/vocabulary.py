"""Every field of the wire language, declared once. Where two commands mean different things by a name, it has two.

Source of the whole: docs webhooks/commands, webhooks/advanced-options.
"""

from dataclasses import replace
from typing import Final

from crosstrade_desk.protocol.fields import InstrumentName
from crosstrade_desk.protocol.numbers import Count, Fraction, Quantity, RateText, Seconds
from crosstrade_desk.protocol.prices import Price
from crosstrade_desk.protocol.spec import Field, Group
from crosstrade_desk.protocol.texts import AccountList, Choice, ClockText, Flag, Option, States, Text

_COMMANDS: Final = "docs webhooks/commands"

ACCOUNT: Final = Field(
    "account",
    "Account",
    "The account's name as NinjaTrader shows it, not its display name. Several: each gets the whole order.",
    "Sim101",
    AccountList(),
    _COMMANDS,
)
INSTRUMENT: Final = Field(
    "instrument",
    "Instrument",
    "The contract: MES 12-26, ES SEP26, ESU6, or MES1! for the front month.",
    "MES 12-26",
    InstrumentName(),
    _COMMANDS,
)
ACTION: Final = Field(
    "action",
    "Action",
    "Buy or sell. An order against an open position reduces it first.",
    "BUY",
    Choice(
        (
            Option("BUY", "BUY", "Buy: go long, or reduce a short."),
            Option("SELL", "SELL", "Sell: go short, or reduce a long."),
        )
    ),
    _COMMANDS,
)
PROTECTED_SIDE: Final = replace(
    ACTION,
    title="Position side",
    explanation="The direction of the position to protect: BUY for a long one, SELL for a short one.",
    type=Choice(
        (
            Option("BUY", "BUY (long)", "Protects a long position."),
            Option("SELL", "SELL (short)", "Protects a short position."),
        )
    ),
    source="docs commands/cancel-and-bracket",
)
QTY: Final = Field(
    "qty", "Quantity", "Whole contracts or shares, for each account.", "1", Quantity(), _COMMANDS, counts=True
)
ORDER_TYPE: Final = Field(
    "order_type",
    "Order type",
    "How the order meets the market.",
    "MARKET",
    Choice(
        (
            Option("MARKET", "Market", "Filled at once at the best price there is."),
            Option("LIMIT", "Limit", "Filled at the limit price or better, or not at all."),
            Option("STOPMARKET", "Stop market", "Becomes a market order once the stop price trades."),
            Option("STOPLIMIT", "Stop limit", "Becomes a limit order once the stop price trades."),
        )
    ),
    _COMMANDS,
)
LIMIT_PRICE: Final = Field(
    "limit_price",
    "Limit price",
    "The worst price you accept, or a distance from the last price.",
    "6412.50",
    Price(),
    _COMMANDS,
)
STOP_PRICE: Final = Field(
    "stop_price",
    "Stop price",
    "The price that sets the order off, or a distance from the last price.",
    "6420.25",
    Price(),
    _COMMANDS,
)
TIF: Final = Field(
    "tif",
    "TIF",
    "How long a working order lives.",
    "DAY",
    Choice((Option("DAY", "DAY", "Until the end of the trading day."), Option("GTC", "GTC", "Until it is cancelled."))),
    _COMMANDS,
)
QUANTITY: Final = Field(
    "quantity",
    "Quantity",
    "Empty: all of it. More than is open counts as all.",
    "1",
    Quantity(),
    "docs commands/close-position",
    counts=True,
)
PERCENT: Final = Field(
    "percent",
    "Share",
    "0.5 closes half, rounded up to whole contracts. Empty: all of it.",
    "0.5",
    Fraction(),
    "docs commands/close-position",
)
_LONG, _SHORT = Option("long", "Long", "Long positions only."), Option("short", "Short", "Short positions only.")
MARKET_POSITION: Final = Field(
    "market_position",
    "Side",
    "Only positions of this side. Empty: both.",
    "long",
    Choice((_LONG, _SHORT)),
    "docs commands/flatten-positions",
)

# --- which order ---

_ID: Final = Text("An id")
ORDER_ID: Final = Field(
    "order_id",
    "Order id",
    "Your own name for this order, never used before. Cancel and Change find it by that.",
    "brk-0007",
    _ID,
    _COMMANDS,
    Group.IDS,
    "order id {}",
)
EXISTING_ORDER: Final = replace(
    ORDER_ID,
    title="Order id",
    explanation="The id you gave the order, or its name in an ATM strategy: ENTRY1, STOP1, TARGET1 and so on.",
    source="docs commands/cancel-order",
    group=Group.ORDER,
    phrase="",
)
REPLACED_ORDER: Final = replace(
    EXISTING_ORDER,
    explanation="The id you gave the order that is replaced.",
    source="docs commands/cancel-replace",
)
OCO_ID: Final = Field(
    "oco_id",
    "OCO id",
    "Orders with the same id cancel one another when one is filled. Use a new id for each group.",
    "oco-12",
    _ID,
    _COMMANDS,
    Group.IDS,
    "OCO group {}",
)

# --- ATM strategies ---

STRATEGY: Final = Field(
    "strategy",
    "Template",
    "Exact name of an ATM template in NinjaTrader. It adds stops and targets when the entry fills.",
    "scalp-2t",
    Text("A template's name", 100),
    "docs commands/place-order",
    Group.ATM,
    "with the ATM template {}",
)
STRATEGY_ID: Final = Field(
    "strategy_id",
    "Strategy id",
    "With a template: your name for the new strategy. Without: the running strategy it joins.",
    "run-42",
    _ID,
    "docs webhooks/commands; NinjaTrader 8 help, Commands and Valid Parameters",
    Group.ATM,
    "strategy id {}",
)
ORDERS_STRATEGY: Final = replace(
    STRATEGY_ID,
    explanation="The strategy that the order belongs to. Needed for STOP1, TARGET1 and the like.",
    source="docs commands/cancel-order",
    group=Group.ORDER,
    phrase="",
)
CLOSED_STRATEGY: Final = replace(
    ORDERS_STRATEGY,
    explanation="The id under which the strategy was started.",
    source="docs commands/close-strategy",
)

# --- bracket ---

_BRACKET: Final = "docs advanced-options/bracket-orders"
TAKE_PROFIT: Final = Field(
    "take_profit",
    "Take profit",
    "A limit order on the other side. Distances: + above, - below the market.",
    "6440.00",
    Price(),
    _BRACKET,
    Group.BRACKET,
    "take profit at {}",
)
STOP_LOSS: Final = Field(
    "stop_loss",
    "Stop loss",
    "A stop market order on the other side. It and the take profit cancel one another.",
    "6398.50",
    Price(),
    _BRACKET,
    Group.BRACKET,
    "stop loss at {}",
)
STOP_LOSS_LIMIT: Final = Field(
    "stop_loss_limit",
    "Stop loss limit",
    "A stop limit order instead of a stop loss. A fast market can jump over it.",
    "6398.00",
    Price(),
    _BRACKET,
    Group.BRACKET,
    "stop loss with the limit {}",
)
STOP_LOSS_STOP: Final = Field(
    "stop_loss_stop",
    "… its trigger",
    "The price that sets the stop loss limit off. Empty: the limit price itself.",
    "6398.50",
    Price(),
    _BRACKET,
    Group.BRACKET,
    "triggered at {}",
)
APPEND_ATM: Final = Field(
    "append_atm",
    "Under the ATM",
    "Take profit and stop loss belong to the ATM strategy and end with it.",
    "true",
    Flag(),
    _BRACKET,
    Group.BRACKET,
    "both under the ATM strategy",
)

# --- conditions ---

FLATTEN_FIRST: Final = Field(
    "flatten_first",
    "Flatten first",
    "Closes the position in this instrument and cancels its orders, then places the order.",
    "true",
    Flag(),
    "docs advanced-options/flatten-first",
    Group.CONDITIONS,
    "after closing the position there and cancelling its orders",
)
REQUIRE_MARKET_POSITION: Final = Field(
    "require_market_position",
    "Only if position",
    "Nothing is done unless the position in this instrument is one of these.",
    "long,flat",
    States(),
    "docs advanced-options/require-market-position",
    Group.CONDITIONS,
    "only if the position is {}",
)
MAX_POSITIONS: Final = Field(
    "max_positions",
    "Positions at most",
    "Blocked if positions are open in this many other instruments already.",
    "2",
    Count(1, 1000, "A number of positions"),
    "docs advanced-options/max-positions",
    Group.CONDITIONS,
    "only while fewer than {} positions are open",
)

# --- times ---

_WINDOW: Final = "docs advanced-options/trading-window"
CANCEL_AFTER: Final = Field(
    "cancel_after",
    "Cancel after",
    "Minutes, 1 to 60. CrossTrade cancels the limit order if it is not filled by then.",
    "10",
    Count(1, 60, "A number of minutes", "minute"),
    "docs advanced-options/limit-order-timeouts",
    Group.TIMES,
    "cancelled after {} if not filled",
)
START_TIME: Final = Field(
    "start_time",
    "Not before",
    "Time of day in New York. Earlier, CrossTrade blocks the message.",
    "9:35 AM",
    ClockText(),
    _WINDOW,
    Group.TIMES,
    "not before {}",
)
END_TIME: Final = Field(
    "end_time",
    "Not after",
    "Time of day in New York. From then on, CrossTrade blocks the message.",
    "3:55 PM",
    ClockText(),
    _WINDOW,
    Group.TIMES,
    "not after {}",
)
CLOSING_ONLY_AFTER: Final = Field(
    "closing_only_after",
    "Closing only after",
    "New York time between the other two. After it only what closes or cancels passes.",
    "3:30 PM",
    ClockText(),
    _WINDOW,
    Group.TIMES,
    "closing only after {}",
)
BYPASS_TRADE_WINDOWS: Final = Field(
    "bypass_trade_windows",
    "Ignore windows",
    "Passes every trading window you set in CrossTrade. The kill switch still stops it.",
    "true",
    Flag(),
    "docs advanced-options/bypass-trade-windows",
    Group.TIMES,
    "whatever the trading windows say",
)
DELAY: Final = Field(
    "delay",
    "Delay",
    "Seconds, up to 60, that CrossTrade waits before it does anything else.",
    "2.5",
    Seconds(60),
    "docs advanced-options/delay-timer",
    Group.TIMES,
    "after a delay of {}",
)

# --- everything else ---

RATE_LIMIT: Final = Field(
    "rate_limit",
    "Rate limit",
    "2 lets two messages through in a minute, 2/300 two in 300 seconds. More are blocked.",
    "2/300",
    RateText(),
    "docs advanced-options/rate-limiting",
    Group.OTHER,
    "at most {}",
)
RATE_ID: Final = Field(
    "id",
    "Rate id",
    "The name under which CrossTrade counts for the rate limit.",
    "open-range",
    _ID,
    "docs advanced-options/rate-limiting",
    Group.OTHER,
    "counted as {}",
)
NOTES: Final = Field(
    "notes",
    "Notes",
    "A remark that CrossTrade keeps with the message.",
    "news at ten",
    Text("A remark", 400, free=True),
    "field reports; the documentation's page on notes was not to be had",
    Group.OTHER,
    "noted: {}",
)
STRATEGY_TAG: Final = Field(
    "strategy_tag",
    "Strategy tag",
    "Locks the instrument to this tag until it is flat. Messages with another tag or none are blocked.",
    "trend",
    Text("A tag", blanks=False),
    "docs webhooks/strategy-lock",
    Group.OTHER,
    "for the strategy {}",
    add_on="1.12.0",
)
DESTINATION: Final = Field(
    "destination",
    "Destination",
    "Where it is carried out. Tradovate needs an account linked in CrossTrade, and is new there.",
    "nt8",
    Choice(
        (
            Option("nt8", "NinjaTrader", "NinjaTrader 8, as without this field."),
            Option("tradovate", "Tradovate", "Tradovate, by CrossTrade itself."),
        ),
        none="As usual",
    ),
    "docs webhooks/destinations",
    Group.OTHER,
    "sent to {}",
)

# --- strategy synchronisation ---

_SYNC: Final = "docs webhooks/strategy-synchronization"
_THREE: Final = Choice(
    (
        Option("long", "Long", "The strategy is long."),
        Option("short", "Short", "The strategy is short."),
        Option("flat", "Flat", "The strategy holds nothing."),
    )
)
SYNC_STRATEGY: Final = Field(
    "sync_strategy",
    "Synchronise",
    "Compares what the strategy believed to hold with the real position first.",
    "true",
    Flag(),
    _SYNC,
    Group.SYNC,
    "if the strategy's position agrees",
    add_on="1.9.0",
)
SYNC_POSITION: Final = Field(
    "market_position",
    "Strategy will be",
    "What the strategy holds after this order.",
    "long",
    _THREE,
    _SYNC,
    Group.SYNC,
    "the strategy will be {}",
    add_on="1.9.0",
)
PREV_MARKET_POSITION: Final = Field(
    "prev_market_position",
    "Strategy was",
    "What the strategy held before this order.",
    "flat",
    _THREE,
    _SYNC,
    Group.SYNC,
    "before that it was {}",
    add_on="1.9.0",
)
OUT_OF_SYNC: Final = Field(
    "out_of_sync",
    "If they differ",
    "Block the order, flatten the position, or trade to the target quantity.",
    "flatten",
    Choice(
        (
            Option("flatten", "Flatten", "Flattens the position instead."),
            Option("resync", "Trade to target", "Trades until the position is the target quantity. Add-on 1.12.0."),
        ),
        none="Block",
    ),
    _SYNC,
    Group.SYNC,
    "if it differs: {}",
    add_on="1.9.0",
)
TARGET_QUANTITY: Final = Field(
    "target_quantity",
    "Target quantity",
    "How many contracts the strategy should hold after this order.",
    "2",
    Count(0, 100_000, "A target quantity"),
    _SYNC,
    Group.SYNC,
    "to a position of {}",
    add_on="1.12.0",
    counts=True,
)

# --- change, and the kill switch ---

_CHANGE: Final = "docs commands/change-order"
NEW_QTY: Final = replace(
    QTY, title="New quantity", explanation="Empty or 0: as it is.", type=Quantity(minimum=0), source=_CHANGE
)
NEW_LIMIT: Final = replace(
    LIMIT_PRICE, title="New limit", explanation="Empty or 0: as it is.", type=Price(keep=True), source=_CHANGE
)
NEW_STOP: Final = replace(
    STOP_PRICE, title="New stop", explanation="Empty or 0: as it is.", type=Price(keep=True), source=_CHANGE
)
KILL_SWITCH: Final = Field(
    "kill_switch",
    "Kill switch",
    "On blocks every later message, exits too, until it is off. Positions and working orders stay as they are.",
    "on",
    Choice(
        (
            Option("on", "On: block everything", "CrossTrade blocks every later message."),
            Option("off", "Off: let through", "CrossTrade takes messages again."),
        )
    ),
    "docs advanced-options/kill-switch",
)

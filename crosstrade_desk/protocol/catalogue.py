"""Every command, declared once. Form, checks, wire text, sentence, help page and practice exchange loop over this."""

from typing import Final

from crosstrade_desk.protocol import sentence
from crosstrade_desk.protocol import vocabulary as v
from crosstrade_desk.protocol.spec import Beside, CommandSpec, Field, Optional, Required, Use, When

_LIMIT: Final = ("LIMIT", "STOPLIMIT")
_STOP: Final = ("STOPMARKET", "STOPLIMIT")
_ON: Final = ("true",)

# What an order is, in the order in which it is read and sent.
_PRICES: Final = (Use(v.LIMIT_PRICE, When("order_type", _LIMIT)), Use(v.STOP_PRICE, When("order_type", _STOP)))
_WHERE: Final = (Use(v.ACCOUNT, Required()), Use(v.INSTRUMENT, Required()))
_ENTRY: Final = (
    *_WHERE,
    Use(v.ACTION, Required()),
    Use(v.QTY, Required()),
    Use(v.ORDER_TYPE, Required()),
    *_PRICES,
    Use(v.TIF, Required()),
)
_ATM: Final = (Use(v.STRATEGY, Optional()), Use(v.STRATEGY_ID, Optional()))
_LINKS: Final = (Use(v.ORDER_ID, Optional()), Use(v.OCO_ID, Optional()))
_BRACKET: Final = (
    Use(v.TAKE_PROFIT, Optional()),
    Use(v.STOP_LOSS, Optional()),
    Use(v.STOP_LOSS_LIMIT, Optional()),
    Use(v.STOP_LOSS_STOP, Beside("stop_loss_limit")),
    Use(v.APPEND_ATM, Beside("strategy")),
)
_IF_POSITION: Final = (Use(v.REQUIRE_MARKET_POSITION, Optional()),)
_IF_ENTRY: Final = (*_IF_POSITION, Use(v.MAX_POSITIONS, Optional()))
_TIMEOUT: Final = (Use(v.CANCEL_AFTER, Beside("order_type", ("LIMIT",))),)
_SYNC: Final = (
    Use(v.SYNC_STRATEGY, Optional()),
    Use(v.SYNC_POSITION, When("sync_strategy", _ON)),
    Use(v.PREV_MARKET_POSITION, When("sync_strategy", _ON)),
    Use(v.OUT_OF_SYNC, Beside("sync_strategy", _ON)),
    Use(v.TARGET_QUANTITY, When("out_of_sync", ("resync",))),
)
# What goes with every command. Source: docs webhooks/advanced-options, webhooks/destinations, webhooks/strategy-lock.
_ANY: Final = (
    Use(v.START_TIME, Optional()),
    Use(v.END_TIME, Optional()),
    Use(v.CLOSING_ONLY_AFTER, Optional()),
    Use(v.BYPASS_TRADE_WINDOWS, Optional()),
    Use(v.DELAY, Optional()),
    Use(v.RATE_LIMIT, Optional()),
    Use(v.RATE_ID, When("rate_limit")),
    Use(v.STRATEGY_TAG, Optional()),
    Use(v.DESTINATION, Optional()),
    Use(v.NOTES, Optional()),
)

COMMANDS: Final = (
    CommandSpec(
        "PLACE",
        "Place order",
        "A new order: market, limit, stop or stop limit, with or without bracket or ATM strategy.",
        (
            *_ENTRY,
            *_BRACKET,
            *_ATM,
            *_LINKS,
            Use(v.FLATTEN_FIRST, Optional()),
            *_IF_ENTRY,
            *_TIMEOUT,
            *_SYNC,
            *_ANY,
        ),
        sentence.say_entry,
        opens=True,
        exits=False,
        source="docs commands/place-order",
    ),
    CommandSpec(
        "FLATPLACE",
        "Flatten, then place",
        "Closes the position and cancels the orders in this instrument, then places the order, whatever was there.",
        (*_ENTRY, *_BRACKET, *_ATM, *_LINKS, *_IF_ENTRY, *_TIMEOUT, *_ANY),
        sentence.say_flat_entry,
        opens=True,
        exits=False,
        steps=True,
        source="docs commands/flat-place-order",
    ),
    CommandSpec(
        "CLOSEPOSITION",
        "Close position",
        "Closes one position, whole or in part. A whole close also cancels the instrument's working orders.",
        (
            *_WHERE,
            Use(v.QUANTITY, Optional(), alias="qty"),
            Use(v.PERCENT, Optional()),
            *_IF_POSITION,
            *_ANY,
        ),
        sentence.say_close,
        opens=False,
        exits=True,
        closes=True,
        needs_position=True,
        source="docs commands/close-position",
        slices=("quantity", "percent"),
    ),
    CommandSpec(
        "REVERSE",
        "Reverse",
        "Turns the position around at the same size, at market. Nothing happens if it is flat.",
        (*_WHERE, *_ANY),
        sentence.say_reverse,
        opens=True,
        exits=False,
        held=True,
        steps=True,
        needs_position=True,
        source="docs commands/reverse",
        add_on="1.6.0",
    ),
    CommandSpec(
        "REVERSEPOSITION",
        "Close, then place",
        "If there is a position, closes it and places this order; else does nothing. The direction is yours to choose.",
        (*_ENTRY, *_ATM, *_LINKS, *_IF_ENTRY, *_ANY),
        sentence.say_reverse_entry,
        opens=True,
        exits=False,
        held=True,
        steps=True,
        needs_position=True,
        source="docs commands/reverse-position",
    ),
    CommandSpec(
        "FLATTEN",
        "Flatten positions",
        "Closes every position that fits, and cancels its instrument's orders. For all accounts: Flatten everything.",
        (
            Use(v.ACCOUNT, Optional()),
            Use(v.INSTRUMENT, Optional()),
            Use(v.MARKET_POSITION, Optional()),
            *_IF_POSITION,
            *_ANY,
        ),
        sentence.say_flatten,
        opens=False,
        exits=True,
        closes=True,
        needs_position=True,
        source="docs commands/flatten-positions",
        wide_without=("account",),
    ),
    CommandSpec(
        "FLATTENEVERYTHING",
        "Flatten everything",
        "Closes every position and cancels every order, in every account.",
        _ANY,
        sentence.say_flatten_everything,
        opens=False,
        exits=True,
        closes=True,
        held=True,
        source="docs commands/flatten-positions",
    ),
    CommandSpec(
        "CANCEL",
        "Cancel order",
        "Cancels one working order, by its id or by its name in an ATM strategy.",
        (Use(v.EXISTING_ORDER, Required()), Use(v.ORDERS_STRATEGY, Optional()), *_ANY),
        sentence.say_cancel,
        opens=False,
        exits=True,
        source="docs commands/cancel-order",
    ),
    CommandSpec(
        "CANCELORDERS",
        "Cancel orders",
        "Cancels the working orders of the accounts, in one instrument or in all. Positions stay.",
        (Use(v.ACCOUNT, Required()), Use(v.INSTRUMENT, Optional()), *_IF_POSITION, *_ANY),
        sentence.say_cancel_orders,
        opens=False,
        exits=True,
        source="docs webhooks/commands, advanced-options/require-market-position; REST cancel orders",
    ),
    CommandSpec(
        "CANCELALLORDERS",
        "Cancel all orders",
        "Cancels every working order in every account. Positions stay.",
        _ANY,
        sentence.say_cancel_all,
        opens=False,
        exits=True,
        source="docs webhooks/commands; NinjaTrader 8 help, Commands and Valid Parameters",
    ),
    CommandSpec(
        "CANCELREPLACE",
        "Cancel and replace",
        "Cancels a working order and, only if that came out, places this one instead.",
        (*_ENTRY, Use(v.REPLACED_ORDER, Required()), Use(v.OCO_ID, Optional()), *_ATM, *_IF_ENTRY, *_ANY),
        sentence.say_replace,
        opens=True,
        exits=False,
        steps=True,
        source="docs commands/cancel-replace",
    ),
    CommandSpec(
        "CHANGE",
        "Change order",
        "Changes quantity, limit or stop of a working order. What is left empty stays as it is.",
        (
            Use(v.EXISTING_ORDER, Required()),
            Use(v.ORDERS_STRATEGY, Optional()),
            Use(v.NEW_QTY, Optional()),
            Use(v.NEW_LIMIT, Optional()),
            Use(v.NEW_STOP, Optional()),
            *_ANY,
        ),
        sentence.say_change,
        opens=False,
        exits=False,
        source="docs commands/change-order",
        one_of=("qty", "limit_price", "stop_price"),
    ),
    CommandSpec(
        "CLOSESTRATEGY",
        "Close ATM strategy",
        "Closes a running ATM strategy: its position and its orders.",
        (Use(v.CLOSED_STRATEGY, Required()), *_ANY),
        sentence.say_close_strategy,
        opens=False,
        exits=True,
        closes=True,
        source="docs commands/close-strategy",
    ),
    CommandSpec(
        "CANCELANDBRACKET",
        "Cancel and bracket",
        "Cancels the instrument's orders and puts a new bracket around the position. Without one it may open one.",
        (
            *_WHERE,
            Use(v.PROTECTED_SIDE, Required()),
            Use(v.QTY, Required()),
            Use(v.TAKE_PROFIT, Optional()),
            Use(v.STOP_LOSS, Optional()),
            *_ANY,
        ),
        sentence.say_cancel_and_bracket,
        opens=False,
        exits=False,
        steps=True,
        source="docs commands/cancel-and-bracket",
        one_of=("take_profit", "stop_loss"),
        ignores_windows=True,
        add_on="1.12.0",
    ),
    CommandSpec(
        "KILLSWITCH",
        "Kill switch",
        "Makes CrossTrade block every later message, exits too, or take messages again.",
        (Use(v.KILL_SWITCH, Required()),),
        sentence.say_kill_switch,
        opens=False,
        exits=False,
        held=True,
        freeing=(("kill_switch", "off"),),
        source="docs advanced-options/kill-switch",
        control=True,
    ),
)

SPECS: Final = {spec.token: spec for spec in COMMANDS}
CONTROLS: Final = {use.field.name: spec for spec in COMMANDS if spec.control for use in spec.uses}
PLACE: Final = SPECS["PLACE"]
FLATTEN: Final = SPECS["FLATTEN"]
CANCELORDERS: Final = SPECS["CANCELORDERS"]
NAMES: Final = frozenset(use.field.name for spec in COMMANDS for use in spec.uses) | {"key", "command"}


def fields() -> tuple[Field, ...]:
    """Every field of every command, each once, in the order in which commands use them."""
    return tuple(dict.fromkeys(use.field for spec in COMMANDS for use in spec.uses))

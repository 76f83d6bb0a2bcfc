"""Every command and field, declared once. Form, checks, wire text, sentence and practice exchange loop over this."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol import sentence
from crosstrade_desk.protocol.fields import (
    AccountList,
    Choice,
    FieldType,
    Fraction,
    InstrumentName,
    Option,
    Price,
    Quantity,
)
from crosstrade_desk.protocol.problems import Problem


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the wire language: wire name, label, what it is for, an example, its type, and its source page."""

    name: str
    title: str
    explanation: str
    example: str
    type: FieldType
    source: str


@dataclass(frozen=True, slots=True)
class When:
    """A field is required while another one holds one of these values, and unused otherwise."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """The command is not valid without the field."""


@dataclass(frozen=True, slots=True)
class Optional:
    """The field may be left out."""


Need = Required | Optional | When


@dataclass(frozen=True, slots=True)
class Use:
    """A field as one command uses it."""

    field: Field
    need: Need


Rule = Callable[[sentence.Values], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command.

    `opens`: it may enlarge a position. `exits`: it only gets out, so no guard may stop it. `wide_without`: fields that
    a form insists on, because the command reaches wider without them. `slices`: fields with which doing it twice does
    more than doing it once.
    """

    token: str
    title: str
    explanation: str
    uses: tuple[Use, ...]
    say: Callable[[sentence.Values], str]
    opens: bool
    exits: bool
    source: str
    rules: tuple[Rule, ...] = ()
    wide_without: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()

    def use(self, name: str) -> Use | None:
        return next((use for use in self.uses if use.field.name == name), None)


ACCOUNT: Final = Field(
    "account",
    "Account",
    "The account's name as NinjaTrader shows it, not its display name. Several: each gets the whole order.",
    "Sim101",
    AccountList(),
    "docs webhooks/commands",
)
INSTRUMENT: Final = Field(
    "instrument",
    "Instrument",
    "The contract: MES 12-26, ES SEP26, ESU6, or MES1! for the front month.",
    "MES 12-26",
    InstrumentName(),
    "docs webhooks/commands",
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
    "docs webhooks/commands",
)
QTY: Final = Field(
    "qty", "Quantity", "Whole contracts or shares, for each account.", "1", Quantity(), "docs webhooks/commands"
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
    "docs webhooks/commands",
)
LIMIT_PRICE: Final = Field(
    "limit_price", "Limit price", "The worst price you accept.", "6412.50", Price(), "docs webhooks/commands"
)
STOP_PRICE: Final = Field(
    "stop_price", "Stop price", "The price that sets the order off.", "6420.25", Price(), "docs webhooks/commands"
)
TIF: Final = Field(
    "tif",
    "TIF",
    "How long a working order lives.",
    "DAY",
    Choice((Option("DAY", "DAY", "Until the end of the trading day."), Option("GTC", "GTC", "Until it is cancelled."))),
    "docs webhooks/commands",
)
QUANTITY: Final = Field(
    "quantity",
    "Quantity",
    "How much to close. Empty: all of it. More than is open counts as all.",
    "1",
    Quantity(),
    "docs commands/close-position",
)
PERCENT: Final = Field(
    "percent",
    "Share",
    "Which share to close, rounded up to whole contracts: 0.5 is half. Empty: all of it.",
    "0.5",
    Fraction(),
    "docs commands/close-position",
)
MARKET_POSITION: Final = Field(
    "market_position",
    "Side",
    "Only positions of this side. Empty: both.",
    "LONG",
    Choice((Option("LONG", "Long", "Long positions only."), Option("SHORT", "Short", "Short positions only."))),
    "docs commands/flatten-positions",
)


def _one_amount(values: sentence.Values) -> Iterable[Problem]:
    # The server would take the quantity and say nothing of the part. Source: docs commands/close-position.
    if "quantity" in values and "percent" in values:
        yield Problem("percent", "Give a quantity or a share, not both.")


COMMANDS: Final = (
    CommandSpec(
        "PLACE",
        "Place order",
        "A new order: market, limit, stop or stop limit.",
        (
            Use(ACCOUNT, Required()),
            Use(INSTRUMENT, Required()),
            Use(ACTION, Required()),
            Use(QTY, Required()),
            Use(ORDER_TYPE, Required()),
            Use(LIMIT_PRICE, When("order_type", ("LIMIT", "STOPLIMIT"))),
            Use(STOP_PRICE, When("order_type", ("STOPMARKET", "STOPLIMIT"))),
            Use(TIF, Required()),
        ),
        sentence.say_place,
        opens=True,
        exits=False,
        source="docs commands/place-order",
    ),
    CommandSpec(
        "CLOSEPOSITION",
        "Close position",
        "Closes one position, whole or in part. A whole close also cancels the instrument's working orders.",
        (
            Use(ACCOUNT, Required()),
            Use(INSTRUMENT, Required()),
            Use(QUANTITY, Optional()),
            Use(PERCENT, Optional()),
        ),
        sentence.say_close,
        opens=False,
        exits=True,
        source="docs commands/close-position",
        rules=(_one_amount,),
        slices=("quantity", "percent"),
    ),
    CommandSpec(
        "FLATTEN",
        "Flatten positions",
        "Closes every position that fits, and cancels its instrument's orders. For all accounts: Flatten everything.",
        (
            Use(ACCOUNT, Optional()),
            Use(INSTRUMENT, Optional()),
            Use(MARKET_POSITION, Optional()),
        ),
        sentence.say_flatten,
        opens=False,
        exits=True,
        source="docs commands/flatten-positions",
        wide_without=("account",),
    ),
    CommandSpec(
        "FLATTENEVERYTHING",
        "Flatten everything",
        "Closes every position and cancels every order, in every account.",
        (),
        sentence.say_flatten_everything,
        opens=False,
        exits=True,
        source="docs commands/flatten-positions",
    ),
    CommandSpec(
        "CANCELALLORDERS",
        "Cancel all orders",
        "Cancels every working order in every account. Positions stay.",
        (),
        sentence.say_cancel_all,
        opens=False,
        exits=True,
        source="docs webhooks/commands; NinjaTrader 8 help, Commands and Valid Parameters",
    ),
)

SPECS: Final = {spec.token: spec for spec in COMMANDS}
PLACE: Final = SPECS["PLACE"]
CLOSE_POSITION: Final = SPECS["CLOSEPOSITION"]
FLATTEN: Final = SPECS["FLATTEN"]

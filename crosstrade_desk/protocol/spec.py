"""The shapes in which the catalogue declares commands and fields. Each of those is itself and equals no other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from crosstrade_desk.protocol.fields import FieldType, Value
from crosstrade_desk.protocol.problems import Problem

Values = Mapping[str, Value]


class Group(Enum):
    """Where a form puts a field: a short name and a heading. `ORDER` is always shown, the others fold away."""

    ORDER = ("Order", "Order")
    BRACKET = ("Bracket", "Bracket: take profit and stop loss")
    ATM = ("ATM", "ATM strategy")
    IDS = ("Ids", "Order id and OCO id")
    CONDITIONS = ("Conditions", "Conditions on positions")
    TIMES = ("Times", "Trading window, delay and timeout")
    SYNC = ("Sync", "Strategy synchronisation")
    OTHER = ("Other", "Rate limit, strategy tag, destination, notes")

    @property
    def short(self) -> str:
        return self.value[0]

    @property
    def heading(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of the wire language.

    `explanation` says its rule in one line, `example` is canonical, `phrase` is what it adds to a command's sentence
    with `{}` for the value ("": the command's own words hold it), `add_on` the version of the NinjaTrader add-on that
    it needs. `counts`: its number is contracts or shares of each account, which limits of size are held against.
    """

    name: str
    title: str
    explanation: str
    example: str
    type: FieldType
    source: str
    group: Group = Group.ORDER
    phrase: str = ""
    add_on: str = ""
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Required:
    """The command is not valid without the field."""


@dataclass(frozen=True, slots=True)
class Optional:
    """The field may be left out."""


@dataclass(frozen=True, slots=True)
class When:
    """The field is required while another one holds one of these values, and unused otherwise. No values: any."""

    field: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """The field may be given while another one holds one of these values, and is unused otherwise. No values: any."""

    field: str
    values: tuple[str, ...] = ()


Need = Required | Optional | When | Beside


@dataclass(frozen=True, slots=True)
class Use:
    """A field as one command uses it. `alias` is a wrong name for it that is read, with a remark."""

    field: Field
    need: Need
    alias: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CommandSpec:
    """One command.

    `opens`: CrossTrade counts it as opening, so that trading windows stop it. `exits`: it only gets out, so no guard
    may stop it. `one_of`: fields of which at least one must say something. `wide_without`: fields that a form insists
    on, because the command reaches wider without them. `slices`: fields with which doing it twice does more than doing
    it once. `control`: the message has no `command` field, and no option goes with it. `ignores_windows`: no trading
    window holds it up. `steps`: it is carried out in steps, of which the first may come out and the next be refused.
    `closes`: it closes a position, of which more or less may be there by then than when it was pressed.
    `needs_position`: it does nothing where the position is flat. `held`: the button that sends it has to be held,
    except with one of the `freeing` values, by which it opens the way out.
    """

    token: str
    title: str
    explanation: str
    uses: tuple[Use, ...]
    say: Callable[[Values], str]
    opens: bool
    exits: bool
    source: str
    one_of: tuple[str, ...] = ()
    wide_without: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    control: bool = False
    ignores_windows: bool = False
    steps: bool = False
    needs_position: bool = False
    closes: bool = False
    held: bool = False
    freeing: tuple[tuple[str, str], ...] = ()
    add_on: str = ""

    @property
    def is_wide_alone(self) -> bool:
        """Whether it reaches every account, or every later message, where it names no account."""
        return self.control or not any(isinstance(use.need, Required) for use in self.uses)

    def use(self, name: str) -> Use | None:
        return next((use for use in self.uses if use.field.name == name), None)


Given = frozenset[str]
Rule = Callable[[CommandSpec, Values, Given], Iterator[Problem]]

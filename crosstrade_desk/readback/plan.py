"""The tables of reading: what is asked, how often, and what each trouble brings about. Pure data, in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from crosstrade_desk.readback import routes
from crosstrade_desk.readback.answers import Trouble
from crosstrade_desk.readback.routes import Route
from crosstrade_desk.readback.values import Value

AFTER_S: Final = 10.0  # so long after a send, a cancel or a close more is asked
AFTER_EVERY_S: Final = 2.0
IDLE_S: Final = 300.0  # without a hand on the program for so long, less is read
SILENT_S: Final = 5.0  # a push that brought nothing for so long is silent: less than the 6 s at which a quote goes grey


class Call(Enum):
    """What is read again and again, in the order of its weight where several are due."""

    STATUS = "the order that was sent"
    POSITIONS = "positions"
    ORDERS = "orders"
    EXECUTIONS = "fills"
    SNAPSHOT = "accounts"
    QUOTE = "quote"
    INFO = "session"
    WATERMARKS = "watermarks"
    ENDPOINTS = "what the API offers"
    PUSH = "the push connection"  # is not asked: it brings quotes and profits by itself


class About(Enum):
    """What a call is about, and so what has to be known before it can be made."""

    NOTHING = "everything"
    ACCOUNT = "each account in play, in turn"
    INSTRUMENT = "the instrument in the ticket"
    IN_PLAY = "each instrument in play, in turn"
    SENT = "an order that was sent"
    SEVERAL = "what may be read for several accounts at once, until that is known"


@dataclass(frozen=True, slots=True)
class Poll:
    """How one thing is read. Seconds between two reads: `every_s` usually, `resting_s` while nobody looks or the market
    is closed (`closed_s` then, if that is another one), `after_s` in the 10 s after an action; None: not at all, or no
    oftener. `marks`: seconds after an action. What is read account by account takes turns: so long times the number of
    accounts. `weight`: how much sooner its turn comes than that of others which have waited as long. `pushed_s` while
    the push connection brings what `pushed` names. `shared` tells of every account at once, where the API has it.
    """

    route: Route[Value]
    about: About
    every_s: float | None
    resting_s: float | None = None
    after_s: float | None = None
    marks: tuple[float, ...] = ()
    weight: float = 1.0
    pushed: Call | None = None
    pushed_s: float | None = None
    closed_s: float | None = None
    shared: Route[Value] | None = None


PLAN: Final[Mapping[Call, Poll]] = MappingProxyType(
    {
        Call.STATUS: Poll(routes.STATUS, About.SENT, None, marks=(1, 2, 4, 8), weight=3),
        # What quotes no longer cost while they are pushed goes to positions and orders, in part.
        Call.POSITIONS: Poll(
            routes.POSITIONS, About.NOTHING, 4, 15, AFTER_EVERY_S, weight=3, pushed=Call.QUOTE, pushed_s=3
        ),
        Call.ORDERS: Poll(
            *(routes.ORDERS, About.ACCOUNT, 5, 15, AFTER_EVERY_S, (2,)),
            weight=2,
            pushed=Call.QUOTE,
            pushed_s=4,
            shared=routes.ALL_ORDERS,
        ),
        Call.EXECUTIONS: Poll(routes.EXECUTIONS, About.ACCOUNT, 10, None, None, (2, 5), weight=0.5),
        # 25, not the reference's 30: balances go grey at 30.
        Call.SNAPSHOT: Poll(routes.SNAPSHOT, About.NOTHING, 15, 60, pushed=Call.SNAPSHOT, pushed_s=25),
        # A pushed quote does not say whether its source is live: that is asked once a minute.
        Call.QUOTE: Poll(
            routes.QUOTE, About.INSTRUMENT, 3, None, 3, weight=2, pushed=Call.QUOTE, pushed_s=60, closed_s=30
        ),
        Call.INFO: Poll(routes.MARKET_INFO, About.IN_PLAY, 60, 60),
        Call.WATERMARKS: Poll(routes.WATERMARKS, About.ACCOUNT, 30),
        Call.ENDPOINTS: Poll(routes.ENDPOINTS, About.SEVERAL, 6 * 3600.0, 6 * 3600.0, weight=10),
    }
)


class Reach(Enum):
    """What a trouble keeps from being read."""

    THIS = "this call, until it is due again"
    THIS_FOR_GOOD = "this call, in this session"
    ALL = "all, for a pause"
    ALL_FOR_GOOD = "all, until the trader asks for it"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a trouble brings about. `pauses_s`: the pause after the first time in a row, the second and so on."""

    reach: Reach
    pauses_s: tuple[float, ...] = ()
    only: Call | None = None  # what is tried after the pause; None: whatever is due


_NETWORK: Final = Reaction(Reach.ALL, (2, 4, 8, 16, 30))
REACTIONS: Final[Mapping[Trouble, Reaction]] = MappingProxyType(
    {
        Trouble.OFFLINE: Reaction(Reach.ALL, (15, 30), only=Call.SNAPSHOT),
        Trouble.BUSY: Reaction(Reach.ALL),  # its pause is the budget's
        Trouble.DENIED: Reaction(Reach.ALL_FOR_GOOD),
        Trouble.MISSING: Reaction(Reach.THIS_FOR_GOOD),
        Trouble.REFUSED: Reaction(Reach.THIS_FOR_GOOD),
        Trouble.FAULTY: Reaction(Reach.THIS),
        Trouble.UNREADABLE: Reaction(Reach.THIS),
        Trouble.MOVED: Reaction(Reach.THIS),
        Trouble.BROKEN: _NETWORK,
        Trouble.SLOW: _NETWORK,
        Trouble.UNREACHABLE: _NETWORK,
        Trouble.STUMBLED: Reaction(Reach.ALL),  # these two are the observer's, which makes the pause
        Trouble.STOPPED: Reaction(Reach.ALL_FOR_GOOD),
        Trouble.PUSH_TAKEN: Reaction(Reach.THIS_FOR_GOOD),
        Trouble.PUSH_REFUSED: Reaction(Reach.THIS_FOR_GOOD),
        Trouble.PUSH_DOWN: Reaction(Reach.THIS),
    }
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What one call is about; what does not matter to it is empty. `order_id` is the one that a message gave."""

    account: str = ""
    instrument: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What matters to the trader. `accounts`: those he looks at and those that something of his is open on.

    `besides`: other instruments on which something is open. `resting`: the window is minimised, or he is idle;
    `closed`: every market in play is closed.
    """

    accounts: tuple[str, ...] = ()
    instrument: str = ""
    quote: bool = True
    watermarks: bool = False
    resting: bool = False
    besides: tuple[str, ...] = ()
    closed: bool = False

    @property
    def rests(self) -> bool:
        """Whether less is read."""
        return self.resting or self.closed

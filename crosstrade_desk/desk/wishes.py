"""What another program may have sent, and what it is told: as data, as texts of a call, as JSON. Light to import."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from crosstrade_desk.protocol.catalogue import FLATTEN, SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message, read
from crosstrade_desk.protocol.problems import Invalid, Problems, printable

ORDER: Final = "order"  # the verb
BLOCKED: Final = "blocked"
ASKED: Final = "asked"
UNKNOWN: Final = "unknown"
NOT_SENT: Final = "not sent"
# Exit codes by outcome; 2 is for a wrong command line.
CODES: Final = {"accepted": 0, "unconfirmed": 0, "refused": 1, NOT_SENT: 3, UNKNOWN: 4, BLOCKED: 5, ASKED: 5}
_LONGEST_TIME: Final = 20  # digits
_LONGEST_S: Final = 75.0  # the longest time limit for an answer, and the repeating of an exit before it
_WIDE: Final = "This reaches {what}. Call it with --yes if you mean it."
_NARROW: Final = {"flatten": FLATTEN, "cancel": SPECS["CANCELORDERS"]}
_EVERYTHING: Final = {"flatten": SPECS["FLATTENEVERYTHING"], "cancel": SPECS["CANCELALLORDERS"]}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a wish. `outcome` is a key of `CODES`; `rule` the guard that blocked it, who asked, or what was
    missing to send it.

    `place` is PRACTICE, LIVE or "" for nowhere, `address` without its secrets, `order` the message in words.
    """

    outcome: str
    sentence: str
    rule: str = ""
    place: str = ""
    address: str = ""
    order: str = ""

    @property
    def code(self) -> int:
        return CODES[self.outcome]

    @property
    def line(self) -> str:
        where = " at ".join(filter(None, (self.place, self.address)))
        head = ": ".join(filter(None, (where, self.order)))
        word = f"{self.outcome[0].upper()}{self.outcome[1:]}: {self.sentence}"
        return printable(f"{head}. {word}" if head else word)

    @property
    def as_json(self) -> str:
        return json.dumps(self.texts)

    @property
    def texts(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Wish:
    """One message to be sent. `yes`: what may be asked is answered with yes. `live`: to CrossTrade, not to practice.

    `called_us`: when it was called for, in microseconds of UTC; 0: just now.
    """

    message: Message
    yes: bool = False
    live: bool = False
    called_us: int = 0

    @property
    def texts(self) -> dict[str, str]:
        """The wish as the texts of a call; the key is no part of it."""
        words = {"yes": self.yes, "live": self.live}
        called = {"called": str(self.called_us)} if self.called_us else {}
        return {"message": self.message.masked, **called} | {name: "yes" for name, said in words.items() if said}

    @property
    def is_harmless(self) -> bool:
        """Whether it may be carried out twice: then it is also sent where the window does not answer."""
        return self.message.command.is_idempotent

    @property
    def outcome_s(self) -> float:
        """After how many seconds its outcome is known surely, or never."""
        return _LONGEST_S + self.message.command.delay_s

    @property
    def held(self) -> Told | None:
        """What is asked about it before anything else: what has to be held in the window takes --yes here."""
        command = self.message.command
        if not command.is_held or self.yes:
            return None
        what = "every account" if command.is_wide else "further than other orders"
        return Told(ASKED, _WIDE.format(what=what), "held", order=command.headline)


def read_wish(texts: Mapping[str, str]) -> Wish | Invalid:
    """The wish that a call's texts say."""
    words = {name: text for name, text in texts.items() if name not in ("message", "called")}
    called = texts.get("called", "0")
    if not (called.isascii() and called.isdigit() and len(called) <= _LONGEST_TIME):
        return Invalid("This window is of another version and does not know all of this call: start it again.")
    if words.keys() - {"yes", "live"} or set(words.values()) - {"yes"}:
        return Invalid("This window is of another version and does not know all of this call: start it again.")
    command = read(texts.get("message", "")).command
    if isinstance(command, Problems):
        return Invalid(" ".join(problem.message for problem in command.items))
    return Wish(Message(command), "yes" in words, "live" in words, int(called))


def read_told(texts: Mapping[str, str]) -> Told | None:
    """What the texts of an answer tell; None if they tell no outcome."""
    known = {name: texts.get(name, "") for name in Told.__slots__}
    return Told(**known) if known["outcome"] in CODES else None


def leaving(word: str, accounts: Sequence[str], instrument: str | None, everything: bool) -> Message | Invalid:
    """The message of `flatten` or `cancel`. What was given and is empty is an error: it must not widen the order."""
    if everything:
        if accounts or instrument is not None:
            return Invalid("--everything is every account and instrument: leave --account and --instrument out.")
        return _message(compose(_EVERYTHING[word], {}))
    if not accounts:
        return Invalid("Name the accounts (--account), or say --everything: without either nothing is sent.")
    if not all(name.strip() for name in accounts) or (instrument is not None and not instrument.strip()):
        return Invalid("An account or instrument is empty. Nothing is sent: without it the order would reach wider.")
    texts = {"account": ",".join(accounts), "instrument": instrument or ""}
    return _message(compose(_NARROW[word], texts, needed=("account",)))


def _message(command: Command | Problems) -> Message | Invalid:
    if isinstance(command, Problems):
        return Invalid(" ".join(f"{problem.field}: {problem.message}" for problem in command.items))
    return Message(command)

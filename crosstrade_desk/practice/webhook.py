"""What CrossTrade does with a message before NinjaTrader sees it, and the answer it gives. Pure.

The order of the checks: docs delay-timer (the delay first), kill-switch, trading-window, strategy-lock; the rest of it,
and the shape of the answers, are our reading.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crosstrade_desk.practice.checks import CHECKS, correction
from crosstrade_desk.practice.events import Done, Event, Rejected, Result
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.faults import ReadFault, Wish, wished
from crosstrade_desk.practice.operations import OPERATIONS, Clone, place_of
from crosstrade_desk.practice.panel import Panel
from crosstrade_desk.practice.reading import take
from crosstrade_desk.practice.windows import Passage, Window
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import mask, read_key
from crosstrade_desk.protocol.numbers import Rate
from crosstrade_desk.protocol.problems import Kind, Problem, Problems, printable
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.texts import ClockTime

_LONGEST_TEXT: Final = 600
_ONLY_CLOSING: Final = Rejected("Blocked: only closing orders pass now")
_NO_EFFECT: Final = "nothing to do"
Outcomes = list[tuple[str | None, Result]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client, and the parts of the log line. Neither ever holds the key."""

    status: int
    json_body: Mapping[str, bool | str]
    log: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A good message that waits for its delay. `wish` is the fault that its sender asked for, if any."""

    command: Command
    notes: tuple[str, ...]
    wish: Wish | ReadFault | None

    @property
    def wait_s(self) -> float:
        """Seconds until it is to be carried out."""
        return self.command.delay_s


class Relay:
    """CrossTrade, for one user. `refusal_status` is the status of what is refused for its sense; 200 or a 4xx."""

    def __init__(
        self, exchange: Exchange, key: Secret, panel: Panel | None = None, *, refusal_status: int = 200
    ) -> None:
        self.exchange = exchange
        self._key = key
        self._panel = panel or Panel()
        self._refusal_status = refusal_status

    def receive(self, content_type: str | None, body: bytes) -> Answer | Held:
        """Reads a posted message. Never raises for what a client sends."""
        found = self._read(content_type, body)
        return self._masked(found) if isinstance(found, Answer) else found

    def carry_out(self, held: Held, now: datetime) -> Answer:
        """Does what a message asks for, for every account that it names, at the time `now`."""
        earlier = _texts(self.exchange.advance(now))
        blocked = self._blocked(held.command, now)
        outcomes: Outcomes = [(None, blocked)] if blocked else self._clones(held.command, now)
        done = self._answered(held, outcomes)
        return self._masked(Answer(done.status, done.json_body, (*earlier, *done.log)))

    # --- reading ---

    def _read(self, content_type: str | None, body: bytes) -> Answer | Held:
        if not _is_plain_text(content_type):
            return refused(415, "Send the message with the header Content-Type: text/plain")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return refused(400, "The message is not UTF-8 text")
        key = read_key(text)  # before anything else is made of it: a stranger's text costs no more than this
        if key is None or not hmac.compare_digest(key.reveal(), self._key.reveal()):
            return refused(401, "The secret key is missing or wrong")
        taken = take(text)
        if isinstance(taken.command, Problems):
            return self._unread(taken.command, taken.stranger)
        if taken.command.spec.control:
            return self._switch(taken.command, taken.notes)
        return Held(taken.command, taken.notes, wished(str(taken.command.values.get("notes", ""))))

    def _unread(self, problems: Problems, stranger: str) -> Answer:
        if stranger:
            return refused(self._refusal_status, f"Instrument '{stranger}' not found")
        return refused(400, _explained(problems))

    def _switch(self, command: Command, notes: tuple[str, ...]) -> Answer:
        # Source: docs advanced-options/kill-switch: evaluated before anything else, and "off" passes while it is on.
        self._panel.killed = command.values["kill_switch"] == "on"
        return _accepted(notes, (command.sentence, "accepted"))

    # --- checks of the message as a whole ---

    def _blocked(self, command: Command, now: datetime) -> Rejected | None:
        if self._panel.killed:
            return Rejected("Blocked: the kill switch is on")
        rate, name = command.values.get("rate_limit"), str(command.values.get("id"))
        if isinstance(rate, Rate) and not self._panel.rates.passes(name, rate, now):
            return Rejected(f"Blocked: rate limit of {rate.count} in {rate.span_s} s reached for id '{name}'")
        if command.values.get("destination") == "tradovate":
            return Rejected("No Tradovate account is linked: the practice exchange has none")
        passage = self._passage(command, now)
        if passage is Passage.NOTHING:
            return Rejected("Blocked: outside of the trading window")
        if passage is Passage.CLOSING and command.spec.opens and not _flattens_first(command):
            return _ONLY_CLOSING
        return None

    def _passage(self, command: Command, now: datetime) -> Passage:
        """What passes now by the windows of panel and message together. Both count; bypassing skips both."""
        if command.values.get("bypass_trade_windows") is True or command.spec.ignores_windows:
            return Passage.ALL
        passages = [window.passage(now) for window in (self._panel.window, _window(command))]
        return next((p for p in (Passage.NOTHING, Passage.CLOSING) if p in passages), Passage.ALL)

    # --- each account by itself ---

    def _clones(self, command: Command, now: datetime) -> Outcomes:
        """One copy for each account named, in order; a refused one does not stop the next. Source: docs delay-timer."""
        close_only = command.spec.opens and self._passage(command, now) is Passage.CLOSING
        clones = [Clone(command.values, account) for account in command.accounts or (None,)]
        return [(clone.account, self._clone(command.spec.token, clone, close_only)) for clone in clones]

    def _clone(self, token: str, clone: Clone, close_only: bool) -> Result:
        at = place_of(self.exchange, clone)
        if isinstance(at, Rejected):
            return at
        if at is None:
            return OPERATIONS[token](self.exchange, clone)
        for check in CHECKS:
            if (found := check(self.exchange, self._panel, at, clone)) is not None:
                return found
        if close_only:
            # Source: docs trading-window: a PLACE with flatten_first still closes, a FLATPLACE is blocked whole.
            return Rejected(_ONLY_CLOSING.text, self.exchange.flatten_first(at).events)
        self._panel.locks.claim(self.exchange, at, clone.text("strategy_tag"))
        corrected = correction(self.exchange, at, clone)
        return OPERATIONS[token](self.exchange, clone) if corrected is None else corrected

    # --- answers ---

    def _answered(self, held: Held, outcomes: Outcomes) -> Answer:
        events = [text for _, result in outcomes for text in _texts(result.events)]
        error = _refusal(outcomes)
        if error:
            log = (held.command.sentence, f"refused: {error}", *events)
            return Answer(self._refusal_status, {"success": False, "error": error}, log)
        notes = held.notes if events else (*held.notes, _NO_EFFECT)
        return _accepted(notes, (held.command.sentence, "accepted", *(events or [_NO_EFFECT])))

    def refuse(self, command: Command, status: int, error: str) -> Answer:
        """A no that was asked for; nothing is carried out."""
        log = (command.sentence, f"refused with {status}, as asked: {error}")
        return self._masked(Answer(status, {"success": False, "error": error}, log))

    def lose(self, command: Command) -> tuple[str, ...]:
        """The log of a message that nobody answers; nothing is carried out."""
        return (self._hidden(command.sentence), "hung up before it was carried out, as asked")

    def _masked(self, answer: Answer) -> Answer:
        body = {name: self._hidden(it) if isinstance(it, str) else it for name, it in answer.json_body.items()}
        return Answer(answer.status, body, tuple(self._hidden(part) for part in answer.log))

    def _hidden(self, text: str) -> str:
        # A key in the wrong field would be quoted, and some fields are quoted in capitals.
        masked = printable(mask(text, self._key.reveal()))
        return masked if len(masked) <= _LONGEST_TEXT else f"{masked[: _LONGEST_TEXT - 1]}…"


def refused(status: int, error: str) -> Answer:
    """The answer to what is no message of this user's."""
    return Answer(status, {"success": False, "error": error}, (f"refused with {status}: {error}",))


def _accepted(notes: tuple[str, ...], log: tuple[str, ...]) -> Answer:
    warning = {"warning": "; ".join(notes)} if notes else {}
    return Answer(200, {"success": True, **warning}, log)


def _is_plain_text(content_type: str | None) -> bool:
    kind, _, parameters = (content_type or "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    return kind.strip().lower() == "text/plain" and charset in ("", "charset=utf-8", "charset=utf8")


def _explained(problems: Problems) -> str:
    missing = [p.field.upper() for p in problems.items if p.kind is Kind.MISSING]
    parts = [_said(p) for p in problems.items if p.kind is not Kind.MISSING]
    if missing:
        parts.insert(0, f"Check message format, missing required field: {', '.join(missing)}")
    return ". ".join(part.removesuffix(".") for part in parts)


def _said(problem: Problem) -> str:
    return f"{problem.field}: {problem.message}" if problem.field else problem.message


def _flattens_first(command: Command) -> bool:
    return command.values.get("flatten_first") is True


def _window(command: Command) -> Window:
    times = (command.values.get(name) for name in ("start_time", "end_time", "closing_only_after"))
    return Window(*(found.time if isinstance(found, ClockTime) else None for found in times))


def _refusal(outcomes: Outcomes) -> str:
    """Why it was refused; with several accounts, which of them failed and which were served all the same."""
    failed = [(account, result.text) for account, result in outcomes if isinstance(result, Rejected)]
    if not failed or len(outcomes) == 1:
        return "".join(text for _, text in failed)
    served = [str(account) for account, result in outcomes if isinstance(result, Done)]
    parts = [f"{account}: {text}" for account, text in failed]
    return "; ".join([*parts, f"carried out for {', '.join(served)}"] if served else parts)


def _texts(events: tuple[Event, ...]) -> tuple[str, ...]:
    return tuple(event.text for event in events)

"""What CrossTrade does with a message before NinjaTrader sees it, and the answer it gives. Pure.

Order of the checks and shape of the answers: docs api/webhook-trading says little, so both are our reading of it.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, cast

from crosstrade_desk.practice.events import Done, Event, Rejected, Result
from crosstrade_desk.practice.exchange import Exchange, Filter
from crosstrade_desk.practice.trades import Entry, Kind, Side, Tif
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.fields import Value
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.message import Reading, Unread, mask, read
from crosstrade_desk.protocol.problems import Problem, Problems, printable
from crosstrade_desk.protocol.secret import MASK, Secret


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client, and the parts of the log line. Neither ever holds the key."""

    status: int
    json_body: Mapping[str, bool | str]
    log: tuple[str, ...]


def answer(
    exchange: Exchange, key: Secret, content_type: str | None, body: bytes, now: datetime, *, refusal_status: int = 200
) -> Answer:
    """Carries out one posted message at the time `now` and gives its answer. Never raises for what a client sends."""
    found = _judge(exchange, key, content_type, body, now, refusal_status)
    hidden = {name: _hidden(value, key) if isinstance(value, str) else value for name, value in found.json_body.items()}
    return Answer(found.status, hidden, tuple(_hidden(part, key) for part in found.log))


_LONGEST_TEXT: Final = 600


def _hidden(text: str, key: Secret) -> str:
    # A key in the wrong field would be quoted, and some fields are quoted in capitals.
    masked = printable(mask(re.sub(re.escape(key.reveal()), MASK, text, flags=re.IGNORECASE)))
    return masked if len(masked) <= _LONGEST_TEXT else f"{masked[: _LONGEST_TEXT - 1]}…"


def _judge(
    exchange: Exchange, key: Secret, content_type: str | None, body: bytes, now: datetime, refusal_status: int
) -> Answer:
    if not _is_plain_text(content_type):
        return _no(415, "Send the message with the header Content-Type: text/plain")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _no(400, "The message is not UTF-8 text")
    reading, warning = _read(text)
    if reading.key is None or not hmac.compare_digest(reading.key.reveal(), key.reveal()):
        return _no(401, "The secret key is missing or wrong")
    if isinstance(reading, Unread):
        return _no(400, _explained(reading.problems, text))
    earlier = exchange.advance(now)
    done = _answered(reading.command, _carry_out(exchange, reading.command), refusal_status, warning)
    return Answer(done.status, done.json_body, (*_texts(earlier), *done.log))


def _is_plain_text(content_type: str | None) -> bool:
    kind, _, parameters = (content_type or "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    return kind.strip().lower() == "text/plain" and charset in ("", "charset=utf-8", "charset=utf8")


_QTY = re.compile(r"(?i)(^|;)(\s*)qty(?=\s*=)")


def _read(text: str) -> tuple[Reading | Unread, str]:
    """The message, and a warning if it was bent: the amount to close is spelled `quantity`, and often written `qty`."""
    reading = read(text)
    if isinstance(reading, Unread) and reading.problems.of("qty"):
        kinder = read(_QTY.sub(r"\1\2quantity", text))
        if isinstance(kinder, Reading):
            return kinder, "qty is read as quantity here: write quantity"
    return reading, ""


_GIVEN = re.compile(r"(?:^|;)\s*(\w+)\s*=\s*[^;\s]")


def _explained(problems: Problems, text: str) -> str:
    given = {name.lower() for name in _GIVEN.findall(text)}
    missing = [p.field.upper() for p in problems.items if p.field and p.field not in given]
    parts = [_said(p) for p in problems.items if not p.field or p.field in given]
    if missing:
        parts.insert(0, f"Check message format, missing required field: {', '.join(missing)}")
    return ". ".join(part.removesuffix(".") for part in parts)


def _said(problem: Problem) -> str:
    return f"{problem.field}: {problem.message}" if problem.field else problem.message


Values = Mapping[str, Value]
Operation = Callable[[Exchange, Values, str | None], Result]
Outcomes = list[tuple[str | None, Result]]


def _carry_out(exchange: Exchange, command: Command) -> Outcomes:
    """One clone for each account named, in order; a refused one does not stop the next. Source: docs delay-timer."""
    operation = OPERATIONS[command.spec.token]
    return [(account, operation(exchange, command.values, account)) for account in command.accounts or (None,)]


def _place(exchange: Exchange, values: Values, account: str | None) -> Result:
    at = exchange.find(account or "", cast("Instrument", values["instrument"]))
    if isinstance(at, Rejected):
        return at
    entry = Entry(
        Side[str(values["action"])],
        cast("int", values["qty"]),
        Kind[str(values["order_type"])],
        Tif[str(values["tif"])],
        cast("Decimal | None", values.get("limit_price")),
        cast("Decimal | None", values.get("stop_price")),
    )
    return exchange.place(at, entry)


def _close(exchange: Exchange, values: Values, account: str | None) -> Result:
    quantity, percent = values.get("quantity"), values.get("percent")
    at = exchange.find(account or "", cast("Instrument", values["instrument"]))
    if isinstance(at, Rejected):
        return at
    return exchange.close(at, cast("int | None", quantity), cast("Decimal | None", percent))


def _flatten(exchange: Exchange, values: Values, account: str | None) -> Result:
    short = {"SHORT": True, "LONG": False}.get(str(values.get("market_position")))
    return exchange.flatten(Filter(account, cast("Instrument | None", values.get("instrument")), short))


# Complete against the catalogue: tests/practice/test_webhook.py.
OPERATIONS: Final[Mapping[str, Operation]] = {
    "PLACE": _place,
    "CLOSEPOSITION": _close,
    "FLATTEN": _flatten,
    "FLATTENEVERYTHING": lambda exchange, _values, _account: exchange.flatten_everything(),
    "CANCELALLORDERS": lambda exchange, _values, _account: exchange.cancel_orders(),
}


def _answered(command: Command, outcomes: Outcomes, refusal_status: int, warning: str) -> Answer:
    events = [text for _, result in outcomes for text in _texts(result.events)]
    error = _refusal(outcomes)
    if error:
        return Answer(
            refusal_status, {"success": False, "error": error}, (command.sentence, f"refused: {error}", *events)
        )
    body: dict[str, bool | str] = {"success": True, "warning": warning} if warning else {"success": True}
    return Answer(200, body, (command.sentence, "accepted", *(events or ["nothing to do"])))


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


def _no(status: int, error: str) -> Answer:
    return Answer(status, {"success": False, "error": error}, (f"refused with {status}: {error}",))

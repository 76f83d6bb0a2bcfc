"""What the tests of the sender send, where to, and what may never be seen of it."""

from typing import Any

from crosstrade_desk.protocol.catalogue import FLATTEN, PLACE
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.sending.http import HttpSender
from crosstrade_desk.sending.outcome import Accepted, NotSent, Outcome, Refused, Unknown
from support import certs
from support.marker import MARKER, PARTS


def nothing() -> None:
    """For senders that must tell when the text has left."""


KEY = Secret(MARKER)
HIDDEN = (MARKER, MARKER[:10], MARKER[-10:], *PARTS, "/v1/send/" + PARTS[0])
NO_TRADER_WORDS = ("httpx", "httpcore", "Errno", "Error", "Exception", "anyio", "0x", "\n")
LOOK = "Look in NinjaTrader before you send again: the order may have arrived. "


def endpoint(origin: str) -> Endpoint:
    parsed = parse_endpoint(f"{origin}/v1/send/{PARTS[0]}/{PARTS[1]}")
    assert isinstance(parsed, Endpoint)
    return parsed


def sender(origin: str, **limits: float) -> HttpSender:
    """A sender with short limits, in seconds; it trusts the test authority only."""
    limits = {"answer_limit_s": 0.4, "connect_limit_s": 3} | limits
    return HttpSender(endpoint(origin), KEY, certs.client(), **limits)


def _message(spec: CommandSpec, **texts: str) -> Message:
    command = compose(spec, texts)
    assert isinstance(command, Command), command
    return Message(command)


ENTRY = _message(PLACE, account="Sim101", instrument="MNQ 12-26", action="BUY", qty="1", order_type="MARKET", tif="DAY")
EXIT = _message(FLATTEN, account="Sim101")


async def send_once(origin: str, **limits: float) -> Outcome:
    one = sender(origin, **limits)
    try:
        return await one.send(ENTRY, nothing)
    finally:
        await one.close()


def assert_plain(outcome: Outcome) -> None:
    """The sentence is words for a trader, and nothing hidden shows anywhere."""
    assert len(outcome.sentence) > 8
    assert not [word for word in NO_TRADER_WORDS if word in outcome.sentence], outcome.sentence
    assert_hidden(outcome)
    match outcome:
        case Unknown():
            assert outcome.sentence.startswith(LOOK)
        case NotSent():
            assert outcome.sentence.endswith("Nothing was sent.")
        case Accepted() | Refused():
            assert outcome.answer.status


def assert_hidden(*things: Any) -> None:
    for thing in things:
        seen = f"{thing!s} {thing!r}"
        assert not [hidden for hidden in HIDDEN if hidden in seen], seen

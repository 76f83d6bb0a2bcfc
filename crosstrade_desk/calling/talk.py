"""What is said on the way to the running program: one JSON line there, one back, and the end. Pure but for the clock.

    {"verb": "show", "by": 5123.5, "texts": {}}        by: monotonic seconds, the same in all processes of a computer
    {"ok": true, "said": "The window is in front."}

What takes longer is answered twice: `{"taken": true}` at once, and the answer when there is one. Whoever hears neither
in time knows that the program hangs, and whoever hears only the first that it is at work.

Nothing waits for better times: a call that is read after its `by` is not carried out, for the caller has given up.
"""

import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, Protocol

LINE_LIMIT: Final = 16_384  # bytes with the line's end
TIME_LIMIT_S: Final = 2.0  # for a line to come whole, and for a call to be carried out
_ANSWER_S: Final = 0.3  # of it, what is left for the answer's way
NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Call:
    """What is wanted: a verb of the table, its texts by name, and the monotonic second after which it is not."""

    verb: str
    by: float
    texts: Mapping[str, str] = field(default_factory=lambda: NO_TEXTS)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it was done, a sentence for the one who called, and texts by name for a program that called."""

    ok: bool
    said: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """It is being carried out; `then` is what becomes of it."""

    then: Awaitable[Answer]


class NoAnswer(Enum):
    """Why a call has no answer."""

    ABSENT = "nobody is there: nothing was said"
    ENDED = "the other side hung up: it is ending, or died"
    SILENT = "the other side is there and did not answer in time"
    UNTOLD = "the other side took it, and did not tell in time what became of it"


Handler = Callable[[Call], Awaitable[Answer | Taken]]
Verbs = Mapping[str, Handler]
Start = Callable[[Coroutine[Any, Any, None], str], object]


class Door(Protocol):
    """Where the running program is called."""

    async def serve(self, verbs: Verbs, start: Start) -> None:
        """Answers calls from now on, each in a task that `start` starts; if that gives None, it hangs up.

        If there can be no door a line in the log is all: a second start says that this one cannot be reached.
        """

    def close(self) -> None:
        """Takes no more calls."""


def call_by(verb: str, until: float, texts: Mapping[str, str] = NO_TEXTS) -> Call:
    """A call whose answer has time to be back at `until`."""
    return Call(verb, until - _ANSWER_S, texts)


def call_line(call: Call) -> bytes:
    """The call as a line."""
    return _line({"verb": call.verb, "by": call.by, "texts": dict(call.texts)})


def answer_line(answer: Answer) -> bytes:
    """The answer as a line."""
    texts = {"texts": dict(answer.texts)} if answer.texts else {}
    return _line({"ok": answer.ok, "said": answer.said, **texts})


def read_answer(line: bytes) -> Answer | NoAnswer:
    """The answer that a line says; `UNTOLD` where one is still to come. What is none counts as silence."""
    match _read(line):
        case {"taken": True}:
            return NoAnswer.UNTOLD
        case {"ok": bool(ok), "said": str(said), **rest}:
            texts = rest.get("texts")
            return Answer(ok, said, _only_texts(texts) if isinstance(texts, dict) else {})
        case _:
            return NoAnswer.SILENT


async def converse(line: bytes, verbs: Verbs, write: Callable[[bytes], object]) -> None:
    """Carries out the call that a line says, and writes what there is to say about it."""
    said = await answered(line, verbs)
    if isinstance(said, Taken):
        write(_line({"taken": True}))
        said = await said.then
    write(answer_line(said))


async def answered(line: bytes, verbs: Verbs) -> Answer | Taken:
    """Carries out the call that a line says, if its verb is in the table and its time is not over."""
    call = read_call(line, time.monotonic())
    if isinstance(call, Answer):
        return call
    if call.verb not in verbs:
        return Answer(False, f"CrossTrade Desk knows no call of that name, only: {', '.join(sorted(verbs))}.")
    return await verbs[call.verb](call)


def read_call(line: bytes, now: float) -> Call | Answer:
    """The call that a line says, or the answer to a line that says none."""
    if len(line) > LINE_LIMIT:
        return Answer(False, f"A call has at most {LINE_LIMIT} bytes.")
    if not line.endswith(b"\n"):
        return Answer(False, "The call is cut off.")
    match _read(line):
        case {"verb": str(verb), "by": int() | float() as by, "texts": dict(texts), **rest} if not rest:
            return _in_time(verb, by, texts, now)
        case _:
            return Answer(False, "That is no call: it takes one line of JSON with verb, by and texts.")


def _in_time(verb: str, by: float, texts: dict[str, object], now: float) -> Call | Answer:
    words = _only_texts(texts)
    if len(words) != len(texts):
        return Answer(False, "The texts of a call are texts.")
    if not now <= by <= now + TIME_LIMIT_S:  # so written, it refuses NaN
        return Answer(False, "Not done: the call came too late.")
    return Call(verb, by, words)


def _only_texts(texts: dict[str, object]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def _line(content: dict[str, object]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, a number of thousands of digits; brackets in brackets
        return None

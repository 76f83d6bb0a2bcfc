"""What a line says, by value: a call in time, or a sentence about what is wrong with it."""

import json
import time

import pytest

from crosstrade_desk.calling.talk import (
    LINE_LIMIT,
    Answer,
    Call,
    NoAnswer,
    Taken,
    answer_line,
    answered,
    call_by,
    call_line,
    converse,
    read_answer,
    read_call,
)

NOW = 5000.0
SHOW = {"verb": "show", "by": NOW + 1, "texts": {}}


def line(**changed: object) -> bytes:
    return json.dumps({**SHOW, **changed}).encode() + b"\n"


def test_a_call_is_read_as_it_was_written() -> None:
    call = Call("flatten", NOW + 1, {"account": "Sim101", "instrument": "MES 12-26"})
    assert read_call(call_line(call), NOW) == call
    assert read_answer(answer_line(Answer(False, "Nö."))) == Answer(False, "Nö.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "cut off"),
        (line()[:-1], "cut off"),
        (b"show\n", "no call"),
        (b"\xff\xfe\n", "no call"),
        (b"[" * 10_000 + b"\n", "no call"),
        (b'{"verb": "show", "by": ' + b"9" * 5000 + b', "texts": {}}\n', "no call"),
        (b"null\n", "no call"),
        (line(verb=1), "no call"),
        (line(by="5001"), "no call"),
        (line(texts=["Sim101"]), "no call"),
        (line(more=1), "no call"),
        (b'{"verb": "show", "by": 5001}\n', "no call"),
        (line(texts={"qty": 1}), "texts"),
        (line(texts={"a": "x" * LINE_LIMIT}), "at most"),
    ],
)
def test_what_is_no_call_is_answered_with_a_sentence(text: bytes, said: str) -> None:
    found = read_call(text, NOW)
    assert isinstance(found, Answer)
    assert not found.ok
    assert said in found.said


@pytest.mark.parametrize("by", [NOW - 0.001, 0, -1, True, float("nan"), float("inf"), NOW + 3])
def test_a_call_whose_caller_has_given_up_or_names_no_near_time_is_not_carried_out(by: float) -> None:
    assert read_call(line(by=by), NOW) == Answer(False, "Not done: the call came too late.")


@pytest.mark.parametrize(
    "text", [b"\n", b"ok\n", b"[]\n", b'{"ok": 1, "said": "x"}\n', b'{"ok": true, "said": null}\n', b"\xff\n"]
)
def test_an_answer_that_cannot_be_read_counts_as_silence(text: bytes) -> None:
    assert read_answer(text) is NoAnswer.SILENT


@pytest.mark.anyio
async def test_a_verb_is_an_entry_of_the_table_and_another_one_is_told_the_entries() -> None:
    async def flatten(call: Call) -> Answer:
        return Answer(True, f"Flattened {call.texts['account']}.")

    def now(verb: str) -> bytes:
        return call_line(Call(verb, time.monotonic() + 1, {"account": "Sim101"}))

    verbs = {"show": flatten, "flatten": flatten}
    assert await answered(now("flatten"), verbs) == Answer(True, "Flattened Sim101.")
    unknown = await answered(now("buy"), verbs)
    assert not unknown.ok
    assert "flatten, show" in unknown.said


def test_a_call_leaves_time_for_its_answer() -> None:
    assert call_by("show", NOW).by < NOW - 0.1


async def _later(said: Answer) -> Answer:
    return said


@pytest.mark.anyio
async def test_what_takes_longer_is_said_to_be_taken_at_once_and_answered_in_a_second_line() -> None:
    told = Answer(True, "Accepted.", {"outcome": "accepted"})

    async def take(_call: Call) -> Taken:
        return Taken(_later(told))

    written: list[bytes] = []
    await converse(call_line(call_by("take", time.monotonic() + 2)), {"take": take}, written.append)
    assert [read_answer(text) for text in written] == [NoAnswer.UNTOLD, told]

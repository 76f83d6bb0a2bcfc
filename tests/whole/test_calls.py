"""Other programs call `flatten`, `cancel` and `send`: real processes, window, keyring and HTTPS server."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosstrade_desk.desk.gate_state import FRESH_PRESS_S
from crosstrade_desk.storage.preset_file import save
from crosstrade_desk.storage.presets import Preset
from support import certs
from support.bad_server import BadServer, Connection, answers, closed_port, page
from support.callers import Caller
from support.journals import raw
from support.leaks import files_with_marker
from support.marker import MARKER
from support.outside import program
from support.screen import screen, until
from support.secret_service import secret_service
from support.told import telling

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and the keyring of a desktop")
YES = answers(200, b'{"success": true}', "Content-Type: application/json")
NO = answers(200, b'{"success": false, "error": "no such account"}', "Content-Type: application/json")
TEXT = "command=PLACE; account={}; instrument=MES 03-25; action=BUY; qty={}; order_type=MARKET; tif=DAY;"
ORDER = TEXT.format("Sim105", 1)
WIRE = f"key={MARKER};\n".encode() + ORDER.replace("; ", ";\n").encode()
FLATTEN = f"key={MARKER};\ncommand=FLATTEN;\naccount=Sim105;\ninstrument=MES 03-25;".encode()
SCOPE = ("--account", "Sim105", "--instrument", "MES 03-25")
SEND = ("send", "--message", "-")


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    with secret_service("unlocked") as keyring:
        yield Caller(tmp_path, keyring, certs.write_authority(tmp_path))


@pytest.fixture
def server(caller: Caller) -> Iterator[BadServer]:
    with BadServer(YES, tls=certs.good()) as made:
        caller.keep(made.origin)
        yield made


async def swallow(connection: Connection) -> None:
    while True:
        got = await connection.request()
        if got.line.startswith(b"HEAD "):
            await connection.write(page(200, b""))


def rest() -> None:
    """Lets the time pass in which the gate takes the next press for the second one of a double click."""
    time.sleep(FRESH_PRESS_S + 0.1)


_OWN_ID = re.compile(rb"\norder_id=desk-[0-9a-z]+-[0-9a-z]+;")


def bodies(server: BadServer) -> list[bytes]:
    """What arrived, without the id of its own that each order gets, another one each time."""
    found = [got.body for got in server.posts]
    ids = [id_ for body in found for id_ in _OWN_ID.findall(body)]
    assert len(set(ids)) == len(ids)
    return [_OWN_ID.sub(b"", body) for body in found]


def test_handed_over_and_without_a_window_the_very_same_bytes_leave(caller: Caller, server: BadServer) -> None:
    with caller.window() as window:
        for words, text in ((("flatten", *SCOPE), ""), (SEND, ORDER)):
            done = caller.call(*words, text=text)
            assert (done["outcome"], done["code"], done["place"], done["remarks"]) == ("accepted", 0, "LIVE", "")
            assert MARKER not in str(done)
        caller.close(window)
    assert caller.call("flatten", *SCOPE)["code"] == 0
    done = caller.call(*SEND, "--live", "--yes", text=f"key={MARKER}; {ORDER}")
    assert (done["outcome"], done["code"]) == ("accepted", 0)
    assert done["remarks"].startswith("warning: key: It holds a secret key.")
    assert bodies(server) == [FLATTEN, WIRE] * 2
    assert [row["outcome"] for row in caller.rows()] == ["accepted"] * 4
    assert files_with_marker(caller.home) == []


def test_by_click_and_key_and_handed_over_the_very_same_bytes_leave(
    caller: Caller, server: BadServer, tmp_path: Path
) -> None:
    caller.keep(server.origin, chosen_accounts=["Sim105"], instrument="MES 03-25")
    with screen() as glass, program(glass, tmp_path, caller.env) as desk:
        glass.window("^CrossTrade Desk$")
        desk.until(lambda state: state["link"].startswith("link up"), "the live connection")
        rest()
        desk.click("action/BUY")
        desk.click("send")
        glass.key("ctrl+shift+f")
        until(lambda: len(server.posts) == 2, "both at the server")
        rest()
        assert caller.call(*SEND, "--yes", text=ORDER)["code"] == 0
        assert caller.call("flatten", *SCOPE)["code"] == 0
        desk.until(lambda state: state["rows"] == 4, "the calls in the log of the window")
        assert desk.close() == 0
    assert bodies(server) == [WIRE, FLATTEN] * 2


def test_a_preset_by_mouse_by_key_handed_over_and_without_a_window_is_the_very_same_bytes(
    caller: Caller, server: BadServer, tmp_path: Path
) -> None:
    keys = ["Ctrl+Alt+J: preset Scalp"]
    caller.keep(server.origin, chosen_accounts=["Sim105"], instrument="MES 03-25", keys=keys)
    texts = {"account": "Sim105", "instrument": "MES 03-25", "action": "BUY", "qty": "1", "order_type": "MARKET"}
    save(caller.home / "presets.toml", (Preset("Scalp", sends=True, fields={**texts, "tif": "DAY"}),))
    with screen() as glass, program(glass, tmp_path, caller.env) as desk:
        glass.window("^CrossTrade Desk$")
        desk.until(lambda state: state["link"].startswith("link up"), "the live connection")
        rest()
        desk.click("presets/Scalp")
        until(lambda: len(server.posts) == 1, "the press")
        rest()
        glass.key("ctrl+alt+j")
        desk.until(lambda state: "Press Ctrl+Alt+J again" in state["status"], "the rehearsal of a key from a file")
        rest()
        glass.key("ctrl+alt+j")
        desk.until(lambda state: "The very same order" in str(state["words"]), "the question whether to send it again")
        rest()
        glass.key("ctrl+shift+Return")
        until(lambda: len(server.posts) == 2, "the key")
        rest()
        assert caller.call("send", "--preset", "scalp", "--yes")["code"] == 0
        assert desk.close() == 0
    rest()
    assert caller.call("send", "--preset", "Scalp", "--live", "--yes")["code"] == 0
    assert bodies(server) == [WIRE] * 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--preset", "Nobody"), "There is no preset"),
        (("--preset", "Part"), "a part of the form"),
        (("--preset", "Old", "--message", "-"), "not allowed with"),
        ((), "required"),
    ],
)
def test_a_preset_that_cannot_be_sent_ends_with_2(
    caller: Caller, server: BadServer, words: tuple[str, ...], said: str
) -> None:
    save(caller.home / "presets.toml", (Preset("Part", part=True, fields={"qty": "1"}),))
    call = caller.begin("send", *words)
    _, complaint = call.communicate(timeout=30)
    assert (call.returncode, said in complaint) == (2, True), complaint
    assert bodies(server) == []


def test_the_wide_exits_and_cancel_say_what_they_are_asked(caller: Caller, server: BadServer) -> None:
    for words in (("flatten", "--everything"), ("cancel", "--everything"), ("cancel", *SCOPE)):
        assert caller.call(*words)["code"] == 0
    sent = [body.decode().split("\n", 1)[1].replace("\n", " ") for body in bodies(server)]
    assert sent == [
        "command=FLATTENEVERYTHING;",
        "command=CANCELALLORDERS;",
        "command=CANCELORDERS; account=Sim105; instrument=MES 03-25;",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("flatten",),
        ("flatten", "--instrument", "MES 03-25"),
        ("flatten", "--account", ""),
        ("flatten", "--account", "Sim105", "--instrument", ""),
        ("flatten", "--everything", "--account", "Sim105"),
        ("cancel", "--account", "Sim105", "--account", " "),
        ("cancel", "--account", "Sim105", "--instrument", "MES;"),
        ("send", "--message", "no such file"),
        ("send",),
        (*SEND, "--account", "Sim105"),
    ],
)
def test_what_is_empty_or_contradicts_itself_sends_nothing_and_ends_with_2(
    caller: Caller, server: BadServer, words: tuple[str, ...]
) -> None:
    done = caller.call(*words, text="command=PLACE; account=Sim105;")
    assert done["code"] == 2
    assert done["remarks"]
    assert (done.get("outcome"), server.posts) == (None, [])


@pytest.mark.parametrize(
    ("behaviour", "outcome", "code"),
    [(NO, "refused", 1), (answers(502, b"<html>"), "unknown", 4), (answers(200, b"{}"), "unconfirmed", 0)],
    ids=["no", "gateway", "neither"],
)
def test_the_exit_code_tells_the_outcome_with_a_window_and_without(
    caller: Caller, behaviour: object, outcome: str, code: int
) -> None:
    with BadServer(behaviour, tls=certs.good()) as server:  # type: ignore[arg-type]
        caller.keep(server.origin)
        found = [caller.call("flatten", *SCOPE)]
        with caller.window():
            found += [caller.call("flatten", *SCOPE), caller.call(*SEND, text=ORDER)]
        assert [(done["outcome"], done["code"]) for done in found] == [(outcome, code)] * 3
        assert len(server.posts) == 3


def test_an_exit_that_never_left_is_tried_again_for_ten_seconds_and_ends_with_3(caller: Caller) -> None:
    with closed_port() as origin:
        caller.keep(origin)
        began = time.monotonic()
        done = caller.call("flatten", *SCOPE)
        assert (done["outcome"], done["code"]) == ("not sent", 3)
        assert 9.5 < time.monotonic() - began < 20
        assert "tried again for 10 s" in done["remarks"]
    assert [row["outcome"] for row in caller.rows()] == ["not sent"]


def test_in_the_window_an_entry_called_for_needs_its_switch_and_an_exit_does_not(
    caller: Caller, server: BadServer
) -> None:
    real = TEXT.format("U1234567", 1)
    with caller.window():
        for words in (SEND, (*SEND, "--yes"), (*SEND, "--yes", "--live", "--confirm", "U1234567")):
            done = caller.call(*words, text=real)
            assert (done["outcome"], done["rule"], done["code"]) == ("blocked", "armed", 5)
        assert caller.call("flatten", "--account", "U1234567")["code"] == 0
    assert [body.split(b"\n")[1] for body in bodies(server)] == [b"command=FLATTEN;"]
    with caller.window("U1234567"):
        assert caller.call(*SEND, text=real)["code"] == 0
        assert caller.call(*SEND, text=TEXT.format("U7654321", 1))["rule"] in ("account", "double press")
    assert len(server.posts) == 2


def test_a_question_of_the_gate_is_not_sent_without_yes_and_yes_passes_no_guard(
    caller: Caller, server: BadServer
) -> None:
    with caller.window():
        assert caller.call(*SEND, text=ORDER)["code"] == 0
        rest()
        done = caller.call(*SEND, text=ORDER)
        assert (done["outcome"], done["rule"], done["code"]) == ("asked", "same again", 5)
        rest()
        assert caller.call(*SEND, "--yes", text=ORDER)["code"] == 0
        rest()
        done = caller.call(*SEND, "--yes", text=TEXT.format("Sim105", 101))
        assert (done["outcome"], done["rule"], done["code"]) == ("blocked", "size", 5)
    assert bodies(server) == [WIRE] * 2
    rows = [(row["outcome"], row["guard"]) for row in caller.rows()]
    assert rows == [("accepted", ""), ("blocked", "same again"), ("accepted", ""), ("blocked", "size")]


def test_what_has_to_be_held_in_the_window_takes_a_yes(caller: Caller, server: BadServer) -> None:
    done = caller.call(*SEND, "--live", text="command=FLATTEN; instrument=MES 03-25;")
    assert (done["outcome"], done["rule"], done["code"]) == ("asked", "held", 5)
    assert "every account" in done["sentence"]
    assert caller.call(*SEND, "--live", "--yes", text="command=FLATTEN; instrument=MES 03-25;")["code"] == 0
    assert len(server.posts) == 1


def test_without_a_window_an_entry_has_to_say_live_and_to_name_its_accounts(caller: Caller, server: BadServer) -> None:
    real = TEXT.format("U1234567", 1)
    for words, text, rule in (
        ((), ORDER, "place"),
        (("--yes",), real, "place"),
        (("--live", "--yes"), real, "armed"),
        (("--live", "--confirm", "U7654321"), real, "account"),
        (("--live", "--confirm", "U1234567"), TEXT.format("U1234567", 11), "size"),
    ):
        done = caller.call(*SEND, *words, text=text)
        assert (done["outcome"], done["rule"], done["code"]) == ("blocked", rule, 5), words
    assert server.posts == []
    assert caller.call(*SEND, "--live", "--confirm", "U1234567", text=real)["code"] == 0
    assert len(server.posts) == 1


def test_limits_that_nothing_vouches_for_hold_a_calls_entry_and_never_its_exit(
    caller: Caller, server: BadServer
) -> None:
    with caller.window() as window:  # it has the keyring vouch for the limits as they are
        caller.close(window)
    with raw(caller.home / "journal.db") as journal:
        journal.execute("INSERT INTO confirmed SELECT NULL, session, at_us, settings || ' ' FROM confirmed LIMIT 1")
    done = caller.call(*SEND, "--live", "--yes", text=ORDER)
    assert (done["outcome"], done["rule"], done["code"]) == ("blocked", "settings", 5)
    assert "press Keep in Limits" in done["sentence"]
    assert caller.call("flatten", *SCOPE, "--live")["code"] == 0
    assert bodies(server) == [FLATTEN]


def test_what_is_sent_without_a_window_is_sealed_once_a_window_has_made_the_key(
    caller: Caller, server: BadServer
) -> None:
    assert caller.call("flatten", *SCOPE)["code"] == 0
    assert "none of its rows is sealed" in caller.verified()
    with caller.window() as window:
        caller.close(window)
    assert "Sealed up to row 1, at" in caller.verified()  # the window seals what it finds
    assert caller.call("flatten", *SCOPE)["code"] == 0
    said = caller.verified()
    assert "Sealed up to row 2, at" in said
    assert "not sealed" not in said


def test_on_practice_a_call_without_a_window_closes_nothing_on_crosstrade_unless_it_says_so(
    caller: Caller, server: BadServer
) -> None:
    caller.keep(server.origin, mode="practice")
    done = caller.call("flatten", *SCOPE)
    assert (done["outcome"], done["rule"], done["code"]) == ("blocked", "place", 5)
    assert server.posts == []
    with caller.window():
        assert caller.call("flatten", *SCOPE)["place"] == "PRACTICE"
        assert caller.call(*SEND, "--live", text=ORDER)["rule"] == "place"
        assert server.posts == []
        done = caller.call("flatten", "--live", *SCOPE)
        assert (done["place"], done["code"]) == ("LIVE", 0)
    assert bodies(server) == [FLATTEN]


def test_beside_a_window_that_hangs_an_exit_leaves_within_seconds_and_once(caller: Caller, server: BadServer) -> None:
    with caller.window() as window:
        window.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        done = caller.call("flatten", *SCOPE)
        assert (done["outcome"], done["code"]) == ("accepted", 0)
        assert "is sent from here" in done["remarks"]
        assert time.monotonic() - began > 1.9
        entry = caller.call(*SEND, "--live", "--yes", text=ORDER)
        assert (entry["outcome"], entry["code"]) == ("unknown", 4)
        window.send_signal(signal.SIGCONT)
        until(lambda: caller.call("cancel", *SCOPE)["code"] == 0, "the window to answer again")
        caller.close(window)
    assert [body.split(b"\n")[1] for body in bodies(server)] == [b"command=FLATTEN;", b"command=CANCELORDERS;"]


def test_a_window_that_dies_with_an_order_leaves_its_outcome_unknown(caller: Caller) -> None:
    with BadServer(swallow, tls=certs.good()) as server:
        caller.keep(server.origin)
        with caller.window() as window:
            call = caller.begin(*SEND, "--json", text=ORDER)
            until(lambda: len(server.posts) == 1, "the order at the server")
            window.kill()
            done = caller.end(call)
        assert (done["outcome"], done["code"]) == ("unknown", 4)
        assert "took the order" in done["sentence"]
        done = caller.call(*SEND, "--live", "--yes", text=TEXT.format("Sim105", 2))
        assert (done["outcome"], done["rule"], done["code"]) == ("blocked", "armed", 5), "accident 13, across runs"
        assert len(server.posts) == 1


def held(caller: Caller, calls: int, *words: str, text: str = "") -> list[dict[str, object]]:
    """Calls 30 times a second, as a key does that a desktop repeats."""
    running = []
    for _ in range(calls):
        running.append(caller.begin(*words, "--json", text=text))
        time.sleep(1 / 30)
    return [caller.end(process) for process in running]


def test_a_key_that_repeats_sends_one_entry_and_every_exit_says_accepted(caller: Caller, server: BadServer) -> None:
    found = held(caller, 12, *SEND, "--live", "--yes", text=ORDER)
    assert [done["outcome"] for done in found].count("accepted") == 1
    assert {done["rule"] for done in found} <= {"", "double press", "in flight"}
    assert bodies(server) == [WIRE]
    found = held(caller, 12, "flatten", *SCOPE)
    assert {(done["outcome"], done["code"]) for done in found} == {("accepted", 0)}
    assert set(bodies(server)[1:]) == {FLATTEN}
    with caller.window():
        before = len(server.posts)
        found = held(caller, 12, *SEND, "--yes", text=ORDER)
        assert [done["outcome"] for done in found].count("accepted") == 1
        assert len(server.posts) == before + 1
        assert {done["code"] for done in held(caller, 12, "flatten", *SCOPE)} == {0}


def test_a_window_that_starts_meanwhile_waits_for_the_call(caller: Caller) -> None:
    async def slow(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"POST "):
                until(lambda: waited, "the window to wait")
            await connection.write(page(200, b'{"success": true}' if got.line.startswith(b"POST ") else b""))

    waited: list[bool] = []
    with BadServer(slow, tls=certs.good()) as server:
        caller.keep(server.origin)
        call = caller.begin(*SEND, "--live", "--json", text=ORDER)
        until(lambda: len(server.posts) == 1, "the order at the server")
        assert not (caller.home / "running" / "socket").exists()
        busy = caller.call(*SEND, "--live", "--yes", text=TEXT.format("Sim105", 2))
        assert (busy["outcome"], busy["rule"]) == ("blocked", "in flight")
        waited.append(True)
        with caller.window() as window:
            assert caller.end(call)["outcome"] == "accepted"
            caller.close(window)
        assert len(server.posts) == 1


def test_on_the_practice_exchange_behind_tls_a_call_gets_in_and_out(caller: Caller, tmp_path: Path) -> None:
    pem = certs.write_good(tmp_path)
    with telling("tls_practice.py", str(pem), "1", errors=tmp_path / "practice.txt") as practice:
        practice.say(MARKER)
        told = practice.first("url")
        caller.keep(f"https://127.0.0.1:{told['port']}", told["url"])
        assert caller.call(*SEND, "--live", text=ORDER)["code"] == 0
        assert caller.call("flatten", *SCOPE)["code"] == 0
        rest()
        assert caller.call(*SEND, "--live", text=TEXT.format("Sim999", 1))["code"] == 1
        commands = [order["command"] for order in practice.of("order")]
        assert commands == ["PLACE", "FLATTEN", "PLACE"]

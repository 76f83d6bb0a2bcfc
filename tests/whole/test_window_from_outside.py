"""The real window on a real screen, driven by mouse and keys from another process, against a real HTTPS server."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crosstrade_desk.ui.tour import STEPS
from support import certs
from support.bad_server import BadServer, Connection, answers, page
from support.leaks import files_with_marker
from support.marker import MARKER
from support.outside import Outside, program
from support.screen import Screen, screen, until
from support.secret_service import SecretService, secret_service

YES = answers(200, b'{"success": true}', "Content-Type: application/json")
ORDER = (
    f"key={MARKER};\ncommand=PLACE;\naccount=Sim105;\ninstrument=MES 03-25;\naction=BUY;\nqty=1;\n"
    "order_type=MARKET;\ntif=DAY;"
).encode()
FLATTEN = f"key={MARKER};\ncommand=FLATTEN;\naccount=Sim105;\ninstrument=MES 03-25;".encode()


@pytest.fixture
def glass():
    with screen() as made:
        yield made


@pytest.fixture
def keyring():
    with secret_service("unlocked") as made:
        yield made


def environment(keyring: SecretService, tmp_path: Path) -> dict[str, str]:
    return {**keyring.env, "SSL_CERT_FILE": str(certs.write_authority(tmp_path))}


def bare(server: BadServer) -> list[bytes]:
    """What arrived, without the ids by which the program finds its orders again."""
    return [re.sub(rb"\norder_id=desk-[0-9a-z]{11}-[0-9a-z]{4};", b"", got.body) for got in server.posts]


def address(server: BadServer) -> str:
    return f"{server.origin}/v1/send/abc123/{MARKER}"


def keep_and_go_live(desk: Outside, server: BadServer) -> None:
    desk.click("connection")
    desk.screen.window("^Connection$")
    desk.type("address", address(server))
    desk.type("key", MARKER)
    desk.click("panel/Keep in the keyring")
    desk.click("trusted")
    desk.click("panel/Keep in the keyring")
    desk.until(lambda state: any("Kept in the system keyring" in line for line in state["words"]), "the keyring")
    desk.click("panel/Go LIVE")
    desk.until(lambda state: state["mode"] == "LIVE" and state["link"].startswith("link up"), "the live connection")
    desk.screen.window("^Connection$")
    desk.screen.key("Escape")  # it may stand over the buttons
    desk.screen.window("^CrossTrade Desk$")
    settle(desk)


def settle(desk: Outside) -> None:
    """Waits until the gate takes a press again: half a second after a change of place or an outcome."""
    seen = desk.state["turn"]
    desk.until(lambda state: state["turn"] > seen + 12, "twelve turns of 50 ms")


def fill(desk: Outside) -> None:
    desk.click("tick/Sim101")
    desk.click("tick/Sim105")
    desk.type("instrument", "MES 03-25")
    desk.click("action/BUY")


def test_an_order_by_clicks_is_on_the_wire_as_documented_and_the_key_stays_in_the_keyring(
    glass: Screen, keyring: SecretService, tmp_path: Path
) -> None:
    env = environment(keyring, tmp_path)
    with BadServer(YES, tls=certs.good()) as server:
        with program(glass, tmp_path / "desk", env) as desk:
            glass.window("^CrossTrade Desk$")
            keep_and_go_live(desk, server)
            fill(desk)
            desk.click("send", repeat=2)
            desk.until(lambda state: state["outcomes"][:2] == ["⊘ blocked", "✓ accepted"], "both outcomes")
            glass.picture(tmp_path / "placed.png")
            assert desk.close() == 0
        assert bare(server) == [ORDER], "a double click is one order"
        head = server.posts[0].headers
        assert server.posts[0].line == f"POST /v1/send/abc123/{MARKER} HTTP/1.1".encode()
        assert head[b"content-type"] == b"text/plain"
        assert int(head[b"content-length"]) == len(server.posts[0].body)
        assert not {b"authorization", b"cookie", b"transfer-encoding"} & set(head)

        with program(glass, tmp_path / "desk", env) as desk:
            glass.window("^CrossTrade Desk$")
            desk.until(lambda state: state["mode"] == "LIVE" and state["link"].startswith("link up"), "the kept key")
            assert desk.state["rows"] == 2
            desk.type("instrument", "MES 03-25")
            glass.key("ctrl+shift+f")
            desk.until(lambda state: state["rows"] == 3 and state["log"][4] == "✓ accepted", "the outcome")
            assert desk.close() == 0
        assert bare(server) == [ORDER, FLATTEN]
    assert files_with_marker(tmp_path) == []
    assert (tmp_path / "desk" / "stderr.txt").read_text() == ""


def test_killed_between_intent_and_outcome_the_row_is_there_as_unknown_at_the_next_start(
    glass: Screen, keyring: SecretService, tmp_path: Path
) -> None:
    env = environment(keyring, tmp_path)

    async def swallow_orders(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"HEAD "):
                await connection.write(page(200, b""))

    with BadServer(swallow_orders, tls=certs.good()) as server:
        with program(glass, tmp_path / "desk", env) as desk:
            glass.window("^CrossTrade Desk$")
            keep_and_go_live(desk, server)
            fill(desk)
            desk.click("send")
            until(lambda: bool(server.posts), "the order at the server")
            assert desk.state["log"][4] != "✓ accepted"
            desk.kill()
        with program(glass, tmp_path / "desk", env) as desk:
            state = desk.until(lambda state: state["rows"] == 1, "the row")
            assert state["log"][4] == "? unknown"
            assert state["log"][2].startswith("Buy 1 MES 03-25")
            desk.until(lambda state: state["link"].startswith("link up"), "the connection")
            assert "unknown" in desk.state["status"]
            assert "NinjaTrader" in desk.state["status"]
        assert len(server.posts) == 1, "nothing is sent again by itself"


def test_closed_with_an_order_on_its_way_it_waits_for_the_answer(
    glass: Screen, keyring: SecretService, tmp_path: Path
) -> None:
    async def slow(connection: Connection) -> None:
        while True:
            got = await connection.request()
            if got.line.startswith(b"POST "):
                until_closed.wait()
            await connection.write(page(200, b'{"success": true}' if got.line.startswith(b"POST ") else b""))

    until_closed = threading.Event()
    env = environment(keyring, tmp_path)
    with BadServer(slow, tls=certs.good()) as server:
        with program(glass, tmp_path / "desk", env) as desk:
            glass.window("^CrossTrade Desk$")
            keep_and_go_live(desk, server)
            fill(desk)
            desk.click("send")
            until(lambda: bool(server.posts), "the order at the server")
            desk.process.terminate()
            until(lambda: not glass.do("search", "--onlyvisible", "--name", "^CrossTrade Desk$"), "the window to go")
            until_closed.set()
            assert desk.process.wait(30) == 0
        with program(glass, tmp_path / "desk", env) as desk:
            state = desk.until(lambda state: state["rows"] == 1, "the row")
            assert state["log"][4] == "✓ accepted"


def test_keys_that_are_held_down_fire_once(glass: Screen, keyring: SecretService, tmp_path: Path) -> None:
    with (
        BadServer(YES, tls=certs.good()) as server,
        program(glass, tmp_path / "desk", environment(keyring, tmp_path)) as desk,
    ):
        glass.window("^CrossTrade Desk$")
        keep_and_go_live(desk, server)
        fill(desk)
        for number, (modifiers, key) in enumerate(((("ctrl",), "Return"), (("ctrl", "shift"), "f")), 1):
            for held in (*modifiers, key):
                glass.do("keydown", held)
            desk.until(lambda state, number=number: state["rows"] == number, "the row")
            seen = desk.state["turn"]
            desk.until(lambda state, seen=seen: state["turn"] > seen + 25, "more than a second of repeats")
            for held in (key, *modifiers):
                glass.do("keyup", held)
        assert desk.close() == 0
        assert bare(server) == [ORDER, FLATTEN]


def test_the_way_out_is_on_the_same_key_where_the_keyboard_has_no_latin_letters(glass: Screen, tmp_path: Path) -> None:
    """Alone, and beside a Latin layout, where one press fits two of its keys."""
    control, shift, key = "37", "50", "41"  # places on the keyboard, whatever stands on them
    with program(glass, tmp_path / "desk", {}) as desk:
        glass.window("^CrossTrade Desk$")
        desk.until(lambda state: state["link"].startswith("link up"), "the practice exchange")
        for number, layout in enumerate(("us", "ru", "ru,us", "gr", "il"), 1):
            subprocess.run(["setxkbmap", layout], env={**os.environ, "DISPLAY": glass.display}, check=True)
            for held in (control, shift, key):
                glass.do("keydown", held)
            desk.until(lambda state, number=number: state["rows"] == number, f"the row, on {layout}")
            for held in (key, shift, control):
                glass.do("keyup", held)
        assert desk.close() == 0


@pytest.mark.parametrize(("state", "words"), [("none", "No system keyring"), ("locked", "locked")])
def test_live_without_a_keyring_says_so_and_the_session_is_the_way_on(
    glass: Screen, tmp_path: Path, state: str, words: str
) -> None:
    home = tmp_path / "desk" / "home"
    home.mkdir(parents=True)
    (home / "settings.toml").write_text('version = 1\nmode = "live"\n')
    with secret_service(state) as service:  # type: ignore[arg-type]
        env = environment(service, tmp_path)
        with BadServer(YES, tls=certs.good()) as server, program(glass, tmp_path / "desk", env) as desk:
            desk.until(lambda s: s["mode"] == "NOT CONNECTED", "the state of the keyring")
            assert any(words in line for line in desk.state["words"])
            glass.window("^CrossTrade Desk$")
            desk.click("connection")
            glass.window("^Connection$")
            desk.type("address", address(server))
            desk.type("key", MARKER)
            desk.click("panel/Keep for this session")
            desk.click("trusted")
            desk.click("panel/Keep for this session")
            desk.click("panel/Go LIVE")
            desk.until(lambda s: s["mode"] == "LIVE" and s["link"].startswith("link up"), "the connection")
            assert desk.close() == 0
    assert files_with_marker(tmp_path) == []


def test_out_of_the_box_it_trades_on_the_practice_exchange_and_takes_it_along_when_killed(
    glass: Screen, tmp_path: Path
) -> None:
    with program(glass, tmp_path / "desk", {}) as desk:
        glass.window("^CrossTrade Desk$")
        desk.until(lambda state: state["mode"] == "PRACTICE" and state["link"].startswith("link up"), "the exchange")
        desk.type("instrument", "MES 12-26")
        desk.click("action/SELL")
        desk.click("qty/3")
        settle(desk)
        glass.key("ctrl+Return")
        desk.until(lambda state: state["log"][4] == "✓ accepted", "the outcome")
        assert desk.state["log"][2].startswith("Sell 3 MES 12-26")
        children = _children(desk.process.pid)
        assert children
        desk.kill()
        until(lambda: not any(map(_alive, children)), "the exchange to end")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("mark", ["logs/crosstrade-desk.log", "journal.db", "settled"])
def test_asked_to_end_at_any_moment_of_its_start_it_ends_in_order(
    glass: Screen, tmp_path: Path, number: signal.Signals, mark: str
) -> None:
    home = tmp_path / "desk" / "home"
    env = {**os.environ, "DISPLAY": glass.display, "QT_QPA_PLATFORM": "xcb", "CROSSTRADE_DESK_HOME": str(home)}
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        if mark == "settled":
            until(lambda: any(map(_is_practice, _children(process.pid))), "the practice exchange")
        else:
            until((home / mark).exists, mark)
        children = list(filter(_is_practice, _children(process.pid)))
        process.send_signal(number)
        assert process.wait(30) == 0
        assert process.stdout
        assert process.stdout.read() == ""
    until(lambda: not any(map(_alive, children)), "the exchange to end")


def _children(pid: int) -> list[int]:
    return [
        int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    ]


def _is_practice(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and b"practice" in command.read_bytes()


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_the_tour_comes_out_on_a_real_screen(glass: Screen, tmp_path: Path) -> None:
    env = {**os.environ, "DISPLAY": glass.display, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk", "tour", "--out", str(tmp_path / "out")],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    assert len(list((tmp_path / "out").glob("*.png"))) == len(STEPS)

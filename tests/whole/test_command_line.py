"""The command line: what it refuses, what it prints where, and that nothing but the window needs a screen."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import requests

import crosstrade_desk
from crosstrade_desk.ui.tour import STEPS
from support.journals import BLOCKED, INTENT, opened, raw, unguarded
from support.marker import MARKER

COMMAND = [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk"]


def run(*words: str, env: Mapping[str, str] | None = None, text: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the command without a screen, with `text` on its standard input."""
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    without.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [*COMMAND, *words],
        env={**without, **(env or {})},
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ["--fast"],
        ["sell"],
        ["practice", "--prot", "1"],
        ["tour", "extra"],
        ["tour", "--look", "pink"],
        ["tour", "--scale", "110"],
        ["practice", "--port", "x"],
        ["check", "--jsn"],
        ["journal", "--csv", "--json"],
        ["journal", "--verify", "--csv"],
        ["journal", "--since", "soon"],
    ],
)
def test_what_it_does_not_know_it_refuses(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


def test_it_tells_its_version_and_its_commands() -> None:
    assert run("--version").stdout.strip() == f"CrossTrade Desk {crosstrade_desk.__version__}"
    shown = run("--help").stdout
    assert "practice" in shown
    assert "tour" in shown
    assert "with-parent" not in run("practice", "--help").stdout


@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":987"}])
def test_without_a_screen_the_window_says_so_and_what_works_instead(display: dict[str, str]) -> None:
    done = run(env=display)
    assert done.returncode == 1
    assert "no screen" in done.stderr
    assert "tour" in done.stderr


def test_a_home_that_cannot_be_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("kept")
    done = run(env={"CROSSTRADE_DESK_HOME": str(file), "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 1
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == "kept"


ORDER = "command=PLACE; account=Sim105; instrument=MES 03-25; action=BUY; qty=1; order_type=MARKET; tif=DAY;"


def test_check_reads_a_file_or_standard_input_and_says_what_it_means(tmp_path: Path) -> None:
    file = tmp_path / "alert.txt"
    file.write_text(f"\ufeffkey={MARKER};\n{ORDER}\n", encoding="utf-8")
    for done in (run("check", str(file)), run("check", text=file.read_text(encoding="utf-8"))):
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0] == "Buy 1 MES 03-25 at market on Sim105, good for the day"
        assert lines[1].startswith("warning: key: It holds a secret key.")
        assert MARKER not in done.stdout
    file.unlink()  # it holds the marker on purpose


def test_check_tells_every_problem_in_words_or_as_json() -> None:
    bad = ORDER.replace("qty=1", "qty=x").replace("BUY", "{{strategy.order.action}}")
    done = run("check", text=bad)
    assert (done.returncode, done.stderr) == (1, "")
    assert [line.split(":")[1] for line in done.stdout.splitlines()] == [" action", " qty"]
    found = json.loads(run("check", "--json", text=bad).stdout)
    assert (found["ok"], [problem["field"] for problem in found["problems"]]) == (False, ["action", "qty"])
    assert json.loads(run("check", "--json", text=ORDER).stdout)["fields"]["instrument"] == "MES 03-25"


def test_check_prints_dots_in_any_locale(tmp_path: Path) -> None:
    done = run("check", text=f"key={MARKER}; {ORDER} notes=ü€;", env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "noted: \\u201c\\xfc\\u20ac\\u201d" in done.stdout


@pytest.mark.parametrize(
    ("make", "hint"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00k"), "UTF-8"),
        (lambda path: path.write_bytes(b"x" * 300_000), "too long"),
    ],
    ids=["missing", "folder", "bytes", "long"],
)
def test_check_says_why_a_file_could_not_be_read(tmp_path: Path, make: Callable[[Path], None], hint: str) -> None:
    make(tmp_path / "alert.txt")
    done = run("check", str(tmp_path / "alert.txt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


def write(home: Path, rows: int) -> None:
    async def written() -> None:
        journal = opened(home / "journal.db")
        for _ in range(rows):
            await journal.note(INTENT, BLOCKED)
        await journal.close()

    asyncio.run(written())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a journal of many rows."""
    write(tmp_path, 2000)
    return tmp_path


def living_in(home: Path) -> dict[str, str]:
    """The environment of a trader whose files are there."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"} | {
        "CROSSTRADE_DESK_HOME": str(home)
    }


def journal(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return run("journal", *words, env={"CROSSTRADE_DESK_HOME": str(home), **env})


def test_journal_lists_exports_and_verifies(home: Path) -> None:
    for words, lines in (((), 2000), (("--json",), 2000), (("--csv",), 1 + 2 * 2000), (("--verify",), 3)):
        done = journal(home, *words)
        assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", lines), words
    assert journal(home, "--since", "3h").stdout == ""
    with unguarded(home / "journal.db") as connection:
        connection.execute("DELETE FROM intents WHERE id = 1234")
    done = journal(home, "--verify")
    assert (done.returncode, done.stdout, done.stderr) == (1, "Row 1234 is missing.\n", "")


def test_journal_works_while_the_window_writes(home: Path) -> None:
    running = opened(home / "journal.db")
    with asyncio.Runner() as loop:
        assert loop.run(running.begin(INTENT)) == 2001
        assert journal(home).stdout.splitlines()[-1].endswith("sending")
        assert journal(home, "--verify").stdout.startswith("2001 rows whole")
        assert loop.run(running.begin(INTENT)) == 2002
        loop.run(running.close())


def test_journal_makes_nothing_where_there_is_none(tmp_path: Path) -> None:
    done = journal(tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "There is no journal yet: nothing was sent from here.\n"
    assert not (tmp_path / "home").exists()


def test_journal_exports_the_same_in_any_locale(home: Path) -> None:
    for form in ("--csv", "--json"):
        command = [*COMMAND, "journal", form]
        plain, other = (
            subprocess.run(command, env={**living_in(home), **more}, capture_output=True, check=True).stdout
            for more in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"})
        )
        assert plain == other
        assert plain.decode("utf-8")


def test_journal_ends_quietly_when_its_reader_has_seen_enough(home: Path) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, "journal"], env=living_in(home), text=True, **pipes) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("rows", [3, 2000])
def test_journal_says_what_it_could_not_write(tmp_path: Path, rows: int) -> None:
    write(tmp_path, rows)
    command, env = [*COMMAND, "journal"], living_in(tmp_path)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=env, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Not all could be written. No space left on device.\n")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
@pytest.mark.parametrize("words", [("--json",), ("--csv",), (), ("--verify",)])
def test_journals_memory_does_not_grow_with_the_rows(home: Path, words: tuple[str, ...]) -> None:
    code = (
        "import sys; from crosstrade_desk.cli import main; main(sys.argv[1:])\n"
        "sys.stderr.write(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )

    def kilobytes() -> int:
        command = [sys.executable, "-c", code, "journal", *words]
        return int(
            subprocess.run(command, env=living_in(home), capture_output=True, text=True, check=True).stderr.split()[1]
        )

    few = kilobytes()
    with raw(home / "journal.db") as connection:
        connection.execute("BEGIN")
        for row in range(1, 2001):
            connection.execute("INSERT INTO intents VALUES (?, 1, 5, '', '', '', '', '', '')", (row + 2000,))
            connection.execute("INSERT INTO endings VALUES (?, 'refused', '', 400, ?, 5)", (row + 2000, "x" * 20_000))
        connection.execute("COMMIT")
    assert kilobytes() < few + 10_000, "the rows hold 40 MB"


def test_practice_alone_serves_the_documentations_client() -> None:
    with subprocess.Popen([*COMMAND, "practice", "--json"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        found = json.loads(server.stdout.readline())
        message = f"""
            key={found["key"]};
            command=PLACE;
            account=Sim105;
            instrument=MES 03-25;
            action=BUY;
            qty=1;
            order_type=MARKET;
            tif=DAY;
        """
        answer = requests.post(found["url"], data=message, headers={"Content-Type": "text/plain"}, timeout=10)
        assert (answer.status_code, answer.json()) == (200, {"success": True})
        server.terminate()
        rest = server.stdout.read()
        assert server.wait(10) == 0
    assert "MES 03-25" in rest
    assert found["key"] not in rest


def test_the_tour_needs_no_screen_and_leaves_the_traders_files_alone(tmp_path: Path) -> None:
    home = tmp_path / "mine"
    done = run("tour", "--out", str(tmp_path / "out"), env={"CROSSTRADE_DESK_HOME": str(home)})
    assert (done.returncode, done.stderr) == (0, ""), done
    pictures = sorted(path.name for path in (tmp_path / "out").glob("*.png"))
    assert [name[:2] for name in pictures] == [f"{number:02}" for number in range(1, len(STEPS) + 1)]
    assert all(path.stat().st_size > 10_000 for path in (tmp_path / "out").glob("*.png"))
    said = [path.read_text() for path in (tmp_path / "out").glob("[0-9]*.txt")]
    assert not any("Waiting for the answer" in words or "… sending" in words for words in said), "half of what was so"
    log = (tmp_path / "out" / "log.txt").read_text()
    assert log.count("----") == 29
    assert "key=••••;" in log
    assert not home.exists()


def test_a_tour_that_does_not_come_out_fails(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    done = run("tour", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "The tour failed" in done.stdout

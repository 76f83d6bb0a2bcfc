"""Starting the program again while it runs: one window, one engine, whatever becomes of the first."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from support.outside import program
from support.screen import Screen, screen, until

COMMAND = [sys.executable, "-X", "dev", "-W", "error", "-m", "crosstrade_desk"]
SHOWN = "CrossTrade Desk runs already on this data folder: its window was brought to the front.\n"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and modes of POSIX")


class Run:
    """One start of the real program, without a screen."""

    def __init__(self, home: Path) -> None:
        self.home = home
        env = {**os.environ, "CROSSTRADE_DESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(COMMAND, env=env, text=True, **pipes)  # type: ignore[call-overload]

    def stays(self) -> "Run":
        """Waits until its window stands and its practice exchange runs; fails if it ends."""
        until(lambda: self.children != [] or self.process.poll() is not None, "the window")
        assert self.process.poll() is None, self.process.communicate()
        return self

    @property
    def children(self) -> list[str]:
        tasks = Path(f"/proc/{self.process.pid}/task")
        return [pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()]

    def ends(self) -> tuple[int, str, str]:
        """Waits for its end, and gives exit code, output and complaints."""
        said, complained = self.process.communicate(timeout=30)
        return self.process.returncode, said, complained

    def close(self) -> None:
        self.process.terminate()
        assert self.ends() == (0, "", "")


@contextmanager
def started(home: Path) -> Iterator[Run]:
    run = Run(home)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.communicate()


def test_a_second_start_says_so_in_one_sentence_and_leaves_the_first_alone(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.stays()
        for _ in range(3):
            with started(tmp_path) as second:
                assert second.ends() == (0, SHOWN, "")
        first.close()


def test_a_minimised_window_is_in_front_again_after_a_second_start(tmp_path: Path) -> None:
    with screen() as glass, program(glass, tmp_path / "desk", {}) as desk:
        window = glass.window("^CrossTrade Desk$")
        glass.do("windowminimize", "--sync", window)
        until(lambda: not _visible(glass), "the window to go")
        with started(tmp_path / "desk" / "home") as second:
            assert second.ends() == (0, SHOWN, "")
        until(lambda: glass.do("getactivewindow") == window, "the window in front")
        assert _visible(glass) == [window]
        assert desk.close() == 0


def _visible(glass: Screen) -> list[str]:
    return glass.do("search", "--onlyvisible", "--name", "^CrossTrade Desk$").split()


def test_the_way_in_is_for_this_user_alone_and_goes_with_the_window(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with started(tmp_path) as first:
        first.stays()
        for path, mode in ((".", 0o700), ("socket", 0o600), ("lock", 0o600)):
            assert stat.S_IMODE((tmp_path / "running" / path).stat().st_mode) == mode, path
        first.close()
    assert [path.name for path in (tmp_path / "running").iterdir()] == ["lock"]


def test_a_killed_program_leaves_nothing_that_blocks_the_next_start(tmp_path: Path) -> None:
    for _ in range(2):
        with started(tmp_path) as killed:
            killed.stays()
            killed.process.kill()
            killed.process.wait()
        assert (tmp_path / "running" / "socket").exists()
    with started(tmp_path) as next_one:
        next_one.stays()
        with started(tmp_path) as second:
            assert second.ends() == (0, SHOWN, "")
        next_one.close()


@pytest.mark.parametrize("turn", range(3))
def test_of_ten_starts_in_the_same_moment_one_wins_and_the_others_show_its_window(tmp_path: Path, turn: int) -> None:
    with ExitStack() as stack:
        runs = [stack.enter_context(started(tmp_path)) for _ in range(10)]
        until(lambda: sum(run.process.poll() is None for run in runs) == 1, "nine to end")
        (first,) = (run for run in runs if run.process.poll() is None)
        assert {run.ends() for run in runs if run is not first} <= {(0, SHOWN, "")}
        first.stays().close()


def test_two_data_folders_run_side_by_side(tmp_path: Path) -> None:
    with started(tmp_path / "one") as one, started(tmp_path / ("two" * 60)) as two:
        one.stays()
        two.stays()
        for run in (one, two):
            with started(run.home) as second:
                assert second.ends() == (0, SHOWN, "")
        one.close()
        two.close()


def test_a_program_that_hangs_is_told_and_no_second_one_is_started(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.stays()
        first.process.send_signal(signal.SIGSTOP)
        (tmp_path / "running" / "lock").unlink()  # even so
        began = time.monotonic()
        with started(tmp_path) as second:
            code, said, complained = second.ends()
        assert (code, said) == (1, "")
        assert "does not answer" in complained
        assert "No second one was started" in complained
        assert complained.count("\n") == 1
        assert 1.9 < time.monotonic() - began < 10
        first.process.send_signal(signal.SIGCONT)
        first.close()


def test_without_its_lock_file_it_is_found_all_the_same(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.stays()
        (tmp_path / "running" / "lock").unlink()
        with started(tmp_path) as second:
            assert second.ends() == (0, SHOWN, "")
        first.close()


def test_started_again_while_it_ends_it_comes_back(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.stays()
        first.process.terminate()
        with started(tmp_path) as second:
            second.stays()
            assert first.ends() == (0, "", "")
            second.close()


def test_where_no_lock_can_be_had_the_window_opens_and_says_that_entries_are_off(tmp_path: Path) -> None:
    (tmp_path / "desk" / "home").mkdir(parents=True)
    (tmp_path / "desk" / "home" / "running").write_text("a file")
    with screen() as glass, program(glass, tmp_path / "desk", {}) as desk:
        state = desk.until(lambda state: state["status"] != "", "what is wrong")
        assert "Whether it runs already cannot be found out" in state["status"]
        assert "Entries are off" in state["status"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["practice"], "http://127.0.0.1"),
        (["journal"], ""),
        (["tour", "--out", "out"], "The window on the practice exchange"),
    ],
    ids=["practice", "journal", "tour"],
)
def test_no_other_command_asks_for_the_lock(tmp_path: Path, words: list[str], shown: str) -> None:
    with started(tmp_path / "home") as first:
        first.stays()
        env = {**os.environ, "CROSSTRADE_DESK_HOME": str(first.home), "QT_QPA_PLATFORM": "offscreen"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen([*COMMAND, *words], env=env, text=True, cwd=tmp_path, **pipes) as other:  # type: ignore[call-overload]
            assert other.stdout
            line = other.stdout.readline()
            while shown not in line:
                assert line, "it ended"
                assert "runs already" not in line
                line = other.stdout.readline()
            other.terminate()
            other.communicate()
        first.close()

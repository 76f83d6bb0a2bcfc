"""Who is the first on a data folder: asked, then locked, and never beside one that is there."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crosstrade_desk.calling.talk import Answer, NoAnswer
from crosstrade_desk.desk.first import First, first_of

HOLD = (
    "import sys; from pathlib import Path; from crosstrade_desk.storage.only_one import hold_alone\n"
    "held = hold_alone(Path(sys.argv[1])); print(type(held).__name__, flush=True); sys.stdin.readline()"
)


@contextmanager
def another(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock, and no door."""
    command = [sys.executable, "-c", HOLD, str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "Sessions\n"
        yield process
        process.kill()


def says(said: Answer | NoAnswer):  # type: ignore[no-untyped-def]
    return lambda _folder, _verb, _until: said


def test_where_nobody_is_one_is_the_first(tmp_path: Path) -> None:
    found = first_of(tmp_path, says(NoAnswer.ABSENT))
    assert isinstance(found, First)
    found.close()


def test_the_first_ones_answer_is_the_answer(tmp_path: Path) -> None:
    assert first_of(tmp_path, says(Answer(True, "Shown."))) == Answer(True, "Shown.")


@pytest.mark.parametrize("said", [NoAnswer.SILENT, Answer(False, "Not done: the call came too late.")])
def test_beside_one_that_hangs_nothing_is_started_even_if_the_lock_is_free(
    tmp_path: Path, said: Answer | NoAnswer
) -> None:
    found = first_of(tmp_path, says(said))
    assert isinstance(found, Answer)
    assert not found.ok
    assert "does not answer" in found.said
    assert not (tmp_path / "running").exists()


@pytest.mark.parametrize(("said", "words"), [(NoAnswer.ABSENT, "cannot be reached"), (NoAnswer.ENDED, "just ending")])
def test_one_that_has_the_lock_and_no_door_is_waited_for_and_then_told(
    tmp_path: Path, said: NoAnswer, words: str
) -> None:
    with another(tmp_path):
        found = first_of(tmp_path, says(said), 0.2)
        assert isinstance(found, Answer)
        assert not found.ok
        assert words in found.said


def test_when_it_ends_meanwhile_the_second_takes_its_place(tmp_path: Path) -> None:
    with another(tmp_path) as first:
        asked = threading.Event()

        def ask(_folder: Path, _verb: str, _until: float) -> NoAnswer:
            if asked.is_set():
                first.kill()
            asked.set()
            return NoAnswer.ABSENT

        found = first_of(tmp_path, ask)
        assert isinstance(found, First)
        found.close()

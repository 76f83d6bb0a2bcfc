"""The log file keeps what a bug report needs, and no secret."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.logfile import MaskingFormatter, open_log
from support.marker import MARKER


@pytest.fixture
def log(tmp_path: Path) -> Path:
    made = open_log(tmp_path)
    assert isinstance(made, MaskingFormatter)
    made.hide(Secret(MARKER))
    return tmp_path / "crosstrade-desk.log"


def test_every_way_into_it_is_masked(log: Path) -> None:
    logger = logging.getLogger("some.library")
    logger.warning("posting %s", MARKER)
    logger.warning("key=another-key; to https://app.crosstrade.io/v1/send/aaaa/bbbb failed")
    logger.error("a fault with %s", MARKER, exc_info=ValueError(f"a message that holds {MARKER}"))
    text = log.read_text()
    assert MARKER not in text
    assert "another-key" not in text
    assert "bbbb" not in text
    assert text.count("••••") >= 6
    assert "ValueError" in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = open_log(tmp_path / "file")
    assert isinstance(found, Invalid)
    assert found.message.startswith("The log file could not be opened")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_a_pipe_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "crosstrade-desk.log")
    code = (
        "import sys; from pathlib import Path; from crosstrade_desk.storage.logfile import open_log\n"
        "print(open_log(Path(sys.argv[1])))"
    )
    said = subprocess.check_output([sys.executable, "-c", code, str(tmp_path)], text=True, timeout=10)
    assert (
        said.strip() == "Invalid(message='The log file could not be opened (crosstrade-desk.log is no ordinary file).')"
    )

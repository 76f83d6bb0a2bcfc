"""What an installation says of itself."""

import sys
from pathlib import Path

import pytest

from crosstrade_desk import __version__
from crosstrade_desk.desk.about import about
from crosstrade_desk.resources import resources
from crosstrade_desk.storage.folders import Folders

FOLDERS = Folders(Path("/c"), Path("/d"), Path("/l"))


def test_it_names_version_keyring_and_every_place():
    said = dict(line.split(":", 1) for line in about(FOLDERS, "KWallet").splitlines())
    assert said["Version"].strip().startswith(f"{__version__}, on Python {sys.version_info[0]}.{sys.version_info[1]}.")
    assert said["Keyring"].strip() == "KWallet"
    assert [said[name].strip() for name in ("Settings", "Journal", "Log files")] == ["/c", "/d/journal.db", "/l"]
    assert said["Own files"].strip() == str(resources())


def test_a_frozen_program_says_that_its_python_is_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "its own Python" in about(FOLDERS, "KWallet")

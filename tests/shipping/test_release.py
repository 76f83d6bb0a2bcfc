"""What a release is made of fits together, as far as that can be told without building it."""

import plistlib
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from crosstrade_desk import __version__
from crosstrade_desk.resources import resources
from support.scripts import PACKAGING, script
from support.source import ROOT, tracked

METAINFO = ElementTree.parse(PACKAGING / "linux/crosstrade-desk.metainfo.xml").getroot()


def test_the_changelog_begins_with_this_version_and_its_day():
    headings = re.findall(
        r"^## (\S+), (\d{4}-\d\d-\d\d)$", (PACKAGING / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert headings[0][0] == __version__
    assert headings == sorted(headings, key=lambda heading: heading[1], reverse=True)


def test_the_version_stands_in_one_place_and_in_the_changelog():
    stating = re.compile(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])")
    ours = (path for path in tracked() if path.is_relative_to(PACKAGING) and path.suffix != ".png")
    made = [path for path in ours if "requirements" not in path.name]
    named = {path.name for path in [*made, ROOT / "pyproject.toml"] if stating.search(path.read_text("utf-8"))}
    assert named == {"CHANGELOG.md"}


def test_the_metainfo_names_the_menu_entry_the_icon_and_the_program_that_there_are():
    assert METAINFO.findtext("launchable") == _desktop_file().name
    assert (resources() / "icons" / f"{METAINFO.findtext('icon')}.svg").is_file()
    assert METAINFO.findtext("provides/binary") == _entry()["Exec"]


def test_the_metainfo_leaves_version_and_day_to_the_release():
    release = METAINFO.find("releases/release")
    assert release is not None
    assert release.attrib == {"version": "@VERSION@", "date": "@DATE@"}


def test_the_entitlements_allow_what_ctypes_needs_and_nothing_else():
    allowed = plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())
    assert allowed == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


@pytest.mark.parametrize(
    ("version", "four"), [("0.1.0", (0, 1, 0, 0)), ("2.0", (2, 0, 0, 0)), ("1.2.3.4", (1, 2, 3, 4))]
)
def test_windows_gets_four_numbers(version, four):
    assert script("windows/version.py")["numbers"](version) == four


def test_the_menu_entry_is_valid():
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("needs desktop-file-utils")
    done = subprocess.run(["desktop-file-validate", _desktop_file()], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


def _desktop_file():
    return resources() / "desktop" / "crosstrade-desk.desktop"


def _entry() -> dict[str, str]:
    lines = _desktop_file().read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)

"""Where the files beside the code are found."""

import sys
from pathlib import Path

import pytest

from crosstrade_desk.resources import resources


def test_the_resources_of_a_checkout_are_found() -> None:
    assert resources() == Path(__file__).resolve().parents[1] / "resources"


def test_the_resources_of_a_frozen_bundle_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources() == tmp_path / "resources"


def test_the_resources_of_a_wheel_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packed = tmp_path / "crosstrade_desk" / "_resources"
    packed.mkdir(parents=True)
    monkeypatch.setattr("crosstrade_desk.resources.__file__", str(tmp_path / "crosstrade_desk/resources.py"))
    assert resources() == packed

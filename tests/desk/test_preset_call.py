"""A preset that another program calls for: the very message of a press, or every reason against it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crosstrade_desk.desk.preset_call import preset_message
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.storage.preset_file import save
from crosstrade_desk.storage.presets import Preset
from support.catalogue import full
from support.desks import ENTRY

NOV = date(2026, 11, 26)
ONE = Preset("Scalp", fields=ENTRY)


def called(folder: Path, preset: Preset, name: str = "") -> Message | Problems:
    path = folder / "presets.toml"
    assert save(path, (Preset("Other"), preset)) is None
    return preset_message(path, name or preset.name, NOV)


def why(found: Message | Problems) -> str:
    assert isinstance(found, Problems), found
    return " ".join(problem.message for problem in found.items)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
def test_a_preset_of_any_command_is_the_message_of_its_texts(tmp_path: Path, spec) -> None:
    found = called(tmp_path, Preset("One", spec.token, fields=full(spec)))
    assert isinstance(found, Message)
    assert found.command == compose(spec, full(spec))


def test_a_front_month_is_that_of_the_day(tmp_path: Path) -> None:
    found = called(tmp_path, replace(ONE, front_month=True, fields={**ENTRY, "instrument": "MES"}))
    assert isinstance(found, Message)
    assert found.command.texts["instrument"] == "MES 12-26"


def test_a_name_is_found_in_any_case_or_said_not_to_be_there(tmp_path: Path) -> None:
    assert isinstance(called(tmp_path, ONE, " scalp "), Message)
    assert isinstance(called(tmp_path, replace(ONE, name="Caf\u00e9"), "CAFE\u0301"), Message)
    assert "There is no preset “Nobody”" in why(called(tmp_path, ONE, "Nobody"))
    assert "There is no preset" in why(preset_message(tmp_path / "nowhere.toml", "Scalp", NOV))


def test_what_is_no_whole_message_or_wrong_is_not_sent(tmp_path: Path) -> None:
    assert "a part of the form" in why(called(tmp_path, Preset("Part", part=True, fields={"qty": "1"})))
    assert why(called(tmp_path, replace(ONE, fields={**ENTRY, "qty": "0"})))


def test_a_preset_without_an_account_reaches_all_only_if_it_says_so(tmp_path: Path) -> None:
    wide = Preset("Out", "FLATTEN", fields={"instrument": "MES 12-26"})
    assert why(called(tmp_path, wide))
    assert isinstance(called(tmp_path, replace(wide, every_account=True)), Message)


def test_a_damaged_file_is_named_and_left_to_the_window(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    path.write_text("version = 1\n[[preset]]\n")
    assert why(preset_message(path, "Scalp", NOV))
    assert [found.name for found in tmp_path.iterdir()] == ["presets.toml"]


def test_of_two_of_one_name_none_is_sent_and_the_others_are(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    assert (
        save(path, (ONE, replace(ONE, name="SCALP", fields={**ENTRY, "qty": "9"}), replace(ONE, name="Other"))) is None
    )
    assert "There are two of this name" in why(preset_message(path, "Scalp", NOV))
    assert isinstance(preset_message(path, "Other", NOV), Message)

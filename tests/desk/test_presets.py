"""Presets without a window: what each says today, what rolls, and every change taken back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crosstrade_desk.desk.known import KnownSecrets
from crosstrade_desk.desk.preset_call import find
from crosstrade_desk.desk.preset_orders import differences, message_of, reading_of, texts_today
from crosstrade_desk.desk.presets import MOST_UNDO, Presets
from crosstrade_desk.desk.rolls import roll_of, rolled, watch
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.desk.wishes import Wish, read_wish
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problem, Problems
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.storage.preset_file import load, save
from crosstrade_desk.storage.presets import Preset, write_presets
from support.catalogue import full
from support.desks import ENTRY, Bench
from support.marker import MARKER

pytestmark = pytest.mark.anyio
NOV, ROLLED, OVER = date(2026, 11, 26), date(2026, 12, 11), date(2026, 12, 19)
SCALP = Preset("Scalp", fields=ENTRY)


class Kept:
    """Presets in a folder, and what was told."""

    def __init__(self, path: Path | None) -> None:
        self.bugs: list[BaseException] = []
        self.faults: list[str] = []
        self.tasks = TaskOwner(asyncio.get_running_loop(), self.bugs.append)
        self.known = KnownSecrets()
        self.presets = Presets(path, self.tasks, lambda text: bool(self.known.take(text).leaks), self.faults.append)

    def names(self) -> list[str]:
        return [preset.name for preset in self.presets.items]

    async def settle(self) -> None:
        async with asyncio.timeout(20):
            while not self.tasks.is_empty:
                await asyncio.sleep(0.001)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    made = Kept(tmp_path / "presets.toml")
    await made.presets.load()
    yield made
    await made.settle()
    assert made.bugs == []


def compose(preset: Preset, today: date = NOV) -> Message | Problems:
    return message_of(preset, Bench().desk.compose, today)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
async def test_a_preset_of_any_command_gives_the_message_that_the_form_would(spec) -> None:
    preset = Preset("One", spec.token, fields=full(spec))
    found = compose(preset)
    assert isinstance(found, Message), found
    assert found == Bench().desk.compose(spec, full(spec))


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
async def test_handed_over_by_the_command_line_a_preset_of_any_command_stays_the_same_message(spec) -> None:
    message = compose(Preset("One", spec.token, fields=full(spec)))
    assert isinstance(message, Message)
    wish = read_wish(Wish(message).texts)
    assert isinstance(wish, Wish)
    assert wish.message == message
    assert wish.message.masked == message.masked


async def test_a_preset_without_an_account_reaches_all_only_if_it_says_so() -> None:
    wide = Preset("Out", "FLATTEN", fields={"instrument": "MES 12-26"})
    assert isinstance(compose(wide), Problems)
    assert isinstance(compose(replace(wide, every_account=True)), Message)


async def test_the_front_month_is_that_of_the_day() -> None:
    preset = Preset("Front", front_month=True, fields={**ENTRY, "instrument": "mes"})
    assert texts_today(preset, NOV)["instrument"] == "MES 12-26"
    assert texts_today(preset, ROLLED)["instrument"] == "MES 03-27"
    assert isinstance(compose(preset), Message)


async def test_a_root_that_is_not_known_has_no_front_month() -> None:
    found = compose(Preset("Front", front_month=True, fields={**ENTRY, "instrument": "XYZ"}))
    assert isinstance(found, Problems)
    assert "its front month is not known" in found.items[0].message


async def test_what_fills_the_form_is_what_would_be_sent() -> None:
    reading = reading_of(SCALP, NOV)
    message = compose(SCALP)
    assert isinstance(message, Message)
    assert reading.command == message.command


@pytest.mark.parametrize(
    ("name", "today", "following"),
    [
        ("MES 12-26", NOV, None),
        ("MES 12-26", date(2026, 12, 7), "MES 03-27"),
        ("MES 12-26", ROLLED, "MES 03-27"),
        ("MES 12-26", OVER, "MES 03-27"),
        ("MESZ6", ROLLED, "MESH7"),
        ("MESZ26", ROLLED, "MESH27"),
        ("MESZ2026", ROLLED, "MESH2027"),
        ("MES1!", ROLLED, None),
        ("AAPL", ROLLED, None),
        ("XYZ 12-26", OVER, None),
        ("", OVER, None),
    ],
)
async def test_a_contract_that_rolls_is_known_some_days_before_and_moved_as_it_is_written(
    name: str, today: date, following: str | None
) -> None:
    preset = Preset("One", fields={"instrument": name})
    roll = roll_of(preset, today)
    assert (roll.next if roll else None) == following
    assert rolled(preset, today).fields["instrument"] == (following or name)


async def test_the_roll_is_told_in_words() -> None:
    near, over = roll_of(SCALP, date(2026, 12, 8)), roll_of(SCALP, OVER)
    assert near
    assert near.sentence == "MES 12-26 rolls on 10 Dec: most people trade MES 03-27 then."
    assert over
    assert over.is_over
    assert "expired" in over.sentence


async def test_what_rolls_is_told_once_a_contract_with_its_number_of_presets() -> None:
    nq = replace(SCALP, name="NQ", fields={**ENTRY, "instrument": "NQ 12-26"})
    front = Preset("Front", front_month=True, fields={"instrument": "MES"})
    presets = (*(replace(SCALP, name=f"P{n}") for n in range(4)), nq, front, Preset("Out", "FLATTENEVERYTHING"))
    assert watch(presets, date(2026, 12, 8)) == (
        5,
        ("MES 12-26 rolls on 10 Dec: 4 presets", "NQ 12-26 rolls on 10 Dec: 1 preset"),
    )
    assert watch(presets, NOV) == (0, ())


async def test_one_press_rolls_all_and_one_takes_it_back(kept: Kept) -> None:
    for number in range(3):
        kept.presets.save(replace(SCALP, name=f"P{number}"))
    kept.presets.save(Preset("Front", front_month=True, fields={"instrument": "MES"}))
    assert kept.presets.roll(ROLLED) == 3
    assert [preset.fields["instrument"] for preset in kept.presets.items] == ["MES 03-27"] * 3 + ["MES"]
    assert kept.presets.undo() == "Roll"
    assert [preset.fields["instrument"] for preset in kept.presets.items] == ["MES 12-26"] * 3 + ["MES"]


async def test_what_differs_from_the_last_message_is_named_field_by_field() -> None:
    last = compose(SCALP)
    other = compose(replace(SCALP, fields={**ENTRY, "qty": "4", "order_id": "a1"}))
    assert isinstance(last, Message)
    assert isinstance(other, Message)
    assert differences(other, last) == ("qty 1 → 4", "order_id a1 (new)")
    assert differences(last, other) == ("qty 4 → 1", "order_id left out (was a1)")
    assert differences(last, last) == ()
    assert differences(last, None) == ()


async def test_a_preset_is_found_in_any_case_or_said_not_to_be_there() -> None:
    assert find([SCALP], " scalp ") == SCALP
    assert isinstance(find([SCALP], "other"), Problem)


async def test_saved_presets_are_there_at_the_next_start(kept: Kept, tmp_path: Path) -> None:
    assert kept.presets.save(SCALP) is None
    await kept.settle()
    assert load(tmp_path / "presets.toml").presets == (SCALP,)


async def test_a_name_is_taken_once_in_any_case_and_the_preset_stays(kept: Kept) -> None:
    kept.presets.save(SCALP)
    found = kept.presets.save(replace(SCALP, name="SCALP", sends=True))
    assert isinstance(found, Problems)
    assert kept.presets.items == (SCALP,)
    assert kept.presets.save(replace(SCALP, name="Other"), instead_of="Scalp") is None
    assert kept.names() == ["Other"]


async def test_a_secret_that_the_program_holds_is_not_kept(kept: Kept) -> None:
    kept.known.add(Secret(MARKER))
    found = kept.presets.save(replace(SCALP, fields={**ENTRY, "notes": f"my {MARKER}"}))
    assert isinstance(found, Problems)
    assert MARKER not in str(found)


async def test_a_known_secret_is_not_kept_in_a_name_or_group_either(kept: Kept) -> None:
    kept.known.add(Secret(MARKER))
    for preset in (replace(SCALP, name=f"my {MARKER}"), replace(SCALP, group=MARKER)):
        assert isinstance(kept.presets.save(preset), Problems)
    assert kept.presets.items == ()


async def test_every_change_is_taken_back_one_after_the_other(kept: Kept) -> None:
    presets = kept.presets
    steps = [
        lambda: presets.save(SCALP),
        lambda: presets.save(replace(SCALP, name="B")),
        lambda: presets.duplicate("Scalp"),
        lambda: presets.move("B", "Scalp", "Morning"),
        lambda: presets.save(replace(SCALP, sends=True), instead_of="Scalp"),
        lambda: presets.roll(ROLLED),
        lambda: presets.delete(["Scalp", "B"]),
    ]
    states = [presets.items]
    for step in steps:
        step()
        states.append(presets.items)
    assert len(set(map(str, states))) == len(states)
    for state in reversed(states[:-1]):
        assert presets.undo()
        assert presets.items == state
    assert presets.undo() == ""


async def test_as_many_changes_as_told_can_be_taken_back(kept: Kept) -> None:
    for number in range(MOST_UNDO + 5):
        kept.presets.save(replace(SCALP, name=f"P{number}"))
    count = 0
    while kept.presets.undo():
        count += 1
    assert count == MOST_UNDO


async def test_presets_move_before_others_and_into_groups(kept: Kept) -> None:
    for name in "ABC":
        kept.presets.save(replace(SCALP, name=name))
    kept.presets.move("C", "A", "Morning")
    assert kept.names() == ["C", "A", "B"]
    assert kept.presets.items[0].group == "Morning"
    kept.presets.move("C", None, "")
    assert kept.names() == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("mine", "theirs", "made"),
    [
        (("Long 1",), "Long 1", "Long 2"),
        (("Long 1", "Long 2"), "Long 1", "Long 3"),
        (("Long 9",), "Long 9", "Long 10"),
        (("Long",), "Long", "Long 2"),
        (("ES 6400",), "ES 6400", "ES 6400 2"),
        (("7",), "7", "7 2"),
    ],
)
async def test_a_name_that_is_taken_gets_the_next_number(
    kept: Kept, tmp_path: Path, mine: tuple[str, ...], theirs: str, made: str
) -> None:
    for name in mine:
        kept.presets.save(replace(SCALP, name=name))
    path = tmp_path / "theirs.toml"
    path.write_text(write_presets((replace(SCALP, name=theirs),)))
    assert await kept.presets.take_in(path) == (made,)


async def test_an_import_takes_all_or_none_renames_what_is_taken_and_sends_nothing_unasked(
    kept: Kept, tmp_path: Path
) -> None:
    kept.presets.save(SCALP)
    path = tmp_path / "theirs.toml"
    path.write_text(write_presets((replace(SCALP, sends=True), Preset("New"))))
    assert await kept.presets.take_in(path) == ("Scalp 2", "New")
    assert kept.names() == ["Scalp", "Scalp 2", "New"]
    assert not any(preset.sends for preset in kept.presets.items)
    path.write_text(path.read_text().replace("PLACE", "PLAICE"))
    before = kept.presets.items
    assert isinstance(await kept.presets.take_in(path), Problems)
    assert isinstance(await kept.presets.take_in(tmp_path / "nowhere.toml"), Problems)
    assert kept.presets.items == before
    kept.presets.undo()
    assert kept.names() == ["Scalp"]


async def test_what_is_handed_out_can_be_taken_in(kept: Kept, tmp_path: Path) -> None:
    for name in "ABC":
        kept.presets.save(replace(SCALP, name=name))
    assert await kept.presets.hand_out(tmp_path / "out.toml", ["A", "C"]) is None
    assert await kept.presets.take_in(tmp_path / "out.toml") == ("A 2", "C 2")


async def test_a_damaged_file_is_told_and_the_good_presets_stay(tmp_path: Path) -> None:
    first = Kept(tmp_path / "presets.toml")
    await first.presets.load()
    first.presets.save(SCALP)
    await first.settle()
    (tmp_path / "presets.toml").write_text("version = 1\n[[preset]]\n")
    second = Kept(tmp_path / "presets.toml")
    await second.presets.load()
    assert second.presets.items == (SCALP,)
    assert "set aside as presets.toml.damaged-1" in second.faults[0]


async def test_a_file_that_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "gone" / "presets.toml")
    await kept.presets.load()
    kept.presets.save(SCALP)
    await kept.settle()
    assert "could not be saved" in kept.faults[0]
    assert kept.presets.items == (SCALP,)


async def test_the_last_change_is_written_at_the_end(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "presets.toml")
    await kept.presets.load()
    kept.presets.save(SCALP)
    await kept.tasks.close(0)
    kept.presets.close()
    assert load(tmp_path / "presets.toml").presets == (SCALP,)


async def test_what_is_saved_before_the_file_was_read_is_written_beside_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    save(path, (SCALP, replace(SCALP, name="Old")))
    kept = Kept(path)
    kept.presets.save(replace(SCALP, sends=True))
    await kept.settle()
    assert load(path).presets == (SCALP, replace(SCALP, name="Old"))
    await kept.presets.load()
    await kept.settle()
    assert kept.names() == ["Scalp", "Scalp 2", "Old"]
    assert load(path).presets == kept.presets.items


async def test_taking_back_what_came_before_the_file_was_read_takes_none_of_its_presets(tmp_path: Path) -> None:
    save(tmp_path / "presets.toml", (SCALP,))
    kept = Kept(tmp_path / "presets.toml")
    kept.presets.save(replace(SCALP, name="New"))
    await kept.presets.load()
    assert kept.presets.undo() == "Keep"
    assert kept.presets.items == (SCALP,)
    await kept.settle()


async def test_a_program_that_ends_before_the_file_was_read_loses_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    save(path, (SCALP,))
    kept = Kept(path)
    kept.presets.save(replace(SCALP, name="New"))
    await kept.tasks.close(0)
    kept.presets.close()
    assert [preset.name for preset in load(path).presets] == ["New", "Scalp"]


async def test_a_name_that_looks_like_another_is_refused_with_the_one_that_is_there(kept: Kept) -> None:
    assert kept.presets.save(replace(SCALP, name="Caf\u00e9")) is None
    found = kept.presets.save(replace(SCALP, name="CAF\u00c9"))
    assert found
    assert found.items[0].message == "There is a preset “Caf\u00e9” already. Choose another name."


async def test_a_field_of_the_catalogue_among_the_extra_ones_is_refused(kept: Kept) -> None:
    found = kept.presets.save(replace(SCALP, extra={"qty": "9"}))
    assert found
    assert "qty is a field of the ticket" in found.items[0].message


async def test_an_export_makes_no_file_at_the_end_of_a_link_that_leads_nowhere(kept: Kept, tmp_path: Path) -> None:
    kept.presets.save(SCALP)
    link = tmp_path / "out.toml"
    link.symlink_to(tmp_path / "elsewhere.toml")
    found = await kept.presets.hand_out(link, ["Scalp"])
    assert found
    assert "already" in found.message
    assert not (tmp_path / "elsewhere.toml").exists()

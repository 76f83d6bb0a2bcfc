"""Which key does what: read, written, refused and warned of, without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.desk.actions import ACTIONS, BY_ID, Kind
from crosstrade_desk.desk.chord import MODIFIERS, NAMED, Chord, parse_chord
from crosstrade_desk.desk.keymap import TITLES, USED_ELSEWHERE, USUAL, keymap_of, refusal, strangers, warning, written
from crosstrade_desk.protocol.problems import Invalid

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-=,./;'[]"
CHORDS = st.builds(Chord, st.frozensets(st.sampled_from(MODIFIERS)), st.sampled_from([*NAMED, *LETTERS]))


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord), found
    return found


@given(CHORDS)
def test_a_chord_reads_back_as_it_is_written(given_chord: Chord) -> None:
    assert parse_chord(str(given_chord)) == given_chord


@pytest.mark.parametrize("text", ["shift+CTRL+f", " Ctrl + Shift + F ", "Ctrl+Shift+f"])
def test_modifiers_are_read_in_any_order_and_case(text: str) -> None:
    assert str(chord(text)) == "Ctrl+Shift+F"


@pytest.mark.parametrize(
    "text", ["", "Ctrl", "Ctrl+", "Ctrl+Ctrl+F", "Hyper+F", "Ctrl+Shift", "F25", "é", "Ctrl+F\n\x1b"]
)
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    found = parse_chord(text)
    assert isinstance(found, Invalid)
    assert "\x1b" not in found.message


@given(st.text(max_size=80))
def test_any_text_is_a_chord_or_a_sentence(text: str) -> None:
    assert isinstance(parse_chord(text), Chord | Invalid)


def test_no_usual_key_clashes_and_each_passes_its_own_rules() -> None:
    keys = [action.key for action in ACTIONS if action.key]
    assert len(set(keys)) == len(keys)
    for action in ACTIONS:
        if action.key and not action.hidden:
            assert refusal(action, chord(action.key), USUAL, TITLES) == ""
            assert action.key not in USED_ELSEWHERE


def test_no_usual_key_enters_but_the_send_key_and_the_yes_to_a_question() -> None:
    assert {action.id for action in ACTIONS if action.key and action.kind is Kind.ENTRY} == {"send", "yes"}


def test_only_exits_may_work_in_every_program() -> None:
    assert {action.kind for action in ACTIONS if action.system_wide} == {Kind.EXIT}


def test_a_changed_key_is_written_and_read_back() -> None:
    changed = USUAL.with_key("flatten", chord("F9")).with_key("cancel", None)
    assert written(changed) == ("none: cancel", "F9: flatten")
    assert keymap_of(written(changed)) == (changed, ())
    assert written(USUAL) == ()


def test_two_actions_that_swap_their_keys_are_read_back() -> None:
    swapped = USUAL.with_key("buy", chord("Ctrl+Down")).with_key("sell", chord("Ctrl+Up"))
    assert keymap_of(written(swapped)) == (swapped, ())


def test_a_key_that_a_hand_wrote_for_an_entry_is_held_to_the_rules_of_the_window() -> None:
    keymap, left_out = keymap_of(["A: send", "Ctrl+Shift+F: send"])
    assert "send" not in keymap.chords
    assert str(keymap.chords["flatten"]) == "Ctrl+Shift+F"
    assert len(left_out) == 2
    assert all(sentence.startswith("“Send” did not get its key. ") for sentence in left_out)


@pytest.mark.parametrize(
    "lines", [["Ctrl+Alt+J: send", "Ctrl+Alt+J: flatten"], ["Ctrl+Alt+J: flatten", "Ctrl+Alt+J: send"]]
)
def test_of_an_entry_and_an_exit_with_one_key_the_exit_has_it_and_the_entry_is_named(lines: list[str]) -> None:
    keymap, left_out = keymap_of(lines)
    assert keymap.text("flatten") == "Ctrl+Alt+J"
    assert "send" not in keymap.chords
    assert left_out == ("“Send” did not get its key. Ctrl+Alt+J is the key of “Flatten”. Take it away there first.",)


@pytest.mark.parametrize(
    ("lines", "flatten", "count"),
    [
        (["F: flatten"], "Ctrl+Shift+F", 1),
        (["F: flatten", "Ctrl+Shift+F: send"], "Ctrl+Shift+F", 2),
        (["Ctrl+Shift+X: flatten"], "Ctrl+Shift+F", 1),
        (["Ctrl+Shift+F: cancel", "F: flatten"], "", 1),
    ],
)
def test_an_exit_whose_line_gives_no_key_keeps_its_usual_one_if_no_other_exit_has_it(
    lines: list[str], flatten: str, count: int
) -> None:
    keymap, left_out = keymap_of(lines)
    assert (keymap.text("flatten"), len(left_out)) == (flatten, count)


def test_the_keys_of_presets_wait_until_these_are_there() -> None:
    lines = ["Ctrl+Alt+J: preset Cafe\u0301", "F9: flatten", "none: preset Gone", "no line"]
    assert strangers(lines) == {"preset Caf\u00e9": chord("Ctrl+Alt+J")}
    assert "preset Caf\u00e9" not in keymap_of(lines)[0].chords


def test_the_keys_of_a_question_cannot_be_moved() -> None:
    keymap, _ = keymap_of(["Ctrl+Alt+J: yes", "none: no"])
    assert keymap == USUAL


@given(st.lists(st.text(max_size=40), max_size=20))
def test_any_lines_give_a_map_in_which_no_key_has_two_actions(lines: list[str]) -> None:
    keymap, _ = keymap_of(lines)
    assert len(set(keymap.chords.values())) == len(keymap.chords)


@pytest.mark.parametrize(
    ("action", "key", "part"),
    [
        ("buy", "Ctrl+Shift+F", "“Flatten”"),
        ("flatten", "F", "types in a field"),
        ("flatten", "Shift+F", "types in a field"),
        ("flatten", "Space", "types in a field"),
        ("flatten", "Return", "types in a field"),
        ("flatten", "Ctrl+C", "edits text"),
        ("flatten", "Alt+F4", "desktop"),
        ("send", "F9", "two of Ctrl"),
        ("send", "Alt+Enter", "two of Ctrl"),
        ("send", "Alt+Return", "two of Ctrl"),
        ("send", "Meta+Return", "two of Ctrl"),
        ("send", "Ctrl+Meta+B", "two of Ctrl"),
        ("send", "Shift+Meta+B", "two of Ctrl"),
        ("send", "Ctrl+B", "two of Ctrl"),
    ],
)
def test_a_key_is_refused_with_its_reason(action: str, key: str, part: str) -> None:
    assert part in refusal(BY_ID[action], chord(key), USUAL, TITLES)


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("flatten", "F9"),
        ("flatten", "Ctrl+Shift+F"),
        ("flatten", "Meta+F9"),
        ("send", "Ctrl+Alt+B"),
        ("send", "Ctrl+Return"),
        ("send", "Ctrl+Enter"),
        ("send", "Alt+Shift+Meta+B"),
    ],
)
def test_other_keys_are_taken(action: str, key: str) -> None:
    assert refusal(BY_ID[action], chord(key), USUAL, TITLES) == ""


def test_the_push_to_talk_key_of_the_accident_is_warned_of() -> None:
    assert "push-to-talk" in warning(chord("Alt+P"))
    assert warning(chord("Ctrl+Alt+J")) == ""


def test_every_key_that_is_warned_of_is_one_that_could_be_bound() -> None:
    for key in USED_ELSEWHERE:
        assert str(chord(key)) == key

"""The keys of a run: those of presets that come, go, are renamed or changed, and those that got out before."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from crosstrade_desk.desk.actions import BY_ID, Action, Chapter, Kind
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.key_book import KeyBook
from crosstrade_desk.storage.settings import Settings

KEY = "Ctrl+Alt+J"
A, B = "preset A", "preset B"


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord)
    return found


def preset(name: str, kind: Kind = Kind.ENTRY) -> Action:
    return Action(name, name.removeprefix("preset "), "", kind, Chapter.PRESETS)


def show(book: KeyBook, orders: Mapping[str, str], **kinds: Kind) -> tuple[str, ...]:
    """The presets of these names with their orders."""
    made = {name: preset(name, kinds.get(name[-1], Kind.ENTRY)) for name in orders}
    return book.show_presets({**BY_ID, **made}, lambda name: orders[name])


def bound(kind: Kind = Kind.ENTRY, key: str = KEY) -> KeyBook:
    """A book in which preset A has a key that was rehearsed."""
    book = KeyBook(Settings())
    show(book, {A: "1"}, A=kind)
    book.bind(preset(A, kind), chord(key), "1")
    book.tried(A)
    return book


def again(book: KeyBook) -> KeyBook:
    """The book of the next run."""
    return KeyBook(replace(Settings(), **book.kept))


# --- what a key stands for ---


@pytest.mark.parametrize(("order", "waits"), [("1", ()), ("2", (A,))])
@pytest.mark.parametrize("restarts", [False, True])
def test_a_key_is_rehearsed_anew_where_its_preset_keeps_another_order(
    order: str, waits: tuple[str, ...], restarts: bool
) -> None:
    book = again(bound()) if restarts else bound()
    show(book, {A: order})
    assert (book.keymap.text(A), book.waiting) == (KEY, waits)


def test_an_exit_that_would_get_out_of_something_else_is_rehearsed_too() -> None:
    book = bound(Kind.EXIT)
    show(book, {A: "2"}, A=Kind.EXIT)
    assert book.waiting == (A,)


@pytest.mark.parametrize("action", [A, "send", "cancel", "everything"])
def test_a_key_that_another_hand_wrote_into_the_settings_is_rehearsed(action: str) -> None:
    book = KeyBook(Settings(keys=(f"{KEY}: {action}",)))
    show(book, {A: "1"})
    assert book.waiting == (action,)
    book.tried(action)
    later = again(book)
    show(later, {A: "1"})
    assert later.waiting == ()


def test_a_key_that_another_hand_gave_to_a_preset_that_was_rehearsed_on_another_one_is_rehearsed() -> None:
    kept = bound().kept
    book = KeyBook(replace(Settings(), **{**kept, "keys": ("none: flatten", f"Ctrl+Shift+F: {A}")}))
    show(book, {A: "1"})
    assert book.waiting == (A,)


def test_the_usual_keys_need_no_rehearsal() -> None:
    book = KeyBook(Settings())
    show(book, {})
    assert book.waiting == ()


def test_what_only_fills_the_form_needs_no_rehearsal_until_it_sends() -> None:
    book = bound(Kind.FORM)
    show(book, {A: "2"}, A=Kind.FORM)
    assert book.waiting == ()
    show(book, {A: "2"}, A=Kind.ENTRY)
    assert book.waiting == (A,)


# --- gone, back, renamed ---


def test_a_deleted_preset_leaves_its_key_to_others() -> None:
    book = bound()
    show(book, {})
    assert book.keymap.holder(chord(KEY)) is None
    assert KEY not in " ".join(book.kept["keys"])


def test_a_preset_that_comes_back_has_its_key_again_and_is_rehearsed() -> None:
    book = bound()
    show(book, {})
    assert show(book, {A: "1"}) == ()
    assert (book.keymap.text(A), book.waiting) == (KEY, (A,))
    book.tried(A)
    show(book, {A: "1", B: "1"})
    assert book.waiting == ()


def test_a_key_that_another_one_took_meanwhile_stays_there_and_that_is_said() -> None:
    book = bound()
    show(book, {})
    book.bind(BY_ID["buy"], chord(KEY))
    assert show(book, {A: "1"}) == (f"“A” has no key now. {KEY} is the key of “Buy side”. Take it away there first.",)
    assert book.keymap.text("buy") == KEY
    assert book.keymap.text(A) == ""
    assert show(book, {A: "1"}) == (), "it is said once"


def test_keys_of_presets_that_were_never_seen_are_kept_and_in_nobodys_way() -> None:
    book = KeyBook(Settings(keys=(f"{KEY}: {A}",), unrehearsed=(A,)))
    show(book, {B: "1"})
    assert again(book).kept == book.kept
    assert book.kept["keys"] == (f"{KEY}: {A}",)
    book.bind(BY_ID["buy"], chord(KEY))
    assert book.kept["keys"] == (f"{KEY}: buy",)


@pytest.mark.parametrize("waits", [False, True])
def test_a_renamed_preset_takes_its_key_along_rehearsed_or_not_as_it_was(waits: bool) -> None:
    book = bound()
    if waits:
        show(book, {A: "2"})
    book.carry(A, B)
    show(book, {B: "2" if waits else "1"})
    assert (book.keymap.text(B), book.waiting) == (KEY, (B,) if waits else ())
    assert A not in str(book.kept)


def test_a_preset_that_is_renamed_and_changed_at_once_is_rehearsed() -> None:
    book = bound()
    book.carry(A, B)
    show(book, {B: "2"})
    assert book.waiting == (B,)


def test_a_plain_key_rests_while_its_preset_sends_and_says_so() -> None:
    book = bound(Kind.FORM, "F9")
    told = show(book, {A: "1"}, A=Kind.ENTRY)
    assert ["“A” has no key now" in sentence and "two of Ctrl" in sentence for sentence in told] == [True]
    assert (book.keymap.text(A), book.waiting) == ("", ())
    assert show(book, {A: "1"}, A=Kind.FORM) == ()
    assert book.keymap.text(A) == "F9"


@pytest.mark.parametrize("lines", [(f"{KEY}: {A}", f"{KEY}: {B}"), (f"{KEY}: {B}", f"{KEY}: {A}")])
def test_of_two_presets_with_one_key_in_the_file_the_one_that_gets_out_has_it(lines: tuple[str, ...]) -> None:
    book = KeyBook(Settings(keys=lines))
    told = show(book, {A: "1", B: "1"}, B=Kind.EXIT)
    assert (book.keymap.text(B), book.keymap.text(A)) == (KEY, "")
    assert ["“A” has no key now" in sentence for sentence in told] == [True]


def test_a_preset_that_gets_out_has_the_key_that_an_entry_has_in_the_file_too() -> None:
    book = KeyBook(Settings(keys=(f"{KEY}: send", f"{KEY}: {A}")))
    told = show(book, {A: "1"}, A=Kind.EXIT)
    assert (book.keymap.text(A), book.keymap.text("send")) == (KEY, "")
    assert told == (f"{KEY} is the key of “A”, which gets out: “Send” has none now.",)


# --- keys that got out before ---


def test_a_key_that_got_out_before_says_where_that_is_now() -> None:
    book = KeyBook(Settings())
    book.bind(BY_ID["flatten"], chord("F9"))
    said = book.former_exit(chord("Ctrl+Shift+F"))
    assert said == "Nothing was sent: Ctrl+Shift+F is no key of “Flatten” any more. It is on F9 now."
    book.bind(BY_ID["flatten"], None)
    assert "It has none now" in book.former_exit(chord("Ctrl+Shift+F"))
    assert "It has none now" in book.former_exit(chord("F9"))
    assert book.former_exit(chord("F10")) == ""


def test_a_key_that_got_out_before_says_nothing_once_it_does_something() -> None:
    book = KeyBook(Settings())
    book.bind(BY_ID["flatten"], chord("F9"))
    book.bind(BY_ID["buy"], chord("Ctrl+Shift+F"))
    assert book.former_exit(chord("Ctrl+Shift+F")) == ""
    book.reset()
    assert book.former_exit(chord("Ctrl+Shift+F")) == ""
    assert "It is on Ctrl+Shift+F now" in book.former_exit(chord("F9"))


def test_a_key_of_an_exit_that_is_gone_says_so() -> None:
    book = bound(Kind.EXIT)
    show(book, {})
    assert book.former_exit(chord(KEY)) == f"Nothing was sent: {KEY} was the key of “A”, which is gone."


def test_a_key_that_got_out_before_finds_its_preset_under_its_new_name() -> None:
    book = bound(Kind.EXIT)
    book.bind(preset(A, Kind.EXIT), chord("F9"), "1")
    book.carry(A, B)
    show(book, {B: "1"}, B=Kind.EXIT)
    assert "It is on F9 now" in book.former_exit(chord(KEY))


def test_a_key_that_entered_before_is_left_alone() -> None:
    book = KeyBook(Settings())
    book.bind(BY_ID["send"], chord("Ctrl+Alt+B"))
    assert book.former_exit(chord("Ctrl+Return")) == ""

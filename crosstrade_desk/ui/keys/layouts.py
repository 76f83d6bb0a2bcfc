"""Keys whose letters the keyboard's layout hides: another alphabet, or digits that need Shift."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.places import PLACES, X11_SHIFT
from crosstrade_desk.protocol.problems import Invalid

_LATIN: Final = "QWERTYUIOPASDFGHJKLZXCVBNM"
# The letters at the same places on the usual Russian, Greek, Hebrew and Arabic keyboards; a blank where there is none.
_ALPHABETS: Final = (
    (
        "\u0419\u0426\u0423\u041a\u0415\u041d\u0413\u0428\u0429\u0417\u0424\u042b\u0412\u0410\u041f\u0420\u041e\u041b\u0414"
        "\u042f\u0427\u0421\u041c\u0418\u0422\u042c"
    ),
    (
        " \u03a3\u0395\u03a1\u03a4\u03a5\u0398\u0399\u039f\u03a0\u0391\u03a3\u0394\u03a6\u0393\u0397\u039e\u039a\u039b"
        "\u0396\u03a7\u03a8\u03a9\u0392\u039d\u039c"
    ),
    (
        "  \u05e7\u05e8\u05d0\u05d8\u05d5\u05df\u05dd\u05e4\u05e9\u05d3\u05d2\u05db\u05e2\u05d9\u05d7\u05dc\u05da"
        "\u05d6\u05e1\u05d1\u05d4\u05e0\u05de\u05e6"
    ),
    (
        "\u0636\u0635\u062b\u0642\u0641\u063a\u0639\u0647\u062e\u062d\u0634\u0633\u064a\u0628\u0644\u0627\u062a\u0646\u0645"
        "\u0626\u0621\u0624\u0631 \u0649\u0629"
    ),
)
_QT: Final = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Meta": Qt.KeyboardModifier.MetaModifier,
}
_LAST_LATIN: Final = 0x7E
_MODIFIERS: Final = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


def twins(chord: Chord) -> Iterator[Chord]:
    """The same place with the same modifiers on keyboards of other alphabets."""
    place = _LATIN.find(chord.key)
    letters = {letters[place] for letters in _ALPHABETS} if place >= 0 and chord.commands else set()
    yield from (Chord(chord.modifiers, letter) for letter in sorted(letters - {" "}))


def modifiers_of(event: QKeyEvent) -> frozenset[str]:
    """The modifiers that are down."""
    return frozenset(name for name, flag in _QT.items() if event.modifiers() & flag)


def chord_of(event: QKeyEvent) -> Chord | Invalid | None:
    """The chord of a press; None while only modifiers are down."""
    if event.key() in _MODIFIERS:
        return None
    if hidden := hidden_chord(event):
        return hidden
    key = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
    return parse_chord("+".join([*modifiers_of(event), key]))


def hidden_chord(event: QKeyEvent) -> Chord | None:
    """The chord at the place of a key that has another alphabet's letter, or a sign instead of its digit.

    None where the key is what it seems to be: on a Latin layout the letter counts, wherever it is.
    """
    place = _place(event.nativeScanCode())
    shown = chr(event.key()) if event.key() <= 0x10FFFF else ""
    strange = shown > chr(_LAST_LATIN) if place in _LATIN else not shown.isalnum()
    return Chord(modifiers_of(event), place) if place and shown and strange else None


def _place(code: int) -> str:
    shift = 0 if QGuiApplication.platformName() == "windows" else X11_SHIFT
    return PLACES.get(code - shift, "")

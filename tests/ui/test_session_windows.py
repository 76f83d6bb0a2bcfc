"""The messages of Windows, by value: laid out as Windows does, and read by the very filter that Qt would call."""

import ctypes
from ctypes import wintypes

import pytest
from PySide6.QtCore import QByteArray

from crosstrade_desk.desk.away import Away
from crosstrade_desk.ui.session.windows import WindowsSession

KIND = b"windows_generic_MSG"
POWER, SESSION, TIMER = 0x0218, 0x02B1, 0x0113


def heard(number: int, word: int, kind: bytes | QByteArray = KIND) -> list[Away]:
    """What is called out when Windows gives this message."""
    found: list[Away] = []
    session = WindowsSession(found.append)
    message = wintypes.MSG(None, number, word, 0, 0, wintypes.POINT(0, 0))
    assert session.nativeEventFilter(kind, ctypes.addressof(message)) == (False, 0), "it keeps no message back"
    session.close()
    return found


@pytest.mark.parametrize(
    ("number", "word", "means"),
    [
        (SESSION, 7, [Away.LOCKED]),
        (SESSION, 2, [Away.LOCKED]),
        (SESSION, 4, [Away.LOCKED]),
        (SESSION, 8, []),  # unlocked
        (SESSION, 1, []),
        (POWER, 4, [Away.SLEPT]),
        (POWER, 7, [Away.SLEPT]),
        (POWER, 0x12, [Away.SLEPT]),
        (POWER, 0xA, []),  # mains or battery
        (TIMER, 7, []),
        (0, 0, []),
    ],
)
def test_what_a_message_means(number: int, word: int, means: list[Away]) -> None:
    assert heard(number, word) == means
    assert heard(number, word, QByteArray(KIND)) == means


def test_messages_of_another_kind_are_not_read() -> None:
    assert heard(SESSION, 7, b"xcb_generic_event_t") == []

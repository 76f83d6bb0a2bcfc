"""Order ids that the program makes, so that an order can be found again by the message that placed it. Pure."""

import re
from typing import Final

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_OWN: Final = re.compile(r"desk-[0-9a-z]{11}-[0-9a-z]{4}")
_LINE: Final = re.compile(rf"\norder_id={_OWN.pattern};")


def own_id(utc_us: int, chance: int) -> str:
    """An id that no other order has: made of the time in microseconds and a random number, such as `desk-…-4k1z`."""
    return f"desk-{_base36(utc_us, 11)}-{_base36(chance, 4)}"


def _base36(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def is_own(text: str) -> bool:
    """Whether an order id is one that the program made."""
    return _OWN.fullmatch(text) is not None


def without_own_line(wire: str) -> str:
    """The wire text without an id that the program made, to be compared with another one."""
    return _LINE.sub("", wire)

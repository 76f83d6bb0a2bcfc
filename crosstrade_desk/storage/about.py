"""What is said of each setting, and the checks of their values: plain functions, as they run before the first paint."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from crosstrade_desk.protocol.instrument import Instrument, parse_instrument
from crosstrade_desk.protocol.texts import AccountList, ClockText, ClockTime

Check = Callable[[object], bool]
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class About:
    """One setting for a form: its label, what it is for, what the file must give, and the bounds of a number.

    `group`: the form that shows it, "" for those that the window itself changes. `unit`: what a form writes behind it.
    `choices`: what a text may be, where it may not be anything.
    """

    label: str
    help: str
    expected: str
    check: Check
    minimum: int | None = None
    maximum: int | None = None
    group: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()


def setting(default: object, about: About) -> Any:
    """A field of the settings with its usual value."""
    return field(default=default, metadata={"about": about})


def number(  # noqa: PLR0913, PLR0917 - one word each
    default: int, minimum: int, maximum: int, label: str, text: str, group: str = "", unit: str = ""
) -> Any:
    """A setting that is a whole number."""
    expected = f"a whole number from {minimum} to {maximum}"
    return setting(default, About(label, text, expected, whole(minimum, maximum), minimum, maximum, group, unit))


def switch(default: bool, label: str, text: str, group: str = "") -> Any:
    """A setting that is on or off."""
    return setting(default, About(label, text, "true or false", is_flag, group=group))


def choice(choices: tuple[str, ...], label: str, help_: str, group: str = "") -> Any:
    """A setting that is one of a few words, the first of which is the usual one."""
    expected = f"one of {', '.join(choices)}"
    accepts = text(lambda word: word in choices)
    return setting(choices[0], About(label, help_, expected, accepts, group=group, choices=choices))


def whole(minimum: int, maximum: int) -> Check:
    """Accepts whole numbers between two bounds. True is an int too, and no number."""
    return lambda raw: type(raw) is int and minimum <= raw <= maximum


def text(accepts: Callable[[str], bool]) -> Check:
    """Accepts texts that `accepts` does."""
    return lambda raw: isinstance(raw, str) and accepts(raw)


def list_of(each: Check, fewest: int, most: int) -> Check:
    """Accepts lists of so many items, each of which passes."""
    return lambda raw: isinstance(raw, list | tuple) and fewest <= len(raw) <= most and all(map(each, raw))


def is_account(name: str) -> bool:
    """Whether this is one account's name."""
    return AccountList().parse(name) == (name,)


def are_accounts(raw: object) -> bool:
    """Whether this is a list of account names, none twice."""
    named = list_of(text(is_account), 0, 200)(raw)
    return named and isinstance(raw, list | tuple) and len({name.casefold() for name in raw}) == len(raw)


def is_pattern(name: str) -> bool:
    """Whether this is a pattern of account names: at least two letters or digits, with *, #, ? and [sets] around."""
    told = re.sub(r"\[[^\]]*\]", "", name)
    return re.fullmatch(r"[A-Za-z0-9 ._*#?\[\]-]{1,60}", name) is not None and len(re.findall("[A-Za-z0-9]", told)) > 1


def is_root_size(word: str) -> bool:
    """Whether this is a root and its size, such as `ES=2`."""
    found = re.fullmatch(r"[A-Z0-9]{1,6}=(\d{1,6})", word, re.ASCII)
    return found is not None and int(found[1]) >= 1


def are_root_sizes(raw: object) -> bool:
    """Whether this is a list of roots with their sizes, none twice."""
    listed = list_of(text(is_root_size), 0, 100)(raw)
    return listed and isinstance(raw, list | tuple) and len({word.split("=")[0] for word in raw}) == len(raw)


def is_clock(word: str) -> bool:
    """Whether this is a time of day, or nothing."""
    return word == "" or isinstance(ClockText().parse(word), ClockTime)


def is_instrument(name: str) -> bool:
    """Whether this is an instrument."""
    return isinstance(parse_instrument(name), Instrument)


def is_host(name: str) -> bool:
    """Whether this is a host with or without its port, or nothing."""
    host = r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]"
    found = re.fullmatch(rf"(?:https?://)?(?:{host})(?::(\d{{1,5}}))?", name, re.ASCII)
    return name == "" or (found is not None and 1 <= int(found[1] or 443) <= 65_535)


def is_window(raw: object) -> bool:
    """Whether this is a window's place: x, y, width, height; None: not known."""
    if raw is None:
        return True
    return list_of(whole(-100_000, 100_000), 4, 4)(raw) and isinstance(raw, list | tuple) and raw[2] > 0 < raw[3]


def is_state(word: str) -> bool:
    """Whether this can be the state of the panes, or nothing."""
    return re.fullmatch(r"[A-Za-z0-9+/=]{0,20000}", word) is not None


def is_flag(raw: object) -> bool:
    """Whether this is true or false."""
    return isinstance(raw, bool)


def is_name(word: str) -> bool:
    """Whether this can be the name of an action or of a preset."""
    return 0 < len(word) <= _LONGEST_NAME and word.isprintable()


def is_key_line(line: str) -> bool:
    """Whether this is a key, a colon, and the name of what it does."""
    key, colon, name = line.partition(": ")
    return bool(colon) and key.isascii() and 0 < len(key) <= _LONGEST_NAME and key.isprintable() and is_name(name)

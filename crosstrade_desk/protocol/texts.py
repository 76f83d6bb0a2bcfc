"""Field types for names, choices and times."""

import re
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from typing import Final

from crosstrade_desk.protocol.problems import Invalid, one_of, strange, unsafe

_MAX_ACCOUNT: Final = 64  # letters of a name
_MAX_ACCOUNTS: Final = 100
_MAX_LIST: Final = _MAX_ACCOUNTS * (_MAX_ACCOUNT + 2)


@dataclass(frozen=True, slots=True)
class AccountList:
    """One or more account names with commas between. Source: docs advanced-options/multi-account-placement."""

    def parse(self, text: str) -> tuple[str, ...] | Invalid:
        if bad := unsafe(text, _MAX_LIST) or strange(text):
            return bad
        names = tuple(part.strip() for part in text.split(","))
        if "://" in text:
            return Invalid("This is a web address, not an account name. The webhook address belongs in Connection.")
        if len(names) > _MAX_ACCOUNTS:
            return Invalid(f"These are {len(names)} accounts; {_MAX_ACCOUNTS} are the most in one message.")
        if not all(names):
            return Invalid("There is a comma without an account name beside it.")
        if any(len(name) > _MAX_ACCOUNT for name in names):
            return Invalid(f"An account name has at most {_MAX_ACCOUNT} letters.")
        return _without_twins(names)

    def format(self, value: tuple[str, ...]) -> str:
        return ",".join(value)

    def say(self, value: tuple[str, ...]) -> str:
        return ", ".join(map(quoted, value))


_PLAIN_NAME = re.compile(r"[\w.-]+")


def quoted(name: str) -> str:
    """A name as it stands in a sentence: in quotes if it could be read as words of the sentence."""
    return name if _PLAIN_NAME.fullmatch(name) else f"“{name}”"


def _without_twins(names: tuple[str, ...]) -> tuple[str, ...] | Invalid:
    # CrossTrade compares names without regard to case, so "sim101,Sim101" would trade the account twice.
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            return Invalid(f"{name} is named twice: it would be traded twice.")
        seen.add(name.casefold())
    return names


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `longest` letters. `blanks`: whether it may hold blanks. `free`: in any script."""

    noun: str
    longest: int = 64
    blanks: bool = True
    free: bool = False

    def parse(self, text: str) -> str | Invalid:
        if bad := unsafe(text) or (None if self.free else strange(text)):
            return bad
        bare = text.strip()
        if "://" in bare:
            return Invalid(f"{self.noun} holds no web address: yours is a secret.")
        if not self.blanks and re.search(r"\s", bare):
            return Invalid(f"{self.noun} holds no blanks.")
        return bare if len(bare) <= self.longest else Invalid(f"{self.noun} has at most {self.longest} letters.")

    def format(self, value: str) -> str:
        return value

    def say(self, value: str) -> str:
        return f"“{value}”" if self.free else quoted(value)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a `Choice`: its wire token, the word on the button, and what it does."""

    token: str
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few tokens. Read in any case, sent as the documentation writes it. `none`: what no token means."""

    options: tuple[Option, ...]
    none: str = "Any"

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(option.token for option in self.options)

    def parse(self, text: str) -> str | Invalid:
        if bad := unsafe(text):
            return bad
        by_word = {token.lower(): token for token in self.tokens}
        word = text.strip().lower() if text.isascii() else ""  # "ﬂatten" and "ſell" are other words
        if word in by_word:
            return by_word[word]
        near = get_close_matches(word, by_word, n=1)
        return Invalid(f"Choose {one_of(self.tokens)}." + (f" Did you mean {by_word[near[0]]}?" if near else ""))

    def format(self, value: str) -> str:
        return value

    def say(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """`true`, or `false` which is the same as leaving the field out.

    The server takes every other word for false and says nothing, so it is refused here.
    Source: docs advanced-options/bypass-trade-windows.
    """

    def parse(self, text: str) -> bool | Invalid:
        if bad := unsafe(text):
            return bad
        word = text.strip().lower() if text.isascii() else ""
        if word not in ("true", "false"):
            return Invalid("Write true, or leave it empty: CrossTrade takes every other word for no.")
        return word == "true"

    def format(self, value: bool) -> str:
        return "true" if value else "false"

    def say(self, value: bool) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True, slots=True)
class States:
    """One or two of three position states, meaning "or". A slash between them is read, a comma is sent.

    Source: docs advanced-options/require-market-position; the slash: faq position-management.
    """

    tokens: tuple[str, ...] = ("long", "flat", "short")

    def parse(self, text: str) -> tuple[str, ...] | Invalid:
        if bad := unsafe(text):
            return bad
        words = tuple(part.strip().lower() for part in re.split(r"[,/]", text))
        if not set(words) <= set(self.tokens):
            return Invalid(f"Write {one_of(self.tokens)}, or two of them with a comma between.")
        if len(set(words)) != len(words) or len(words) == len(self.tokens):
            return Invalid("Name one state, or two different ones. All three are no condition.")
        return words

    def format(self, value: tuple[str, ...]) -> str:
        return ",".join(value)

    def say(self, value: tuple[str, ...]) -> str:
        return one_of(value)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day in New York, with the text it was written as."""

    text: str
    time: time


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\s?([AP]M)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClockText:
    """`13:30`, `1:30 PM` or `1:30PM`; sent as it was written. Source: docs advanced-options/trading-window."""

    def parse(self, text: str) -> ClockTime | Invalid:
        if bad := unsafe(text):
            return bad
        bare = " ".join(text.upper().split())
        found = _CLOCK.fullmatch(bare)
        hour = _hour(int(found[1]), found[3]) if found else None
        if found is None or hour is None or int(found[2]) > 59:
            return Invalid("Write a time of day in New York, such as 9:35 AM or 15:55.")
        return ClockTime(bare, time(hour, int(found[2])))

    def format(self, value: ClockTime) -> str:
        return value.text

    def say(self, value: ClockTime) -> str:
        return f"{value.text} in New York"


def _hour(hour: int, half: str | None) -> int | None:
    if half is None:
        return hour if hour <= 23 else None
    return hour % 12 + (12 if half == "PM" else 0) if 1 <= hour <= 12 else None

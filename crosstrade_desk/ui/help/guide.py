"""The pages of the guide: which there are, in order, what stands under each heading, and searching them. No Qt."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from crosstrade_desk.resources import resources

# File name without `.md` -> the heading of the page.
PAGES: Final = {
    "first-order": "Your first order",
    "practice": "Practice",
    "going-live": "Going live",
    "safety": "Safety",
    "reading": "Reading back",
    "presets": "Presets",
    "keys": "Keys",
    "window": "The window",
    "commands": "Commands",
    "other-programs": "Other programs",
    "troubleshooting": "Troubleshooting",
}
_HEADING: Final = re.compile(r"#{1,6} (.+)")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS: Final = re.compile(r"[`*|]|^-+$|^- ")
_MOST_FOUND: Final = 40


@dataclass(frozen=True, slots=True)
class Topic:
    """A place of the guide: a page, and the text of a heading on it, "" for its top."""

    page: str
    heading: str = ""


@dataclass(frozen=True)
class Section:
    """What stands under one heading, as lines without marks."""

    topic: Topic
    lines: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """All of it in small letters, for searching."""
        return "\n".join((self.title, *self.lines)).casefold()

    @property
    def title(self) -> str:
        page = PAGES[self.topic.page]
        return f"{page}: {self.topic.heading}" if self.topic.heading else page


def slug(heading: str) -> str:
    """A heading as links name it, the way code hosts do: `What it never does` -> `what-it-never-does`."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def path_of(page: str) -> Path:
    """The file of a page."""
    return resources() / "help" / f"{page}.md"


def sections(page: str, text: str) -> Iterator[Section]:
    """The sections of a page, each from its heading to the next one."""
    topic, lines = Topic(page), list[str]()
    for line in text.splitlines():
        if found := _HEADING.fullmatch(line):
            yield Section(topic, tuple(lines))
            topic, lines = Topic(page, found[1] if found[1] != PAGES[page] else ""), [found[1]]
        elif plain := " ".join(_MARKS.sub(" ", _LINK.sub(r"\1", line)).split()):
            lines.append(plain)
    yield Section(topic, tuple(lines))


def whole_guide() -> tuple[Section, ...]:
    """Every section of every page. Blocks for reading some small files."""
    read = ((page, path_of(page).read_text(encoding="utf-8")) for page in PAGES)
    return tuple(section for page, text in read for section in sections(page, text) if section.lines)


def search(guide: Iterable[Section], text: str) -> tuple[tuple[Section, str], ...]:
    """The sections that hold most of the words of `text`, in any case, each with its line that holds most of them.

    At most 40, those with a word in their heading first. A sentence of the program is found though a number in it is
    another one: half of the words are enough where nothing has all. The guide does not grow while the program runs, so
    a search costs the same each time.
    """
    words = text.casefold().split()
    counted = [(_count(words, section.text), section) for section in guide]
    most = max((count for count, _ in counted), default=0)
    if not words or most < max(1, len(words) / 2):
        return ()
    best = [section for count, section in counted if count == most]
    best.sort(key=lambda section: -_count(words, section.title.casefold()))
    return tuple((section, _line_with(words, section)) for section in best[:_MOST_FOUND])


def _count(words: Iterable[str], text: str) -> int:
    return sum(word in text for word in words)


def _line_with(words: Iterable[str], section: Section) -> str:
    """A line that holds most of the words. The heading is shown anyway."""
    return max(section.lines[1:] or section.lines, key=lambda line: _count(words, line.casefold()))

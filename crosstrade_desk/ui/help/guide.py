"""The pages of the guide: which there are, in order, what stands under each heading, and searching them. No Qt."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from crosstrade_desk.resources import resources

# File name without `.md` -> the heading of the page.
PAGES: Final = {
    "first-order": "Your first order",
    "going-live": "Going live",
    "safety": "Safety",
    "presets": "Presets",
    "keys": "Keys",
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


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, as lines without marks."""

    topic: Topic
    lines: tuple[str, ...]

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
    """The sections that hold every word of `text`, in any case, each with its first line that holds one of them.

    At most 40. The guide does not grow while the program runs, so a search costs the same each time.
    """
    words = text.casefold().split()
    found = ((section, _line_with(words, section)) for section in guide if words and _holds(words, section))
    return tuple(islice(found, _MOST_FOUND))


def _holds(words: Iterable[str], section: Section) -> bool:
    whole = "\n".join((section.title, *section.lines)).casefold()
    return all(word in whole for word in words)


def _line_with(words: list[str], section: Section) -> str:
    """The line that holds most of the words; the heading itself is shown anyway, and counts least."""
    body = section.lines[1:] or section.lines
    return max(body, key=lambda line: sum(word in line.casefold() for word in words))

"""What a message text says, as a report for people and programs. It never holds a secret."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crosstrade_desk.protocol.cautions import cautions
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.leaks import take_secrets
from crosstrade_desk.protocol.message import Reading, read
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems, printable
from crosstrade_desk.protocol.secret import MASK


@dataclass(frozen=True, slots=True)
class Report:
    """The reading of one text. `fields` are canonical texts, or what was written where that is no value.

    `command` is the token, "" if none was found. `sentence` is "" for a text that is not valid.
    """

    command: str
    fields: Mapping[str, str]
    sentence: str
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the text is a valid message."""
        return not self.problems

    def as_json(self) -> str:
        """One JSON object: `ok`, `command`, `fields`, `sentence`, `problems`, `warnings`."""
        found = {
            "ok": self.ok,
            "command": self.command,
            "fields": dict(self.fields),
            "sentence": self.sentence,
            "problems": [_as_dict(problem) for problem in self.problems],
            "warnings": [_as_dict(warning) for warning in self.warnings],
        }
        return json.dumps(found)

    def as_lines(self) -> list[str]:
        """The sentence or every problem, then every warning, one a line."""
        lines = [self.sentence] if self.ok else [_line("problem", problem) for problem in self.problems]
        return [printable(line) for line in (*lines, *(_line("warning", warning) for warning in self.warnings))]


def _as_dict(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "message": problem.message}


def _line(word: str, problem: Problem) -> str:
    return f"{word}: {f'{problem.field}: ' if problem.field else ''}{problem.message}"


def check(text: str, now: datetime) -> Report:
    """Reads a text as the ticket would. Pure; `now`, with a zone, is for contracts and windows."""
    taken = take_secrets(text)
    reading = read(taken.text)
    command, token = reading.command, reading.spec.token if reading.spec else ""
    fields = ({"key": MASK} if taken.key else {}) | _fields(reading)
    if isinstance(command, Problems):
        return Report(token, fields, "", command.items, (*taken.leaks, *reading.notes))
    written = (*_without_key(taken.text), *_written_otherwise(reading, command))
    warnings = (*taken.leaks, *reading.notes, *written, *cautions(command, now))
    return Report(token, fields, command.sentence, (), warnings)


_HAS_KEY = re.compile(r"(?i)(?:^|;)\s*key\s*=\s*[^;\s]")


def _without_key(text: str) -> Iterator[Problem]:
    if not _HAS_KEY.search(text):
        yield Problem("key", "There is no key in it. CrossTrade takes no message without one; the ticket adds it.")


def _written_otherwise(reading: Reading, command: Command) -> Iterator[Problem]:
    """Fields that a server may read otherwise than the ticket does: a decimal comma, other blanks, a unit's other form.

    Letter case, blanks and noughts in front do not count.
    """
    for name, text in command.texts.items():
        written = reading.texts.get(name, text)
        if _bare(written) != _bare(text):
            yield Problem(name, f"It is written “{printable(written)[:40]}”. The ticket would send {text}.")


def _bare(text: str) -> str:
    return re.sub(r"(?<![\d.])0+(?=\d)", "", re.sub(r"[ \t\r\n]", "", text).lower())


def _fields(reading: Reading) -> dict[str, str]:
    if isinstance(reading.command, Command):
        return dict(reading.command.texts)
    return {name: _canonical(reading, name, text) for name, text in {**reading.texts, **reading.extras}.items() if text}


def _canonical(reading: Reading, name: str, text: str) -> str:
    use = reading.spec.use(name) if reading.spec else None
    value = use.field.type.parse(text) if use else Invalid("")
    return use.field.type.format(value) if use and not isinstance(value, Invalid) else printable(text)

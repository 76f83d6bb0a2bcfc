"""What a message text says, as a report for people and programs. It never holds a secret."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
        return lines + [_line("warning", warning) for warning in self.warnings]


def _as_dict(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "message": problem.message}


def _line(word: str, problem: Problem) -> str:
    return f"{word}: {f'{problem.field}: ' if problem.field else ''}{problem.message}"


def check(text: str, today: date) -> Report:
    """Reads a text as the ticket would. Pure; `today` is for contract dates."""
    taken = take_secrets(text)
    reading = read(taken.text)
    command, token = reading.command, reading.spec.token if reading.spec else ""
    fields = ({"key": MASK} if taken.key else {}) | _fields(reading)
    if isinstance(command, Problems):
        return Report(token, fields, "", command.items, (*taken.leaks, *reading.notes))
    warnings = (*taken.leaks, *reading.notes, *cautions(command, today))
    return Report(token, fields, command.sentence, (), warnings)


def _fields(reading: Reading) -> dict[str, str]:
    if isinstance(reading.command, Command):
        return reading.command.texts
    return {name: _canonical(reading, name, text) for name, text in {**reading.texts, **reading.extras}.items() if text}


def _canonical(reading: Reading, name: str, text: str) -> str:
    use = reading.spec.use(name) if reading.spec else None
    value = use.field.type.parse(text) if use else Invalid("")
    return use.field.type.format(value) if use and not isinstance(value, Invalid) else printable(text)

"""Command <-> wire text. The secret is no part of a message: it joins the bytes in the sender.

Grammar: `name=value;` fields, white space around them is skipped, names in any case.
Source: docs api/webhook-trading, webhooks/commands; faq payload-reference.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.fields import one_of
from crosstrade_desk.protocol.problems import Problem, Problems, printable
from crosstrade_desk.protocol.secret import MASK, Secret, parse_key

_BLANKS = " \t\r\n"
_NAME = re.compile(r"[A-Za-z0-9_]{1,40}")


@dataclass(frozen=True)
class Message:
    """One frozen command with its wire text: one field a line, `key` first, each closed by `;`."""

    command: Command

    @cached_property
    def rest(self) -> str:
        """All of the wire text behind the key."""
        fields = {"command": self.command.spec.token, **self.command.texts}
        return "".join(f"\n{name}={text};" for name, text in fields.items())

    @property
    def masked(self) -> str:
        """The wire text as it may be seen and kept."""
        return f"key={MASK};{self.rest}"

    def wire(self, key: Secret) -> bytes:
        """The very bytes to send. Only a sender calls this."""
        return f"key={key.reveal()};{self.rest}".encode()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a wire text says: its command, and its key if it held one."""

    command: Command
    key: Secret | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A wire text that says no valid command; the key may still have been found."""

    problems: Problems
    key: Secret | None


def read(text: str) -> Reading | Unread:
    """Reads a wire text back. Every problem names its field; none quotes the key."""
    fields, problems = _fields(text)
    key = parse_key(fields["key"]) if "key" in fields else None
    secret = key if isinstance(key, Secret) else None
    if key is not None and secret is None:
        problems.append(Problem("key", "The key is empty or holds blanks or special letters."))
    token = fields.get("command", "").upper()
    spec = SPECS.get(token)
    if spec is None:
        problems.append(_no_command(token))
        return Unread(Problems(tuple(problems)), secret)
    rest = {name: value for name, value in fields.items() if name not in ("key", "command")}
    composed = compose(spec, rest)
    if isinstance(composed, Problems):
        problems.extend(composed.items)
    if problems or isinstance(composed, Problems):
        return Unread(Problems(tuple(problems)), secret)
    return Reading(composed, secret)


def _fields(text: str) -> tuple[dict[str, str], list[Problem]]:
    fields: dict[str, str] = {}
    problems: list[Problem] = []
    *closed, tail = text.split(";")
    if tail.strip(_BLANKS):
        problems.append(Problem("", "The last field is not closed by “;”."))
    for chunk in filter(None, (part.strip(_BLANKS) for part in [*closed, tail])):
        problems.extend(_add(fields, chunk))
    return fields, problems


def _add(fields: dict[str, str], chunk: str) -> Iterable[Problem]:
    name, sign, value = chunk.partition("=")
    name = name.strip(_BLANKS).lower()
    if not sign:
        yield Problem("", f"“{_short(chunk)}” is no field: write name=value;")
    elif not _NAME.fullmatch(name):
        yield Problem("", f"“{_short(name)}” is no field name.")
    elif name in fields:
        yield Problem(name, f"{name} is given twice.")
    else:
        fields[name] = value.strip(_BLANKS)


def _no_command(token: str) -> Problem:
    if not token:
        return Problem("command", "Command is missing.")
    return Problem("command", f"There is no command “{_short(token)}” here. Known are {one_of(tuple(SPECS))}.")


def _short(text: str) -> str:
    return mask(printable(text))[:40]


_KEY_FIELD = re.compile(r"(?i)(\bkey\b[\"']?\s*[=:]\s*[\"']?)[^;\s\"',}]+")
_ADDRESS = re.compile(r"(/v1/send)/[^\s/\"'<>]+(?:/[^\s/\"'<>]+)?")


def mask(text: str, *secrets: str) -> str:
    """The text with every key field, webhook address and each of `secrets` replaced by dots."""
    for secret in secrets:
        text = text.replace(secret, MASK) if secret else text
    return _ADDRESS.sub(rf"\1/{MASK}/{MASK}", _KEY_FIELD.sub(rf"\1{MASK}", text))

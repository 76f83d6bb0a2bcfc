"""Command <-> wire text. The secret is no part of a message: it joins the bytes in the sender.

Grammar: `name=value;` fields, white space around them is skipped, names in any case.
Source: docs api/webhook-trading, webhooks/commands; faq payload-reference.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from crosstrade_desk.protocol.catalogue import COMMANDS, CONTROLS, NAMES, SPECS
from crosstrade_desk.protocol.command import FIELD_NAME, Command, compose
from crosstrade_desk.protocol.echoes import Echoes
from crosstrade_desk.protocol.escapes import Span, Undone, dotted, hides, undone
from crosstrade_desk.protocol.problems import Kind, Problem, Problems, one_of, printable
from crosstrade_desk.protocol.secret import MASK, Secret, is_placeholder, parse_key
from crosstrade_desk.protocol.spec import CommandSpec

_BLANKS: Final = " \t\r\n"
_NEXT_FIELD = re.compile(r"[\r\n](?=[ \t]{0,200}[A-Za-z0-9_]{1,40}[ \t]{0,200}=)")
_COMMENT = re.compile(r"(?m)^[ \t]*(?://|#)[^\n]*$")
MOST_FIELDS: Final = 100  # the longest command has under 50


@dataclass(frozen=True)
class Message:
    """One frozen command with its wire text: one field a line, `key` first, each closed by `;`."""

    command: Command

    @cached_property
    def rest(self) -> str:
        """All of the wire text behind the key."""
        spec = self.command.spec
        head = {} if spec.control else {"command": spec.token}
        return "".join(f"\n{name}={text};" for name, text in {**head, **self.command.texts}.items())

    @property
    def masked(self) -> str:
        """The wire text as it may be seen and kept."""
        return self.with_key(MASK)

    def with_key(self, key: str) -> str:
        """The wire text with something that stands for the key."""
        return f"key={key};{self.rest}"

    def wire(self, key: Secret) -> bytes:
        """The very bytes to send. Only a sender calls this."""
        return self.with_key(key.reveal()).encode()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a wire text says, valid or not. `command` is the command or every problem.

    `spec` is None if no command could be made out. `texts` are the fields of the catalogue as they were written, and
    `extras` the others; `rest` is what could be read as neither, piece by piece. `notes` are remarks that keep nothing
    from being sent.
    """

    spec: CommandSpec | None
    texts: Mapping[str, str]
    extras: Mapping[str, str]
    command: Command | Problems
    key: Secret | None = None
    notes: tuple[Problem, ...] = ()
    rest: tuple[str, ...] = ()


def read(text: str) -> Reading:
    """Reads a wire text back. Every problem names its field; none quotes the key."""
    raw = _Raw(text)
    spec = raw.spec()
    key = raw.key()
    named = {name: value for name, value in raw.fields.items() if name not in ("key", "command")}
    if spec is not None:
        raw.rename(spec, named)
    texts = {name: value for name, value in named.items() if name in NAMES}
    extras = {name: value for name, value in named.items() if name not in NAMES and value}
    if spec is None:
        return Reading(None, texts, extras, Problems(tuple(raw.problems)), key, tuple(raw.notes), tuple(raw.rest))
    command = compose(spec, texts, extras=extras)
    if raw.problems:
        items = command.items if isinstance(command, Problems) else ()
        command = Problems((*raw.problems, *items))
    return Reading(spec, texts, extras, command, key, tuple(raw.notes), tuple(raw.rest))


def read_key(text: str) -> Secret | None:
    """The key of a wire text, without a look at anything else in it."""
    return _Raw(text).key()


@dataclass(slots=True)
class _Raw:
    """The fields of a text before anything is known of a command. Problems and remarks are collected on the way."""

    text: str
    fields: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.text.strip(_BLANKS + "\ufeff").startswith(("{", "[")):
            self._fault("This is JSON. CrossTrade reads plain text: name=value; one field after the other.")
            self._take_json()
            return
        bare, comments = _COMMENT.subn("", self.text.removeprefix("\ufeff"))
        if comments:
            self.notes.append(Problem("", "Comment lines are left out: it is not known how CrossTrade reads them."))
        *closed, tail = bare.split(";")
        if tail.strip(_BLANKS):
            self._fault("The last field is not closed by “;”.")
        chunks = [chunk for part in (*closed, tail) for chunk in self._lines(part)]
        if len(chunks) > MOST_FIELDS:
            self._fault(f"This text has {len(chunks)} fields; a message has at most {MOST_FIELDS}.")
        for chunk in chunks[:MOST_FIELDS]:
            self._add(chunk)

    def _take_json(self) -> None:
        """Takes the fields of a flat JSON object all the same, so that a form can be filled with them."""
        try:
            found = json.loads(self.text.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            return
        plain = found.items() if isinstance(found, dict) and len(found) <= MOST_FIELDS else ()
        for name, value in plain:
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                self._add(f"{name}={value}")
            elif isinstance(value, bool):
                self._add(f"{name}={str(value).lower()}")

    def _lines(self, part: str) -> list[str]:
        """A chunk between two “;”, or several if a line that begins a field shows that a “;” is missing before it."""
        pieces = [piece for piece in map(_strip, _NEXT_FIELD.split(part)) if piece]
        if len(pieces) > 1:
            self._fault(f"A “;” is missing before {mask(printable(pieces[1]))[:40]}.")
        return pieces

    def _fault(self, message: str, name: str = "", kind: Kind = Kind.GRAMMAR) -> None:
        self.problems.append(Problem(name, message, kind))

    def _add(self, chunk: str) -> None:
        written, sign, value = chunk.partition("=")
        written = written.strip(_BLANKS)
        name = written.lower()
        if sign and written.isascii() and FIELD_NAME.fullmatch(name) and name not in self.fields:
            self.fields[name] = value.strip(_BLANKS)
            return
        self.rest.append(mask(chunk))
        if not sign:
            self._fault(f"“{_short(chunk)}” is no field: write name=value;")
        elif name in self.fields:
            self._fault(f"{name} is given twice.", name, Kind.TWICE)
        else:
            self._fault(f"“{_short(written)}” is no field name.")

    def key(self) -> Secret | None:
        text = self.fields.get("key")
        if text is None or is_placeholder(text):
            return None
        found = parse_key(text)
        if not isinstance(found, Secret):
            self._fault("The key is empty or holds blanks or special letters.", "key", Kind.BAD)
            return None
        return found

    def spec(self) -> CommandSpec | None:
        token = self.fields.get("command", "")
        control = next((spec for name, spec in CONTROLS.items() if self.fields.get(name)), None)
        if control and token:
            self._fault(f"{control.title} is a message of its own, without a command.", "command", Kind.CONFLICT)
            return None
        word = token.upper() if token.isascii() else ""
        found = control or next((spec for spec in COMMANDS if spec.token == word and not spec.control), None)
        if found is None:
            self._no_command(token)
        return found

    def _no_command(self, token: str) -> None:
        if not token:
            self._fault("Command is missing.", "command", Kind.MISSING)
            return
        known = tuple(spec.token for spec in SPECS.values() if not spec.control)
        self._fault(f"There is no command “{_short(token)}”. Known are {one_of(known)}.", "command", Kind.BAD)

    def rename(self, spec: CommandSpec, named: dict[str, str]) -> None:
        """Puts a text that stands under a wrong name of its field under the right one."""
        for use in spec.uses:
            if use.alias in named and not named.get(use.field.name):
                named[use.field.name] = named.pop(use.alias)
                text = f"{use.alias} is read as {use.field.name} here: write {use.field.name}."
                self.notes.append(Problem(use.field.name, text))


def parse_extras(text: str) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Reads `name=value; name=value` as a person types it: the last field needs no “;”. Gives also what is wrong."""
    raw = _Raw(text if text.rstrip(_BLANKS).endswith(";") else f"{text};")
    return {name: value for name, value in raw.fields.items() if value}, tuple(raw.problems)


def write_extras(extras: Mapping[str, str]) -> str:
    """The text that `parse_extras` reads back."""
    return " ".join(f"{name}={value};" for name, value in extras.items())


def _strip(text: str) -> str:
    return text.strip(_BLANKS)


def _short(text: str) -> str:
    return mask(printable(text))[:40]


# A key as a field of a message, up to its “;”; as JSON or in words; and as a token of the API, which is the same text.
KEYS: Final = (
    re.compile(r"(?i)((?<![a-z0-9_])key\s*=\s*)([^;\r\n]+)"),
    re.compile(
        r"""(?i)((?<![a-z0-9])(?:api|auth|access|secret)?(?:key|secret|token)\\?["']?\s*[=:]\s*\\?["']?)([^;\s"'\\]+)"""
    ),
    re.compile(r"(?i)((?<![a-z])bearer\s+)([a-z0-9._~+/=-]{8,})"),
    re.compile(r"""(?i)(authorization\\?["']?\s*[=:]\s*\\?["']?(?:[a-z]{1,20}\s+)?)([^;\s"'\\]+)"""),
)
# Its slashes as they stand, as JSON escapes them, and as a web address quotes them. Several are read as one.
_SLASH: Final = r"(?:\\?/|%2f)"
_SLASHES: Final = f"{_SLASH}+"
_PART: Final = r"""((?:(?!%2f)[^\s/"'<>;\\])+)"""
ADDRESS: Final = re.compile(f"(?i)({_SLASH}v1{_SLASHES}send){_SLASHES}{_PART}(?:{_SLASHES}{_PART})?")


# No pattern fits a text that has none of these, however its letters are written: looking for them takes a tenth.
_TRACE: Final = re.compile("key|secret|token|bearer|author|v1")


def veiled(text: str) -> Iterator[tuple[Undone, re.Match[str]]]:
    """Each key and address that shows when what hides the letters of a text is undone, plain ones included."""
    for layer in undone(text):
        if _TRACE.search(layer.letters.casefold()):
            for pattern in (*KEYS, ADDRESS):
                yield from ((layer, found) for found in pattern.finditer(layer.letters))


def secret_spans(layer: Undone, found: re.Match[str]) -> Iterator[Span]:
    """Where in the text the secret words of such a find are: all groups but the first."""
    for group in range(2, found.re.groups + 1):
        if found[group]:
            yield layer.span(*found.span(group))


def mask(text: str, *secrets: str) -> str:
    """The text with every key, webhook address and each of `secrets` replaced by dots. For showing and keeping only."""
    text = Echoes(*secrets).masked(text) if secrets else text
    if hides(text):
        text = dotted(text, (span for layer, found in veiled(text) for span in secret_spans(layer, found)))
    if not _TRACE.search(text.casefold()):
        return text
    for pattern in KEYS:
        text = pattern.sub(rf"\1{MASK}", text)
    return ADDRESS.sub(rf"\1/{MASK}/{MASK}", text)

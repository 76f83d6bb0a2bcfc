"""Saved orders, and their text in TOML: read as it stands or not at all. It never holds a key or an address."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, cast

from crosstrade_desk.protocol.catalogue import NAMES, SPECS
from crosstrade_desk.protocol.command import FIELD_NAME
from crosstrade_desk.protocol.instrument import parse_instrument
from crosstrade_desk.protocol.leaks import take_secrets
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems, one_of, printable, unsafe
from crosstrade_desk.storage.preset_names import LONGEST, free_name, same, tidy, tidy_if_printable

VERSION: Final = 1
NEWER: Final = Problem("version", "It is of a newer version of the program.")
MOST: Final = 2000
COLOURS: Final = ("", "blue", "orange", "green", "violet", "grey")
_LONGEST_TEXT: Final = 1000
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_KEYS: Final = (
    "name",
    "command",
    "group",
    "colour",
    "sends",
    "front_month",
    "part",
    "every_account",
    "fields",
    "extra",
)
_TABLES: Final = ("fields", "extra")
_KINDS: Final[Mapping[str, type]] = {
    **dict.fromkeys(("sends", "front_month", "part", "every_account"), bool),
    **dict.fromkeys(_TABLES, dict),
}
_WORDS: Final = {str: "a text in quotes", bool: "true or false", dict: "a table"}
_BEGINS: Final = re.compile(r"[ \t]*\[\[[ \t]*preset[ \t]*\]\]")
_HELD: Final = "It holds a secret key or webhook address: take it out."


@dataclass(frozen=True, slots=True)
class Preset:
    """One saved order. `fields` are the texts of the form by wire name, valid or not; `extra` those of no catalogue.

    `sends`: a press sends it, else it fills the form. `front_month`: the instrument is a root, and its front month is
    meant, whenever it is pressed. `part`: it fills its own fields and leaves the rest of the form. `every_account`: it
    names none on purpose.
    """

    name: str
    command: str = "PLACE"
    group: str = ""
    colour: str = ""
    sends: bool = False
    front_month: bool = False
    part: bool = False
    every_account: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


def is_name(text: str) -> bool:
    """Whether a preset or a group may be called so."""
    return 0 < len(text) <= LONGEST and text == tidy(text) and text.isprintable() and not take_secrets(text).leaks


Leaks = Callable[[str], bool]


def holds_secret(text: str) -> bool:
    """Whether a text holds what looks like a key or an address."""
    return bool(take_secrets(text).leaks)


@dataclass(frozen=True, slots=True)
class Own:
    """What the program's own file gives: all of it. `remarks` name what a file of another hand may not have."""

    presets: tuple[Preset, ...]
    remarks: tuple[Problem, ...] = ()


def read_presets(text: str, leaks: Leaks = holds_secret) -> tuple[Preset, ...] | Problems:
    """The presets of a file's text, or every problem of it. `leaks` finds secrets. Runs in linear time."""
    found = own_presets(text, leaks)
    if isinstance(found, Problems):
        return found
    return Problems(found.remarks) if found.remarks else found.presets


def own_presets(text: str, leaks: Leaks) -> Own | Problems:
    """The presets with remarks on those that can be kept and not be taken over, or every problem and remark."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        where = printable(str(fault))[:120] if isinstance(fault, tomllib.TOMLDecodeError) else "It cannot be read."
        return Problems((Problem("", f"This is no TOML file. {where}"),))
    told = [(problem, True) for problem in _of_the_file(values)]  # with whether it keeps the file from being read
    rows = values.get("preset", [])
    rows = rows if isinstance(rows, list) else []
    lines = _beginnings(text, len(rows))
    made: list[Preset] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[:MOST], 1):
        preset, faults = _preset(row, leaks)
        remarks = list(_remarks(preset, seen)) if preset else []
        where = _where(preset, number, leaks) if faults or remarks else ""
        line = f" (line {lines[number - 1]})" if lines else ""
        told += [(Problem(where, f"{fault}{line}"), fault in faults) for fault in (*faults, *remarks)]
        if preset:
            made.append(replace(preset, name=free_name(preset.name, seen)))
            seen.add(same(made[-1].name))
    problems = tuple(problem for problem, _ in told)
    return Problems(problems) if any(stops for _, stops in told) else Own(tuple(made), problems)


def _remarks(preset: Preset, seen: Collection[str]) -> Iterator[str]:
    """What is wrong with a preset of an earlier version that can be kept all the same: it sends no other order."""
    if same(preset.name) in seen:
        yield "There are two of this name, or of names that look like it."
    yield from in_extra(preset)


def in_extra(preset: Preset) -> Iterator[str]:
    """Sentences for the extra fields that the catalogue knows: a message must not say them twice."""
    known = (name for name in preset.extra if name in NAMES)
    yield from (f"{name} is a field of the ticket: put it under fields, not under extra." for name in known)


def _where(preset: Preset | None, number: int, leaks: Leaks) -> str:
    """What a preset is called among problems: by its number, if its name must not be shown."""
    can_be_named = preset is not None and is_name(preset.name) and not leaks(preset.name)
    return f"“{preset.name}”" if preset and can_be_named else f"Preset {number}"


def _beginnings(text: str, count: int) -> list[int]:
    """The line in which each preset begins; none if they cannot be told, as where a text of several lines holds one."""
    found = [number for number, line in enumerate(text.split("\n"), 1) if _BEGINS.match(line)]
    return found if len(found) == count else []


def _of_the_file(values: Mapping[str, Any]) -> Iterator[Problem]:
    version = values.get("version")
    if type(version) is int and version > VERSION:
        yield NEWER
    elif type(version) is not int or version != VERSION:
        yield Problem("version", f"The file must say version = {VERSION}.")
    if not isinstance(values.get("preset", []), list):
        yield Problem("preset", "Each preset must begin with [[preset]].")
    elif len(values.get("preset", [])) > MOST:
        yield Problem("preset", f"There are more than {MOST} presets.")
    for name in values:
        if name not in ("version", "preset"):
            yield Problem(printable(name)[:40], "There is no such entry.")


def _preset(row: Any, leaks: Leaks) -> tuple[Preset | None, list[str]]:
    if not isinstance(row, dict):
        return None, ["It is no table."]
    if faults := list(_of_kinds(row)):
        title = row.get("name")
        return (Preset(title) if isinstance(title, str) and is_name(title) else None), faults
    plain = {name: row[name] for name in _KEYS if name in row and name not in _TABLES}
    tables = {name: MappingProxyType(row.get(name, {})) for name in _TABLES}
    preset = Preset(**{"name": "", **plain, **tables})
    preset = replace(preset, name=tidy_if_printable(preset.name), group=tidy_if_printable(preset.group))
    return preset, list(faults_of(preset, leaks))


def _of_kinds(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the kinds of a preset's values."""
    for name, value in row.items():
        if name not in _KEYS:
            yield f"There is no entry {printable(name)[:40]}."
        elif type(value) is not _KINDS.get(name, str):
            yield f"{name} must be {_WORDS[_KINDS.get(name, str)]}."
        elif name in _TABLES:
            table = cast("dict[str, Any]", value)
            odd = (key for key, text in table.items() if type(text) is not str)
            yield from (f"{printable(key)[:40]} must be a text in quotes." for key in odd)


def faults_of(preset: Preset, leaks: Leaks) -> Iterator[str]:
    """What keeps a preset from being kept, in sentences. Whether its order could be sent is no matter here."""
    for what, text in (("name", preset.name), ("group", preset.group or "-")):
        if not is_name(text) or leaks(text):
            yield f"A {what} has 1 to {LONGEST} letters, without blanks at its ends and without a secret."
    if preset.colour not in COLOURS:
        yield f"colour must be {one_of(COLOURS[1:])}, or left out."
    spec = SPECS.get(preset.command)
    if spec is None:
        yield f"There is no command {printable(preset.command)[:40]}."
    else:
        unknown = (name for name in preset.fields if spec.use(name) is None)
        yield from (f"{spec.title} has no field {printable(name)[:40]}." for name in unknown)
    unnamed = (name for name in preset.extra if not FIELD_NAME.fullmatch(name))
    yield from (f"{printable(name)[:40]} is no name of a field: small letters, digits and _." for name in unnamed)
    texts = (*preset.fields.items(), *preset.extra.items())
    is_held = leaks("\n".join(f"{name}={text};" for name, text in texts))  # one look at all of them, of 2,000 presets
    for name, text in texts:
        yield from _in_text(printable(name)[:40], text, leaks if is_held else lambda _text: False)
    if preset.part and preset.sends:
        yield "part and sends do not go together: what fills a part of the form sends nothing."
    if preset.front_month and not _is_root(preset.fields.get("instrument", "")):
        yield "front_month goes with an instrument that is a root alone, such as MES."


def _is_root(text: str) -> bool:
    return not isinstance(parse_instrument(f"{text} 12-26"), Invalid)


def _in_text(name: str, text: str, leaks: Leaks) -> Iterator[str]:
    if len(text) > _LONGEST_TEXT:
        yield f"{name} is longer than {_LONGEST_TEXT} letters."
    elif leaks(f"{name}={text};"):
        yield f"{name}: {_HELD}"
    elif wrong := unsafe(text):
        yield f"{name}: {wrong.message}"


def write_presets(presets: tuple[Preset, ...]) -> str:
    """The text of a file that `read_presets` reads back."""
    import tomli_w  # noqa: PLC0415 - saving comes long after the first paint

    rows = [{name: value for name, value in _row(preset).items() if value or name == "name"} for preset in presets]
    return tomli_w.dumps({"version": VERSION, "preset": rows})


def _row(preset: Preset) -> dict[str, object]:
    plain = {name: getattr(preset, name) for name in _KEYS if name not in ("fields", "extra")}
    return {**plain, "fields": dict(preset.fields), "extra": dict(preset.extra)}

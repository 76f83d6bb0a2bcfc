"""The file `settings.toml`: a bad value costs that value only, and a damaged file is set aside."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from crosstrade_desk.protocol.message import mask
from crosstrade_desk.protocol.problems import Invalid, Problem, printable
from crosstrade_desk.storage.about import is_account, list_of, text, whole
from crosstrade_desk.storage.files import set_aside, unfit, why, write_whole
from crosstrade_desk.storage.settings import Settings, about_of, check, fault_of

VERSION: Final = 1
_NAME_LISTS: Final = ("accounts", "chosen_accounts")
_NAMED: Final = 3
_TEXTS: Final = list_of(text(lambda _: True), 1, 10_000)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the file gave. `writable` is false where saving would destroy what this version cannot read."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    writable: bool = True


def load(path: Path) -> Loaded:
    """Reads the file; never raises for what is in it. No file gives the usual settings. Blocks."""
    try:
        if fault := unfit(path):
            return _put_aside(path, fault)
        values = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError as error:
        return _put_aside(path, why(error))
    except (ValueError, RecursionError):
        return _put_aside(path, "It is damaged.")
    return _from_values(path, values)


def _put_aside(path: Path, reason: str) -> Loaded:
    aside = set_aside(path)
    kept = aside.message if isinstance(aside, Invalid) else f"It was set aside as {aside.name}."
    sentence = f"{path.name} could not be read. {reason} {kept} The usual settings are used."
    return Loaded(Settings(), (Problem("", sentence),), writable=not isinstance(aside, Invalid))


def _from_values(path: Path, values: dict[str, Any]) -> Loaded:
    version = values.pop("version", VERSION)
    if whole(VERSION + 1, 10**9)(version):
        sentence = f"{path.name} is of a newer version of the program. It is left alone; the usual settings are used."
        return Loaded(Settings(), (Problem("version", sentence),), writable=False)
    problems = [] if whole(VERSION, VERSION)(version) else [Problem("version", f"The version must be {VERSION}.")]
    given = {item.name: values.pop(item.name) for item in fields(Settings) if item.name in values}
    read, faults = _good(given, Settings(), "The usual value is used.")
    problems += faults
    chosen = _offered(read)
    told = "chosen_accounts" not in given or any(fault.field == "chosen_accounts" for fault in faults)
    if not told and len(chosen.chosen_accounts) < len(read.chosen_accounts):
        problems.append(Problem("chosen_accounts", "A chosen account that is not offered is left out."))
    return Loaded(chosen, (*problems, *_strange(tuple(values))))


def _strange(names: tuple[str, ...]) -> Iterator[Problem]:
    """One sentence for all settings that there are not: a limit whose name is mistyped is none."""
    if names:
        told = ", ".join(f"“{mask(printable(name))[:40]}”" for name in names[:_NAMED])
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        yield Problem(mask(printable(names[0]))[:40], f"There is no setting {told}{more}. It is ignored.")


def _good(given: dict[str, Any], otherwise: Settings, then: str) -> tuple[Settings, list[Problem]]:
    """The values that pass, those of `otherwise` for the rest, and what was bad; its sentence ends in `then`."""
    good: dict[str, Any] = {}
    problems: list[Problem] = []
    for item in fields(Settings):
        raw = given.get(item.name, getattr(otherwise, item.name))
        if item.name in _NAME_LISTS and (named := _clean(raw)):
            raw, left_out = named
            problems += [Problem(item.name, f"{about_of(item).label}: {left_out}")] if left_out else []
        if about_of(item).check(raw):
            good[item.name] = tuple(raw) if isinstance(raw, list) else raw
        else:
            problems.append(Problem(item.name, f"{fault_of(item).message} {then}"))
    return replace(otherwise, **good), problems


def _clean(raw: object) -> tuple[tuple[str, ...], str] | None:
    """The names that can be accounts, each once, and a sentence for the others; None if none would be left."""
    if not _TEXTS(raw) or not isinstance(raw, list | tuple):
        return None
    kept: dict[str, str] = {}
    others: list[str] = []
    for name in raw:
        if is_account(name) and name.casefold() not in kept:
            kept[name.casefold()] = name
        else:
            others.append(name)
    listed = ", ".join(f"“{printable(name)[:40]}”" for name in others[:5])
    sentence = f"{listed} left out: no account name, or named twice." if others else ""
    return (tuple(kept.values()), sentence) if kept else None


def _offered(settings: Settings) -> Settings:
    """Of the chosen accounts those that are offered, spelled as there: a name nobody sees must not be traded."""
    by_name = {name.casefold(): name for name in settings.accounts}
    chosen = (by_name.get(name.casefold()) for name in settings.chosen_accounts)
    return replace(settings, chosen_accounts=tuple(name for name in chosen if name is not None))


def save(path: Path, settings: Settings) -> Invalid | None:
    """Writes the file whole, readable by its owner only, or leaves the old one. Blocks until the disk has it.

    A value that could not be read back keeps what the file had for it, or the usual one; the others are written all
    the same, and the `Invalid` names it.
    """
    import tomli_w  # noqa: PLC0415 - saving comes long after the first paint

    faults: list[Problem] = []
    if check(settings):
        given = {item.name: getattr(settings, item.name) for item in fields(Settings)}
        settings, faults = _good(given, load(path).settings, "It was not saved.")
    offered = _offered(settings)
    values = {item.name: getattr(offered, item.name) for item in fields(Settings)}
    known = {name: value for name, value in values.items() if value is not None}
    failed = write_whole(path, tomli_w.dumps({"version": VERSION, **known}).encode())
    if failed or not faults:
        return failed
    return Invalid(" ".join(fault.message for fault in faults))

"""What the user chose, kept in `settings.toml`. A bad value costs that value only, and a damaged file is set aside.

Read before the first paint, so the checks are plain functions: importing msgspec takes 50 ms.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from crosstrade_desk.protocol.instrument import Instrument, parse_instrument
from crosstrade_desk.protocol.problems import Invalid, Problem, printable
from crosstrade_desk.protocol.texts import AccountList
from crosstrade_desk.storage.files import is_odd, set_aside, why, write_whole

VERSION: Final = 1
Check = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class About:
    """One setting for a form: its label, what it is for, what the file must give, and the bounds of a number."""

    label: str
    help: str
    expected: str
    check: Check
    minimum: int | None = None
    maximum: int | None = None


def _whole(minimum: int, maximum: int) -> Check:
    # type(): True is an int too.
    return lambda raw: type(raw) is int and minimum <= raw <= maximum


def _text(accepts: Callable[[str], bool]) -> Check:
    return lambda raw: isinstance(raw, str) and accepts(raw)


def _list(each: Check, fewest: int, most: int) -> Check:
    return lambda raw: isinstance(raw, list | tuple) and fewest <= len(raw) <= most and all(map(each, raw))


def _is_account(text: str) -> bool:
    return AccountList().parse(text) == (text,)


def _is_instrument(text: str) -> bool:
    return isinstance(parse_instrument(text), Instrument)


def _is_host(text: str) -> bool:
    host = r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]"
    found = re.fullmatch(rf"(?:https?://)?(?:{host})(?::(\d{{1,5}}))?", text, re.ASCII)
    return text == "" or (found is not None and 1 <= int(found[1] or 443) <= 65_535)


def _is_window(raw: object) -> bool:
    return raw is None or (
        _list(_whole(-100_000, 100_000), 4, 4)(raw) and isinstance(raw, list | tuple) and _sized(raw)
    )


def _sized(raw: list[int] | tuple[int, ...]) -> bool:
    return raw[2] > 0 and raw[3] > 0


def _setting(default: object, about: About) -> Any:
    return field(default=default, metadata={"about": about})


def _are_accounts(raw: object) -> bool:
    named = _list(_text(_is_account), 0, 200)(raw)
    return named and isinstance(raw, list | tuple) and len({name.casefold() for name in raw}) == len(raw)


_NAMES: Final = "a list of names, each once"
_NAME_LISTS: Final = ("accounts", "chosen_accounts")
_TEXTS: Final = _list(_text(lambda _: True), 1, 10_000)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its usual value. `send_timeout_s` is in seconds, `window` is x, y, width, height in pixels."""

    mode: str = _setting(
        "practice",
        About(
            "Place",
            "Practice trades on the exchange in the program, live on CrossTrade.",
            "“practice” or “live”",
            _text(lambda text: text in ("practice", "live")),
        ),
    )
    accounts: tuple[str, ...] = _setting(
        ("Sim101", "Sim102", "Sim105"),
        About("Accounts", "The names the ticket offers, as NinjaTrader shows them.", _NAMES, _are_accounts),
    )
    chosen_accounts: tuple[str, ...] = _setting(
        ("Sim101",),
        About("Chosen accounts", "The accounts the ticket starts with.", _NAMES, _are_accounts),
    )
    instruments: tuple[str, ...] = _setting(
        ("MES 12-26", "MNQ 12-26", "ES 12-26", "NQ 12-26"),
        About(
            "Instruments",
            "The instruments used last, newest first.",
            "a list of at most 20 instruments",
            _list(_text(_is_instrument), 0, 20),
        ),
    )
    instrument: str = _setting(
        "MES 12-26",
        About("Instrument", "The instrument the ticket starts with.", "an instrument", _text(_is_instrument)),
    )
    trusted_host: str = _setting(
        "",
        About(
            "Trusted host",
            "A host other than CrossTrade's that you gave your word for.",
            "empty, or a host such as https://example.org:8443",
            _text(_is_host),
        ),
    )
    send_timeout_s: int = _setting(
        10,
        About(
            "Time limit",
            "Seconds to wait for the server's answer to an order.",
            "a whole number from 1 to 60",
            _whole(1, 60),
            1,
            60,
        ),
    )
    quick_quantities: tuple[int, ...] = _setting(
        (1, 2, 3, 5, 10),
        About(
            "Quick quantities",
            "The quantities with a button of their own.",
            "a list of 1 to 10 whole numbers from 1 to 100000",
            _list(_whole(1, 100_000), 1, 10),
            1,
            100_000,
        ),
    )
    window: tuple[int, int, int, int] | None = _setting(
        None,
        About("Window", "Where the window stood last.", "four whole numbers: x, y, width, height", _is_window),
    )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the file gave. `writable` is false where saving would destroy what this version cannot read."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    writable: bool = True


def about(name: str) -> About:
    """What a form needs of one setting."""
    return next(_about(item) for item in fields(Settings) if item.name == name)


def _about(item: Field[Any]) -> About:
    found: About = item.metadata["about"]
    return found


def check(settings: Settings) -> tuple[Problem, ...]:
    """Every setting that could not be saved, with what it must be."""
    return tuple(_fault(f) for f in fields(Settings) if not _about(f).check(getattr(settings, f.name)))


def _fault(item: Field[Any]) -> Problem:
    return Problem(item.name, f"{_about(item).label} must be {_about(item).expected}.")


def load(path: Path) -> Loaded:
    """Reads the file; never raises for what is in it. No file gives the usual settings. Blocks."""
    if is_odd(path):
        return _put_aside(path, "It is no ordinary file.")
    try:
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
    if _whole(VERSION + 1, 10**9)(version):
        sentence = f"{path.name} is of a newer version of the program. It is left alone; the usual settings are used."
        return Loaded(Settings(), (Problem("version", sentence),), writable=False)
    problems = [] if _whole(VERSION, VERSION)(version) else [Problem("version", f"The version must be {VERSION}.")]
    given = {item.name: values.pop(item.name) for item in fields(Settings) if item.name in values}
    read, faults = _good(given, Settings(), "The usual value is used.")
    problems += faults
    chosen = _offered(read)
    told = "chosen_accounts" not in given or any(fault.field == "chosen_accounts" for fault in faults)
    if not told and len(chosen.chosen_accounts) < len(read.chosen_accounts):
        problems.append(Problem("chosen_accounts", "A chosen account that is not offered is left out."))
    problems += [Problem(printable(name)[:40], "There is no such setting. It is ignored.") for name in values]
    return Loaded(chosen, tuple(problems))


def _good(given: dict[str, Any], otherwise: Settings, then: str) -> tuple[Settings, list[Problem]]:
    """The values that pass, those of `otherwise` for the rest, and what was bad; its sentence ends in `then`."""
    good: dict[str, Any] = {}
    problems: list[Problem] = []
    for item in fields(Settings):
        raw = given.get(item.name, getattr(otherwise, item.name))
        if item.name in _NAME_LISTS and (named := _clean(raw)):
            raw, left_out = named
            problems += [Problem(item.name, f"{_about(item).label}: {left_out}")] if left_out else []
        if _about(item).check(raw):
            good[item.name] = tuple(raw) if isinstance(raw, list) else raw
        else:
            problems.append(Problem(item.name, f"{_fault(item).message} {then}"))
    return replace(otherwise, **good), problems


def _clean(raw: object) -> tuple[tuple[str, ...], str] | None:
    """The names that can be accounts, each once, and a sentence for the others; None if none would be left."""
    if not _TEXTS(raw) or not isinstance(raw, list | tuple):
        return None
    kept: dict[str, str] = {}
    others: list[str] = []
    for name in raw:
        if _is_account(name) and name.casefold() not in kept:
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

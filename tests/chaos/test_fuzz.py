"""A million texts that nobody meant: nothing raises, no field is smuggled in, and no secret comes through.

Each case has a seed of its own, which a failure names; `law(Random(seed))` repeats it.
"""

import html
import json
import time
import tomllib
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import Any, Final
from urllib.parse import quote

import pytest
import tomli_w

from chaos.conftest import Report
from crosstrade_desk.desk.known import KnownSecrets
from crosstrade_desk.desk.limits import limits_of
from crosstrade_desk.practice.reading import take
from crosstrade_desk.protocol.check import check
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.leaks import take_secrets
from crosstrade_desk.protocol.message import Message, mask, parse_extras, read
from crosstrade_desk.protocol.secret import MASK, Secret, parse_key
from crosstrade_desk.sending.outcome import Accepted
from crosstrade_desk.sending.verdict import Reader
from crosstrade_desk.storage import preset_file, settings_file
from crosstrade_desk.storage.preset_names import same
from crosstrade_desk.storage.presets import Own, Preset, faults_of, write_presets
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.storage.settings import check as check_settings
from support.catalogue import VARIANTS
from support.mutants import ALERTS, mutant, mutant_bytes, value

NOW: Final = datetime(2026, 11, 25, 15, tzinfo=UTC)
KEY: Final = Secret("ab12-CD34_ef56")
_URL_SAFE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PRINTABLE: Final = "".join(chr(code) for code in range(33, 127) if chr(code) != ";")

# --- no field is smuggled in ---


def on_the_wire(data: bytes) -> list[tuple[str, str]]:
    """Every field of a wire text, by a reading that shares no line with the ticket's."""
    *closed, rest = data.decode().split(";")
    assert rest == "", "the last field is closed"
    pairs = [part.split("=") for part in closed]
    return [(name.strip(), text) for name, text in pairs]


def a_form(chance: Random) -> bool:
    """Whatever is typed, the server reads the very fields that were composed."""
    spec, good = chance.choice(VARIANTS)
    share = chance.choice((0.1, 0.3, 1))
    texts = {name: value(chance, text) if chance.random() < share else text for name, text in good.items()}
    extras = {chance.choice(("colour", "x1", "qty2")): value(chance, "red")} if chance.random() < 0.1 else {}
    command = compose(spec, texts, extras=extras)
    if not isinstance(command, Command):
        assert command.items
        return False
    wire = Message(command).wire(KEY)
    head = [("key", KEY.reveal())] + ([] if spec.control else [("command", spec.token)])
    assert on_the_wire(wire) == [*head, *command.texts.items()]
    assert wire.decode().splitlines() == wire.decode().split("\n"), "one field a line, for any reader of lines"
    assert read(wire.decode()).command == command
    served = take(wire.decode()).command
    assert isinstance(served, Command)
    assert served.texts == {name: text for name, text in command.texts.items() if name not in command.extras}
    assert command.sentence
    assert command.headline
    return True


# --- nothing raises ---


def a_paste(chance: Random) -> bool:
    """Any text has a reading; a report of it is JSON and printable lines."""
    text = mutant(chance, chance.choice(ALERTS), 8)
    reading = read(text)
    assert isinstance(reading.command, Command) or reading.command.items
    report = check(text, NOW)
    assert report.ok == bool(report.sentence)
    assert json.loads(report.as_json())["ok"] == report.ok
    assert all(line.isprintable() for line in report.as_lines())
    parse_extras(text)
    parse_key(text)
    parse_endpoint(text)
    take(text)
    if isinstance(reading.command, Command):
        assert read(Message(reading.command).wire(KEY).decode()).command == reading.command
    return isinstance(reading.command, Command)


# --- an answer claims no more than it says, and echoes no secret ---

_ANSWERS: Final = (
    b'{"success": true}',
    b'{"success": true, "warning": "late"}',
    b'{"success": true, "error": "Rejected by the broker"}',
    b'{"success": false, "error": "Position Out of Sync"}',
    b'{"error": "invalid_account", "detail": "Account X not found", "id": 7}',
    b"Trade blocked: MES 12-26 is managed by strategy 'a'",
    b"placed, no errors",
    b"<html><body>Welcome</body></html>",
    b"[1, [2, [3]]]",
    b"",
)
NO_ERROR: Final = ("", "none", "null", "false", "0", "no error", "no errors")
_STATUSES: Final = (200, 200, 200, 201, 204, 301, 303, 400, 401, 404, 422, 429, 500, 502, 503, 599)
_AROUND_JSON: Final = "\ufeff \t\r\n\v\f\xa0"  # says nothing: a yes with byte order marks around it is a yes
_PLACE: Final = Endpoint("https", "a.example", 443, "/v1/send/UserPart-81/HookPart_72")
_ECHOES: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.upper,
    str.swapcase,
    json.dumps,
    html.escape,
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    lambda text: "".join(f"%{ord(letter):02X}" for letter in text),
    lambda text: html.escape("".join(f"&#x{ord(letter):x};" for letter in text)),
)


def an_answer(chance: Random) -> bool:
    """No bytes raise, a yes needs a yes, and no echo of a secret is shown or kept, whatever its letters look like."""
    key = Secret("".join(chance.choices("".join(set(_PRINTABLE) - set("\\%&")), k=chance.randrange(6, 30))))
    secrets = (key.reveal(), *_PLACE.parts)
    plain = chance.choice(_ANSWERS)
    body = (
        mutant_bytes(chance, plain)
        if chance.random() < 0.6
        else mutant(chance, plain.decode()).encode(errors="replace")
    )
    echoes = [chance.choice(_ECHOES)(chance.choice(secrets)).encode() for _ in range(chance.randrange(3))]
    for echo in echoes:
        at = chance.randrange(len(body) + 1)
        body = b" ".join((body[:at], echo, body[at:]))
    outcome = Reader(_PLACE, key).verdict(chance.choice(_STATUSES), body)
    shown = f"{outcome.sentence} {outcome.answer.text if outcome.answer else ''}"
    for form in (*secrets, *(echo.decode() for echo in echoes)):
        assert form.casefold() not in shown.casefold(), (form, shown)
    if isinstance(outcome, Accepted) and outcome.verdict:
        bare = body.decode().strip(_AROUND_JSON)
        said = {name.casefold(): word for name, word in json.loads(bare).items()}
        assert said["success"], "a yes is JSON that says so"
        assert not said.get("error") or str(said["error"]).strip().casefold() in NO_ERROR, "and no at the same time"
    assert outcome.sentence
    return bool(echoes)


# --- no settings file costs more than what it spoils ---

_USUAL: Final = Settings()
_SETTINGS: Final = {f.name: getattr(_USUAL, f.name) for f in fields(_USUAL) if getattr(_USUAL, f.name) is not None}
_TOML: Final = tomli_w.dumps({"version": 1, **_SETTINGS})
_ODD: Final[tuple[Any, ...]] = (
    *(-1, 0, 1, 2**63, 10**40, 1.5, float("nan"), True, "", "x", "16:00", "ES=2", "Sim*", "[", "MES 12-26", "a;b"),
    *(
        [],
        ["Sim101"],
        ["Sim101", "sim101"],
        ["ES=2", "ES=3"],
        [1],
        [[]],
        {},
        {"a": 1},
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
)


def settings_text(chance: Random) -> str:
    if chance.random() < 0.5:
        return mutant(chance, _TOML, 5)
    odd = {name: chance.choice(_ODD) for name in chance.sample(sorted(_SETTINGS), 4)}
    return tomli_w.dumps({"version": chance.choice((1, 1, 1, 2, 0, "1")), **_SETTINGS, **odd})


def vars_of(settings: Settings) -> list[Any]:
    """The values of all settings but switches, which alone may be true or false."""
    return [getattr(settings, item.name) for item in fields(settings) if not isinstance(item.default, bool)]


def a_settings_file(chance: Random, folder: Path) -> bool:
    """What is loaded can be used: it passes its own checks, and limits can be made of it."""
    path = folder / "settings.toml"
    content = settings_text(chance).encode(errors="surrogatepass")
    path.write_bytes(content)
    loaded = settings_file.load(path)
    assert check_settings(loaded.settings) == ()
    numbers = (*loaded.settings.quick_quantities, *vars_of(loaded.settings))
    assert not [number for number in numbers if number is True or number is False]
    limits = limits_of(loaded.settings)
    assert min(*limits.sizes.values(), limits.entries, limits.burst, limits.failures) > 0
    assert all(size > 0 for size in limits.sizes_by_root.values())
    limits.classes.worst(loaded.settings.accounts)
    assert all(problem.message.isprintable() for problem in loaded.problems)
    (kept,) = folder.iterdir()
    assert kept.read_bytes() == content, "nothing of the user's is lost"
    kept.unlink()
    return bool(loaded.problems)


# --- no file of presets costs a good one ---

_PRESETS: Final = tuple(
    Preset(f"Preset {number}", spec.token, group=f"Group {number % 3}", sends=number % 2 == 0, fields=texts)
    for number, (spec, texts) in enumerate(VARIANTS[:12])
)
_PRESETS_TOML: Final = write_presets(_PRESETS)
_KEYS: Final = tuple(item.name for item in fields(Preset))


def presets_text(chance: Random) -> str:
    if chance.random() < 0.5:
        return mutant(chance, _PRESETS_TOML, 5)
    row = {"name": "One", chance.choice((*_KEYS, "other")): chance.choice((*_ODD, {"qty": chance.choice(_ODD)}))}
    return tomli_w.dumps({"version": chance.choice((1, 1, 1, 2, 0, "1")), "preset": [row, *chance.choice(([], [row]))]})


def a_presets_file(chance: Random, folder: Path) -> bool:
    """A file is taken whole or not at all; then the last good state is used, and nothing of the user's is lost.

    Names that are there twice, and fields of the catalogue among the extra ones, are said and taken with the rest.
    """
    path = folder / "presets.toml"
    assert preset_file.save(path, _PRESETS) is None
    content = presets_text(chance).encode(errors="surrogatepass")
    path.write_bytes(content)
    loaded = preset_file.load(path)
    assert loaded.notice.isprintable()
    if loaded.notice and loaded.writable and path.exists():
        assert len(loaded.presets) == len(tomllib.loads(content.decode())["preset"])
        assert len({same(preset.name) for preset in loaded.presets}) == len(loaded.presets)
    elif loaded.notice:
        assert loaded.presets == (_PRESETS if loaded.writable else ())
    assert content in [found.read_bytes() for found in folder.iterdir()], "the file is there, or set aside"
    path.write_text(write_presets(loaded.presets), encoding="utf-8")
    again = preset_file.read_own(path)
    assert isinstance(again, Own)
    assert again.presets == loaded.presets
    for preset in loaded.presets:
        assert not list(faults_of(preset, lambda text: bool(take_secrets(text).leaks)))
    for found in folder.iterdir():
        found.unlink()
    return bool(loaded.notice)


# --- no secret comes through ---


def marked(chance: Random) -> tuple[str, str]:
    """A key, and a piece of text in which it stands as one."""
    key = "".join(chance.choices(_URL_SAFE, k=chance.randrange(10, 44)))
    name = chance.choice(("key", "KEY", "Key", "secret_key", "api-key", "token", "secret"))
    forms = (
        f"key={key};",
        f" key \t= {key} ;",
        f"\nKEY={key}",
        f';{name}="{key}"',
        f'{{"{name}": "{key}"}}',
        f'{{\\"{name}\\":\\"{key}\\"}}',
        f" {name}: {key}\n",
        f"# {name} = {key}\n",
        f"Authorization: Bearer {key}\n",
        f" -d 'key={key};command=PLACE;'",
    )
    return key, chance.choice(forms)


def address(chance: Random) -> tuple[tuple[str, str], str]:
    """The secret parts of a webhook address, and a text with it."""
    user, hook = ("".join(chance.choices(_URL_SAFE, k=chance.randrange(10, 30))) for _ in range(2))
    forms = (
        "https://app.crosstrade.io{}",
        "HTTPS://APP.CROSSTRADE.IO{}",
        "POST {} HTTP/1.1",
        '"http://localhost:1{}"',
        "{}",
    )
    way = chance.choice(("/v1/send", "/V1/Send"))
    return (user, hook), f" {chance.choice(forms).format(f'{way}/{user}/{hook}')} "


def planted(chance: Random, pieces: list[str]) -> str:
    """The pieces at random places between the lines of a mutant, where none is cut by another."""
    lines = mutant(chance, chance.choice(ALERTS)).split("\n")
    for piece in pieces:
        lines.insert(chance.randrange(len(lines) + 1), piece)
    return ";\n".join(lines)


def a_leak(chance: Random) -> bool:
    """A marked key and an address are taken out, known ones in any letter case; no view of the text shows them."""
    keys = [marked(chance) for _ in range(chance.randrange(1, 3))]
    parts, whole = address(chance)
    held = "".join(chance.choices(_URL_SAFE, k=20))
    form = chance.choice((str, str.upper, str.lower, str.swapcase))
    text = planted(chance, [*(piece for _, piece in keys), whole, f"notes=a{form(held)}b;"])
    known = KnownSecrets()
    known.add(Secret(held))
    secrets = [*(key for key, _ in keys), *parts]
    taken = known.take(text)
    report = check(text, NOW)
    views = [taken.text, repr(taken), repr(read(taken.text)), take_secrets(text).text, mask(text)]
    views += [report.as_json(), *report.as_lines(), repr(report)]
    for secret in secrets:
        assert not [view for view in views if secret in view], secret
    assert held.casefold() not in taken.text.casefold()
    assert taken.leaks
    assert MASK in taken.text
    return True


FORMS: Final = [(spec, texts) for spec, texts in VARIANTS if texts]


def a_secret_in_a_form(chance: Random) -> bool:
    """A held secret that is typed into any field, in any letter case, keeps the message in and is not quoted."""
    held = "".join(chance.choices(_URL_SAFE, k=chance.randrange(8, 40)))
    known = KnownSecrets()
    known.add(Secret(held))
    spec, good = chance.choice(FORMS)
    name = chance.choice(sorted(good))
    form = chance.choice((str, str.upper, str.lower, str.swapcase))(held)
    texts = {**good, name: chance.choice(("{}", "{} ", "a{}", "{}1")).format(form)}
    command = compose(spec, texts)
    if isinstance(command, Command):
        problems = known.problems(command)
        assert problems is not None, command.texts
        assert held.casefold() not in str(problems).casefold()
    return isinstance(command, Command)


# --- the run ---


Law = Callable[[Random], bool]  # gives whether the case was one of those that the law is most about


def hold(law: Law, count: int, seed: int) -> str:
    """Holds so many cases to a law. Gives the rate in words; a failure names the seed of its case."""
    begun, full = time.process_time(), 0
    for case in range(seed, seed + count):
        try:
            full += law(Random(case))
        except Exception as fault:
            raise AssertionError(f"{law.__name__}(Random({case})): {fault!r}") from fault
    rate = count / max(time.process_time() - begun, 1e-6)
    assert full > count / 10, f"{full} of {count} cases went to the bottom of it: the law says next to nothing"
    return f"{count} cases from seed {seed}, {full} of them in full, {rate:.0f} a second"


PURE: Final = {a_form: 30, a_paste: 20, an_answer: 20, a_leak: 15, a_secret_in_a_form: 10}  # of each hundred cases
FILES: Final = 5
QUICK, LONG = 200, 10_000  # hundreds
sizes = pytest.mark.parametrize("hundreds", [QUICK, pytest.param(LONG, marks=pytest.mark.long)])


def seed_for(hundreds: int) -> int:
    """The quick run is the same each time; the long one looks at new cases."""
    return 1 if hundreds == QUICK else SystemRandom().randrange(10**9) * 1000


@sizes
@pytest.mark.parametrize("law", PURE, ids=lambda law: law.__name__)
def test_a_law_holds_for_texts_that_nobody_meant(law: Law, hundreds: int, report: Report) -> None:
    report(hold(law, PURE[law] * hundreds, seed_for(hundreds)))


@sizes
def test_no_settings_file_breaks_the_program_or_is_lost(hundreds: int, tmp_path: Path, report: Report) -> None:
    report(hold(lambda chance: a_settings_file(chance, tmp_path), FILES * hundreds, seed_for(hundreds)))


@sizes
def test_no_file_of_presets_breaks_the_program_or_costs_a_good_one(
    hundreds: int, tmp_path: Path, report: Report
) -> None:
    report(hold(lambda chance: a_presets_file(chance, tmp_path), FILES * hundreds, seed_for(hundreds)))


def test_a_failing_case_is_named_by_its_seed() -> None:
    def law(chance: Random) -> bool:
        assert chance.random() < 0.9
        return True

    with pytest.raises(AssertionError, match=r"law\(Random\(\d+\)\)"):
        hold(law, 1000, 1)

"""Presets in a file: read strictly or not at all, the good ones never lost, no secret ever inside."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.leaks import take_secrets
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.storage.files import LARGEST
from crosstrade_desk.storage.preset_file import load, read_file, save
from crosstrade_desk.storage.preset_names import same, tidy
from crosstrade_desk.storage.presets import COLOURS, MOST, Preset, faults_of, is_name, read_presets, write_presets
from support.catalogue import full, minimal
from support.marker import MARKER


def can_be_kept(text: str) -> bool:
    """Whether this may stand in a field: an address, such as `/v1/send/`, may not."""
    return not list(faults_of(Preset("One", fields={"notes": text}), lambda text: bool(take_secrets(text).leaks)))


ONE = Preset("Scalp", fields={"account": "Sim101", "instrument": "MES 12-26", "action": "BUY", "qty": "1"})
TWO = Preset("Front", group="Morning", colour="green", sends=True, front_month=True, fields={"instrument": "MES"})
names = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40).filter(is_name)
texts = st.text(st.characters(exclude_characters=";=", exclude_categories=["C", "Z"]), max_size=40).filter(can_be_kept)


def head(body: str = "") -> str:
    return f'version = 1\n\n[[preset]]\nname = "Scalp"\n{body}'


def said(found: tuple[Preset, ...] | Problems | None) -> str:
    assert isinstance(found, Problems), found
    return "\n".join(f"{problem.field}: {problem.message}" for problem in found.items)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.token)
@pytest.mark.parametrize("given", [minimal, full], ids=["few", "all"])
def test_every_command_comes_back_from_a_file_as_it_went_in(spec, given) -> None:
    fields = given(spec)
    preset = Preset("One", spec.token, fields=fields)
    found = read_presets(write_presets((preset,)))
    assert found == (preset,)
    assert compose(spec, found[0].fields) == compose(spec, fields)


@given(st.lists(st.tuples(names, st.sampled_from(COLOURS), st.booleans(), st.booleans(), texts), max_size=20))
def test_what_is_written_reads_back(rows: list[tuple[str, str, bool, bool, str]]) -> None:
    made = {
        name.casefold(): Preset(
            name, colour=colour, sends=sends and not part, part=part, fields={"notes": text} if text else {}
        )
        for name, colour, sends, part, text in rows
    }
    assert read_presets(write_presets(tuple(made.values()))) == tuple(made.values())


@given(st.text(max_size=400))
def test_any_text_is_presets_or_problems(text: str) -> None:
    found = read_presets(text)
    assert isinstance(found, tuple | Problems)


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(-5, 5), st.text(max_size=10)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    )
)
def test_any_value_at_any_place_is_named_and_never_raises(value: object) -> None:
    import tomli_w  # noqa: PLC0415

    for row in ({"name": value}, {"name": "A", "fields": value}, {"name": "A", "colour": value}, value):
        text = tomli_w.dumps({"version": 1, "preset": [row] if isinstance(row, dict) else row})
        assert isinstance(read_presets(text), tuple | Problems)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "version = 1"),
        ("version = 2\n", "newer version"),
        ("version = 0\n", "version = 1"),
        ("version = true\n", "version = 1"),
        ("version = 1.0\n", "version = 1"),
        ('version = "1"\n', "version = 1"),
        ("version = 1\nother = 2\n", "other: There is no such entry"),
        ("version = 1\npreset = 3\n", "[[preset]]"),
        ("version = 1\n[[preset]\n", "no TOML file"),
        ("a = " + "[" * 100_000, "no TOML file. It cannot be read."),
        ("a = " + "9" * 5_000, "no TOML file. It cannot be read."),
        (head('sends = "yes"\n'), "“Scalp”: sends must be true or false"),
        (head('colour = "pink"\n'), "“Scalp”: colour must be blue"),
        (head('command = "BUY"\n'), "“Scalp”: There is no command BUY"),
        (head('surprise = 1\n'), "“Scalp”: There is no entry surprise"),
        (head('[preset.fields]\nqty = 1\n'), "“Scalp”: qty must be a text in quotes"),
        (head('[preset.fields]\nquantity = "1"\n'), "has no field quantity"),
        (head('[preset.fields]\nnotes = "a;b"\n'), "“Scalp”: notes"),
        (head('[preset.fields]\nnotes = "a\\nb"\n'), "“Scalp”: notes"),
        (head(f'[preset.fields]\nnotes = "key={MARKER}"\n'), "secret"),
        (head(f'[preset.extra]\nkey = "{MARKER}"\n'), "secret"),
        (head('[preset.extra]\n"Bad Name" = "1"\n'), "no name of a field"),
        (head('[preset.extra]\naccount = "Sim101"\n'), "“Scalp”: account is a field of the ticket"),
        (head('front_month = true\n[preset.fields]\ninstrument = "MES 12-26"\n'), "root alone"),
        (head("sends = true\npart = true\n"), "part and sends"),
        (head("") + '\n[[preset]]\nname = "SCALP"\n', "“SCALP”: There are two of this name"),
        ('version = 1\n[[preset]]\ncommand = "PLACE"\n', "A name has"),
        ('version = 1\n[[preset]]\nname = " x "\n', "A name has"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_preset(text: str, part: str) -> None:
    found = said(read_presets(text))
    assert part in found
    assert MARKER not in found


@pytest.mark.parametrize("name", [f"key={MARKER}", "a\\tb", "\\u202eb"])
def test_a_name_that_must_not_be_shown_is_not_quoted(name: str) -> None:
    found = said(read_presets(f'version = 1\n[[preset]]\nname = "{name}"\n'))
    assert "Preset 1: A name has" in found
    assert MARKER not in found
    assert found.isprintable()


def test_every_problem_is_named_and_nothing_is_half_loaded() -> None:
    text = head('sends = "x"\n') + '\n[[preset]]\nname = "Good"\n\n[[preset]]\nname = "Bad"\ncolour = "pink"\n'
    assert said(read_presets(text)).count("\n") == 1


def test_more_than_can_be_kept_are_refused() -> None:
    text = "version = 1\n" + "".join(f'[[preset]]\nname = "P{n}"\n' for n in range(MOST + 1))
    assert "more than" in said(read_presets(text))


def test_a_file_is_saved_whole_private_and_with_its_last_good_state_beside(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    assert save(path, (ONE, TWO)) is None
    assert load(path).presets == (ONE, TWO)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_file(tmp_path / "presets.last-good.toml") == (ONE, TWO)


def test_no_file_is_no_presets_and_no_notice(tmp_path: Path) -> None:
    loaded = load(tmp_path / "presets.toml")
    assert (loaded.presets, loaded.notice, loaded.writable) == ((), "", True)


def damage_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30] + b"\xff")


def damage_size(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"#" * LARGEST)


def damage_value(path: Path) -> None:
    path.write_text(path.read_text().replace('"green"', '"pink"'))


def damage_kind(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [damage_bytes, damage_size, damage_value, damage_kind, damage_empty])
def test_a_damaged_file_is_set_aside_and_named_and_the_last_good_presets_are_used(tmp_path: Path, damage) -> None:
    path = tmp_path / "presets.toml"
    save(path, (ONE, TWO))
    damage(path)
    loaded = load(path)
    assert loaded.presets == (ONE, TWO)
    assert "presets.toml.damaged-1" in loaded.notice
    assert "2 presets of the last good state" in loaded.notice
    assert (tmp_path / "presets.toml.damaged-1").exists()
    assert not path.exists()
    assert save(path, loaded.presets) is None
    assert load(path) == load(path)
    assert load(path).notice == ""


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    path.write_text("version = 2\nfuture = true\n")
    loaded = load(path)
    assert not loaded.writable
    assert "newer version" in loaded.notice
    assert path.read_text() == "version = 2\nfuture = true\n"


def test_more_than_could_be_read_back_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    save(path, (ONE,))
    fault = save(path, tuple(Preset(f"P{n}", fields={"notes": "x" * 900}) for n in range(1200)))
    assert fault
    assert "larger than 1 MB" in fault.message
    assert load(path).presets == (ONE,)


_WRITER = """
import sys
import tempfile
from pathlib import Path
from crosstrade_desk.storage.preset_file import save
from crosstrade_desk.storage.presets import Preset
path = Path(sys.argv[1])
print("go", flush=True)
for number in range(100_000):
    save(path, tuple(Preset(f"P{n}", fields={"notes": f"{number}"}) for n in range(1 + number % 40)))
"""


def test_killed_at_any_moment_of_writing_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    for number in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, env={**os.environ}
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"go\n"
            before = path.stat().st_mtime_ns if path.exists() else 0
            while not path.exists() or path.stat().st_mtime_ns == before:
                pass
            for _ in range(number * 700):
                pass
            writer.send_signal(signal.SIGKILL)
        loaded = load(path)
        assert loaded.notice == ""
        assert loaded.presets
    assert not list(tmp_path.glob("*.damaged-*"))


def test_each_problem_names_the_line_in_which_its_preset_begins() -> None:
    found = said(read_presets(head('colour = "pink"\n') + '\n\n[[ preset ]]\nname = "B"\nsends = 1\n'))
    assert "“Scalp”: colour must be blue" in found
    assert "(line 3)" in found.splitlines()[0]
    assert "(line 8)" in found.splitlines()[1]


def test_where_the_lines_cannot_be_told_none_is_named() -> None:
    text = head('[preset.fields]\nnotes = """\n[[preset]]\n"""\n')
    assert "(line" not in said(read_presets(text))
    assert "(line" not in said(read_presets('version = 1\npreset = [{name = "A", colour = "pink"}]\n'))


@given(st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=6), st.integers(0, 40)), min_size=1, max_size=6))
def test_whatever_happens_to_the_file_the_good_presets_and_its_bytes_are_kept(
    edits: list[tuple[int, bytes, int]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "presets.toml"
        assert save(path, (ONE, TWO)) is None
        content = path.read_bytes()
        for place, put, cut in edits:
            content = content[:place] + put + content[place + cut :]
        path.write_bytes(content)
        loaded = load(path)
        kept = path if path.exists() else path.with_name("presets.toml.damaged-1")
        assert kept.read_bytes() == content
        if loaded.notice:
            assert loaded.presets == (ONE, TWO)
        else:
            assert loaded.presets == read_presets(content.decode())
        assert save(path, loaded.presets) is None
        assert load(path).presets == loaded.presets


COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"
TWINS = [
    (COMPOSED, DECOMPOSED),
    ("Scalp", "SCALP"),
    ("Scalp", "Sc\ufe0falp"),
    ("Scalp", "Scalp\u3164"),
    ("Scalp long", "Scalp  long"),
    ("Stra\u00dfe", "STRASSE"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_names_that_look_alike_are_one_name(one: str, other: str) -> None:
    assert same(one) == same(other)
    text = f'version = 1\n[[preset]]\nname = "{one}"\n[[preset]]\nname = "{other}"\n'
    assert "There are two of this name" in said(read_presets(text))


@pytest.mark.parametrize(("name", "kept"), [("\u200bScalp\u200d ", "Scalp"), (DECOMPOSED, COMPOSED), ("\t\u2066", "")])
def test_what_is_typed_as_a_name_is_kept_without_what_cannot_be_seen(name: str, kept: str) -> None:
    assert tidy(name) == kept


@given(st.text(max_size=80))
def test_a_tidy_name_stays_as_it_is_and_is_the_same_name(name: str) -> None:
    assert tidy(tidy(name)) == tidy(name)
    assert same(tidy(name)) == same(name) == same(same(name))


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_the_own_file_with_names_that_look_alike_loads_whole_and_says_so(tmp_path: Path, one: str, other: str) -> None:
    path = tmp_path / "presets.toml"
    content = f'version = 1\n[[preset]]\nname = "{one}"\n[[preset]]\nname = "{other}"\n[preset.fields]\nqty = "2"\n'
    path.write_text(content)
    loaded = load(path)
    assert [preset.fields for preset in loaded.presets] == [{}, {"qty": "2"}]
    assert len({same(preset.name) for preset in loaded.presets}) == 2
    assert "There are two of this name" in loaded.notice
    assert "Nothing is lost" in loaded.notice
    assert path.read_text() == content
    assert save(path, loaded.presets) is None
    assert load(path).notice == ""


def test_the_own_file_with_a_catalogue_name_in_extra_loads_whole_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    path.write_text(head('[preset.extra]\nqty = "3"\n'))
    loaded = load(path)
    assert [dict(preset.extra) for preset in loaded.presets] == [{"qty": "3"}]
    assert "“Scalp”: qty is a field of the ticket" in loaded.notice


def test_a_name_in_the_file_is_composed_when_it_is_read() -> None:
    assert read_presets(f'version = 1\n[[preset]]\nname = "{DECOMPOSED}"\n') == (Preset(COMPOSED),)

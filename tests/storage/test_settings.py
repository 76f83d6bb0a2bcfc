"""The settings file: what is saved comes back, and no file costs more than the values it spoils."""

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.files import LARGEST
from crosstrade_desk.storage.settings import Settings, about, check
from crosstrade_desk.storage.settings_file import Loaded, load, save

names = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda t: check(Settings(accounts=(t,))) == ())
lists = st.lists(names, max_size=5, unique_by=str.casefold).map(tuple)
instrument = st.sampled_from(["MES 12-26", "ES SEP26", "ESU6", "MES1!", "AAPL", "mnq 3-27"])
whole = st.integers(-100_000, 100_000)
size = st.integers(1, 100_000)
others = st.builds(
    Settings,
    mode=st.sampled_from(["practice", "live"]),
    instruments=st.lists(instrument, max_size=20).map(tuple),
    instrument=instrument,
    trusted_host=st.sampled_from(["", "localhost:8080", "[::1]:1", "https://example.org", "http://127.0.0.1:65535"]),
    send_timeout_s=st.integers(1, 60),
    quick_quantities=st.lists(st.integers(1, 100_000), min_size=1, max_size=10).map(tuple),
    window=st.none() | st.tuples(whole, whole, size, size),
)
settings = st.builds(
    lambda made, names, some: replace(made, accounts=names, chosen_accounts=names[:some]),
    others,
    lists,
    st.integers(0, 5),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings") / "settings.toml"


@given(chosen=settings)
def test_what_was_saved_comes_back(shared, chosen):
    assert save(shared, chosen) is None
    assert load(shared) == Loaded(chosen)


@given(content=st.binary() | st.text().map(str.encode))
def test_no_content_makes_loading_fail_or_get_lost(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "settings.toml"
    path.write_bytes(content)
    found = load(path)
    assert check(found.settings) == ()
    assert [file.read_bytes() for file in path.parent.iterdir()] == [content]


def test_no_file_gives_the_usual_settings_without_a_problem(path):
    assert load(path) == Loaded(Settings())
    assert not path.exists()


def test_the_usual_settings_are_valid_and_explained():
    assert check(Settings()) == ()
    for item in fields(Settings):
        assert about(item.name).label
        assert about(item.name).help.endswith(".")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", '"LIVE"'),
        ("mode", "1"),
        ("accounts", '"Sim101"'),
        ("accounts", '["Sim101", 5]'),
        ("accounts", '["a;b"]'),
        ("accounts", '["a,b"]'),
        ("accounts", '[" a"]'),
        ("chosen_accounts", '[""]'),
        ("instruments", '["ES"]'),
        ("instruments", f"{['AAPL'] * 21}"),
        ("instrument", '""'),
        ("trusted_host", '"host:0"'),
        ("trusted_host", '"host:65536"'),
        ("trusted_host", '"host/path:1"'),
        ("trusted_host", '"user@host:1"'),
        ("send_timeout_s", "0"),
        ("send_timeout_s", "61"),
        ("send_timeout_s", "10.0"),
        ("send_timeout_s", "true"),
        ("quick_quantities", "[]"),
        ("quick_quantities", "[0]"),
        ("quick_quantities", "[1.5]"),
        ("window", "[1, 2, 3]"),
        ("window", "[1, 2, 0, 5]"),
        ("version", "0"),
        ("version", '"1"'),
        ("version", "true"),
    ],
)
def test_a_bad_value_costs_that_value_only(path, name, value):
    other = 'accounts = ["Kept"]' if name != "accounts" else 'mode = "live"'
    path.write_text(f"{name} = {value}\n{other}\n")
    found = load(path)
    kept = Settings(accounts=("Kept",), chosen_accounts=())
    assert found.settings == (kept if name != "accounts" else Settings(mode="live"))
    assert [problem.field for problem in found.problems] == [name]
    assert found.writable


def test_a_setting_nobody_knows_is_named_and_kept_out(path):
    path.write_text('colour = "red"\nsend_timeout_s = 20\n')
    found = load(path)
    assert found.settings == Settings(send_timeout_s=20)
    assert [(problem.field, problem.message) for problem in found.problems] == [
        ("colour", "There is no setting “colour”. It is ignored.")
    ]


def test_of_many_settings_nobody_knows_a_few_are_named_and_no_secret(path):
    path.write_text("\n".join(["'key=a1b2c3d4e5f6a7b8;' = 1", *(f"[t{number}]" for number in range(5_000))]))
    (told,) = load(path).problems
    assert told.message == "There is no setting “key=••••;”, “t0”, “t1” and 4,998 more. It is ignored."


@pytest.mark.parametrize("content", [b"mode = ", b"\xff\xfe", b"a = " + b"[" * 100_000, b"a = " + b"9" * 5_000])
def test_a_damaged_file_is_set_aside_and_never_over_another(path, content):
    for n in (1, 2):
        path.write_bytes(content + b"\n# %d" % n)
        found = load(path)
        assert found.settings == Settings()
        assert found.writable
        assert f"settings.toml.damaged-{n}" in found.problems[0].message
    kept = sorted(path.parent.glob("*"))
    assert [file.read_bytes()[-1:] for file in kept] == [b"1", b"2"]


def test_a_file_that_is_a_folder_is_set_aside(path):
    path.mkdir()
    assert "damaged-1" in load(path).problems[0].message
    assert save(path, Settings()) is None


def test_a_key_of_thousands_of_parts_is_set_aside_unread(path, monkeypatch):
    path.write_bytes(b"a." * 2000 + b"a = 1\n")
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("32,000 parts take 10 s"))
    assert "A line has too many dots." in load(path).problems[0].message


def test_a_file_larger_than_1_mb_is_set_aside_unread(path, monkeypatch):
    path.write_bytes(b"send_timeout_s = 20\n#" + b"x" * LARGEST)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("50 MB take 5 s"))
    found = load(path)
    assert found.settings == Settings()
    assert found.problems[0].message == (
        "settings.toml could not be read. It is larger than 1 MB. It was set aside as settings.toml.damaged-1. "
        "The usual settings are used."
    )


def test_a_file_that_cannot_be_set_aside_is_not_written_over(path, monkeypatch):
    path.write_text("mode = ")

    def refuse(self, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    found = load(path)
    assert not found.writable
    assert path.read_text() == "mode = "


def test_a_newer_file_is_left_alone(path):
    path.write_text('version = 2\nmode = "live"\n')
    found = load(path)
    assert (found.settings, found.writable) == (Settings(), False)
    assert [problem.field for problem in found.problems] == ["version"]


@pytest.mark.parametrize("line", ['["Sim101", "sim101", "SIM101", "Sim102"]', '["Sim101", "", "a;b", "Sim102"]'])
def test_a_name_that_cannot_be_costs_that_name_only(path, line):
    path.write_text(f"accounts = {line}\nchosen_accounts = {line}\n")
    found = load(path)
    assert (found.settings.accounts, found.settings.chosen_accounts) == (("Sim101", "Sim102"),) * 2
    assert [problem.field for problem in found.problems] == ["accounts", "chosen_accounts"]
    assert "left out" in found.problems[0].message
    assert save(path, found.settings) is None
    assert load(path) == Loaded(found.settings)


def test_only_what_is_offered_can_be_chosen(path):
    path.write_text('accounts = ["Sim101", "Apex"]\nchosen_accounts = ["gone", "APEX"]\n')
    found = load(path)
    assert found.settings.chosen_accounts == ("Apex",)
    assert [problem.field for problem in found.problems] == ["chosen_accounts"]
    assert save(path, replace(found.settings, accounts=("Sim101",))) is None
    assert load(path) == Loaded(Settings(accounts=("Sim101",), chosen_accounts=()))


@pytest.mark.parametrize("bad", [{"send_timeout_s": 0}, {"send_timeout_s": None}, {"accounts": ("a;b",)}, {"mode": 1}])
def test_a_bad_value_keeps_its_former_one_and_the_others_are_saved(path, bad):
    former = Settings(send_timeout_s=20, accounts=("Apex",), chosen_accounts=("Apex",))
    save(path, former)
    fault = save(path, replace(former, instrument="ES 12-26", **bad))
    assert isinstance(fault, Invalid)
    assert about(next(iter(bad))).label in fault.message
    assert load(path) == Loaded(replace(former, instrument="ES 12-26"))


def test_a_bad_value_without_a_former_one_gets_the_usual(path):
    fault = save(path, Settings(send_timeout_s=0, mode="live"))
    assert fault == Invalid("Time limit must be a whole number from 1 to 60. It was not saved.")
    assert load(path) == Loaded(Settings(mode="live"))


def test_a_bad_name_is_left_out_of_what_is_saved(path):
    chosen = Settings(accounts=("Apex", "a;b", "apex", "Sim101"), chosen_accounts=("Apex",))
    fault = save(path, chosen)
    assert isinstance(fault, Invalid)
    assert "“a;b”" in fault.message
    assert "“apex”" in fault.message
    assert load(path) == Loaded(replace(chosen, accounts=("Apex", "Sim101")))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
@pytest.mark.parametrize("name", ["settings.toml", "linked.toml"])
def test_a_pipe_in_place_of_the_file_is_set_aside(tmp_path, name):
    os.mkfifo(tmp_path / "settings.toml")
    (tmp_path / "linked.toml").symlink_to("settings.toml")
    code = (
        "import sys; from pathlib import Path; from crosstrade_desk.storage.settings import Settings\n"
        "from crosstrade_desk.storage.settings_file import load, save\n"
        "found = load(Path(sys.argv[1])); print(found.problems[0].message, save(Path(sys.argv[1]), found.settings))"
    )
    said = subprocess.check_output([sys.executable, "-c", code, str(tmp_path / name)], text=True, timeout=10)
    assert said.startswith(f"{name} could not be read. It is no ordinary file. It was set aside as {name}.damaged-1.")
    assert said.endswith("None\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
@pytest.mark.parametrize("make", ["os.mkfifo", "os.mkdir", "Path.touch"])
def test_something_in_the_way_of_the_new_file_is_no_hang_and_no_bug(tmp_path, make):
    code = (
        "import os, sys; from pathlib import Path; from crosstrade_desk.storage.settings import Settings\n"
        "from crosstrade_desk.storage.settings_file import save\n"
        f"path = Path(sys.argv[1]); {make}(path.with_name(f'.{{path.name}}.{{os.getpid()}}.new'))\n"
        "print(save(path, Settings()))"
    )
    said = subprocess.check_output([sys.executable, "-c", code, str(tmp_path / "s.toml")], text=True, timeout=10)
    assert ("could not be saved" in said) == (make == "os.mkdir")
    assert (tmp_path / "s.toml").exists() == (make != "os.mkdir")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_may_read_the_file(path):
    before = os.umask(0)
    try:
        save(path, Settings())
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failed_save_leaves_the_old_file_and_nothing_beside_it(path, monkeypatch):
    save(path, Settings(mode="live"))

    def refuse(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    assert save(path, Settings()) == Invalid("settings.toml could not be saved. No space left on device.")
    assert load(path).settings.mode == "live"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_gone_is_said(tmp_path):
    assert isinstance(save(tmp_path / "gone" / "settings.toml", Settings()), Invalid)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_the_file_stays_a_link(path, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    path.symlink_to(tmp_path / "elsewhere" / "mine.toml")
    assert save(path, Settings(mode="live")) is None
    assert path.is_symlink()
    assert load(path).settings.mode == "live"


def test_reading_settings_imports_nothing_slow():
    code = (
        "import sys, crosstrade_desk.storage.settings_file as s; from pathlib import Path; s.load(Path('none'));"
        "sys.exit(bool({'msgspec', 'tomli_w', 'platformdirs', 'asyncio'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

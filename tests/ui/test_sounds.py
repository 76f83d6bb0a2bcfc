"""Each outcome has its sound, which the trader can mute, and no player on earth holds up the window.

The players here are stand-ins: scripts on PATH under a player's name that write down what they were given.
"""

import array
import os
import runpy
import sys
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.message import read
from crosstrade_desk.resources import resources
from crosstrade_desk.sending.outcome import Accepted, Answer, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.storage.rows import Intent, Row
from crosstrade_desk.storage.settings import about
from crosstrade_desk.ui.feedback import cues, players
from crosstrade_desk.ui.feedback.cues import Cue
from crosstrade_desk.ui.feedback.feedback import Feedback
from crosstrade_desk.ui.feedback.sounds import Sounds
from crosstrade_desk.ui.program import Program
from support.desks import YES
from support.source import ROOT
from support.windows import Glass

NO = Refused("Account not found", Answer(200, '{"success": false}'))
WIRE = "key=••••;\ncommand=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;"


@dataclass
class Notes(Sounds):
    """Notes which sounds are wanted."""

    heard: list[Cue] = field(default_factory=list)
    trouble: str = ""

    def play(self, cue: Cue) -> None:
        self.heard.append(cue)

    def close(self) -> None:
        """Nothing plays."""


@pytest.fixture
def heard(glass: Glass) -> Iterator[list[Cue]]:
    notes = Notes()
    program = Program(glass.desk, glass.bridge, glass.window, glass.connection, glass.book)  # type: ignore[arg-type]
    made = Feedback(program, glass.preferences, notes)
    yield notes.heard
    made.close()


def exited(way: Way) -> Exited:
    command = read(WIRE).command
    assert isinstance(command, Command)
    return Exited(Row(1, Intent(1, "LIVE", "FLATTEN", "Sim101", "MES 12-26", "Flatten", WIRE), None), command, 0, way)


def until(seen: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.005)


# --- what sounds ---


@pytest.mark.parametrize(
    ("outcome", "cue"),
    [
        (YES, Cue.SENT),
        (Accepted("Nothing was said.", Answer(200, ""), verdict=False), Cue.SENT),
        (NO, Cue.REFUSED),
        (NotSent("Nobody answers there."), Cue.REFUSED),
        (Unknown("No answer in 10 s."), Cue.UNKNOWN),
    ],
)
def test_each_outcome_has_its_sound(glass: Glass, heard: list[Cue], outcome: Outcome, cue: Cue) -> None:
    glass.wire.always = outcome
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert heard == [cue]


@pytest.mark.parametrize("cue", Cue)
def test_each_sound_is_muted_by_its_own_setting_at_once(glass: Glass, heard: list[Cue], cue: Cue) -> None:
    glass.preferences.change(**{f"sound_{cue.value}": False})
    glass.bridge.exited.emit(exited(Way.FLAT))
    for outcome in (YES, NO, Unknown("No answer in 10 s.")):
        ended = len(glass.book.endings)
        glass.wire.always = outcome
        glass.click("flatten")
        glass.wait(lambda ended=ended: len(glass.book.endings) > ended)  # type: ignore[misc]
        glass.settle()
    assert heard == [one for one in (Cue.FLAT, Cue.SENT, Cue.REFUSED, Cue.UNKNOWN) if one is not cue]


def test_flat_sounds_once_it_was_read_and_not_flat_as_what_wants_a_look() -> None:
    assert {way: cues.of_exit(exited(way)) for way in Way} == {
        Way.WATCHED: None,
        Way.FLAT: Cue.FLAT,
        Way.OPEN: Cue.UNKNOWN,
        Way.UNREAD: None,
    }


def test_every_sound_has_its_setting_and_its_file() -> None:
    for cue in Cue:
        assert about(f"sound_{cue.value}").check(False)
        with wave.open(str(resources() / "sounds" / f"{cue.value}.wav")) as file:
            assert 0.05 < file.getnframes() / file.getframerate() < 0.6


def test_the_sounds_in_the_tree_are_those_the_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["sounds.py", str(tmp_path)])
    runpy.run_path(str(ROOT / "packaging" / "sounds.py"), run_name="__main__")
    for cue in Cue:
        with wave.open(str(tmp_path / f"{cue.value}.wav")) as new:
            made = array.array("h", new.readframes(new.getnframes()))
        with wave.open(str(resources() / "sounds" / f"{cue.value}.wav")) as old:
            kept = array.array("h", old.readframes(old.getnframes()))
        assert len(made) == len(kept), "run: python packaging/sounds.py"
        assert max(abs(a - b) for a, b in zip(made, kept, strict=True)) <= 1  # each system's sine ends differently


# --- how it is played ---


class Bin:
    """A folder that is all of PATH, beside the shell's own, with stand-ins for players."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.log = folder, folder / "log"
        monkeypatch.setattr(players.shutil, "which", self._which)  # type: ignore[attr-defined]

    def _which(self, name: str) -> str | None:
        found = self.folder / name
        return str(found) if found.exists() else None

    def put(self, name: str, then: str = "") -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $$ $*" >> "{self.log}"\n{then}\n')
        path.chmod(0o755)

    @property
    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bin:
    return Bin(tmp_path, monkeypatch)


@pytest.fixture
def sounds(bin_: Bin) -> Iterator[list[Sounds]]:
    """What a test makes of them is closed after it."""
    made: list[Sounds] = []
    yield made
    for one in made:
        one.close()
        assert not one._thread.is_alive()


def begin(sounds: list[Sounds]) -> Sounds:
    sounds.append(Sounds(lambda: players.find("linux")))
    return sounds[-1]


def test_the_player_that_is_there_is_given_the_file_of_the_sound(bin_: Bin, sounds: list[Sounds]) -> None:
    bin_.put("aplay")
    begin(sounds).play(Cue.FLAT)
    until(lambda: bin_.lines)
    assert [(line[0], *line[2:]) for line in bin_.lines] == [("aplay", "-q", str(resources() / "sounds" / "flat.wav"))]


def test_a_player_that_cannot_gives_way_to_the_next_and_is_asked_last_from_then_on(
    bin_: Bin, sounds: list[Sounds]
) -> None:
    bin_.put("pw-play", "exit 1")
    bin_.put("paplay")
    made = begin(sounds)
    made.play(Cue.SENT)
    until(lambda: len(bin_.lines) == 2)
    made.play(Cue.FLAT)
    until(lambda: len(bin_.lines) == 3)
    assert [line[0] for line in bin_.lines] == ["pw-play", "paplay", "paplay"]
    assert made.trouble == ""


def test_without_a_player_it_is_silent_and_says_which_were_looked_for(bin_: Bin, sounds: list[Sounds]) -> None:
    made = begin(sounds)
    made.play(Cue.SENT)
    until(lambda: made.trouble)
    assert made.trouble == "No player was found (pw-play, paplay, aplay): sounds are silent."


def test_one_plays_at_a_time_each_kind_waits_once_and_unknown_goes_first(bin_: Bin, sounds: list[Sounds]) -> None:
    gate = bin_.folder / "gate"
    os.mkfifo(gate)
    bin_.put("paplay", f'read -r _ < "{gate}"')
    made = begin(sounds)
    made.play(Cue.SENT)
    until(lambda: len(bin_.lines) == 1)
    for cue in (Cue.SENT, Cue.FLAT, Cue.UNKNOWN) * 20:
        made.play(cue)
    for number in (2, 3, 4):
        gate.write_text("go\n")
        until(lambda number=number: len(bin_.lines) == number)  # type: ignore[misc]
    gate.write_text("go\n")
    made.play(Cue.REFUSED)
    until(lambda: len(bin_.lines) == 5)
    gate.write_text("go\n")
    names = [Path(line[-1]).stem for line in bin_.lines]
    assert names == ["sent", "unknown", "flat", "sent", "refused"]


def gone(pid: int) -> bool:
    """Whether no such process is left, not even as one that nobody waited for."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_a_player_that_hangs_holds_nobody_up_and_is_ended(
    bin_: Bin, sounds: list[Sounds], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(players, "LIMIT_S", 0.2)
    bin_.put("paplay", "exec sleep 60")
    made = begin(sounds)
    before = time.monotonic()
    made.play(Cue.SENT)
    assert time.monotonic() - before < 0.1
    until(lambda: made.trouble)
    assert gone(int(bin_.lines[0][1]))


def test_the_end_of_the_program_ends_the_player_and_leaves_no_process(bin_: Bin, sounds: list[Sounds]) -> None:
    bin_.put("paplay", "exec sleep 60")
    made = begin(sounds)
    made.play(Cue.SENT)
    until(lambda: bin_.lines)
    made.close()
    assert gone(int(bin_.lines[0][1]))
    made.play(Cue.FLAT)
    assert len(bin_.lines) == 1


def test_the_settings_say_in_a_tool_tip_that_no_player_was_found(glass: Glass) -> None:
    glass.window.remarks = lambda: {"sound_flat": "No player was found."}
    glass.window.show_limits()
    assert glass.part("limit-sound_flat").toolTip().endswith("true or false. No player was found.")
    assert "player" not in glass.part("limit-tray").toolTip()


@pytest.mark.parametrize("system", ["darwin", "plan9"])
def test_a_system_without_a_known_player_is_silent(bin_: Bin, system: str) -> None:
    assert players.find(system) is None

"""The real program, killed in the midst of its orders: the journal never says less or more than is known.

Each life of it runs the whole program offscreen, on one journal, against the practice exchange behind TLS in another
process, which sees what really arrived. Kills are aimed at what happens, and by chance from there on, so that a slow
machine is hit in the same places as a fast one.
"""

import json
import os
import re
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

import pytest

from chaos.conftest import Report
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.journal_file import DIED, UNKNOWN, open_file
from crosstrade_desk.storage.journal_reading import Reading, open_to_read
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.storage.verify import Whole, verify
from support import certs
from support.marker import MARKER
from support.told import Telling, Told, telling

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
WIRE_MS = 2

BEFORE_ROW = "before the row stood"
BEFORE_TEXT = "after the row, before the text had arrived"
IN_HANDSHAKE = "in the TLS handshake"
BEFORE_ANSWER = "after the text, before the answer was there"
BEFORE_ENDING = "after the answer, before the ending"
ENDED = "after the ending"
EXIT_AHEAD = "an exit that arrived ahead of its row"

PRESSES = (
    *(["entry"], ["exit"], ["refused"], ["exit", "refused"]),
    ["entry", "exit"],  # at once: the exit calls the entry back
    ["entry", "left", "exit"],
)
# What a kill waits for, and whether the connection is cut before, so that the press begins with a handshake.
AIMS = (
    ("press", False),
    ("order", False),
    ("answered", False),
    ("delivered", False),
    ("accepted", True),
    ("done", False),
)


@dataclass
class Lane:
    """One journal, one exchange, and the lives that share them."""

    folder: Path
    server: Telling
    program: Telling
    url: str
    port: int
    usual_s: float = 0.0
    cold: set[str] = field(default_factory=set)
    points: Counter[str] = field(default_factory=Counter)

    @property
    def journal(self) -> Path:
        return self.folder / "home" / "journal.db"

    def start(self, life: int, press: list[str], go: Path | None = None) -> int:
        """Starts a life; gives the place in what the program tells at which it begins."""
        begun = len(self.program.told)
        job = {"life": life, "url": self.url, "key": MARKER, "press": press, "go": str(go) if go else ""}
        self.program.say(json.dumps(job))
        return begun

    def learn(self) -> None:
        """Lets one life end its orders, a refused one among them, to know how long that takes."""
        begun = self.start(0, ["refused", "left", "exit"])
        self.usual_s = self.program.first("done", begun)["at"] - self.program.first("press", begun)["at"]
        self.kill(begun)
        assert [row.outcome for row in self.rows().values()] == ["refused", "accepted"]
        self.check()

    def kill(self, begun: int) -> None:
        """Kills the life and waits until all that it had sent is dealt with."""
        os.kill(self.program.first("pid", begun)["pid"], signal.SIGKILL)
        assert self.program.first("dead", begun)["code"] == -signal.SIGKILL
        with socket.create_connection(("127.0.0.1", self.port)):
            pass  # accepted after every connection of the dead
        self.server.until(self._is_quiet, "the last connection's end")

    def _is_quiet(self) -> bool:
        accepted, closed = self.server.of("accepted"), self.server.of("closed")
        return len(accepted) == len(closed) and accepted[-1]["at"] > self.program.of("dead")[-1]["at"]

    def die(self, life: int, chance: Random) -> None:
        """One life with its end somewhere on the way of its orders."""
        press, (what, cold) = chance.choice(PRESSES), chance.choice(AIMS)
        names = [f"life {life} {kind}" for kind in press if kind != "left"]
        go = self.folder / f"go-{life}" if cold else None
        begun = self.start(life, press, go)
        if go:
            self.program.first("ready", begun)
            self.cut()
            self.cold.update(names)
        seen = len(self.server.told)
        if go:
            go.touch()
        self.program.first("press", begun)
        if what not in ("press", "done"):
            self.server.first(what, seen)
        elif what == "done":
            self.program.first("done", begun)
        sleep(chance.random() ** 2 * self.usual_s / 2)  # anywhere between this and the next thing
        before = self.program.of("press", begun)
        self.kill(begun)
        rows = self.rows()
        self.points.update(self.point(told["notes"], rows, seen) for told in before)
        self.check()

    def cut(self) -> None:
        told = len(self.server.told)
        self.server.say("drop")
        self.server.first("dropped", told)

    def rows(self) -> dict[str, Row]:
        """Each row by the notes of its message, as the dead left it."""
        reading = open_to_read(self.journal)
        assert isinstance(reading, Reading), reading
        with reading:
            rows = {str(_notes(row)): row for row in reading.rows()}
        assert not reading.fault
        return rows

    def point(self, notes: str, rows: dict[str, Row], seen: int) -> str:
        """How far the order had come when it ended."""
        orders = [told for told in self.server.of("order", seen) if told["notes"] == notes]
        row = rows.get(notes)
        if row is None:
            return EXIT_AHEAD if orders else BEFORE_ROW
        if row.ending:
            return ENDED
        if not orders:
            return IN_HANDSHAKE if notes in self.cold and self.server.of("accepted", seen)[:-1] else BEFORE_TEXT
        wires = {told["wire"] for told in self.server.of("delivered", seen)}
        return BEFORE_ENDING if orders[0]["wire"] in wires else BEFORE_ANSWER

    def check(self) -> None:
        """Opens the journal as the next start does, and holds it against what the exchange saw."""
        open_rows = {notes for notes, row in self.rows().items() if row.ending is None}
        opened = open_file(self.journal)
        assert not isinstance(opened, Invalid), opened
        opened.connection.close()
        opened.sessions.close()
        assert (opened.orphans, opened.notice) == (len(open_rows), "")
        found = verify(self.journal)
        assert isinstance(found, Whole), found
        rows = self.rows()
        assert found.rows == len(rows), "no two rows are of one order"
        for notes in open_rows:
            ending = rows[notes].ending
            assert ending
            assert (ending.outcome, ending.sentence) == (UNKNOWN, DIED)
        agree(rows, self.server.of("order"), self.server.of("answered"))


def agree(rows: dict[str, Row], orders: list[Told], answers: list[Told]) -> None:
    """Journal and exchange: every entry that arrived has a row, no row claims more, and nothing arrived twice."""
    arrived = Counter(order["notes"] for order in orders)
    said = {answer["notes"]: answer["yes"] for answer in answers}
    assert not [notes for notes, times in arrived.items() if times > 1]
    assert not [notes for notes in arrived if notes not in rows and not notes.endswith("exit")]
    for notes, row in rows.items():
        match row.outcome:
            case "accepted":
                assert said.get(notes) is True, notes
            case "refused":
                assert said.get(notes) is False, notes
            case "not sent":
                assert notes not in arrived
            case other:
                assert other == UNKNOWN, (notes, other)


def _notes(row: Row) -> str:
    found = re.search(r"\nnotes=([^;]*);", row.intent.wire)
    assert found, row
    return found[1]


@contextmanager
def lane(folder: Path) -> Iterator[Lane]:
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "settings.toml").write_text('mode = "live"\n')  # or a practice exchange would be started for each life
    env = {
        "CROSSTRADE_DESK_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "SSL_CERT_FILE": str(certs.write_authority(folder)),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    errors = folder / "errors.txt"
    with (
        telling("tls_practice.py", str(certs.write_good(folder)), str(WIRE_MS), errors=errors) as server,
        telling("mortal_program.py", env=env, errors=errors) as program,
    ):
        server.say(MARKER)
        place = server.first("url")
        yield Lane(folder, server, program, place["url"], place["port"])
    assert errors.read_text() == ""


def killed(folder: Path, kills: int, seed: int) -> Lane:
    with lane(folder) as made:
        made.learn()
        chance = Random(seed)
        for life in range(1, kills + 1):
            made.die(life, chance)
    return made


@pytest.mark.parametrize("kills", [20, pytest.param(300, marks=pytest.mark.long)])
def test_a_kill_anywhere_leaves_a_journal_that_tells_what_is_known_and_sends_nothing_again(
    tmp_path: Path, kills: int, report: Report
) -> None:
    certs.authority()  # one for both, before there are two threads
    with ThreadPoolExecutor(2) as pool:
        lanes = list(pool.map(killed, (tmp_path / "one", tmp_path / "two"), (kills // 2,) * 2, (kills, kills + 1)))
    points: Counter[str] = sum((made.points for made in lanes), Counter())
    report(f"{kills} kills; orders hit: {', '.join(f'{name} {count}' for name, count in points.most_common())}")
    assert len(points) >= 3, "the kills all hit the same place"


@pytest.mark.parametrize(
    ("orders", "answers", "outcome"),
    [
        ([], [], "accepted"),
        (["life 1 entry"], [], "accepted"),
        (["life 1 entry"], [False], "accepted"),
        (["life 1 entry"], [True], "refused"),
        (["life 1 entry"], [], "not sent"),
        (["life 1 entry"] * 2, [True], "accepted"),
        (["life 2 entry"], [], "unknown"),
        ([], [], "sending"),
    ],
)
def test_the_judge_finds_a_journal_that_says_too_much_or_too_little(
    orders: list[str], answers: list[bool], outcome: str
) -> None:
    row: Any = type("Row", (), {"outcome": outcome})()
    with pytest.raises(AssertionError):
        agree(
            {"life 1 entry": row},
            [{"notes": notes} for notes in orders],
            [{"notes": "life 1 entry", "yes": yes} for yes in answers],
        )

"""A session without eyes: everything is found, done and heard through the accessibility bus, from another process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.at_spi import POLITE, Node, Reader, reading
from support.outside import program
from support.screen import screen

REST_S = 0.6  # the gate takes an entry half a second after the one before
# What a user works with, by its role, and the interface through which it is worked.
WORKED = {
    "push button": "Action",
    "check box": "Action",
    "text": "Text",
    "combo box": "Action",
    "list": "Selection",
    "table": "Table",
    "page tab": "Action",
}


class Desk:
    """The program as a screen reader has it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.app = reader.program("CrossTrade Desk")
        self._walked: list[tuple[str, Node]] = []

    def part(self, role: str, begins: str) -> Node:
        """Waits for what has that role and a name that begins so."""
        found: Node = self.reader.until(lambda: self._known(role, begins) or self._walk(), f"{role} {begins}")
        return found

    def _known(self, role: str, begins: str) -> Node | None:
        alike = (part for kind, part in self._walked if kind == role)
        return next((part for part in alike if part.name.startswith(begins) and part.has("showing")), None)

    def _walk(self) -> None:
        """Walks anew, for what was not there at the last walk: it asks a thousand questions."""
        self._walked = list(self.app.walk())

    def press(self, begins: str) -> None:
        self.part("push button", begins).do("Press")

    def choose(self, begins: str) -> None:
        part = self.part("check box", begins)
        if not part.has("checked"):
            part.do("Press")
        self.reader.until(lambda: part.has("checked"), f"{begins} chosen")

    def write(self, field: str, text: str) -> None:
        part = self.part("text", field)
        part.write(text)
        assert part.value == text

    def send(self, says: str) -> None:
        """Presses the big button once it reads as the order that is meant."""
        self.reader.pump(REST_S)
        button = self.part("push button", "SEND to PRACTICE")
        self.reader.until(lambda: says in button.name, f"a button that says {says}")
        button.do("Press")

    def heard(self, begins: str = "") -> list[tuple[str, int]]:
        """What was announced, and whether politely."""
        told = [event for event in self.reader.events if event.kind == "Announcement"]
        return [(event.text, event.detail) for event in told if event.text.startswith(begins)]

    def came(self, sent: str, became: str) -> None:
        """Reads what became of the newest message."""
        log = self.part("table", "Log")

        def seen() -> bool:
            cells = log.cells()
            return len(cells) > 5 and cells[2].startswith(sent) and f"{cells[4]}, {cells[5]}".startswith(became)

        try:
            self.reader.until(seen, f"{sent}: {became}")
        except AssertionError as fault:
            raise AssertionError(f"{fault}; the log reads {log.cells()}") from None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with screen() as glass, reading() as found:
        found.reader.listen("object:announcement")
        with program(glass, tmp_path / "desk", found.env) as running:
            made = Desk(found.reader)
            made.reader.until(lambda: "link up" in running.state["link"], "the link")
            yield made
        assert (tmp_path / "desk" / "stderr.txt").read_text() == ""


def mark_first(desk: Desk, table: str) -> Node:
    """Shows a page of what is read, and marks its first row once it is there."""
    desk.part("page tab", table).do("Press")
    found = desk.part("table", table)
    desk.reader.until(lambda: found.get("Table", "NRows"), f"a row of {table}")
    assert found.call("Table", "AddRowSelection", "i", 0)[0]
    return found


def test_a_screen_reader_places_changes_cancels_and_flattens_and_hears_each_outcome_once(desk: Desk) -> None:
    desk.choose("Action: BUY")
    desk.send("Buy 1 MES 12-26 at market on Sim101")
    desk.came("Buy 1 MES 12-26 at market", "✓ accepted, filled")

    desk.choose("Order type: Limit")
    desk.write("Limit price", "6400")
    desk.send("Buy 1 MES 12-26 at limit 6400")
    desk.came("Buy 1 MES 12-26 at limit 6400", "✓ accepted, working")

    orders = mark_first(desk, "Orders")
    desk.press("Change")
    desk.write("New limit", "6399")
    desk.send("Change quantity to 1 and limit to 6399")
    desk.came("Change quantity to 1 and limit to 6399", "✓ accepted")
    desk.reader.until(lambda: "6399" in orders.cells(), "the new price")

    desk.press("Cancel")
    desk.came("Cancel order", "✓ accepted")
    desk.reader.until(lambda: not orders.cells(), "no working order")

    desk.press("FLATTEN")
    desk.came("Flatten the position in MES 12-26 on Sim101", "✓ accepted, flat")

    outcomes = [text for text, _ in desk.heard("✓ accepted")]
    begins = (
        "Buy 1 MES 12-26 at market",
        "Buy 1 MES 12-26 at limit",
        "Change quantity to 1 and limit to 6399",
        "Cancel order",
        "Flatten",
    )
    assert [text.partition("  (")[2][: len(begin)] for text, begin in zip(outcomes, begins, strict=True)] == [*begins]
    desk.reader.until(lambda: desk.heard("Flat:"), "the word that it is flat")
    assert desk.heard("Flat:") == [("Flat: FLATTEN MES 12-26 on Sim101.", POLITE)]
    assert desk.heard("PRACTICE") == [("PRACTICE. Orders stay on this computer.", POLITE)]
    assert desk.heard("Entries on.") == [("Entries on.", POLITE)]

    told = desk.heard()
    age = desk.part("label", "read ")
    read = age.name
    desk.reader.until(lambda: age.name != read, "another age of what is read")
    assert desk.heard() == told, "quotes and ages are not announced"


def line(desk: Desk, owner: Node, begins: str) -> Node:
    """A line of a list, in sight or not."""
    found: Node = desk.reader.until(
        lambda: next((child for child in owner.children() if child.name.startswith(begins)), None), begins
    )
    return found


def test_a_screen_reader_chooses_a_command_and_ticks_accounts_without_a_key(desk: Desk) -> None:
    desk.choose("Action: BUY")
    accounts = desk.part("list", "Account")
    second = line(desk, accounts, "Sim102")
    for wanted in (True, False, True):
        second.do("Toggle")
        desk.reader.until(lambda wanted=wanted: second.has("checked") is wanted, f"Sim102 ticked: {wanted}")
    desk.send("on Sim101 and Sim102")
    desk.came("Buy 1 MES 12-26 at market", "✓ accepted")

    line(desk, accounts, "Sim101").do("Toggle")
    command = desk.part("combo box", "Place order")
    line(desk, command.children()[0], "Close position").do("Toggle")
    desk.reader.until(lambda: command.name.startswith("Close position"), "the command chosen")
    desk.send("Close the position in MES 12-26 on Sim102")
    desk.came("Close the position in MES 12-26 on Sim102", "✓ accepted, flat")

    command.do("Press")
    line(desk, command.children()[0], "Flatten positions").do("Toggle")
    desk.reader.until(lambda: command.name.startswith("Flatten positions"), "a command chosen in the list that is open")
    desk.reader.until(lambda: not command.children()[0].has("showing"), "the list closed")


def test_every_control_has_a_name_a_description_where_its_name_is_not_all_and_a_way_to_be_worked(desk: Desk) -> None:
    found = [(role, part) for role, part in desk.app.walk() if role in WORKED]
    assert len(found) > 60
    for role, part in found:
        where = f"{role} “{part.name}” at {part.path}"
        assert part.name or role == "combo box", f"{where} has no name"
        assert role != "combo box" or part.labels(), f"{where}: what it is for is said by its label"
        assert WORKED[role] in part.interfaces, where
        assert "<" not in part.description, f"{where} reads out marks of HTML: {part.description}"
        if role in ("push button", "check box", "text", "combo box"):
            assert part.description or part.name == "Wire text, key masked", f"{where} has no description"
    assert {"PRACTICE", "link up"} <= {part.name.partition(",")[0] for role, part in desk.app.walk() if role == "label"}

"""The tour: drives this very window through a practice session by mouse and key events, with a picture of each step.

It fails if a step does not come out, so it is also the last check of a build.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget

from crosstrade_desk.ui.hands import Hands, StepFailedError
from crosstrade_desk.ui.layout import COMPACT, LOW_COMPACT
from crosstrade_desk.ui.log.columns import ORDER
from crosstrade_desk.ui.log.details import details
from crosstrade_desk.ui.program import Program
from crosstrade_desk.ui.ticket.buttons import FireButton
from crosstrade_desk.ui.words import words

Act = Callable[[Hands], Awaitable[QWidget | None]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: file name, what it shows, and what is done. `act` may give another window to be pictured."""

    name: str
    title: str
    act: Act


async def _start(hands: Hands) -> None:
    window = hands.program.window
    await hands.until(lambda: window.band.link.text().startswith("link up"), "the practice exchange")
    hands.expect(window.band.mode.text(), "PRACTICE")


async def _fill(hands: Hands) -> None:
    hands.type("instrument", "MES 12-26")
    hands.press("action", "BUY")
    hands.press("qty", "2")
    hands.expect(
        hands.program.window.ticket.read_back.sentence.text(), "Buy 2 MES 12-26 at market on Sim101, good for the day"
    )


async def _place(hands: Hands) -> None:
    row = await hands.fire("send", "accepted")
    hands.expect(row.intent.wire, "command=PLACE;\naccount=Sim101;\ninstrument=MES 12-26;\naction=BUY;\nqty=2;")


def _page(title: str) -> Act:
    """Brings a page of what is read back to the front, once it holds a row."""

    async def act(hands: Hands) -> None:
        pane = hands.program.window.reading
        bar = pane.tabs.tabBar()
        number = list(pane.tables).index(title)
        spot = bar.tabRect(number).center()
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        await hands.until(lambda: pane.tables[title].model().rowCount() > 0, f"{title.lower()} that were read back")

    return act


async def _filled(hands: Hands) -> None:
    log = hands.program.window.log.model
    await hands.until(lambda: str(log.index(0, ORDER).data()).startswith("filled 2 @ "), "the fill")
    await _page("Positions")(hands)


async def _flat(hands: Hands) -> None:
    log = hands.program.window.log.model
    await hands.until(lambda: log.index(0, ORDER).data() == "flat", "a read that shows flat")
    await hands.until(lambda: hands.program.window.reading.positions.rowCount() == 0, "no position")


async def _two_accounts(hands: Hands) -> None:
    hands.tick("Sim102")
    hands.press("action", "SELL")
    hands.press("order_type", "Limit")
    hands.type("limit_price", "6499,25")
    hands.press("tif", "GTC")
    hands.expect(hands.program.window.ticket.read_back.sentence.text(), "on Sim101 and Sim102: 4 contracts in total")
    row = await hands.fire("send", "accepted")
    hands.expect(row.intent.wire, "limit_price=6499.25;")


async def _bad_input(hands: Hands) -> None:
    hands.type("qty", "1,5")
    hands.type("limit_price", "9.999,25")
    before = hands.program.journal.count()
    hands.click(hands.find(FireButton, "send"))
    hands.expect(hands.program.window.status.text(), "Nothing was sent.")
    if hands.program.journal.count() != before:
        raise StepFailedError("a message with problems was sent")


async def _refusal(hands: Hands) -> None:
    hands.tick("Sim102")
    hands.press("qty", "1")
    hands.press("order_type", "Market")
    hands.press("action", "BUY")
    hands.press("tif", "DAY")
    hands.type("instrument", "XYZ 12-26")
    row = await hands.fire("send", "refused")
    hands.expect(row.ending.answer if row.ending else "", "Instrument 'XYZ 12-26' not found")


async def _close(hands: Hands) -> None:
    hands.type("instrument", "MES 12-26")
    hands.command("CLOSEPOSITION")
    hands.type("quantity", "1")
    row = await hands.fire("send", "accepted")
    hands.expect(row.intent.sentence, "Close 1 contract of the position in MES 12-26 on Sim101")


async def _flatten(hands: Hands) -> None:
    hands.command("PLACE")
    row = await hands.send(lambda: hands.chord(Qt.Key.Key_F), "accepted")
    hands.expect(row.intent.wire, "command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;")


async def _walked(hands: Hands) -> None:
    walk = hands.program.window.walk
    await hands.until(lambda: walk is not None and walk.words.text().startswith("You know the way"), "its last step")
    hands.click(next(b for b in hands.program.window.findChildren(QPushButton) if b.text() == "Done" and b.isVisible()))


async def _keep_preset(hands: Hands) -> QWidget:
    await hands.fill("PLACE", **_MARKET, action="BUY")
    hands.click(hands.program.window.presets.save_button)
    await hands.turn()
    name = hands.find(QLineEdit, "preset-name")
    QTest.keyClicks(name, "Tour")
    box = hands.find(QCheckBox, "preset-sends")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))  # its middle is beside its words
    window = name.window()
    hands.click(next(button for button in window.findChildren(QPushButton) if button.text() == "Keep"))
    hands.expect(hands.program.window.status.text(), "“Tour” is kept")
    return hands.program.window


async def _press_preset(hands: Hands) -> None:
    """It trades an account that is not ticked: the bar above the log has the way out of it."""
    hands.tick("Sim102")
    hands.tick("Sim101")
    shown, model = hands.program.window.presets.list, hands.program.window.presets.model

    def press() -> None:
        spot = shown.visualRect(model.place("Tour")).center()
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    row = await hands.send(press, "accepted")
    hands.expect(row.intent.wire, "command=PLACE;\naccount=Sim101;\ninstrument=MES 12-26;\naction=BUY;\nqty=1;")
    hands.expect(hands.program.window.log.alarms.words.text(), "Not in FLATTEN: MES 12-26 on Sim101")


async def _flatten_this_too(hands: Hands) -> None:
    button = hands.find(FireButton, "alarm-send")
    await hands.until(button.isEnabled, "the bar's button")
    row = await hands.fire("alarm-send", "accepted")
    hands.expect(row.intent.wire, "command=FLATTEN;\naccount=Sim101;\ninstrument=MES 12-26;")
    hands.tick("Sim101")
    hands.tick("Sim102")


async def _over_limit(hands: Hands) -> None:
    hands.command("PLACE")
    hands.type("qty", "500")
    row = await hands.fire("send", "blocked")
    hands.expect(row.ending.sentence if row.ending else "", "your limit on simulation accounts is 100")


async def _same_again(hands: Hands) -> None:
    hands.type("qty", "4")
    await hands.fire("send", "accepted")
    await hands.rest()
    hands.click(hands.find(FireButton, "send"))
    hands.expect(hands.program.window.ask.question.text(), "The very same order was sent")


async def _everything(hands: Hands) -> None:
    hands.click(hands.program.window.ask.no)
    row = await hands.fire("everything", "accepted")
    hands.expect(row.intent.command, "FLATTENEVERYTHING")


async def _limits(hands: Hands) -> QWidget:
    hands.program.window.keys.do("limits")  # its button is not in every width
    window = hands.program.window.limits_window
    if window is None:
        raise StepFailedError("the limits window did not open")
    return window


def _order(token: str, outcome: str = "accepted", **texts: str) -> Act:
    """Composes a command in the form, sends it, and shows what became of it."""

    async def act(hands: Hands) -> None:
        await hands.fill(token, **texts)
        row = await hands.fire("send", outcome)
        if row.intent.command != token:
            raise StepFailedError(f"{row.intent.command} was sent")

    return act


async def _held(hands: Hands) -> None:
    await _order("PLACE", **_MARKET, action="SELL")(hands)
    await _page("Positions")(hands)


async def _grey(hands: Hands) -> None:
    """The practice exchange answers reads as one whose NinjaTrader is away, from here on."""
    await _order("CANCELALLORDERS", notes="practice: reading offline")(hands)
    shown = hands.program.window.reading.positions
    await _page("Positions")(hands)
    await hands.until(lambda: shown.is_grey(0), "a position that is grey")


async def _import(hands: Hands) -> QWidget:
    hands.program.window.keys.do("import")  # its button is not in every width
    window = hands.program.window.import_window
    if window is None:
        raise StepFailedError("the import window did not open")
    window.area.insert(_ALERT, "The clipboard")
    hands.expect(window.report.toPlainText(), "is filled in by TradingView")
    hands.click(hands.find(QPushButton, "fill", window))
    return window


async def _imported(hands: Hands) -> None:
    window = hands.program.window.import_window
    if window:
        window.hide()
    hands.expect(hands.program.window.ticket.form.editor("instrument").text(), "{{ticker}}")


async def _help(hands: Hands) -> QWidget:
    hands.program.window.keys.do("help")
    window = hands.program.window.help_window
    if window is None:
        raise StepFailedError("the help window did not open")
    return window


_ALERT: Final = """\
command=PLACE;
account=Sim101;
instrument={{ticker}};
action={{strategy.order.action}};
qty=2;
order_type=LIMIT;
limit_price=6400,25;
tif=GTC;
take_profit=40 ticks;
comment=from my chart;
"""
_HERE: Final = {"account": "Sim101", "instrument": "MES 12-26"}
_MARKET: Final = {**_HERE, "qty": "1", "order_type": "MARKET", "tif": "DAY"}
_WAITING: Final = {**_HERE, "action": "SELL", "qty": "1", "order_type": "LIMIT", "tif": "GTC", "limit_price": "6490"}
_BRACKET: Final = {"take_profit": "40 ticks", "stop_loss": "-20 ticks"}
_SHORT_BRACKET: Final = {"take_profit": "-40 ticks", "stop_loss": "20 ticks"}
_ATM: Final = {"strategy": "AtmStrategy1", "strategy_id": "tour-atm"}


async def _connection(hands: Hands) -> QWidget:
    hands.program.window.keys.do("connection")
    window = hands.program.window.connection_window
    await hands.until(lambda: window is not None and "kept" in window.kept.text(), "the keyring")
    if window is None:
        raise StepFailedError("the connection window did not open")
    return window


async def _held_back(hands: Hands) -> None:
    """PANIC by its key: half its ring, and nothing sent."""
    before = hands.program.journal.count()
    hands.find(FireButton, "panic").press_by_key()
    hands.expect(hands.program.window.status.text(), "Press the key once more")
    if hands.program.journal.count() != before:
        raise StepFailedError("one press of its key sent PANIC")


async def _alarm(hands: Hands) -> None:
    row = await hands.send(lambda: hands.chord(Qt.Key.Key_F), "refused")
    hands.expect(row.intent.command, "FLATTEN")
    words = hands.program.window.log.alarms.words
    await hands.until(lambda: "FLATTEN MES 12-26 on Sim101" in words.text(), "the alarm")


async def _compact(hands: Hands) -> None:
    window = hands.program.window
    window.keys.do("compact")
    await hands.until(lambda: window.width() <= _NARROW and window.height() <= _LOW, "a small window")
    if not window.log.alarms.isVisible():
        raise StepFailedError("the alarm is out of sight")


async def _compact_ready(hands: Hands) -> None:
    dismiss = hands.find(QPushButton, "alarm-dismiss")
    await hands.until(dismiss.isEnabled, "the bar's button")
    hands.click(dismiss)
    await hands.fill("PLACE", **{**_MARKET, "qty": "7"}, action="BUY")
    hands.expect(hands.find(FireButton, "send").words, "Buy 7 MES 12-26 at market on Sim101")


async def _compact_asks(hands: Hands) -> None:
    await hands.rest()
    hands.click(hands.find(FireButton, "send"))
    hands.expect(hands.program.window.ask.question.text(), "7 contracts of MES are")


async def _whole_again(hands: Hands) -> None:
    window = hands.program.window
    hands.click(window.ask.no)
    window.keys.do("compact")
    await hands.until(lambda: window.width() > _NARROW, "the whole window")


async def _chart(hands: Hands) -> QWidget:
    health = hands.program.window.health
    hands.click(health.button)
    if health.chart is None:
        raise StepFailedError("the chart did not open")
    return health.chart


async def _filter(hands: Hands) -> None:
    window = hands.program.window
    if window.health.chart:
        window.health.chart.hide()
    window.log.open_filter()
    line = window.log.filter.line
    QTest.keyClicks(line, "flatten")
    await hands.until(lambda: 0 < window.log.model.rowCount() < window.log.model.newest, "what was sought")
    hands.click(window.log.table.viewport())


async def _details(hands: Hands) -> None:
    window = hands.program.window
    QTest.keyClick(window.log.filter.line, Qt.Key.Key_Escape)
    window.log.table.setCurrentIndex(window.log.model.index(0, 0))
    window.reading.show_page("Details")
    hands.expect(window.log.details.toPlainText(), "Took: gate")


def _window(action: str, kind: str) -> Act:
    """A window that is opened from the menu."""

    async def act(hands: Hands) -> QWidget:
        hands.program.window.keys.do(action)
        found: QWidget | None = getattr(hands.program.window, kind)
        if found is None:
            raise StepFailedError(f"no {kind} opened")
        return found

    return act


_NARROW: Final = LOW_COMPACT[0]  # pixels of the compact form at most, and its height
_LOW: Final = COMPACT[1]
STEPS: Final = (
    Step("start", "The window on the practice exchange", _start),
    Step("ticket", "A ticket, filled in", _fill),
    Step("placed", "A market order, accepted", _place),
    Step("filled", "Its fill and its position, read back", _filled),
    Step("fills", "The fills", _page("Fills")),
    Step("accounts", "The accounts", _page("Accounts")),
    Step("two-accounts", "A limit order for two accounts", _two_accounts),
    Step("bad-input", "Bad input: a sentence at its field, nothing sent", _bad_input),
    Step("refused", "An order that was refused", _refusal),
    Step("closed", "One contract of the position closed", _close),
    Step("flattened", "Flattened with Ctrl+Shift+F", _flatten),
    Step("flat", "Flat, by a read", _flat),
    Step("walked", "The walk through practice, at its end and put away", _walked),
    Step("preset-kept", "The form, kept as a preset that sends", _keep_preset),
    Step("preset-pressed", "The preset, pressed while another account is ticked", _press_preset),
    Step("preset-flattened", "What FLATTEN does not reach, flattened too", _flatten_this_too),
    Step("over-limit", "An order over the limit, blocked", _over_limit),
    Step("same-again", "The same order again: one question", _same_again),
    Step("held", "EVERYTHING, held until its ring was full", _everything),
    Step("bracket", "A waiting order with a bracket", _order("PLACE", **_WAITING, **_SHORT_BRACKET, order_id="tour-1")),
    Step("orders", "The waiting order, read back", _page("Orders")),
    Step("change", "The waiting order, changed", _order("CHANGE", order_id="tour-1", qty="2")),
    Step("replace", "The waiting order, replaced", _order("CANCELREPLACE", **_WAITING, order_id="tour-1")),
    Step("cancel", "The waiting order, cancelled", _order("CANCEL", order_id="tour-1")),
    Step("atm", "An order that starts an ATM strategy", _order("PLACE", **_MARKET, action="BUY", **_ATM)),
    Step("close-strategy", "The ATM strategy, closed", _order("CLOSESTRATEGY", strategy_id="tour-atm")),
    Step("flatplace", "Flattened, then placed", _order("FLATPLACE", **_MARKET, action="BUY")),
    Step("reverse", "The position, reversed", _order("REVERSE", **_HERE)),
    Step("reverse-position", "Closed, then placed the other way", _order("REVERSEPOSITION", **_MARKET, action="BUY")),
    Step(
        "rebracket",
        "A new bracket around the position",
        _order("CANCELANDBRACKET", **_HERE, action="BUY", qty="1", **_BRACKET),
    ),
    Step("cancel-orders", "The orders in one instrument, cancelled", _order("CANCELORDERS", **_HERE)),
    Step("flatten-long", "Every long position, flattened", _order("FLATTEN", account="Sim101", market_position="long")),
    Step("cancel-all", "Every order, cancelled", _order("CANCELALLORDERS")),
    Step("everything", "Everything, flattened", _order("FLATTENEVERYTHING")),
    Step("kill-switch", "The kill switch, on", _order("KILLSWITCH", kill_switch="on")),
    Step("blocked", "An order that the kill switch blocks", _order("PLACE", "refused", **_MARKET, action="BUY")),
    Step("alarm", "FLATTEN, blocked by it: a bar that stays", _alarm),
    Step("compact-alarm", "The compact form, the alarm above its presets", _compact),
    Step("kill-switch-off", "The kill switch, off", _order("KILLSWITCH", kill_switch="off")),
    Step("compact", "The compact form, an order ready", _compact_ready),
    Step("compact-question", "The compact form, a question", _compact_asks),
    Step("whole-again", "The whole window again", _whole_again),
    Step("held-position", "A position, read back", _held),
    Step("panic-by-key", "PANIC by its key, half its ring", _held_back),
    Step("chart", "How sending does", _chart),
    Step("filter", "The log, filtered", _filter),
    Step("details", "All about one row", _details),
    Step("cheat-sheet", "Every key on one page", _window("help keys", "cheat_sheet")),
    Step("keys", "The key window", _window("keys", "keys_window")),
    Step("grey", "NinjaTrader is away: what was read is grey", _grey),
    Step("import", "An alert text with what TradingView fills in", _import),
    Step("imported", "The form, filled from it", _imported),
    Step("help", "The page of commands", _help),
    Step("limits", "The limits", _limits),
    Step("connection", "The connection window", _connection),
)


class Tour:
    """Runs the steps. Writes `NN-name.png`, `NN-name.txt` (all words in the picture) and `log.txt` to a folder."""

    def __init__(self, out: Path, report: TextIO) -> None:
        self._out = out
        self._report = report

    async def drive(self, program: Program) -> int:
        """Gives 0 if every step came out, 1 if one did not or the folder cannot be written."""
        hands = Hands(program)
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            for number, step in enumerate(STEPS, 1):
                await self._take(hands, number, step)
        except (StepFailedError, OSError) as fault:
            self._say(f"The tour failed: {fault}")
            return 1
        else:
            self._say(f"Pictures and log are in {self._out}.")
            return 0
        finally:
            self._write_log(program)

    async def _take(self, hands: Hands, number: int, step: Step) -> None:
        try:
            shown = await step.act(hands) or hands.program.window
        except StepFailedError as fault:
            self._picture(hands.program.window, f"{number:02}-{step.name}-failed")
            raise StepFailedError(f"step {number}, {step.title}: {fault}") from None
        await hands.settled()
        self._picture(shown, f"{number:02}-{step.name}")
        self._say(f"{number:2}  {step.title}")

    def _picture(self, window: QWidget, name: str) -> None:
        if not window.grab().save(str(self._out / f"{name}.png")):
            raise OSError(f"{self._out / name}.png could not be written")
        (self._out / f"{name}.txt").write_text("\n".join(words(window)) + "\n", encoding="utf-8")

    def _write_log(self, program: Program) -> None:
        rows = program.journal.page(0, program.journal.count())
        if self._out.is_dir():
            text = "\n\n----\n\n".join(details(row) for row in reversed(rows))
            (self._out / "log.txt").write_text(text + "\n", encoding="utf-8")

    def _say(self, text: str) -> None:
        self._report.write(f"{text}\n")
        self._report.flush()

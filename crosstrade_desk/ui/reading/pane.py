"""The pane of what is read back: positions, working orders, fills and accounts, each with its age."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Place
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.desk.reading import Age, Shown
from crosstrade_desk.protocol.problems import listed
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call
from crosstrade_desk.readback.values import Account, Execution, Order, Orders, Position
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.dense import whole_rows
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.plain_buttons import mouse_button
from crosstrade_desk.ui.reading.columns import FILLS, accounts, orders, positions
from crosstrade_desk.ui.reading.exits import RowExits
from crosstrade_desk.ui.reading.rows_model import RowsModel
from crosstrade_desk.ui.reading.table_view import ValueTable
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.theme import mark

_TICK_MS: Final = 1000
_OFF: Final = "Reading back is switched off in Limits."
_NOWHERE: Final = "Nothing is read: there is no connection."
_IDLE: Final = "Nothing was done for 5 minutes, so less is read. A key or a click reads as usual again."
_CLOSED: Final = "The market is closed, so less is read. Whatever you send is looked for as usual."
_NOT_YET: Final = "Not read yet."
_NOBODY: Final = "No account is ticked: no orders are read."
_FLAT: Final = "No open position."
_OLD: Final = "Not known now: the last read is too old."
_GONE: Final = "Not known any more."
_NOT_WHOLE: Final = "Not known: not all of CrossTrade's answer could be read."
_UNREAD: Final[Shown[Any]] = Shown(None, -math.inf, math.inf, Age.GONE)
_CALLS: Final = {
    "Positions": Call.POSITIONS,
    "Orders": Call.ORDERS,
    "Fills": Call.EXECUTIONS,
    "Accounts": Call.SNAPSHOT,
}
_BY_HAND: Final = (
    Trouble.DENIED,
    Trouble.STOPPED,
    Trouble.PUSH_TAKEN,
    Trouble.PUSH_REFUSED,
)  # are not tried again without the trader
_BAR: Final = 30  # pixels
_GAP: Final = 6  # pixels at least between the buttons and the edge


class ReadingPane(QFrame):
    """Asks the observer what is known, when news comes and once a second while it is in sight.

    Signals:
        wanted: the `Message` of an exit, or of a reversal, that was pressed.
        form_wanted: a `Reading` for the form.
        change_wanted: the same, of a change whose prices are to be typed.
        ticked: a second went by: whatever shows an age shows another one.
    """

    wanted = Signal(object)
    form_wanted = Signal(object)
    change_wanted = Signal(object)
    ticked = Signal()

    def __init__(self, desk: Desk, observer: Observer, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._desk, self._observer = desk, observer
        self._now: Callable[[], float] = time.monotonic
        self._currencies: dict[str, str | None] = {}
        self.positions: RowsModel[Position] = RowsModel(
            positions(self._currency, observer.is_leaving), lambda p: (p.account, p.instrument)
        )
        self.orders: RowsModel[Order] = RowsModel(orders(self._is_orphan), lambda o: (o.account, o.id))
        self.fills: RowsModel[Execution] = RowsModel(FILLS, lambda e: (e.account, e.id))
        self.accounts: RowsModel[Account] = RowsModel(accounts(lambda: desk.limits.classes), lambda a: a.name)
        self.tables = {
            "Positions": ValueTable(self.positions, "Positions"),
            "Orders": ValueTable(self.orders, "Orders"),
            "Fills": ValueTable(self.fills, "Fills"),
            "Accounts": ValueTable(self.accounts, "Accounts"),
        }
        self.tabs = QTabWidget()
        self.age = QLabel()
        self.age.setProperty("tone", "muted")
        self.trouble, self.again = ElidedLabel(2), mouse_button("read-again")
        self.exits = RowExits(desk, observer, self.positions, self.orders, self.tables)
        self.reverse = self.exits.reverse
        self.exits.wanted.connect(self.wanted)
        self.exits.form_wanted.connect(self.form_wanted)
        self.exits.change_wanted.connect(self.change_wanted)
        self._build()
        bridge.place.connect(self.refresh)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.timeout.connect(self.ticked)
        self._timer.start()

    def _build(self) -> None:
        self._bars = {"Positions": self.exits.position_bar, "Orders": self.exits.order_bar}
        for title, table in self.tables.items():
            page = QWidget()
            rows = QVBoxLayout(page)
            rows.setContentsMargins(0, 4, 0, 0)
            rows.addWidget(whole_rows(table, 1))
            self.tabs.addTab(page, title)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("Pages of the account")
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)  # where there is no room each is cut a little, and none goes
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setCornerWidget(self.age)
        self.tabs.currentChanged.connect(self._on_page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 6)
        rows.setSpacing(4)
        rows.addWidget(self.tabs, 1)
        rows.addWidget(self._bottom())
        self._on_page()

    def _on_page(self, _number: int = 0) -> None:
        front = self.tabs.tabText(self.tabs.currentIndex()).split()[0]
        bars = sorted(self._bars.items(), key=lambda pair: pair[0] == front)
        for title, bar in bars:  # the one in front last: two side by side would widen the pane
            bar.setVisible(title == front)
        self.refresh()

    def _bottom(self) -> QWidget:
        """The buttons of the page in front, and what keeps from reading. Its height is always the same."""
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.trouble.setMinimumWidth(_GAP)  # whatever it says, it widens no pane
        self.trouble.setProperty("problem", "true")
        self.trouble.setObjectName("reading-trouble")
        self.again.setText("Read again")
        self.again.setToolTip("Asks CrossTrade once more, for example after you changed your plan.")
        self.again.clicked.connect(self._on_again)
        bottom = QWidget()
        bottom.setFixedHeight(_BAR)
        self._line = line = QHBoxLayout(bottom)
        line.setContentsMargins(0, 0, 0, 0)
        for bar in self._bars.values():
            line.addWidget(bar)
        line.addWidget(self.trouble, 1)
        line.addWidget(self.again)
        self._bottom_bar = bottom
        return bottom

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Keeps room for every button, seen or not: the least window must not change with them."""
        super().showEvent(event)
        widest = max(bar.sizeHint().width() for bar in self._bars.values())
        self._bottom_bar.setMinimumWidth(widest + 2 * self._line.spacing() + self.again.sizeHint().width())

    def _on_again(self) -> None:
        self._observer.retry()
        self.refresh()

    def add_page(self, title: str, page: QWidget, bar: QWidget) -> None:
        """Puts another page behind the tables, with what stands below it."""
        self.tabs.addTab(page, title)
        self._bars[title] = bar
        self._line.insertWidget(0, bar)
        self._on_page()

    def show_page(self, title: str) -> None:
        """Brings a page to the front."""
        titles = [self.tabs.tabText(number) for number in range(self.tabs.count())]
        self.tabs.setCurrentIndex(titles.index(title))

    # --- what is shown ---

    def refresh(self, _cause: object = None) -> None:
        """Shows what is known now."""
        if self.isVisible():
            self._observer.guarded(self._refresh)

    def _refresh(self) -> None:
        known, now = self._observer.known, self._now()
        positions = known.positions(now)
        held = sorted((p for p in positions.value.items if p.signed != 0), key=_place) if positions.value else []
        found = known.accounts(now)
        self._currencies = {(a.name or "").casefold(): a.currency for a in (found.value.items if found.value else ())}
        leaving = {_place(one) for one in held if self._observer.is_leaving(one)}
        is_old = positions.age is not Age.FRESH
        self.positions.show(held, lambda p: is_old or _place(p) in leaving, lambda p: _place(p) in leaving)
        self._say_rows("Positions", held, [positions], _FLAT)
        told = {name.casefold(): known.orders(name, now) for name in self._observer.accounts}
        self._show_orders(told)
        if self._title == "Fills":  # thousands: looked through only while in sight
            self.fills.show(known.fills()[::-1])
            self.tables["Fills"].say("No fill was seen in this run.")
        accounts = sorted(found.value.items, key=lambda a: a.name or "") if found.value else []
        self.accounts.show(accounts, lambda _: found.age is not Age.FRESH)
        self._say_rows("Accounts", accounts, [found], "No accounts.")
        by_title: dict[str, list[Shown[Any]]] = {
            "Positions": [positions],
            "Orders": list(told.values()),
            "Accounts": [found],
        }
        self._say_age(by_title.get(self._title))
        self._say_trouble()
        self.exits.offer()

    def _show_orders(self, told: dict[str, Shown[Orders]]) -> None:
        """The working orders of every account that is read, each as old as the read of its account."""
        working = [one for name in sorted(told) if (found := told[name].value) for one in found.working]
        old = {name for name, shown in told.items() if shown.age is not Age.FRESH}
        self.orders.show(working, lambda o: (o.account or "").casefold() in old, self._is_orphan)
        accounts = self._observer.accounts
        none = f"No working order on {listed(accounts)}." if accounts else _NOBODY
        self._say_rows("Orders", working, list(told.values()), none)
        if self._observer.is_reading and not accounts:
            self.tables["Orders"].say(none)

    def _currency(self, account: str | None) -> str | None:
        return self._currencies.get((account or "").casefold())

    def _is_orphan(self, order: Order) -> bool:
        return order.id in self._observer.orphans.ids

    @property
    def _title(self) -> str:
        titles = list(self.tables)
        return titles[self.tabs.currentIndex()] if self.tabs.currentIndex() < len(titles) else ""

    def _say_rows(self, title: str, rows: Sequence[Any], shown: Sequence[Shown[Any]], none: str) -> None:
        """Says how many rows a page has, and why it has none: only if all was read freshly there is none."""
        worst = max(shown, key=lambda one: (one.value is None, one.age is not Age.FRESH, one.age_s), default=_UNREAD)
        is_whole = all(one.age is Age.FRESH and one.value and one.value.whole for one in shown) and bool(shown)
        partly = next((one for one in shown if one.value and not one.value.whole), worst)
        self.tables[title].say(none if is_whole else self._why_empty(worst if worst.age is not Age.FRESH else partly))
        self.tabs.setTabText(list(self.tables).index(title), f"{title} {len(rows)}" if rows else title)

    def _why_empty(self, shown: Shown[Any]) -> str:
        if not self._observer.is_reading:
            return _OFF if isinstance(self._desk.where, Place) else _NOWHERE
        if failed := self._failed():
            return failed.trouble.value
        if shown.value is not None:
            return _NOT_WHOLE if shown.age is Age.FRESH else _OLD
        return _NOT_YET if math.isinf(shown.age_s) else _GONE

    def _failed(self) -> Failed | None:
        """What keeps all from being read, or what is on the page in front."""
        known = self._observer.known
        return known.trouble or (known.troubles.get(_CALLS[self._title]) if self._title in _CALLS else None)

    def _say_trouble(self) -> None:
        """A quiet sentence: sending goes on whatever it says."""
        table, failed = self.tables.get(self._title), self._failed()
        failed = failed or self._observer.known.troubles.get(Call.PUSH)
        sentence = failed.trouble.value if failed else ""
        is_said = table is not None and table.said == sentence
        self.trouble.setText("" if is_said else f"{sentence.split('. ')[0].rstrip('.')}." if sentence else "")
        explain(self.trouble, f"{sentence} It said: {failed.said}" if failed and failed.said else sentence)
        mark(self.trouble, tone="warn")
        self.again.setVisible(failed is not None and failed.trouble in _BY_HAND)

    def _say_age(self, shown: Sequence[Shown[Any]] | None) -> None:
        """How old the page in front is; where its accounts were read one after the other, from when to when."""
        ages = sorted({round(one.age_s) for one in shown or () if one.value is not None})
        rest, why = self._rest()
        known = f"{rest}read {'–'.join(map(str, ages[:1] + ages[1:][-1:]))} s ago" if ages else "not known"
        self.age.setText("" if shown is None else known)
        self.age.setToolTip(why)
        is_fresh = all(one.age is Age.FRESH for one in shown or ())
        mark(self.age, tone="muted" if is_fresh else "warn")

    def _rest(self) -> tuple[str, str]:
        """Why less is read than usual, in a word and in a sentence."""
        if not self._observer.is_reading:
            return "", ""
        if self._observer.is_resting:
            return "idle · ", _IDLE
        return ("closed · ", _CLOSED) if self._observer.is_closed else ("", "")


def _place(found: Position) -> tuple[str, str]:
    return (found.account or "").casefold(), found.instrument or ""

"""The pane of what is read back: positions, working orders, fills and accounts, each with its age and its exits."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.desk.reading import Age, Shown, canonical
from crosstrade_desk.protocol.catalogue import CANCELORDERS, FLATTEN, SPECS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.message import Message, Reading
from crosstrade_desk.readback.plan import Call
from crosstrade_desk.readback.values import Order, Position
from crosstrade_desk.ui.plain_buttons import mouse_button
from crosstrade_desk.ui.reading.columns import FILLS, POSITIONS, accounts, orders
from crosstrade_desk.ui.reading.rows_model import RowsModel
from crosstrade_desk.ui.reading.table_view import ValueTable
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.buttons import FireButton

_TICK_MS: Final = 1000
_OFF: Final = "Reading back is switched off in Limits."
_NOT_YET: Final = "Not read yet."
_FLAT: Final = "No open position."
_EXITS: Final = ("TakeProfit", "StopLoss", "Target", "Stop")


class ReadingPane(QFrame):
    """Asks the observer what is known, when news comes and once a second while it is in sight.

    Signals:
        exit_wanted: the `Message` of an exit or of a reversal, to be sent.
        form_wanted: a `Reading` for the form.
    """

    exit_wanted = Signal(object)
    form_wanted = Signal(object)

    def __init__(self, desk: Desk, observer: Observer, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._desk, self._observer, self._now = desk, observer, now
        self._account = ""
        self._held: list[Position] | None = None  # None: not known
        self.positions: RowsModel[Position] = RowsModel(POSITIONS, lambda p: (p.account, p.instrument))
        self.orders: RowsModel[Order] = RowsModel(orders(self._is_orphan), lambda o: (o.account, o.id))
        self.fills = RowsModel(FILLS, lambda e: (e.account, e.id))
        self.accounts = RowsModel(accounts(desk.limits.classes), lambda a: a.name)
        self.tables = {
            "Positions": ValueTable(self.positions, "Positions"),
            "Orders": ValueTable(self.orders, "Orders"),
            "Fills": ValueTable(self.fills, "Fills"),
            "Accounts": ValueTable(self.accounts, "Accounts"),
        }
        self.tabs = QTabWidget()
        self.age = QLabel()
        self.age.setProperty("tone", "muted")
        self.reverse = FireButton(0, 140, pad=4)
        self._pressed: Message | None = None
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def _build(self) -> None:
        bars = {"Positions": self._position_bar(), "Orders": self._order_bar()}
        for title, table in self.tables.items():
            page = QWidget()
            rows = QVBoxLayout(page)
            rows.setContentsMargins(0, 4, 0, 0)
            rows.setSpacing(4)
            rows.addWidget(table, 1)
            if title in bars:
                rows.addLayout(bars[title])
            self.tabs.addTab(page, title)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setCornerWidget(self.age)
        self.tabs.currentChanged.connect(self.refresh)
        self.tables["Positions"].doubleClicked.connect(lambda index: self._fill_exit(index.row()))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 10, 10)
        rows.addWidget(self.tabs)

    def _position_bar(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        for name, title, make, hint in (
            ("close", "Close", self._close, "Closes the marked position at market. Its orders are cancelled too."),
            ("half", "Half", self._half, "Closes half of the marked position, rounded down."),
            ("flatten-row", "Flatten", self._flatten, "Flattens the marked position, whatever its size is by now."),
        ):
            line.addWidget(self._exit_button(name, title, make, hint))
        self.reverse.setObjectName("reverse-row")
        self.reverse.say("Reverse", "", "PLAIN", hold=True)
        self.reverse.touched.connect(lambda: self._press(self._reversal()))
        self.reverse.fired.connect(self._fire)
        line.addWidget(self.reverse)
        line.addStretch(1)
        return line

    def _order_bar(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        hint = "Cancels the marked order."
        line.addWidget(self._exit_button("cancel-row", "Cancel", self._cancel, hint))
        hint = "Cancels the working orders in the instrument of the marked order."
        line.addWidget(self._exit_button("cancel-all-row", "Cancel all of it", self._cancel_all, hint))
        change = mouse_button("change-row")
        change.setText("Change …")
        change.setToolTip("Fills the form with a change of the marked order. Nothing is sent yet.")
        change.clicked.connect(self._fill_change)
        line.addWidget(change)
        line.addStretch(1)
        return line

    def _exit_button(self, name: str, title: str, make: Callable[[], Message | None], hint: str) -> QPushButton:
        button = mouse_button(name)
        button.setText(title)
        button.setToolTip(hint)
        button.pressed.connect(lambda: self._press(make()))  # another row may stand there by the time it is let go
        button.clicked.connect(self._fire)
        return button

    def _press(self, message: Message | None) -> None:
        self._pressed = message

    def _fire(self) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            self.exit_wanted.emit(pressed)

    def add_page(self, title: str, page: QWidget) -> None:
        """Puts another page behind the tables."""
        self.tabs.addTab(page, title)

    def show_page(self, title: str) -> None:
        """Brings a page to the front."""
        titles = [self.tabs.tabText(number) for number in range(self.tabs.count())]
        self.tabs.setCurrentIndex(titles.index(title))

    # --- what is shown ---

    def look(self, account: str) -> None:
        """Shows orders and fills of this account from now on."""
        if account != self._account:
            self._account = account
            self.refresh()

    def refresh(self, _cause: object = None) -> None:
        """Shows what is known now."""
        if not self.isVisible():
            return
        known, now = self._observer.known, self._now()
        positions = known.positions(now)
        held = [p for p in positions.value.items if p.signed != 0] if positions.value else []
        self._show("Positions", self.positions, held, positions, _FLAT)
        self._held = held if positions.age is Age.FRESH else None
        told = known.orders(self._account, now)
        working = [o for o in told.value.items if o.works] if told.value else []
        self._show("Orders", self.orders, working, told, f"No working order on {self._account}.")
        self.fills.show(known.fills(self._account)[::-1])
        self.tables["Fills"].say(f"No fill on {self._account} was seen in this run.")
        found = known.accounts(now)
        self._show("Accounts", self.accounts, found.value.items if found.value else [], found, "No accounts.")
        by_title: dict[str, Shown[Any]] = {"Positions": positions, "Orders": told, "Accounts": found}
        self._say_age(by_title.get(self._title))

    def _is_orphan(self, order: Order) -> bool:
        return self._held is not None and is_orphan(order, self._held)

    @property
    def _title(self) -> str:
        titles = list(self.tables)
        return titles[self.tabs.currentIndex()] if self.tabs.currentIndex() < len(titles) else ""

    def _show(self, title: str, model: RowsModel[Any], rows: Sequence[Any], shown: Shown[Any], none: str) -> None:
        model.show(rows, is_grey=shown.age is not Age.FRESH)
        self.tables[title].say(none if shown.age is Age.FRESH else self._trouble())
        self.tabs.setTabText(list(self.tables).index(title), f"{title} {len(rows)}" if rows else title)

    def _trouble(self) -> str:
        failed = self._observer.known.trouble or self._observer.known.troubles.get(Call.POSITIONS)
        return failed.trouble.value if failed else _NOT_YET if self._observer.is_reading else _OFF

    def _say_age(self, shown: Shown[Any] | None) -> None:
        if shown is None or shown.value is None:
            self.age.setText("" if shown is None else "not known")
        else:
            self.age.setText(f"read {shown.age_s:.0f} s ago")
        mark(self.age, tone="warn" if shown is not None and shown.age is not Age.FRESH else "muted")

    # --- the exits ---

    def _position(self) -> Position | None:
        return self.positions.row(self.tables["Positions"].marked)

    def _scope(self, found: Position | Order | None) -> dict[str, str] | None:
        if found is None or not found.account or not found.instrument:
            return None
        return {"account": found.account, "instrument": canonical(found.instrument, datetime.now(UTC).date())}

    def _made(self, token: str, found: Position | Order | None, **more: str) -> Message | None:
        scope = self._scope(found)
        made = None if scope is None else self._desk.compose(SPECS[token], {**scope, **more})
        return made if isinstance(made, Message) else None

    def _close(self) -> Message | None:
        return self._made("CLOSEPOSITION", self._position())

    def _half(self) -> Message | None:
        """Half of a fresh position; none of a grey one: a size is never made of an old read."""
        found = self._position()
        size = abs(found.signed or 0) // 2 if found and not self.positions.is_grey else 0
        return self._made("CLOSEPOSITION", found, quantity=str(size)) if size else None

    def _flatten(self) -> Message | None:
        return self._made(FLATTEN.token, self._position())

    def _reversal(self) -> Message | None:
        return self._made("REVERSE", self._position())

    def _order(self) -> Order | None:
        return self.orders.row(self.tables["Orders"].marked)

    def _cancel(self) -> Message | None:
        found = self._order()
        made = self._desk.compose(SPECS["CANCEL"], {"order_id": found.id}) if found and found.id else None
        return made if isinstance(made, Message) else None

    def _cancel_all(self) -> Message | None:
        return self._made(CANCELORDERS.token, self._order())

    # --- the form ---

    def _fill_exit(self, row: int) -> None:
        if scope := self._scope(self.positions.row(row)):
            self._fill("CLOSEPOSITION", scope)

    def _fill_change(self) -> None:
        found = self._order()
        if found is None or not found.id:
            return
        prices = {"limit_price": found.limit, "stop_price": found.stop}
        texts = {name: f"{value:f}" for name, value in prices.items() if value}
        size = {"qty": str(found.quantity)} if found.quantity else {}
        self._fill("CHANGE", {**(self._scope(found) or {}), "order_id": found.id, **size, **texts})

    def _fill(self, token: str, texts: dict[str, str]) -> None:
        spec = SPECS[token]
        fitting = {name: text for name, text in texts.items() if spec.use(name)}
        self.form_wanted.emit(Reading(spec, fitting, {}, compose(spec, fitting)))


def is_orphan(order: Order, positions: Sequence[Position]) -> bool:
    """Whether an exit order works without a position that it could close."""
    names = (position.instrument for position in positions if position.account == order.account and position.signed)
    return bool(order.name) and str(order.name).startswith(_EXITS) and order.instrument not in names

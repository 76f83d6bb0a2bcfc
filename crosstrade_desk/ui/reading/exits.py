"""The buttons below positions and orders: each sends, or fills the form with, what is about the marked row."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.protocol.catalogue import CANCELORDERS, FLATTEN, SPECS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.protocol.message import Message, Reading
from crosstrade_desk.readback.values import Order, Position
from crosstrade_desk.ui.plain_buttons import MOUSE_ONLY, mouse_button
from crosstrade_desk.ui.reading.rows_model import RowsModel
from crosstrade_desk.ui.reading.table_view import ValueTable
from crosstrade_desk.ui.spoken import explain
from crosstrade_desk.ui.ticket.buttons import FireButton


class RowExits(QObject):
    """Makes the buttons and what they send. The tables are those of the models, by the title of their page.

    Signals:
        wanted: the `Message` of an exit, or of a reversal, that was pressed.
        form_wanted: a `Reading` for the form.
        change_wanted: the same, of a change whose prices are to be typed.
    """

    wanted = Signal(object)
    form_wanted = Signal(object)
    change_wanted = Signal(object)

    def __init__(
        self,
        desk: Desk,
        observer: Observer,
        positions: RowsModel[Position],
        orders: RowsModel[Order],
        tables: Mapping[str, ValueTable],
    ) -> None:
        super().__init__()
        self._desk, self._observer = desk, observer
        self._positions, self._orders, self._tables = positions, orders, tables
        self.reverse = FireButton(0, 104, pad=4)
        self._pressed: Message | None = None
        self._offered: object = None  # for which rows the buttons were made ready
        self._made_by: dict[QPushButton, Callable[[], Message | None]] = {self.reverse: self._reversal}
        self.position_bar, self.order_bar = self._position_bar(), self._order_bar()
        for table in tables.values():
            table.selectionModel().selectionChanged.connect(self.offer)
        tables["Positions"].doubleClicked.connect(lambda index: self._fill_exit(index.row()))
        tables["Positions"].filled.connect(self._fill_exit)
        tables["Orders"].filled.connect(self._fill_change)

    # --- the buttons ---

    def _position_bar(self) -> QWidget:
        exits = (
            ("close", "Close", self._close, "Closes the marked position at market. Its orders are cancelled too."),
            ("half", "Half", self._half, "Closes half of the marked position, rounded down."),
            ("flatten-row", "Flatten", self._flatten, "Flattens the marked position, whatever its size is by now."),
        )
        self.reverse.setObjectName("reverse-row")
        self.reverse.setProperty(MOUSE_ONLY, True)
        self.reverse.explanation = "Closes the marked position and opens as much on the other side."
        self.reverse.setProperty("hint", self.reverse.explanation)
        self.reverse.say("Reverse", "", "PLAIN", hold=True)
        self.reverse.touched.connect(lambda: self._press(self._reversal()))
        self.reverse.fired.connect(self._fire)
        return _bar(*(self._exit_button(*found) for found in exits), self.reverse)

    def _order_bar(self) -> QWidget:
        every = "Cancels the working orders in the instrument of the marked order."
        exits = (
            ("cancel-row", "Cancel", self._cancel, "Cancels the marked order."),
            ("cancel-all-row", "Cancel all of it", self._cancel_all, every),
        )
        self.change_button = mouse_button("change-row")
        self.change_button.setText("Change …")
        self.change_button.setToolTip("Fills the form with a change of the marked order. Nothing is sent yet.")
        self.change_button.clicked.connect(self._fill_change)
        return _bar(*(self._exit_button(*found) for found in exits), self.change_button)

    def _exit_button(self, name: str, title: str, make: Callable[[], Message | None], hint: str) -> QPushButton:
        button = mouse_button(name)
        button.setText(title)
        button.setProperty("hint", hint)
        explain(button, hint)
        self._made_by[button] = make
        button.pressed.connect(lambda: self._press(make()))  # another row may stand there by the time it is let go
        button.clicked.connect(self._fire)
        return button

    def _press(self, message: Message | None) -> None:
        self._pressed = message

    def _fire(self) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            self.wanted.emit(pressed)

    def offer(self, _cause: object = None) -> None:
        """Each button can be pressed while it has something to send, and its tip says what.

        Composed anew when the marked row or the place is another one: this is asked at each news and each second.
        """
        order, half = self._order(), self._half_size()
        marked = (self._desk.where, self._scope(self._position()), half, self._scope(order), self._name_of(order))
        if marked == self._offered:
            return
        self._offered = marked
        for button, make in self._made_by.items():
            message = make()
            button.setEnabled(message is not None)
            hint = str(button.property("hint") or "")
            explain(button, f"{message.command.sentence}. {hint}" if message else f"Mark a row first. {hint}")
        self.reverse.say("Reverse", "", "PLAIN" if self.reverse.isEnabled() else "NONE", hold=True)
        self.change_button.setEnabled(self._order() is not None)

    # --- what they send ---

    def _position(self) -> Position | None:
        return self._positions.row(self._tables["Positions"].marked)

    def _scope(self, found: Position | Order | None) -> dict[str, str] | None:
        if found is None or not found.account or not found.instrument:
            return None
        return {"account": found.account, "instrument": canonical(found.instrument, self._observer.today())}

    def _made(self, token: str, found: Position | Order | None, **more: str) -> Message | None:
        scope = self._scope(found)
        made = None if scope is None else self._desk.compose(SPECS[token], {**scope, **more})
        return made if isinstance(made, Message) else None

    def _close(self) -> Message | None:
        return self._made("CLOSEPOSITION", self._position())

    def _half(self) -> Message | None:
        """Half of a fresh position; none of a grey one: a size is never made of an old read."""
        size = self._half_size()
        return self._made("CLOSEPOSITION", self._position(), quantity=str(size)) if size else None

    def _half_size(self) -> int:
        found, is_grey = self._position(), self._positions.is_grey(self._tables["Positions"].marked)
        return abs(found.signed or 0) // 2 if found and not is_grey else 0

    def _flatten(self) -> Message | None:
        return self._made(FLATTEN.token, self._position())

    def _reversal(self) -> Message | None:
        return self._made("REVERSE", self._position())

    def _order(self) -> Order | None:
        return self._orders.row(self._tables["Orders"].marked)

    def _cancel(self) -> Message | None:
        found = self._order()
        made = self._desk.compose(SPECS["CANCEL"], {"order_id": self._name_of(found)}) if found else None
        return made if isinstance(made, Message) else None

    def _name_of(self, order: Order | None) -> str:
        """The id by which a message finds an order: the one it was placed with, else NinjaTrader's."""
        if order is None:
            return ""
        return self._observer.follow.placed_as(order.id or "") or order.id or ""

    def _cancel_all(self) -> Message | None:
        return self._made(CANCELORDERS.token, self._order())

    def _fill_exit(self, row: int) -> None:
        if scope := self._scope(self._positions.row(row)):
            self.form_wanted.emit(_read("CLOSEPOSITION", scope))

    def _fill_change(self) -> None:
        found = self._order()
        if found is None or not found.id:
            return
        prices = {"limit_price": found.limit, "stop_price": found.stop}
        texts = {name: f"{value:f}" for name, value in prices.items() if value}
        size = {"qty": str(found.quantity)} if found.quantity else {}
        self.change_wanted.emit(_read("CHANGE", {"order_id": self._name_of(found), **size, **texts}))


def _read(token: str, texts: dict[str, str]) -> Reading:
    """What fills the form."""
    spec = SPECS[token]
    fitting = {name: text for name, text in texts.items() if spec.use(name)}
    return Reading(spec, fitting, {}, compose(spec, fitting))


def _bar(*buttons: QWidget) -> QWidget:
    """What stands below a page, side by side."""
    bar = QWidget()
    line = QHBoxLayout(bar)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    for button in buttons:
        line.addWidget(button)
    return bar

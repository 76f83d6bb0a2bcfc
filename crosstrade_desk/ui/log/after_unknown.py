"""What can be done about a row whose outcome is unknown. Sending it again is not one press away, on purpose."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from crosstrade_desk.desk.events import NoPlace, Place
from crosstrade_desk.protocol.catalogue import FLATTEN
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message, Reading, read
from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.plain_buttons import mouse_button
from crosstrade_desk.ui.spoken import explain

_WIDTH = 148  # whatever instrument stands on it: the window must not grow by it


class AfterUnknown(QFrame):
    """Stands beside an unknown row only.

    Signals:
        flatten_wanted: the `Message` that flattens account and instrument of the row.
        form_wanted: the `Reading` of the row, for the form.
    """

    flatten_wanted = Signal(object)
    form_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._reading: Reading | None = None
        self._exit: Message | None = None
        self._pressed: Message | None = None
        self._row: Row | None = None
        self._place: Place | NoPlace | None = None
        self.flatten_button = mouse_button("after-flatten")
        self.form_button = mouse_button("after-form")
        self.flatten_button.setFixedWidth(_WIDTH)
        self.form_button.setText("Into the form …")
        self.form_button.setToolTip("Fills the form with it. Sending it is then up to you.")
        self.flatten_button.pressed.connect(self._on_pressed)
        self.flatten_button.clicked.connect(lambda: self.flatten_wanted.emit(self._pressed))
        self.form_button.clicked.connect(lambda: self.form_wanted.emit(self._reading))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for part in (self.flatten_button, self.form_button):
            line.addWidget(part)
        self._gives_way = False
        self.give_way(False)
        self.hide()

    def give_way(self, wanted: bool) -> None:
        """Leaves its room to an alarm, which matters more; else its room is kept, or the window would grow by it."""
        self._gives_way = wanted
        room = self.sizePolicy()
        room.setRetainSizeWhenHidden(not wanted)
        self.setSizePolicy(room)
        self.show_row(self._row)

    def _on_pressed(self) -> None:
        self._pressed = self._exit  # another row may be marked by the time the button is let go

    def show_place(self, place: Place | NoPlace) -> None:
        """Flattening is offered only at the place to which the row's message went."""
        self._place = place
        self.show_row(self._row)

    def show_row(self, row: Row | None) -> None:
        """Offers what fits the row, if its outcome is unknown."""
        self._row = row
        wanted = row is not None and row.outcome == Unknown.word
        self.setVisible(wanted and not self._gives_way)
        if not wanted or row is None:
            return
        self._reading = read(row.intent.wire)
        is_here = isinstance(self._place, Place) and self._place.mode.value == row.intent.place
        self._exit = _exit_of(row) if is_here else None
        self.form_button.setEnabled(self._reading.spec is not None)
        self.flatten_button.setVisible(self._exit is not None)
        if self._exit:
            texts = self._exit.command.texts
            self.flatten_button.setText(f"Flatten {texts['instrument']}")
            where = f"{row.intent.accounts} ({row.intent.place})"
            explain(self.flatten_button, f"Flattens {texts['instrument']} on {where}, now.")


def _exit_of(row: Row) -> Message | None:
    scope = {"account": row.intent.accounts, "instrument": row.intent.instrument}
    found = compose(FLATTEN, scope, needed=tuple(scope))
    return Message(found) if isinstance(found, Command) else None

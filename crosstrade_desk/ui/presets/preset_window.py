"""The window in which a preset gets its name, group and colour, and what a press of it does."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.storage.preset_names import tidy
from crosstrade_desk.storage.presets import COLOURS, Preset
from crosstrade_desk.ui.placing import beside
from crosstrade_desk.ui.plain_buttons import push_button
from crosstrade_desk.ui.side_window import SideWindow
from crosstrade_desk.ui.theme import mark
from crosstrade_desk.ui.ticket.buttons import FireButton
from crosstrade_desk.ui.ticket.editors import StillBox

_FLAGS = {
    "sends": ("A press sends it", "Else a press fills the form. The gate decides as for the big button."),
    "front_month": ("Front month", "The instrument is kept as its root: each press means the front month of the day."),
    "part": ("Fills only its own fields", "The rest of the form stays: a bracket to be put to any order."),
}


class PresetWindow(SideWindow):
    """Shows one preset. `keep` gets what was made of it, and gives the problems or None."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(440)
        self._preset = Preset("")
        self._keep: Callable[[Preset], Problems | None] = lambda _preset: None
        self.name_line, self.group_box, self.colour_box = QLineEdit(), StillBox(), StillBox()
        self.flags = {name: QCheckBox(title) for name, (title, _hint) in _FLAGS.items()}
        self.said = QLabel()
        self._build()

    def _build(self) -> None:
        self.name_line.setObjectName("preset-name")
        self.group_box.setEditable(True)
        self.group_box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for colour in COLOURS:
            self.colour_box.addItem(colour or "no colour", colour)
        self.said.setObjectName("preset-said")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(36)
        rows = QVBoxLayout(self)
        rows.addLayout(self._fields())
        for name, box in self.flags.items():
            box.setObjectName(f"preset-{name}")
            box.setToolTip(_FLAGS[name][1])
            rows.addWidget(box)
        rows.addWidget(self.said)
        bottom = QHBoxLayout()
        self.keep_button = push_button("Keep", self.keep, "Keeps the preset.")
        bottom.addWidget(self.keep_button)
        bottom.addStretch(1)
        bottom.addWidget(push_button("Cancel", self.hide, ""))
        rows.addLayout(bottom)

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        for number, (title, part) in enumerate(
            (("Name", self.name_line), ("Group", self.group_box), ("Colour", self.colour_box))
        ):
            label = QLabel(title)
            label.setBuddy(part)
            part.setAccessibleName(title)
            grid.addWidget(label, number, 0)
            grid.addWidget(part, number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _place_first(self) -> None:
        self.adjustSize()
        beside(self, self._main, self._spared())

    def _spared(self) -> list[QRect]:
        """What sends and what gets out, too: it is in use while prices move."""
        buttons = filter(FireButton.isVisible, self._main.findChildren(FireButton))
        return super()._spared() + [QRect(one.mapToGlobal(QPoint()), one.size()) for one in buttons]

    def edit(self, preset: Preset, groups: list[str], keep: Callable[[Preset], Problems | None]) -> None:
        """Shows a preset to be named."""
        self._preset, self._keep = preset, keep
        self.setWindowTitle(f"Preset “{preset.name}”" if preset.name else "New preset")
        self.name_line.setText(preset.name)
        self.group_box.clear()
        self.group_box.addItems([name for name in groups if name])
        self.group_box.setEditText(preset.group)
        self.colour_box.setCurrentIndex(COLOURS.index(preset.colour))
        for name, box in self.flags.items():
            box.setChecked(bool(getattr(preset, name)))
        self.said.setText("")
        self.bring_up()
        self.name_line.setFocus()

    def keep(self) -> None:
        """Keeps what stands here, or says what is wrong."""
        made = replace(
            self._preset,
            name=tidy(self.name_line.text()),
            group=tidy(self.group_box.currentText()),
            colour=self.colour_box.currentData(),
            sends=self.flags["sends"].isChecked(),
            front_month=self.flags["front_month"].isChecked(),
            part=self.flags["part"].isChecked(),
        )
        if problems := self._keep(made):
            self.said.setText(" ".join(problem.message for problem in problems.items))
            mark(self.said, tone="bad")
        else:
            self.hide()

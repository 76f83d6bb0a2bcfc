"""What stands in the window once its first frame is painted: the panes around the ticket, and what goes with them.

Apart from the window, so that nothing of it is imported or built before the trader sees the ticket and its ways out.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.preset_orders import message_of, reading_of, texts_today
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problems, listed
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.announcer import Announcer
from crosstrade_desk.ui.beyond import Beyond
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.dense import whole_lines
from crosstrade_desk.ui.feedback.strip import HealthStrip
from crosstrade_desk.ui.idle import Idle
from crosstrade_desk.ui.keys.letters import Letters
from crosstrade_desk.ui.keys.menu import ActionMenu
from crosstrade_desk.ui.keys.system_keys import SystemKeys
from crosstrade_desk.ui.log.alarm_bar import AlarmBar
from crosstrade_desk.ui.log.model import LogModel
from crosstrade_desk.ui.log.view import LEAST_DETAILS, LogPane
from crosstrade_desk.ui.parts import Parts
from crosstrade_desk.ui.presets.pane import PresetPane
from crosstrade_desk.ui.reading.lookout import Lookout
from crosstrade_desk.ui.reading.pane import ReadingPane
from crosstrade_desk.ui.ticket.ticket import LATE

if TYPE_CHECKING:
    from crosstrade_desk.ui.main_window import MainWindow


class Furniture(QObject):
    """Builds the panes and wires them to the window, which takes them in with `MainWindow.furnish`."""

    def __init__(self, window: "MainWindow", desk: Desk, bridge: Bridge, parts: Parts) -> None:
        super().__init__(window)
        self._window, self._desk, self._ticket = window, desk, window.ticket
        self.connection = parts.connection
        overtaken, observer = window.overtaken, parts.observer
        alarms = AlarmBar(bridge, window.kill_switch, overtaken, Beyond(desk, bridge, self._ticket.exits, observer))
        self.log = LogPane(LogModel(parts.pages), bridge, window.waiting, alarms, parts.archive)
        self.presets = PresetPane(desk, bridge, parts.presets, self._ticket)
        self.reading = ReadingPane(desk, observer, bridge)
        self.reading.add_page("Details", whole_lines(self.log.details, LEAST_DETAILS), self.log.copy_button)
        self.idle = Idle(window.presses)
        self.lookout = Lookout(observer, bridge, self._ticket, self.reading, self.idle)
        self.health = HealthStrip(bridge, window.waiting)
        self.menu = ActionMenu(window.keys, window.band.menu)
        self.system_keys = SystemKeys(window.keys, parts.preferences)
        shows = (self._ticket.show_letters, self.presets.show_letters)
        Letters(window.keys, shows, (window.band.connection, window.band.help, self.presets.save_button))
        Announcer(window, bridge, window.status, window.ask)
        self._connect_log()
        self._connect_presets()
        self.reading.wanted.connect(self._on_wanted)
        self.reading.form_wanted.connect(self._ticket.fill)
        self.reading.change_wanted.connect(self._ticket.change)
        self.reading.reverse.let_go.connect(window.say_unsendable)

    def _connect_log(self) -> None:
        log, window = self.log, self._window
        log.details_wanted.connect(lambda: self.reading.show_page("Details"))
        log.flatten_wanted.connect(self._desk.send)
        log.alarms.wanted.connect(self._desk.send)
        log.alarms.remarked.connect(window.say_unsendable)
        log.said.connect(window.remark)
        log.form_wanted.connect(self._ticket.fill)
        log.key_of = window.keys.works

    def _connect_presets(self) -> None:
        presets, window = self.presets, self._window
        self._ticket.exits.fired.connect(presets.list.forget)  # a finger on a preset must not undo it when it lifts
        presets.fill_wanted.connect(self._on_preset_fills)
        presets.send_wanted.connect(self._on_preset_sends)
        presets.said.connect(window.remark)
        self._ticket.accounts.names_changed.connect(presets.model.forget)
        presets.use_keys(window.keys)
        presets.key_wanted.connect(window.show_keys)

    def _on_wanted(self, message: Message) -> None:
        """Sends what a press beside the positions or orders wants; a reversal that waited was meant for another one."""
        if self._ticket.is_late() and not message.command.passes:
            self._window.say_unsendable(LATE)
        else:
            self._desk.send(message)

    def _on_preset_fills(self, preset: Preset) -> None:
        today = self.presets.today()
        if preset.part:
            left = self._ticket.fill_part(texts_today(preset, today))
        else:
            self._ticket.fill(reading_of(preset, today), everywhere=preset.every_account)
            left = ()
        but = f" {self._ticket.form.spec.title} has no {listed(left)}: left out." if left else ""
        self._window.remark(f"“{preset.name}” fills the form.{but} Nothing is sent yet.")

    def _on_preset_sends(self, preset: Preset) -> None:
        """Sends the very message that the form would send; what one press may not send fills the form instead."""
        is_late = self._ticket.is_late()
        message = message_of(preset, self._desk.compose, self.presets.today())
        if isinstance(message, Problems):
            self._on_preset_fills(preset)
            self._window.say_unsendable(f"“{preset.name}” was not sent. {message.items[0].message}")
        elif message.command.is_held:
            self._on_preset_fills(preset)
            self._window.say_unsendable(f"“{preset.name}” was not sent: one press may not send it. Hold SEND.")
        elif is_late and not message.command.passes:
            self._window.say_unsendable(LATE)
        else:
            self._desk.send(message)

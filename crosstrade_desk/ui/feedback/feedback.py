"""Joins what is heard and what stands in the tray to the running program. Begins after the first paint."""

from crosstrade_desk.desk.events import RowEnded
from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.ui.feedback import cues
from crosstrade_desk.ui.feedback.notices import Notices, Told
from crosstrade_desk.ui.feedback.sounds import Sounds
from crosstrade_desk.ui.feedback.tray import Tray
from crosstrade_desk.ui.program import Program


class Feedback:
    """Sounds and the tray, as the settings have them now."""

    def __init__(self, program: Program, preferences: Preferences, sounds: Sounds) -> None:
        self._program, self._preferences, self._sounds = program, preferences, sounds
        self._notices = Notices()
        self.tray: Tray | None = None
        program.window.remarks = self._remarks
        program.bridge.ended.connect(self._on_ended)
        program.bridge.exited.connect(self._on_exited)
        self.refresh()

    def refresh(self) -> None:
        """Shows the icon in the tray, or takes it away, as the settings have it now."""
        if self._preferences.current.tray and self.tray is None:
            self.tray = self._new_tray()
        elif self.tray and not self._preferences.current.tray:
            self.tray.close()
            self.tray = None

    def _new_tray(self) -> Tray:
        desk, window = self._program.desk, self._program.window
        tray = Tray(self._program.bridge, desk.where, desk.switch.state)
        tray.show_wanted.connect(window.come_forward)
        tray.off_wanted.connect(desk.switch.off)
        tray.quit_wanted.connect(window.close)
        tray.icon.show()
        return tray

    def _on_ended(self, event: RowEnded) -> None:
        self._play(cues.of_row(event.row))
        self._tell(self._notices.ended(event.row))

    def _on_exited(self, told: Exited) -> None:
        self._play(cues.of_exit(told))
        self._tell(self._notices.exited(told))

    def _play(self, cue: cues.Cue | None) -> None:
        if cue and getattr(self._preferences.current, f"sound_{cue.value}"):
            self._sounds.play(cue)

    def _tell(self, told: Told | None) -> None:
        if told and self.tray:
            self.tray.tell(told)

    def _remarks(self) -> dict[str, str]:
        return {f"sound_{cue.value}": self._sounds.trouble for cue in cues.Cue}

    def close(self) -> None:
        """Takes the icon away and ends the sounds. Blocks for that, a second at most."""
        if self.tray:
            self.tray.close()
        self._sounds.close()

"""Joins what is heard and what stands in the tray to the running program. Begins after the first paint."""

from crosstrade_desk.desk.events import RowEnded
from crosstrade_desk.desk.flat_watch import Exited
from crosstrade_desk.desk.preferences import Preferences
from crosstrade_desk.ui.feedback import cues
from crosstrade_desk.ui.feedback.sounds import Sounds
from crosstrade_desk.ui.program import Program


class Feedback:
    """Sounds and the tray, as the settings have them now."""

    def __init__(self, program: Program, preferences: Preferences, sounds: Sounds) -> None:
        self._preferences, self._sounds = preferences, sounds
        program.window.remarks = self._remarks
        program.bridge.ended.connect(self._on_ended)
        program.bridge.exited.connect(self._on_exited)

    def _on_ended(self, event: RowEnded) -> None:
        self._play(cues.of_row(event.row))

    def _on_exited(self, told: Exited) -> None:
        self._play(cues.of_exit(told))

    def _play(self, cue: cues.Cue | None) -> None:
        if cue and getattr(self._preferences.current, f"sound_{cue.value}"):
            self._sounds.play(cue)

    def _remarks(self) -> dict[str, str]:
        return {f"sound_{cue.value}": self._sounds.trouble for cue in cues.Cue}

    def close(self) -> None:
        """Ends the sounds. Blocks for that, a second at most."""
        self._sounds.close()

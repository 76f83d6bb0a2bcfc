"""The walk through practice: a line at the foot of the window that names the next step and notices that it was done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from crosstrade_desk.desk.events import Mode, NoPlace, Place, RowEnded
from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.protocol.catalogue import FLATTEN, SPECS
from crosstrade_desk.sending.outcome import TAKEN
from crosstrade_desk.ui.bridge import Bridge
from crosstrade_desk.ui.elided import ElidedLabel
from crosstrade_desk.ui.plain_buttons import push_button

_HEIGHT: Final = 30
_NEXT: Final = "Next"


def _is_practice(event: object) -> bool:
    return isinstance(event, Place) and event.mode is Mode.PRACTICE


def _was_taken(event: object, *, opens: bool, token: str = "") -> bool:
    if not isinstance(event, RowEnded) or event.row.outcome not in TAKEN:
        return False
    spec = SPECS.get(event.row.intent.command)
    return spec is not None and spec.opens is opens and token in ("", spec.token)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, with `{flatten}` and `{sheet}` for keys, and which event shows that it was done."""

    words: str
    done: Callable[[object], bool]


STEPS: Final = (
    Step("Practice is starting: an exchange on this computer. Nothing leaves it.", _is_practice),
    Step("Press BUY, read what SEND says it will send, and press SEND.", lambda event: _was_taken(event, opens=True)),
    Step(
        "The log has the answer. Below on the right stands what was read back: wait for your position.",
        lambda event: isinstance(event, Followed) and event.stage is Stage.FILLED,
    ),
    Step(
        "Now get out: press {flatten}. FLATTEN works whatever the form says.",
        lambda event: _was_taken(event, opens=False, token=FLATTEN.token),
    ),
    Step(
        "Wait for flat in the log: it is said only after it was read.",
        lambda event: isinstance(event, Exited) and event.way is Way.FLAT,
    ),
    Step("You know the way in and the way out. {sheet} shows every key; Guide has all the rest.", lambda _event: False),
)


class Walk(QFrame):
    """Goes on by itself when a step was done, and by a button. It asks for nothing and blocks nothing.

    Signals:
        over: it was finished or put away.
        wanted_changed: `is_wanted` may be another.
        guide_wanted: the trader wants to read on.
    """

    over = Signal()
    wanted_changed = Signal()
    guide_wanted = Signal()

    def __init__(self, bridge: Bridge, here: Place | NoPlace | None, key_of: Callable[[str], str]) -> None:
        super().__init__()
        self.setObjectName("walk")
        self._key_of = key_of
        self._place = here
        self._number = 0
        self.is_on = False
        self.count = QLabel()
        self.count.setObjectName("walk-count")
        self.words = ElidedLabel(lines=2)
        self.words.setObjectName("walk-words")
        self.guide = push_button("Guide", self.guide_wanted.emit, "Your first order, and all that follows.")
        self.next = push_button(_NEXT, self._on_next, "Leaves this step out.")
        self.away = push_button("Put away", self._end, "The menu begins it again: Walk through practice.")
        for button in (self.guide, self.next, self.away):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._build()
        for told in (bridge.place, bridge.ended, bridge.followed, bridge.exited):
            told.connect(self.hear)
        self.begin()

    def _build(self) -> None:
        self.setFixedHeight(_HEIGHT)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 1, 10, 1)
        for part in (self.count, self.words, self.guide, self.next, self.away):
            line.addWidget(part, int(part is self.words))

    @property
    def is_wanted(self) -> bool:
        """Whether it is to be seen: while it is on, and not in another place than practice."""
        return self.is_on and (not isinstance(self._place, Place) or _is_practice(self._place))

    @property
    def number(self) -> int:
        """Which step stands, from 0 on."""
        return self._number

    def begin(self) -> None:
        """Starts from the first step that is not done yet."""
        self.is_on = True
        self._go(int(_is_practice(self._place)))

    def hear(self, event: object) -> None:
        """Goes on if this event is what the step waits for, or the one after it: a fill may be told before its answer,
        and a trader may get out before he waited. In another place than practice it is out of sight.
        """
        if isinstance(event, Place | NoPlace):
            self._place = event
            self.wanted_changed.emit()
        for number, step in tuple(enumerate(STEPS))[self._number : self._number + 2]:
            if step.done(event):
                self._go(number + 1)

    def _on_next(self) -> None:
        if self._number + 1 < len(STEPS):
            self._go(self._number + 1)
        else:
            self._end()

    def _end(self) -> None:
        self.is_on = False
        self.over.emit()

    def _go(self, number: int) -> None:
        self._number = number
        is_last = number + 1 == len(STEPS)
        keys = {"flatten": self._key_of("flatten") or "FLATTEN", "sheet": self._key_of("help keys") or "Menu"}
        self.count.setText(f"{number + 1} of {len(STEPS)}")
        self.words.setText(STEPS[number].words.format(**keys))
        self.guide.setVisible(is_last)
        self.next.setText("Done" if is_last else _NEXT)

"""The menu, made from the actions: each with its key. What enters, or takes two presses, is left out."""

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from crosstrade_desk.desk.actions import Action, Chapter, Kind
from crosstrade_desk.ui.icons import icon_of
from crosstrade_desk.ui.keys.deck import KeyDeck
from crosstrade_desk.ui.plain import tip

OWN = "menu"


class ActionMenu(QMenu):
    """One menu for each chapter. An entry does the very deed of its key, by no way of its own."""

    def __init__(self, deck: KeyDeck, below: QWidget) -> None:
        super().__init__(below)
        self.setObjectName("action-menu")
        self._deck, self._below = deck, below

    def open(self) -> None:
        """Shows the actions and keys as they are, below its button. Blocks nothing."""
        for part in self.findChildren(QMenu):
            part.deleteLater()
        self.clear()
        for chapter in Chapter:
            if actions := [action for action in self._deck.actions() if self._takes(action, chapter)]:
                self._add(chapter, actions)
        self.popup(self._below.mapToGlobal(self._below.rect().bottomLeft()))

    def _takes(self, action: Action, chapter: Chapter) -> bool:
        """Presets have a menu of their own, and there may be thousands."""
        if action.chapter is not chapter or chapter is Chapter.PRESETS or action.kind is Kind.ENTRY:
            return False
        return not (action.hidden or action.twice or action.id == OWN) and self._deck.can(action.id)

    def _add(self, chapter: Chapter, actions: list[Action]) -> None:
        part = QMenu(chapter.value, self)
        part.setToolTipsVisible(True)
        for action in actions:
            entry = part.addAction(f"{action.title.replace('&', '&&')}\t{self._deck.works(action.id)}")
            entry.setObjectName(f"do-{action.id}")
            entry.setIcon(icon_of(action.id))
            entry.setToolTip(tip(action.explanation))
            entry.triggered.connect(partial(self._deck.do, action.id))
        self.addMenu(part)

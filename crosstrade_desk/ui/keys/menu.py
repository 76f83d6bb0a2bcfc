"""The menu, made from the actions: each with its key. What enters, or takes two presses, is left out."""

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from crosstrade_desk.desk.actions import Action, Chapter, Kind
from crosstrade_desk.desk.letters import lettered
from crosstrade_desk.ui.icons import icon_of
from crosstrade_desk.ui.keys.deck import KeyDeck
from crosstrade_desk.ui.plain import tip

OWN = "menu"
_SAFE = (Chapter.GO, Chapter.VIEW, Chapter.WINDOWS)  # a letter presses an entry at once: none that sends or changes


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
        found = {c: [action for action in self._deck.actions() if self._takes(action, c)] for c in Chapter}
        shown = {chapter: actions for chapter, actions in found.items() if actions}
        for (chapter, actions), title in zip(
            shown.items(), lettered([chapter.value for chapter in shown]), strict=True
        ):
            self._add(chapter, title, actions)
        self.popup(self._below.mapToGlobal(self._below.rect().bottomLeft()))

    def _takes(self, action: Action, chapter: Chapter) -> bool:
        """Presets have a menu of their own, and there may be thousands."""
        if action.chapter is not chapter or chapter is Chapter.PRESETS or action.kind is Kind.ENTRY:
            return False
        return not (action.hidden or action.twice or action.id == OWN) and self._deck.can(action.id)

    def _add(self, chapter: Chapter, name: str, actions: list[Action]) -> None:
        part = QMenu(name, self)
        part.setToolTipsVisible(True)
        titles = [f"{action.title}\t{self._deck.works(action.id)}" for action in actions]
        safe = lettered(titles) if chapter in _SAFE else [title.replace("&", "&&") for title in titles]
        for action, title in zip(actions, safe, strict=True):
            entry = part.addAction(title)
            entry.setObjectName(f"do-{action.id}")
            entry.setIcon(icon_of(action.id))
            entry.setToolTip(tip(action.explanation))
            entry.triggered.connect(partial(self._deck.do, action.id))
        self.addMenu(part)

"""Every key on one page."""

from html import escape

from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from crosstrade_desk.desk.actions import Chapter
from crosstrade_desk.desk.letters import IN_LISTS, LETTERS, RULE
from crosstrade_desk.ui.keys.deck import KeyDeck
from crosstrade_desk.ui.side_window import SideWindow


class CheatSheet(SideWindow):
    """Lists the actions that have a key and something to do, chapter by chapter. It blocks nothing."""

    def __init__(self, deck: KeyDeck, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys on one page")
        self.resize(640, 620)
        self._deck = deck
        self.page = QTextBrowser()
        self.page.setObjectName("cheat-sheet")
        self.page.setAccessibleName("Keys")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.page)
        deck.changed.connect(self._fill)

    def open_fresh(self) -> None:
        """Shows the keys as they are."""
        self._fill()
        self.bring_up()

    def _fill(self) -> None:
        sentence = self._deck.standing.sentence
        head = f"<p><b>{escape(sentence)}</b></p>" if sentence else ""
        self.page.setHtml(head + "".join(map(self._chapter, Chapter)) + self._letters())

    def _letters(self) -> str:
        lines = "".join(_line(letter.chord, f"{letter.goes_to}.") for letter in LETTERS)
        lists = "".join(_line(key, f"{where}: {does}.") for where, key, does in IN_LISTS)
        return (
            f"<h3>Underlined letters</h3><p>{RULE}</p><table cellpadding='3'>{lines}</table>"
            f"<h3>In lists</h3><table cellpadding='3'>{lists}</table>"
        )

    def _chapter(self, chapter: Chapter) -> str:
        found = [action for action in self._deck.actions() if action.chapter is chapter]
        bound = [action for action in found if self._deck.keymap.text(action.id) and not action.absent]
        lines = "".join(
            _line(self._deck.keymap.text(action.id), f"{action.title.rstrip(' …')}: {action.explanation}")
            for action in bound
        )
        return f"<h3>{escape(chapter.value)}</h3><table cellpadding='3'>{lines}</table>" if bound else ""


def _line(key: str, words: str) -> str:
    return f"<tr><td width='150'><b>{escape(key)}</b></td><td>{escape(words)}</td></tr>"

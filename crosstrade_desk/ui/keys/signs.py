"""Says in the main window how the keys stand, and loudly what a press of a key did not do."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QToolTip

from crosstrade_desk.desk.actions import MOST_QUANTITIES
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.ui.ask_bar import AskBar
from crosstrade_desk.ui.band import StatusLine
from crosstrade_desk.ui.keys.badge import KeyBadge
from crosstrade_desk.ui.keys.deck import KeyDeck
from crosstrade_desk.ui.plain import tip
from crosstrade_desk.ui.ticket.ticket import Ticket

_STANDING: Final = "keys"
_PRESSED: Final = "pressed key"
_LEFT_OUT: Final = "start"  # it stays until something is sent, however the keys stand


class KeySigns(QObject):
    """Keeps badge, FLATTEN, the hints of the quick quantities and the status line as the keys stand."""

    def __init__(self, deck: KeyDeck, badge: KeyBadge, ticket: Ticket, status: StatusLine, ask: AskBar) -> None:
        super().__init__(deck)
        self._deck, self._badge, self._ticket, self._status, self._ask = deck, badge, ticket, status, ask
        self._former = deck.standing
        deck.changed.connect(self._show)
        deck.said.connect(self._say)
        deck.remarked.connect(lambda words: status.show_notice(Notice(Level.WARNING, words, _LEFT_OUT)))
        self._show()
        for words, about in ((self._former.sentence, _STANDING), (" ".join(deck.left_out), _LEFT_OUT)):
            status.show_notice(Notice(Level.WARNING, words, about))

    def _show(self) -> None:
        standing, deck = self._deck.standing, self._deck
        self._badge.show_standing(standing)
        self._ticket.exits.show_key(standing.beside(deck.keymap.text("flatten")))
        numbers = range(1, MOST_QUANTITIES + 1)
        self._ticket.form.show_keys(tuple(deck.works(f"quantity {n}") for n in numbers))
        if standing != self._former:
            self._former = standing
            for about in (_STANDING, _PRESSED):  # what was said of the keys as they stood before
                self._status.show_notice(Notice(Level.INFO, "", about))

    def _say(self, sentence: str) -> None:
        """Says it where the trader looks: with another window in front, at the pointer too."""
        self._ask.drop()  # the line is behind a question
        self._status.say(sentence, "loud", _PRESSED)
        window = self._status.window()
        if not window.isActiveWindow():
            QToolTip.showText(QCursor.pos(), f"<b style='font-size: 16px'>{tip(sentence)}</b>")
            QApplication.alert(window)

"""Orders that other programs of this user call for: through the same gate as a press, with one answer each."""

import asyncio

from crosstrade_desk.calling.talk import Answer, Call, Taken
from crosstrade_desk.desk.attempts import Blocked, Go, Question
from crosstrade_desk.desk.carrier import ending_of
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.desk.wishes import ASKED, BLOCKED, NOT_SENT, Told, Wish, read_wish
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.sending.outcome import Outcome

_NOT_LIVE = "The window is not on LIVE, and --live was called for. Press Go LIVE there."
_YES = "Call it again with --yes to send it all the same."


def carry(desk: Desk, wish: Wish) -> Told | asyncio.Future[Told]:
    """Has the desk send a wish. Gives what was said to it at once, or what will tell the outcome."""
    message, where = desk.own_orders.named_message(wish.message), desk.where
    order = desk.known.masked(message.command.headline)
    place, address = (where.mode.value, where.shown) if isinstance(where, Place) else ("", "")

    def told(outcome: str, sentence: str, rule: str = "") -> Told:
        return Told(outcome, sentence, rule, place, address, order)

    def on_outcome(outcome: Outcome) -> None:
        ending = ending_of(outcome, 0, message.command)
        if not ended.done():  # whoever waited may have gone
            ended.set_result(told(ending.outcome, ending.sentence))

    if secret := desk.known.problems(message.command):
        return told(BLOCKED, " ".join(f"{problem.field}: {problem.message}" for problem in secret.items), "secret")
    ended: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
    match desk.send(message, answered=wish.yes, done=on_outcome, waited_s=desk.waited_s(wish.called_us)):
        case Go():
            return ended
        case Question(rule, sentence):
            return told(ASKED, f"{sentence} {_YES}", rule)
        case Blocked(rule, _) if isinstance(where, NoPlace):
            return told(NOT_SENT, f"{where.sentence} {where.way_on}", rule)
        case Blocked(rule, sentence):
            return told(BLOCKED if where else NOT_SENT, sentence, rule)


class Calls:
    """What the window does for those who call it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_order(self, call: Call) -> Answer | Taken:
        """Sends the order of a call. Nothing is awaited before it is sent, so that none leaves that came too late."""
        wish = read_wish(call.texts)
        if isinstance(wish, Invalid):
            return Answer(False, wish.message)
        where = self._desk.where
        if wish.live and not (isinstance(where, Place) and where.mode is Mode.LIVE):
            order = self._desk.known.masked(wish.message.command.headline)
            return _answer(Told(BLOCKED, _NOT_LIVE, "place", order=order))
        said = carry(self._desk, wish)
        return _answer(said) if isinstance(said, Told) else Taken(_answered(said))


async def _answered(ended: asyncio.Future[Told]) -> Answer:
    return _answer(await ended)


def _answer(told: Told) -> Answer:
    return Answer(told.code == 0, told.sentence, told.texts)

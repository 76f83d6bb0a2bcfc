"""What an answer means for the order: the reply's reading as an outcome, in words that show neither key nor address."""

from functools import cached_property
from typing import Final, assert_never

from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.reply import No, Silent, Unreadable, Yes, read_reply
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.untrusted import Untrusted
from crosstrade_desk.sending.outcome import Accepted, Answer, Outcome, Refused, Unknown

_LONGEST_TEXT: Final = 65_536  # characters of an answer that are kept
_LONGEST_SENTENCE: Final = 300

LOOK: Final = "Look in NinjaTrader before you send again: the order may have arrived."
TOO_EARLY: Final = "The server answered before it had the whole message."
_SILENT: Final = "The server took it and said neither yes nor no: look in NinjaTrader."


def _accepted(remark: str) -> str:
    """A remark of the server is quoted, and ends as a sentence does: another one may follow."""
    if not remark:
        return "The server accepted it."
    return f"The server accepted it and said: {remark}{'' if remark[-1] in '.!?…' else '.'}"


class Reader:
    """Turns what came back into an outcome. Text of a server is untrusted, and may hold the key and the address."""

    def __init__(self, endpoint: Endpoint, key: Secret) -> None:
        self._endpoint, self._key = endpoint, key

    def verdict(self, status: int, body: bytes) -> Outcome:
        """What a whole answer means for the order. `body` may be cut behind `reply.LONGEST_ANSWER` bytes."""
        answer = self.answer(status, body)
        match read_reply(status, body):
            case Yes(warning):
                return Accepted(_accepted(self._plain(warning)), answer)
            case Silent():
                return Accepted(_SILENT, answer, verdict=False)
            case No(reason):
                return Refused(self._plain(reason) or "The server said no and gave no reason.", answer)
            case Unreadable(why):
                return Unknown(f"{LOOK} Nothing certain can be read from the answer: {self._plain(why)}.", answer)
            case unreachable:
                assert_never(unreachable)

    def early(self, status: int, body: bytes) -> Outcome:
        """What an answer means that came before the order had left whole, and whose connection was ended at once.

        A 4xx is believed: whoever says it, and to whatever, nobody ever has the order's end. Of anything else it is not
        known what it answers: another message, or what a server made of the part that it had.
        """
        outcome = self.verdict(status, body)
        if isinstance(outcome, Refused) and 400 <= status < 500:
            return outcome
        return Unknown(f"{LOOK} {TOO_EARLY}", self.answer(status, body))

    def answer(self, status: int, body: bytes) -> Answer:
        """What came, masked and cut to what is kept."""
        return Answer(status, self._untrusted.kept(body.decode(errors="replace"), _LONGEST_TEXT))

    def _plain(self, text: str) -> str:
        return self._untrusted.line(text, _LONGEST_SENTENCE)

    @cached_property
    def _untrusted(self) -> Untrusted:
        return Untrusted(self._key.reveal(), *self._endpoint.parts)

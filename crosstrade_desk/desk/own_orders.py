"""Gives each order an id of its own, where what is read is frozen: what stands on the screen is what is sent."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.own_ids import own_id_of, with_own_id
from crosstrade_desk.protocol.own_text import own_id
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.spec import CommandSpec

_CHANCES: Final = 36**4


class OwnOrders:
    """One id is the next one until a message that bears it was let through: composing anew changes nothing.

    `on` is the trader's setting. `utc_us` gives the time.
    """

    def __init__(self, utc_us: Callable[[], int]) -> None:
        self._utc_us = utc_us
        self.on = False
        self._next = ""

    def named(self, spec: CommandSpec, texts: Mapping[str, str]) -> Mapping[str, str]:
        """The texts with the next id, if they place an order that has none."""
        if not self.on:
            return texts
        self._next = self._next or own_id(self._utc_us(), secrets.randbelow(_CHANCES))
        return with_own_id(spec, texts, self._next)

    def named_message(self, message: Message) -> Message:
        """A message of another program with the next id, if it places an order that has none."""
        command = message.command
        texts = {name: text for name, text in command.texts.items() if name not in command.extras}
        found = compose(command.spec, self.named(command.spec, texts), (), command.extras)
        return message if isinstance(found, Problems) else Message(found)

    def sent(self, command: Command) -> None:
        """A message was let through: if it bears the next id, another one is the next."""
        if own_id_of(command) == self._next:
            self._next = ""

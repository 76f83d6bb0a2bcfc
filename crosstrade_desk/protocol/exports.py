"""A message as text for other programs. The secret is never in it: a placeholder stands where it belongs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.message import Message

_PYTHON: Final = """\
import os

import requests

message = (
    f"key={{os.environ['KEY']}};"
{lines}
)
answer = requests.post(
    os.environ["ADDRESS"], data=message.encode(), headers={{"Content-Type": "text/plain"}}, timeout=30
)
print(answer.status_code, answer.text)
"""


@dataclass(frozen=True, slots=True)
class Export:
    """One way of copying a message. `make` gives its text, `hint` says what the reader must put in."""

    title: str
    hint: str
    make: Callable[[Message], str]


def _alert(message: Message) -> str:
    return message.with_key("your-secret-key")


def _curl(message: Message) -> str:
    rest = message.rest.replace("'", "'\\''")  # in single quotes a shell reads nothing into the text but their end
    return f"curl -sS \"$ADDRESS\" -H 'Content-Type: text/plain' --data-binary \"key=$KEY;\"'{rest}'"


def _python(message: Message) -> str:
    return _PYTHON.format(lines="\n".join(f"    {f'{chr(10)}{line}'!r}" for line in message.rest.split("\n")[1:]))


EXPORTS: Final = (
    Export("TradingView alert text", "Put your key in the place of your-secret-key.", _alert),
    Export("curl", "Set $KEY to your key and $ADDRESS to your webhook address first. For sh, bash and zsh.", _curl),
    Export("Python", "Needs requests. Set KEY to your key and ADDRESS to your webhook address first.", _python),
)

"""What an exit reaches, in a few words."""

from typing import Final

from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.problems import listed

_NAMED: Final = 2


def reach(command: Command) -> str:
    """`MES 12-26 on Sim101`, `MES 12-26 on 3 accounts`, `in all accounts`; "" if it names neither."""
    accounts = command.accounts
    names = listed(accounts) if 0 < len(accounts) <= _NAMED else f"{len(accounts)} accounts"
    where = f"on {names}" if accounts else "in all accounts" if command.is_wide else ""
    return " ".join(filter(None, (command.texts.get("instrument", ""), where)))


def named(command: Command) -> str:
    """`FLATTEN MES 12-26 on Sim101`."""
    return f"{command.spec.token} {reach(command)}".strip()

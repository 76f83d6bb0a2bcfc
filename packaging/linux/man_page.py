"""Prints the manual page crosstrade-desk(1), made from the command line's own table.

usage: python packaging/linux/man_page.py DATE        (the day it is of, such as 2026-11-26)
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Final

from crosstrade_desk import __version__
from crosstrade_desk.cli import parser

_TAIL: Final = """\
.SH ENVIRONMENT
.TP
.B CROSSTRADE_DESK_HOME
A folder for settings, presets, journal and log files, in place of the system's usual ones.
.SH FILES
.TP
.I ~/.config/CrossTrade Desk/
Settings and presets.
.TP
.I ~/.local/share/CrossTrade Desk/journal.db
The journal of all that was sent.
.PP
Webhook address and secret key are in the keyring of the system, and in no file.
"""


def page(date: str) -> str:
    """The whole page in the man macros."""
    made = parser()
    lines = [
        f'.TH CROSSTRADE\\-DESK 1 "{date}" "CrossTrade Desk {__version__}" "User Commands"',
        ".SH NAME",
        r"crosstrade\-desk \- order ticket for NinjaTrader 8 through CrossTrade",
        ".SH SYNOPSIS",
        *_synopsis(made, "crosstrade-desk"),
        ".SH DESCRIPTION",
        _plain(made.description or ""),
        ".SH OPTIONS",
        *_options(made),
        ".SH COMMANDS",
    ]
    for name, command in commands(made):
        lines += [f".SS {_plain(name)}", _plain(command.description or ""), *_options(command)]
        lines += [".PP", _plain(command.epilog)] if command.epilog else []
    return "\n".join(lines) + "\n" + _TAIL


def commands(made: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command and its own parser, in the order of the help."""
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def shown(made: argparse.ArgumentParser) -> list[argparse.Action]:
    """The options and arguments that the help shows."""
    hidden = (argparse.SUPPRESS,)
    return [
        action
        for action in made._actions
        if action.help not in hidden and not isinstance(action, argparse._SubParsersAction)
    ]


def _synopsis(made: argparse.ArgumentParser, program: str) -> Iterator[str]:
    yield f".B {_plain(program)}"
    for name, command in commands(made):
        words = command.format_usage().split()[3:]  # after usage:, the program and the command
        yield ".br"
        yield f".B {_plain(f'{program} {name}')}"
        yield _plain(" ".join(words))


def _options(made: argparse.ArgumentParser) -> Iterator[str]:
    formatter = made._get_formatter()
    for action in shown(made):
        names = ", ".join(action.option_strings) or str(action.metavar)
        value = "" if action.nargs == 0 or not action.option_strings else f" {_value(action)}"
        yield ".TP"
        yield f"\\fB{_plain(names)}\\fR{_plain(value)}"
        yield _plain(formatter._expand_help(action))


def _value(action: argparse.Action) -> str:
    return str(action.metavar or action.dest.upper())


def _plain(text: str) -> str:
    r"""Text that the macros leave alone: no `\` of theirs, no dot or quote at a line's start, `-` as it is typed."""
    safe = text.replace("\\", r"\e").replace("-", r"\-").replace("…", "...")  # not every terminal has the sign
    return rf"\&{safe}" if safe.startswith((".", "'")) else safe


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1]))

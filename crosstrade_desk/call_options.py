"""The commands `flatten`, `cancel` and `send` as the command line has them."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crosstrade_desk.desk.wishes import Wish
    from crosstrade_desk.protocol.message import Message
    from crosstrade_desk.protocol.problems import Problems

_WAY: Final = (
    "If the window runs, it is handed to it and goes where its band says, through the same gate as a press; else it is "
    "sent from here, to CrossTrade, with address and key from the system keyring."
)
_CODES: Final = (
    "Prints one line (--json: one object with outcome, sentence, rule, place, address, order). Exit code 0: accepted, "
    "1: refused, 2: wrong words and nothing sent, 3: surely not sent, 4: unknown, for it may have arrived, 5: blocked "
    "by a guard, or asked about."
)
_EXIT: Final = (
    f"{_WAY} No guard stops it. If the window does not answer for 2 s, it is sent from here all the same: twice does "
    "no more than once. What surely has not left is tried again for 10 s."
)
_ENTRY: Final = (
    f"{_WAY} The gate of the window counts: its switch for entries, its limits. What it would ask about is not sent "
    "without --yes. Without a window an entry needs --live, and --confirm for each account that is not simulation; "
    "the limits count, and what was sent just before by other calls. A key in the text is left out: the one in the "
    "keyring is sent."
)


def add_calls(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the three commands."""
    _add_exit(commands, "flatten", "close positions and cancel their orders")
    _add_exit(commands, "cancel", "cancel working orders; positions stay")
    send = _add(commands, "send", "send one message, or a preset", _ENTRY)
    what = send.add_mutually_exclusive_group(required=True)
    what.add_argument("--message", type=Path, metavar="FILE", help="its text; - for standard input")
    what.add_argument("--preset", metavar="NAME", help="a preset of the window, whatever a press of it does there")
    send.add_argument(
        "--yes", action="store_true", help="answer the one question of the gate with yes; passes no guard"
    )
    send.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="ACCOUNT",
        help="an account that it may go to (again for more), where no window runs in which entries are switched on",
    )
    send.set_defaults(run=_send)


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, more: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(
        name, help=text, description=f"{text.capitalize()}. {more}", epilog=_CODES, allow_abbrev=False
    )
    made.add_argument("--live", action="store_true", help="to CrossTrade only, never to practice")
    made.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def _add_exit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str) -> None:
    made = _add(commands, name, text, _EXIT)
    made.add_argument("--account", action="append", default=[], metavar="A", help="an account; again for more")
    made.add_argument("--instrument", metavar="I", help="this one only, such as 'MES 12-26'")
    made.add_argument("--everything", action="store_true", help="every account and instrument")
    made.set_defaults(run=_exit, word=name)


def _exit(options: argparse.Namespace) -> int:
    from crosstrade_desk.desk.wishes import Wish, leaving
    from crosstrade_desk.protocol.problems import Invalid

    message = leaving(options.word, options.account, options.instrument, options.everything)
    if isinstance(message, Invalid):
        return _wrong(options.word, message.message)
    return _call(Wish(message, yes=True, live=options.live), (), options.json)


def _send(options: argparse.Namespace) -> int:
    from crosstrade_desk.desk.wishes import Wish
    from crosstrade_desk.protocol.problems import Problems

    found = _of_preset(options.preset) if options.message is None else _of_text(options.message)
    if isinstance(found, Problems):
        told = (f"{problem.field}: {problem.message}" if problem.field else problem.message for problem in found.items)
        return _wrong("send", *told)
    return _call(Wish(found, options.yes, options.live), tuple(options.confirm), options.json)


def _of_preset(name: str) -> "Message | Problems":
    from datetime import UTC, datetime

    from crosstrade_desk.desk.preset_call import preset_message
    from crosstrade_desk.storage.folders import places

    return preset_message(places(os.environ).config / "presets.toml", name, datetime.now(UTC).date())


def _of_text(path: Path) -> "Message | Problems":
    from crosstrade_desk.call import read_stdin_or
    from crosstrade_desk.protocol.leaks import take_secrets
    from crosstrade_desk.protocol.message import Message, read
    from crosstrade_desk.protocol.problems import Invalid, Problem, Problems, printable

    text = read_stdin_or(path)
    if isinstance(text, Invalid):
        return Problems((Problem(printable(str(path)), text.message),))
    taken = take_secrets(text)
    reading = read(taken.text)
    for remark in (*taken.leaks, *reading.notes):
        sys.stderr.write(f"warning: {f'{remark.field}: ' if remark.field else ''}{remark.message}\n")
    return reading.command if isinstance(reading.command, Problems) else Message(reading.command)


def _call(wish: "Wish", confirmed: tuple[str, ...], as_json: bool) -> int:
    from crosstrade_desk.call import run_call

    return run_call(wish, confirmed, as_json, sys.stdout, sys.stderr)


def _wrong(word: str, *sentences: str) -> int:
    sys.stderr.writelines(f"crosstrade-desk {word}: {sentence}\n" for sentence in sentences)
    return 2

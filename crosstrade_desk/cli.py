"""The command line: picks window or headless, and imports nothing heavy before it knows."""

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crosstrade_desk import __version__
from crosstrade_desk.call_options import add_calls
from crosstrade_desk.screen import has_screen
from crosstrade_desk.storage.core_dumps import forbid_core_dumps

if TYPE_CHECKING:
    from crosstrade_desk.storage.secrets import Found, Slot

_KEYRING_S: Final = 20.0  # its prompt may be open that long
_NO_SCREEN = (
    "There is no screen to open the window on. Try: crosstrade-desk tour --out pictures\n"
    "(it drives the window without a screen and writes pictures), or crosstrade-desk practice.\n"
)
_JOURNAL_HELP = (
    "CSV puts a ' before what a spreadsheet could take for a formula; JSON has the texts unchanged. --verify names the "
    "first row that was changed, removed, added or moved. Seals made with a key of the system keyring tell "
    "whether somebody made the chain anew. Rows not sealed yet are named; for those it cannot be told: for that, "
    "keep its line 'Newest link' somewhere else. Exit code 0: done, 1: not as it was written, or not readable, 2: "
    "wrong words."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; 2 for a wrong command line. Blocks until it ends."""
    forbid_core_dumps()  # the key is in memory
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # dots and account names must print in any locale
    if not (sys.argv[1:] if argv is None else argv):
        return _window(argparse.Namespace())  # the usual start: nothing is to be read
    options = parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def parser() -> argparse.ArgumentParser:
    """All that the command line knows; the manual page is made from it."""
    made = argparse.ArgumentParser(
        prog="crosstrade-desk",
        description="Order ticket for NinjaTrader 8 through CrossTrade. Without a command it opens the window.",
        allow_abbrev=False,
    )
    made.add_argument("--version", action="version", version=f"CrossTrade Desk {__version__}")
    made.set_defaults(run=_window)
    commands = made.add_subparsers(title="commands", metavar="")
    add_calls(commands)
    _add_practice(commands)
    _add_check(commands)
    _add_journal(commands)
    _add_tour(commands)
    _add_about(commands)
    _add_menu_entry(commands)
    return made


def _add_practice(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "run the practice exchange alone, for any client, until Ctrl+C"
    practice = commands.add_parser("practice", help=text, description=f"{text.capitalize()}.", allow_abbrev=False)
    practice.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    practice.add_argument("--key", help="secret key it asks for (default: a random one)")
    practice.add_argument("--json", action="store_true", help="print address and key as one JSON line")
    practice.add_argument(
        "--refusal-status",
        type=int,
        default=200,
        choices=(200, *range(400, 500)),
        metavar="N",
        help="status of what is blocked or refused for its sense: 200 (default) or a 4xx",
    )
    practice.add_argument(
        "--window", default="", metavar="TIMES", help="trading window in New York, such as 9:30-16:00"
    )
    practice.add_argument("--fault", default="", help="what each message meets: refuse, delay 12, hang up, rubbish, …")
    practice.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    practice.set_defaults(run=_practice)


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "read a message text and say what it means, or everything that is wrong with it"
    check = commands.add_parser(
        "check",
        help=text,
        description=f"{text.capitalize()}. Nothing is sent. Exit code 0: a valid message, 1: not, 2: not readable.",
        allow_abbrev=False,
    )
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the text (default: standard input)")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(run=_check)


def _add_journal(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "list what was sent and what became of it, oldest first"
    journal = commands.add_parser(
        "journal", help=text, description=f"{text.capitalize()}.", epilog=_JOURNAL_HELP, allow_abbrev=False
    )
    form = journal.add_mutually_exclusive_group()
    form.add_argument(
        "--csv", dest="form", action="store_const", const="csv", help="as CSV, safe to open in a spreadsheet"
    )
    form.add_argument("--json", dest="form", action="store_const", const="json", help="one JSON object a line")
    form.add_argument("--verify", action="store_true", help="say whether every row is as it was written")
    journal.add_argument(
        "--since", default="", metavar="TIME", help="only rows from then on: 2026-11-23, 2026-11-23T14:30, 2h, 3d"
    )
    journal.add_argument("--file", type=Path, metavar="F", help="an archive of the journal in place of the journal")
    journal.set_defaults(run=_journal)


def _add_tour(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "drive the real window through a practice session and write pictures and the log"
    tour = commands.add_parser("tour", help=text, description=f"{text.capitalize()}.", allow_abbrev=False)
    tour.add_argument("--out", type=Path, default=Path("tour"), help="folder for the pictures (default: ./tour)")
    looks = ("system", "light", "dark", "high-contrast")
    tour.add_argument("--look", choices=looks, default=looks[0], help="colours of the window (default: system)")
    tour.add_argument("--scale", type=int, choices=(100, 150, 200), default=100, help="size in percent (default: 100)")
    tour.set_defaults(run=_tour)


def _add_about(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "say which version this is, which keyring keeps the secrets, and where everything lies"
    about = commands.add_parser("about", help=text, description=f"{text.capitalize()}.", allow_abbrev=False)
    about.set_defaults(run=_about)


def _add_menu_entry(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "put the program into the menu of your Linux desktop; packages do so by themselves"
    entry = commands.add_parser(
        "install-desktop-entry", help=text, description=f"{text.capitalize()}.", allow_abbrev=False
    )
    entry.add_argument("--remove", action="store_true", help="take it out again")
    entry.set_defaults(run=_menu_entry)


def _window(_options: argparse.Namespace) -> int:
    if not has_screen():
        sys.stderr.write(_NO_SCREEN)
        return 1
    from crosstrade_desk.start import start

    return start()


def _practice(options: argparse.Namespace) -> int:
    from crosstrade_desk.practice.run import Wanted, run_practice

    wanted = Wanted(
        port=options.port,
        key=options.key,
        as_json=options.json,
        until_stdin_closes=options.with_parent,
        refusal_status=options.refusal_status,
        window=options.window,
        fault=options.fault,
    )
    return run_practice(wanted, sys.stdout, sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from crosstrade_desk.desk.check_text import run_check

    source = sys.stdin.buffer if sys.stdin else io.BytesIO()
    return run_check(options.file, options.json, source, sys.stdout, sys.stderr)


def _journal(options: argparse.Namespace) -> int:
    from crosstrade_desk.desk.journal_command import Wanted, run_journal
    from crosstrade_desk.storage.folders import places

    wanted = Wanted(options.form or "lines", options.since, options.verify, options.file)
    return run_journal(places(os.environ).journal, wanted, sys.stdout, sys.stderr, _ask_keyring)


def _ask_keyring(slot: "Slot") -> "Found":
    import asyncio

    from crosstrade_desk.storage.keyring_store import KeyringStore

    return asyncio.run(KeyringStore(_KEYRING_S).read(slot))


def _tour(options: argparse.Namespace) -> int:
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if options.scale != 100:
        os.environ["QT_SCALE_FACTOR"] = str(options.scale / 100)
    from crosstrade_desk.start import start
    from crosstrade_desk.storage.settings import Settings
    from crosstrade_desk.storage.settings_file import save
    from crosstrade_desk.ui.tour import Tour

    with tempfile.TemporaryDirectory(prefix="crosstrade-desk-tour-") as home:
        os.environ["CROSSTRADE_DESK_HOME"] = home  # the trader's own settings and journal stay untouched
        save(Path(home, "settings.toml"), Settings(look=options.look.replace("-", " ")))
        return start(Tour(options.out, sys.stdout).drive)


def _about(_options: argparse.Namespace) -> int:
    import asyncio

    from crosstrade_desk.desk.about import about
    from crosstrade_desk.storage.folders import places
    from crosstrade_desk.storage.keyring_store import KeyringStore

    sys.stdout.write(about(places(os.environ), asyncio.run(KeyringStore(_KEYRING_S).name())))
    return 0


def _menu_entry(options: argparse.Namespace) -> int:
    from crosstrade_desk.own import own_command
    from crosstrade_desk.protocol.problems import Invalid
    from crosstrade_desk.storage.menu_entry import install, remove

    if sys.platform != "linux":
        sys.stderr.write("Only Linux desktops take a menu entry this way; elsewhere the installer makes it.\n")
        return 1
    done = remove(os.environ) if options.remove else install(own_command(), os.environ)
    if isinstance(done, Invalid):
        sys.stderr.write(f"{done.message}\n")
        return 1
    sys.stdout.write(f"{'Removed' if options.remove else 'Written'}: {done}\n")
    return 0

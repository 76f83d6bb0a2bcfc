"""Runs the tests with secrets that were never used before, and searches all that the run leaves for them.

usage: python packaging/marker_run.py FOLDER [PYTEST-ARGUMENTS...]

Everything goes below FOLDER: the tests' folders with their journals, logs and pictures, a home, a folder for temporary
files, what was printed, and the clipboard at the end. The exit code is pytest's, or 1 if a secret was found. Pytest's
closing line is the last that is printed.
"""

import os
import secrets
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# Files in which a test itself wrote a secret as its input, relative to FOLDER, each with the reason. There is none: a
# test that must put one into a file takes the file away again.
INPUTS: Final[dict[str, str]] = {}


def main(folder: Path, arguments: list[str]) -> int:
    env = markers() | places(folder)
    closing, code = run(folder, env, arguments)
    os.environ.update(env)
    sys.path.insert(0, str(ROOT / "tests"))
    from support.leaks import files_with_marker  # noqa: PLC0415 - it reads the markers when it is imported

    searched = [folder, ROOT / ".hypothesis"]
    found = [(path, how) for place in searched for path, how in files_with_marker(place)]
    leaks = [(path, how) for path, how in found if not any(fnmatch(str(path), f"*/{name}") for name in INPUTS)]
    files = [path for place in searched for path in place.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) // 1_000_000
    lines = [f"{path}: {how}" for path, how in leaks]
    lines.append(f"{len(files)} files, {size} MB, searched for the secrets of this run: {len(leaks)} hits")
    sys.stdout.write("\n".join([*lines, closing]))
    return code or bool(leaks)


def markers() -> dict[str, str]:
    """A key and the two parts of an address, in letters of both cases."""
    names = {"DESK_TEST_KEY": "Mrk", "DESK_TEST_USER": "Usr", "DESK_TEST_HOOK": "Hook"}
    return {name: f"{word}-{secrets.token_hex(4)}-Zq8{secrets.token_hex(3)}" for name, word in names.items()}


def places(folder: Path) -> dict[str, str]:
    """Where whatever is written without a folder of its own goes. A test becomes somebody else: he may pass through."""
    named = {"HOME": folder / "home", "TMPDIR": folder / "tmp", "XDG_RUNTIME_DIR": folder / "run"}
    for path in named.values():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    for path in (folder, named["TMPDIR"]):
        path.chmod(0o711)
    return {name: str(path) for name, path in named.items()}


def run(folder: Path, env: dict[str, str], arguments: list[str]) -> tuple[str, int]:
    """Runs pytest, prints all it says but the closing line, and gives that and the exit code."""
    command = [sys.executable, "-u", "-m", "pytest", "--basetemp", str(folder / "pytest"), *arguments]
    held = ""
    with (
        (folder / "output.txt").open("w", encoding="utf-8") as output,
        subprocess.Popen(  # noqa: S603 - our own tests
            command,
            cwd=ROOT,
            env=os.environ | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
        ) as process,
    ):
        for line in process.stdout or ():
            output.write(line)
            sys.stdout.write(held)
            sys.stdout.flush()
            held = line
    return held, process.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))

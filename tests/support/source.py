"""The program's own source, to be searched for what must not be in it."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "crosstrade_desk"


@cache
def modules() -> dict[str, str]:
    """Every module of the program: its path inside the package, and its text."""
    found = {str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    assert len(found) > 80
    return found


def lines_with(pattern: str) -> list[str]:
    """The lines of the program that match, as `path: line`."""
    wanted = re.compile(pattern)
    return [f"{name}: {line}" for name, text in modules().items() for line in text.splitlines() if wanted.search(line)]


def imports(name: str) -> set[str]:
    """What a module imports, wherever in it, by full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(modules()[name])):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def importers(*libraries: str) -> set[str]:
    """The modules that import one of these, or a part of them."""
    return {name for name in modules() if any(_is_of(found, libraries) for found in imports(name))}


def _is_of(name: str, libraries: tuple[str, ...]) -> bool:
    return any(name == library or name.startswith(f"{library}.") for library in libraries)


def names_of(library: str, name: str) -> set[str]:
    """What a module uses of a library that it imports whole, such as `Request` of httpx."""
    return {
        node.attr
        for node in ast.walk(ast.parse(modules()[name]))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == library
    }


def hosts_in(line: str) -> list[str]:
    """The hosts of the web addresses in a line; one that is put together is left out."""
    return re.findall(r"https?://([a-z0-9][a-z0-9.-]*)", line)


def calls() -> Iterator[tuple[str, str]]:
    """Every call by an attribute: the module, and the name that is called."""
    for name, text in modules().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield name, node.func.attr


def tracked() -> list[Path]:
    """Every file of the repository; of what was unpacked without git, every file that is not made by tools."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in done.stdout.split("\0") if name]
    if done.returncode == 0 and names:
        return [path for path in (ROOT / name for name in names) if path.is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not path.parts[len(ROOT.parts)].startswith(".")]

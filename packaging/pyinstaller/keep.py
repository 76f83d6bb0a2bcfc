"""What of Qt goes into the frozen program: the plugins named here, and the libraries that something inside asks for."""

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Final

Entry = tuple[str, str, str]  # where it goes, where it is from, of which kind: as PyInstaller lists its files
Asks = Callable[[str], Iterable[str]]  # the files that one asks the loader for

# By folder of Qt's plugins. What is left out: OpenGL, Qt's own TLS (ours is Python's), the on-screen keyboard, which
# brings QtQuick, the GTK look, which brings GTK, and pictures other than SVG and what Qt reads by itself.
PLUGINS: Final[Mapping[str, tuple[str, ...]]] = {
    "platforms": ("*qxcb*", "*qwayland*", "*qoffscreen*", "*qwindows*", "*qcocoa*"),
    "platforminputcontexts": ("*compose*", "*ibus*"),
    "platformthemes": ("*xdgdesktopportal*",),
    "wayland-shell-integration": ("*xdg-shell*",),
    "wayland-decoration-client": ("*",),
    "iconengines": ("*svg*",),
    "imageformats": ("*qsvg*",),
    "styles": ("*",),
}

# What PyInstaller would run before each start, and nothing of ours needs: together 60 of the 100 ms that a call such as
# `flatten` took. Qt's loads Qt, to tell it where its plugins are, which it finds by itself on Linux; elsewhere untried.
UNWANTED_HOOKS: Final = frozenset({"pyi_rth_inspect", "pyi_rth_pkgutil", "pyi_rth_multiprocessing"})
_QT_HOOK: Final = "pyi_rth_pyside6"


def wanted_hook(name: str, system: str) -> bool:
    """Whether that script of PyInstaller's goes in, on that system (`sys.platform`)."""
    return name not in UNWANTED_HOOKS and not (name == _QT_HOOK and system == "linux")


def kept(binaries: Iterable[Entry], datas: Iterable[Entry], asks: Asks) -> tuple[list[Entry], list[Entry]]:
    """The binaries and data files to take along."""
    wanted = [entry for entry in binaries if wanted_plugin(entry[0])]
    names = reached(wanted, asks)
    return (
        [entry for entry in wanted if is_root(entry) or PurePath(entry[0]).name in names],
        [entry for entry in datas if wanted_data(entry[0]) and not is_left(entry, names)],
    )


def wanted_plugin(place: str) -> bool:
    """True for all that is no plugin of Qt, and for the plugins of the table."""
    path = PurePath(place)
    if "plugins" not in path.parts:
        return True
    return any(fnmatch(path.name, pattern) for pattern in PLUGINS.get(path.parent.name, ()))


def wanted_data(place: str) -> bool:
    """False for Qt's translations, and for pip's lists of what it wrote: they differ by its folder."""
    path = PurePath(place)
    return "translations" not in path.parts and path.name != "RECORD"


def is_root(entry: Entry) -> bool:
    """True for what nobody links to, as it is loaded by its name: Python's modules, Qt's plugins, Python itself."""
    place, _, kind = entry
    return kind == "EXTENSION" or "plugins" in PurePath(place).parts or "python" in PurePath(place).name.lower()


def is_left(entry: Entry, names: set[str]) -> bool:
    """True for a link to a library that stays behind."""
    place, _, kind = entry
    return kind == "SYMLINK" and PurePath(place).name not in names


def reached(entries: Iterable[Entry], asks: Asks) -> set[str]:
    """The names of all files that the roots ask for, and those that these ask for, and so on."""
    entries = list(entries)
    sources = {PurePath(place).name: source for place, source, _ in entries}
    waiting = [PurePath(entry[0]).name for entry in entries if is_root(entry)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if source := sources.get(name):
            # The file itself may be reached through a link of another name.
            waiting += [Path(source).resolve().name, *(PurePath(asked).name for asked in asks(source))]
    return found

"""Files of presets: `presets.toml`, written whole, with the last good state kept beside; and those of other hands."""

import os
from dataclasses import dataclass
from pathlib import Path

from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.storage.files import LARGEST, set_aside, unfit, why, write_whole
from crosstrade_desk.storage.presets import NEWER, Leaks, Own, Preset, holds_secret, own_presets, write_presets


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave. `notice` is for the trader, "" if all is well; `writable` is false where saving would destroy
    what could not be set aside."""

    presets: tuple[Preset, ...] = ()
    notice: str = ""
    writable: bool = True


def load(path: Path) -> Loaded:
    """The presets that were saved last. A damaged file is set aside and the last good state loaded. Blocks."""
    match read_own(path):
        case None:
            return Loaded()
        case Problems(items) if NEWER in items:
            notice = f"{path.name} is of a newer version of the program. It is left alone; presets are not kept."
            return Loaded((), notice, writable=False)
        case Problems(items):
            return _put_aside(path, items[0])
        case Own(presets, remarks):
            return Loaded(presets, _kept_all_the_same(path, remarks))


def _kept_all_the_same(path: Path, remarks: tuple[Problem, ...]) -> str:
    told = " ".join(f"{remark.field}: {remark.message}" for remark in remarks)
    return f"{path.name}: {told} Nothing is lost: of two of one name the later one got a number." if remarks else ""


def read_file(path: Path, leaks: Leaks = holds_secret) -> tuple[Preset, ...] | Problems | None:
    """The presets of a file of any hand, or every problem of it; None if there is none. Blocks."""
    found = read_own(path, leaks)
    if isinstance(found, Own):
        return Problems(found.remarks) if found.remarks else found.presets
    return found


def read_own(path: Path, leaks: Leaks = holds_secret) -> Own | Problems | None:
    """The presets of the program's own file, or every problem of it; None if there is none. Blocks."""
    try:
        if fault := unfit(path):
            return Problems((Problem("", fault),))
        return own_presets(path.read_bytes().decode(), leaks)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Problems((Problem("", why(error)),))
    except UnicodeError:
        return Problems((Problem("", "It is no text in UTF-8."),))


def _put_aside(path: Path, fault: Problem) -> Loaded:
    aside = set_aside(path)
    kept = aside.message if isinstance(aside, Invalid) else f"It was set aside as {aside.name}."
    found = read_own(_good(path))
    presets = found.presets if isinstance(found, Own) else ()
    then = f"The {len(presets)} presets of the last good state are used." if presets else "There are no presets now."
    said = f"{fault.field}: {fault.message}" if fault.field else fault.message
    notice = f"{path.name} could not be read. {said} {kept} {then}"
    return Loaded(presets, notice, writable=not isinstance(aside, Invalid))


def _good(path: Path) -> Path:
    return path.with_name(f"{path.stem}.last-good{path.suffix}")


def save(path: Path, presets: tuple[Preset, ...]) -> Invalid | None:
    """Writes the file whole and the last good state beside it, or leaves the old ones. Blocks until the disk has it."""
    content = write_presets(presets).encode()
    if len(content) > LARGEST:  # it would be refused at the next start
        return Invalid(f"{path.name} could not be saved. It would be larger than 1 MB: delete some presets.")
    return write_whole(path, content) or write_whole(_good(path), content)


def write_new(path: Path, presets: tuple[Preset, ...]) -> Invalid | None:
    """Writes presets into a file that is not there yet. Blocks until the disk has it."""
    if os.path.lexists(path):  # a link that leads nowhere is a file, too: its target must not be made
        return Invalid(f"There is a file {path.name} already. Choose another name.")
    return write_whole(path, write_presets(presets).encode())

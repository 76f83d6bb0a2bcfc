"""What `journal --verify` says: whether every row is as it was written, what is sealed, and what was moved away."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TextIO, assert_never

from crosstrade_desk.protocol.problems import Invalid, counted
from crosstrade_desk.storage.archived import absent, archived
from crosstrade_desk.storage.cuts import NO_CUT, Cut
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.newest import beside
from crosstrade_desk.storage.seals import Kept, Sealed, kept_of, rewritten, slot_of, told
from crosstrade_desk.storage.search import Archive
from crosstrade_desk.storage.secrets import Absent, Found, Present, Slot
from crosstrade_desk.storage.verify import Whole, has_seals, sealed, verify

AskKeyring = Callable[[Slot], Found]
NO_JOURNAL: Final = "There is no journal yet: nothing was sent from here."
_NEVER_SEALED: Final = (
    "There is no key for seals in the keyring, and no seal in the journal: none of its rows is sealed."
)
_KEY_GONE: Final = (
    "The journal holds seals or cuts, but their key is not in the keyring: whether they match cannot be told. "
    "The journal was put elsewhere, or the key was removed."
)


def say_whether_whole(path: Path, file: Path | None, out: TextIO, err: TextIO, ask: AskKeyring) -> int:
    """Prints what chain, seals and cuts say of the journal at `path`, or of `file`, an archive of it.

    Gives 0, or 1 for one that is not as it was written, cannot be read, or has seals whose key is gone. Blocks: some
    10 µs a row. `ask` reads the keyring.
    """
    looked_at = file or path
    found = verify(looked_at, archive=file is not None)
    match found:
        case Invalid(message):
            err.write(f"{message}\n")
            return 1
        case Broken(_, sentence):
            out.write(f"{sentence}\n")
            return 1
        case Whole():
            out.writelines(f"{sentence}\n" for sentence in _praise(found, "" if file else beside(path).name))
            fits, sentences = _sealed(path, file, found, ask) if found.newest else _in_no_chain(path, file, ask)
            out.writelines(f"{sentence}\n" for sentence in sentences)
            return 0 if fits and not found.altered else 1
        case _:
            assert_never(found)


def _sealed(path: Path, file: Path | None, whole: Whole, ask: AskKeyring) -> tuple[bool, list[str]]:
    """Whether the seals fit the journal, as far as can be told, and what is to be said of them."""
    asked = ask(slot_of(path))
    kept = kept_of(asked.secret) if isinstance(asked, Present) else Invalid(asked.sentence)
    if isinstance(asked, Absent):
        has = has_seals(file or path)
        return has is False, [_without_key(has)]
    if isinstance(kept, Invalid):
        return True, [f"Whether the seals match cannot be told: {kept.message}"]
    found = sealed(file, replace(kept, seals=())) if file else sealed(path, kept)
    if not isinstance(found, Sealed):
        return False, [found.sentence if isinstance(found, Broken) else found.message]
    if file:
        return archived(path, file, kept)
    cuts = Archive(path).moved()
    lost = [cuts.message] if isinstance(cuts, Invalid) else absent(path, cuts)
    return True, [*told(found, whole.rows + whole.before + whole.cut.point.row), *lost]


def _in_no_chain(path: Path, file: Path | None, ask: AskKeyring) -> tuple[bool, list[str]]:
    """Whether there may be no chain: an archive has one, and so has a journal that the keyring has a seal of."""
    asked = None if file else ask(slot_of(path))
    kept = kept_of(asked.secret) if isinstance(asked, Present) else None
    lost = kept.seals[-1:] if isinstance(kept, Kept) else ()
    return file is None and not lost, [rewritten(seal) for seal in lost]


def _without_key(has: bool | Invalid) -> str:
    """What is said where the keyring has no key: a journal may have been sealed elsewhere, or the key be gone."""
    if isinstance(has, Invalid):
        return f"There is no key for seals in the keyring, and the journal's seals cannot be read: {has.message}"
    return _KEY_GONE if has else _NEVER_SEALED


def _praise(found: Whole, beside_it: str) -> Iterator[str]:
    if not found.rows and not found.before:
        yield NO_JOURNAL
        return
    yield f"{counted(found.rows, 'row')} whole: none was changed, and none is missing between them."
    if found.before:
        old = counted(found.before, "row")
        yield f"{old} written before the chain began: none is missing; whether one was changed cannot be told."
    yield from _cut_before(found.cut, found.rows, is_archive=not beside_it)
    if beside_it and not found.tail:
        yield f"There is no file {beside_it}: whether rows are missing at the end cannot be told."
    if found.altered:
        yield found.altered
    if found.newest:
        yield f"Newest link: {found.newest.link} {found.newest.digest.hex()}"


def _cut_before(cut: Cut, rows: int, *, is_archive: bool) -> Iterator[str]:
    """Where the rows are that came before."""
    if is_archive:
        first, last = cut.point.row + 1, cut.point.row + rows
        yield f"They are rows {first:,} to {last:,}."
    elif cut is not NO_CUT:
        yield f"Rows up to {cut.point.row:,} were moved to archives, the newest of which is {cut.archive}."
        if cut.rows:
            yield f"Of those, {counted(len(cut.rows), 'row')} of unknown outcome stayed here too, whole."

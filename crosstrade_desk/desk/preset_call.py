"""A saved preset as the message that another program calls for. It only reads: a damaged file stays where it is."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from crosstrade_desk.desk.preset_orders import message_of
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.problems import Problem, Problems
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.storage.preset_file import read_own
from crosstrade_desk.storage.preset_names import same
from crosstrade_desk.storage.presets import Own, Preset


def preset_message(path: Path, name: str, today: date) -> Message | Problems:
    """The message that a press of the preset of that name would send, or every reason against it. Blocks."""
    found = read_own(path)
    if isinstance(found, Problems):
        return found
    own = found or Own(())
    if doubts := [remark for remark in own.remarks if same(remark.field.strip("“”")) == same(name)]:
        return Problems(tuple(doubts))  # which of two of one name is meant cannot be told
    preset = find(own.presets, name)
    if isinstance(preset, Problem):
        return Problems((preset,))
    if preset.part:
        return Problems((Problem("preset", f"“{preset.name}” fills a part of the form: it is no whole message."),))
    return message_of(preset, _composed, today)


def _composed(
    spec: CommandSpec, texts: Mapping[str, str], needed: tuple[str, ...], extras: Mapping[str, str]
) -> Message | Problems:
    command = compose(spec, texts, needed, extras)
    return command if isinstance(command, Problems) else Message(command)


def find(presets: Iterable[Preset], name: str) -> Preset | Problem:
    """The preset of a name, in any case and spelling of its accents."""
    found = next((preset for preset in presets if same(preset.name) == same(name)), None)
    return found or Problem("preset", f"There is no preset “{name.strip()[:60]}”.")

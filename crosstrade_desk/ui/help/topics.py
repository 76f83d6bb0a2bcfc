"""Which place of the guide fits what has the focus."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from PySide6.QtWidgets import QWidget

from crosstrade_desk.protocol.spec import CommandSpec, Group
from crosstrade_desk.ui.help.guide import Topic
from crosstrade_desk.ui.keys.cheat_sheet import CheatSheet
from crosstrade_desk.ui.keys.keys_window import KeysWindow
from crosstrade_desk.ui.log.filter_bar import FilterBar
from crosstrade_desk.ui.log.view import LogPane
from crosstrade_desk.ui.presets.pane import PresetPane
from crosstrade_desk.ui.presets.preset_window import PresetWindow
from crosstrade_desk.ui.reading.pane import ReadingPane
from crosstrade_desk.ui.settings.connection_window import ConnectionWindow
from crosstrade_desk.ui.settings.limits_window import LimitsWindow
from crosstrade_desk.ui.ticket.account_editor import AccountEditor
from crosstrade_desk.ui.ticket.editors import Editor
from crosstrade_desk.ui.ticket.import_window import ImportWindow

# The innermost of these that holds the focus decides.
TOPICS: Final = MappingProxyType(
    {
        AccountEditor: Topic("going-live", "Kinds of accounts"),
        FilterBar: Topic("first-order", "Read the log"),
        LogPane: Topic("safety", "What became of it"),
        ReadingPane: Topic("reading", "The pages beside the log"),
        PresetPane: Topic("presets"),
        PresetWindow: Topic("presets", "Keep one"),
        ConnectionWindow: Topic("going-live", "Address and key"),
        LimitsWindow: Topic("going-live", "Limits"),
        KeysWindow: Topic("keys", "Change a key"),
        CheatSheet: Topic("keys"),
        ImportWindow: Topic("other-programs", "Alert texts"),
    }
)


def topic_for(focus: QWidget | None, spec: CommandSpec) -> Topic:
    """The place for the part of a window that has the focus: of an option, its group; else the command `spec`."""
    for part in _upwards(focus):
        if found := TOPICS.get(type(part)):
            return found
        if isinstance(part, Editor) and (use := spec.use(part.objectName())) and use.field.group is not Group.ORDER:
            return Topic("commands", use.field.group.heading)
    return Topic("commands", spec.title)


def _upwards(part: QWidget | None) -> Iterator[QWidget]:
    while part is not None:
        yield part
        part = part.parentWidget()

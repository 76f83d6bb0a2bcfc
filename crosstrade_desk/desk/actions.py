"""Everything that a key can do, as data: menu, tool tips, key window, cheat sheet and guide are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """What an action may come to."""

    EXIT = "gets out"
    ENTRY = "may enter"
    FORM = "changes the form only"
    WINDOW = "opens or closes something"


class Chapter(Enum):
    """Where it stands in lists."""

    OUT = "Get out"
    SEND = "Send"
    FORM = "Fill in"
    GO = "Go to"
    VIEW = "View"
    WINDOWS = "Windows"
    PRESETS = "Presets"


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `key`: its usual key as `parse_chord` reads it, "" for none.

    `everywhere`: it works from every window of the program. `system_wide`: a key for it may work from every program.
    `hidden`: it has a key while it is wanted and no line in a menu. `twice`: it takes a second press. `shows`: it only
    shows something, and so its key works while keys are off. `absent`: the trader has nothing for it to do.
    """

    id: str
    title: str
    explanation: str
    kind: Kind
    chapter: Chapter
    key: str = ""
    everywhere: bool = False
    system_wide: bool = False
    hidden: bool = False
    twice: bool = False
    shows: bool = False
    absent: bool = False

    @property
    def sends(self) -> bool:
        """Whether something may leave for the server by it."""
        return self.kind in (Kind.EXIT, Kind.ENTRY)


MOST_QUANTITIES: Final = 9
_ORDINALS: Final = ("1st", "2nd", "3rd")


PANES: Final = {"presets": "Presets", "log": "Log", "reading": "Account"}


def _pane(name: str, title: str) -> tuple[Action, Action]:
    shows = f"Hides “{title}”, or shows it again. What needs you is told above the log all the same."
    floats = f"Makes “{title}” a window of its own, or puts it back."
    return (
        Action(f"pane {name}", f"{title}: show or hide", shows, Kind.WINDOW, Chapter.VIEW),
        Action(f"float {name}", f"{title}: own window", floats, Kind.WINDOW, Chapter.VIEW),
    )


def quantity(number: int, sizes: Sequence[int] | None = None) -> Action:
    """The action of the quick quantity of that number, from 1 on. `sizes`: the trader's, None where they vary."""
    which = f"{_ORDINALS[number - 1] if number <= len(_ORDINALS) else f'{number}th'} quick size"
    absent = sizes is not None and number > len(sizes)
    title, what = which.capitalize(), f"Sets the quantity to your {which}, which Limits names."
    if absent:
        what = f"You have no {which}. Limits takes up to ten."
    elif sizes is not None:
        size = sizes[number - 1]
        title, what = f"Quantity {size} ({which})", f"Sets the quantity to {size}."
    key = f"Ctrl+{number}"
    return Action(f"quantity {number}", title, f"{what} Sends nothing.", Kind.FORM, Chapter.FORM, key, absent=absent)


ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "flatten",
        "Flatten",
        "Closes the position and cancels the orders in this instrument on the ticked accounts.",
        Kind.EXIT,
        Chapter.OUT,
        "Ctrl+Shift+F",
        everywhere=True,
        system_wide=True,
    ),
    Action(
        "cancel",
        "Cancel orders",
        "Cancels the working orders in this instrument on the ticked accounts. Positions stay as they are.",
        Kind.EXIT,
        Chapter.OUT,
        "Ctrl+Shift+X",
        everywhere=True,
        system_wide=True,
    ),
    Action(
        "everything",
        "Flatten everything",
        "Closes every position and cancels every order, in every account. Press it twice.",
        Kind.EXIT,
        Chapter.OUT,
        everywhere=True,
        twice=True,
    ),
    Action(
        "panic",
        "Panic",
        "Cancels every order, closes every position, then has CrossTrade block every later message. Press it twice.",
        Kind.EXIT,
        Chapter.OUT,
        everywhere=True,
        twice=True,
    ),
    Action(
        "disarm",
        "Entries off",
        "Switches every entry off. Exits still pass. Only the switch in the band turns them on again.",
        Kind.WINDOW,
        Chapter.OUT,
        "Ctrl+Shift+A",
        everywhere=True,
    ),
    Action("send", "Send", "Sends what the big button says.", Kind.ENTRY, Chapter.SEND, "Ctrl+Return"),
    Action(
        "yes",
        "Yes",
        "Answers the question that stands in the window with yes.",
        Kind.ENTRY,
        Chapter.SEND,
        "Ctrl+Shift+Return",
        hidden=True,
    ),
    Action("no", "No", "Takes the question that stands away.", Kind.WINDOW, Chapter.SEND, "Esc", hidden=True),
    Action("buy", "Buy side", "Sets the action to BUY. Sends nothing.", Kind.FORM, Chapter.FORM, "Ctrl+Up"),
    Action("sell", "Sell side", "Sets the action to SELL. Sends nothing.", Kind.FORM, Chapter.FORM, "Ctrl+Down"),
    *(quantity(number) for number in range(1, MOST_QUANTITIES + 1)),
    Action("undo", "Undo filling", "Puts the form back as it was before it was filled.", Kind.FORM, Chapter.FORM),
    Action("go command", "Command", "Goes to the list of commands.", Kind.FORM, Chapter.GO, "F2"),
    Action("go account", "Accounts", "Goes to the accounts.", Kind.FORM, Chapter.GO, "F3"),
    Action("go instrument", "Instrument", "Goes to the instrument.", Kind.FORM, Chapter.GO, "F4"),
    Action("go qty", "Quantity", "Goes to the quantity.", Kind.FORM, Chapter.GO, "F6"),
    Action("go price", "Price", "Goes to the first price of the order.", Kind.FORM, Chapter.GO, "F7"),
    Action("go log", "Log", "Goes to the log.", Kind.FORM, Chapter.GO, "F8"),
    Action(
        "buttons",
        "Buttons",
        "Opens a menu of the buttons that Tab passes by: those of the marked row, prices, alarms.",
        Kind.WINDOW,
        Chapter.GO,
        "Alt+B",
    ),
    Action(
        "unknown older",
        "Older unknown row",
        "Goes to the next row of the log, downwards, whose outcome is unknown.",
        Kind.FORM,
        Chapter.GO,
        "Shift+F8",
    ),
    Action(
        "unknown newer",
        "Newer unknown row",
        "Goes to the next row of the log, upwards, whose outcome is unknown.",
        Kind.FORM,
        Chapter.GO,
        "Ctrl+F8",
    ),
    Action(
        "filter log",
        "Filter the log",
        "Goes to the words that rows of the log must hold. Esc there shows every row again.",
        Kind.FORM,
        Chapter.GO,
        "Ctrl+J",
    ),
    Action(
        "follow log",
        "Newest row",
        "Marks the newest row of the log, and those that come.",
        Kind.FORM,
        Chapter.GO,
    ),
    Action(
        "export log",
        "Export the log …",
        "Writes the rows that the log shows into a file, as CSV or JSON.",
        Kind.WINDOW,
        Chapter.WINDOWS,
    ),
    Action(
        "compact",
        "Compact form",
        "Shows only the ticket and the presets, above other windows; or everything again.",
        Kind.WINDOW,
        Chapter.VIEW,
        "Ctrl+Shift+C",
    ),
    *(action for name, title in PANES.items() for action in _pane(name, title)),
    Action("usual panes", "Usual panes", "Puts every pane where it usually stands.", Kind.WINDOW, Chapter.VIEW),
    Action("help keys", "Keys", "Shows every key on one page.", Kind.WINDOW, Chapter.WINDOWS, "F1", True, shows=True),
    Action("help", "Guide", "Shows the guide.", Kind.WINDOW, Chapter.WINDOWS, "Shift+F1", True, shows=True),
    Action("walk", "Walk through practice", "Begins the two-minute walk again.", Kind.WINDOW, Chapter.WINDOWS),
    Action("menu", "Menu", "Opens the menu of what keys can do.", Kind.WINDOW, Chapter.WINDOWS, "Alt+M", shows=True),
    Action("keys", "Keys …", "Binds keys.", Kind.WINDOW, Chapter.WINDOWS, "Ctrl+K", shows=True),
    Action("connection", "Connection …", "Practice or live, address and key.", Kind.WINDOW, Chapter.WINDOWS),
    Action(
        "limits",
        "Limits …",
        "Sizes, pace, the switch, quick quantities.",
        Kind.WINDOW,
        Chapter.WINDOWS,
    ),
    Action("import", "Import …", "Reads an alert text into the form.", Kind.WINDOW, Chapter.WINDOWS, "Ctrl+I"),
)
BY_ID: Final = {action.id: action for action in ACTIONS}

"""The letters that lead somewhere with Alt, as data: the window underlines them, cheat sheet and guide list them.

They put the cursor into a field or open a window. None presses what sends, chooses or changes anything.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, and the parts of the window that it leads to: of these never two are in sight at once."""

    key: str
    parts: tuple[str, ...]
    goes_to: str

    @property
    def chord(self) -> str:
        """The key as it is written: `Alt+Q`."""
        return f"Alt+{self.key}"


# Not B and M, which are menus, nor what other programs listen to while they have no focus: A, P, S, V, Z.
LETTERS: Final = (
    Letter("C", ("command",), "Command"),
    Letter("U", ("account",), "Account"),
    Letter("I", ("instrument",), "Instrument"),
    Letter("T", ("action",), "Action"),
    Letter("Q", ("qty", "quantity"), "Quantity"),
    Letter("Y", ("order_type",), "Order type"),
    Letter("L", ("limit_price",), "Limit price"),
    Letter("O", ("stop_price",), "Stop price"),
    Letter("F", ("tif",), "TIF"),
    Letter("E", ("percent",), "Share"),
    Letter("D", ("order_id", "market_position"), "Order id, or the side to flatten"),
    Letter("G", ("strategy_id",), "Strategy id"),
    Letter("W", ("kill_switch",), "Kill switch"),
    Letter("R", ("presets",), "Presets"),
    Letter("K", ("keep-preset",), "Keep the form as a preset"),
    Letter("N", ("connection",), "Connection"),
    Letter("H", ("help",), "Guide"),
)
BY_PART: Final = {part: letter for letter in LETTERS for part in letter.parts}
# What keys do in a list that has the focus: where, the key, and what it does. None sends.
IN_LISTS: Final = (
    ("Accounts", "Space", "ticks the marked account, or no longer"),
    ("Accounts", "Ctrl+E", "gives it another name"),
    ("Presets", "Ctrl+L", "fills the form with the marked preset"),
    ("Presets", "Ctrl+E", "changes its name, group, colour and what a press does"),
    ("Presets", "Ctrl+D", "duplicates it"),
    ("Presets", "Del", "deletes it"),
    ("Presets", "Ctrl+Z", "takes the last change back"),
    ("Presets", "Alt+Up, Alt+Down", "move it"),
    ("Presets", "Menu key", "opens its menu"),
    ("Positions", "Ctrl+L", "fills the form with the exit of the marked position"),
    ("Orders", "Ctrl+L", "fills the form with a change of the marked order"),
    ("Log", "Enter", "shows the message and the answer of the marked row"),
    ("Log", "Ctrl+C", "copies the marked rows"),
    ("Log", "Esc", "shows every row again, or marks the newest"),
)
RULE: Final = "They put the cursor there or open a window, and send nothing. A letter works while it is underlined."


def underlined(title: str, key: str) -> str:
    """The title with `&` before that letter, as Qt wants it; without one if the letter is not in it or is ""."""
    place = title.lower().find(key.lower()) if key else -1
    return title if place < 0 else f"{title[:place]}&{title[place:]}"


def lettered(titles: list[str]) -> list[str]:
    """The entries of one menu, each with a letter of its own underlined, while there are letters; what follows a tab
    is its key."""
    taken: set[str] = set()
    found = []
    for title in titles:
        plain, tab, key = title.replace("&", "&&").partition("\t")
        begins = [place for place in range(len(plain)) if not plain[:place].strip() or plain[place - 1] == " "]
        free = (place for place in (*begins, *range(len(plain))) if plain[place].isalpha())
        place = next((place for place in free if plain[place].lower() not in taken), None)
        if place is not None:
            taken.add(plain[place].lower())
            plain = f"{plain[:place]}&{plain[place:]}"
        found.append(f"{plain}{tab}{key}")
    return found

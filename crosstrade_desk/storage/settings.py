"""What the user may choose: every setting, its usual value, and what it must be.

Read before the first paint, so the checks are plain functions: importing msgspec takes 50 ms.
"""

from dataclasses import Field, dataclass, fields
from typing import Any, Final

from crosstrade_desk.protocol.problems import Problem
from crosstrade_desk.storage.about import (
    About,
    are_accounts,
    are_root_sizes,
    choice,
    is_clock,
    is_host,
    is_instrument,
    is_key_line,
    is_name,
    is_pattern,
    is_state,
    is_window,
    list_of,
    number,
    setting,
    switch,
    text,
    whole,
)

_NAMES: Final = "a list of names, each once"
_PATTERNS: Final = "a list of names, such as Sim#, APEX*"
_ARE_PATTERNS: Final = list_of(text(is_pattern), 0, 100)
SIZES, PACE, SWITCH, KINDS = "Size and price", "Pace", "Entries on and off", "Kinds of accounts"
BUTTONS: Final = "Buttons of the ticket"
READING: Final = "Reading back"
FEEDBACK: Final = "Look, sounds and notices"
LOG: Final = "Log"
STAYS: Final = "stays"
AFTER_SEND: Final = {"instrument": "instrument", "quantity": "qty", "accounts": "account"}  # word -> name of the field


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its usual value. `send_timeout_s` is in seconds, `window` is x, y, width, height in pixels."""

    mode: str = setting(
        "practice",
        About(
            "Place",
            "Practice trades on the exchange in the program, live on CrossTrade.",
            "“practice” or “live”",
            text(lambda text: text in ("practice", "live")),
        ),
    )
    accounts: tuple[str, ...] = setting(
        ("Sim101", "Sim102", "Sim105"),
        About("Accounts", "The names the ticket offers, as NinjaTrader shows them.", _NAMES, are_accounts),
    )
    chosen_accounts: tuple[str, ...] = setting(
        ("Sim101",),
        About("Chosen accounts", "The accounts the ticket starts with.", _NAMES, are_accounts),
    )
    instruments: tuple[str, ...] = setting(
        ("MES 12-26", "MNQ 12-26", "ES 12-26", "NQ 12-26"),
        About(
            "Instruments",
            "The instruments used last, newest first.",
            "a list of at most 20 instruments",
            list_of(text(is_instrument), 0, 20),
        ),
    )
    instrument: str = setting(
        "MES 12-26",
        About("Instrument", "The instrument the ticket starts with.", "an instrument", text(is_instrument)),
    )
    trusted_host: str = setting(
        "",
        About(
            "Trusted host",
            "A host other than CrossTrade's that you gave your word for.",
            "empty, or a host such as https://example.org:8443",
            text(is_host),
        ),
    )
    send_timeout_s: int = number(10, 1, 60, "Time limit", "Seconds to wait for the server's answer to an order.")
    most_simulation: int = number(
        100,
        1,
        100_000,
        "Most in simulation",
        "Contracts of one message, over all its accounts, hard.",
        SIZES,
        "contracts",
    )
    most_funded: int = number(
        2,
        1,
        100_000,
        "Most on funded accounts",
        "The same, where one of the accounts is a funding firm's.",
        SIZES,
        "contracts",
    )
    most_live: int = number(
        10, 1, 100_000, "Most on live accounts", "The same, where one of them is live.", SIZES, "contracts"
    )
    most_by_root: tuple[str, ...] = setting(
        (),
        About(
            "Most by root",
            "Contracts of one message in a root, whatever the accounts.",
            "a list such as ES=2, MES=20",
            are_root_sizes,
            group=SIZES,
        ),
    )
    unusual_size: int = number(
        5, 2, 1000, "Unusual size", "So many times your usual size in a root, and you are asked once.", SIZES, "times"
    )
    far_price: int = number(
        5, 1, 100, "Far price", "So many percent from your last price in a root, and you are asked once.", SIZES, "%"
    )
    entries_a_minute: int = number(20, 1, 1000, "Entries a minute", "More than these are not sent.", PACE, "a minute")
    same_again_s: int = number(
        10, 1, 600, "Same again", "Seconds in which the very same order is asked about.", PACE, "seconds"
    )
    burst: int = number(
        3,
        2,
        100,
        "Burst",
        "So many entries within two seconds switch entries off: no hand is that fast.",
        PACE,
        "entries in 2 s",
    )
    failures: int = number(
        3, 1, 100, "Failures", "So many entries in a row refused or not sent switch entries off.", PACE, "in a row"
    )
    idle_minutes: int = number(
        15,
        1,
        480,
        "Idle minutes",
        "Without a hand on the program entries are switched off after these.",
        SWITCH,
        "minutes",
    )
    off_at: str = setting(
        "",
        About(
            "Off at",
            "A time of day, on this computer's clock, at which entries are switched off.",
            "empty, or a time such as 16:00",
            text(is_clock),
            group=SWITCH,
        ),
    )
    simulation_accounts: tuple[str, ...] = setting(
        ("Sim#", "Playback#", "Demo#"),
        About(
            "Simulation",
            "Accounts without money, a pattern a line, for the whole name: # is digits only, * anything.",
            _PATTERNS,
            _ARE_PATTERNS,
            group=KINDS,
        ),
    )
    funded_accounts: tuple[str, ...] = setting(
        ("APEX*", "PA-APEX*", "TPT*", "MFF*", "TST*", "LFE*", "BX*", "TDF*", "ELITE*"),
        About(
            "Funded",
            "Accounts of funding firms, a pattern a line. All others are live.",
            _PATTERNS,
            _ARE_PATTERNS,
            group=KINDS,
        ),
    )
    quick_quantities: tuple[int, ...] = setting(
        (1, 2, 3, 5, 10),
        About(
            "Quick quantities",
            "The quantities with a button beside the size; they change the size and send nothing.",
            "a list of 1 to 10 whole numbers from 1 to 100000",
            list_of(whole(1, 100_000), 1, 10),
            1,
            100_000,
            BUTTONS,
        ),
    )
    read_back: bool = switch(
        True,
        "Read back",
        "Reads accounts, positions, orders and fills through CrossTrade's API, with the same key. It needs a Pro plan; "
        "without one sending works all the same.",
        READING,
    )
    reads_a_minute: int = number(
        60,
        12,
        60,
        "Reads a minute",
        "All programs on your key share 180 a minute. This is this one's part: less leaves more to a bot or copier.",
        READING,
    )
    push: bool = switch(
        False,
        "Push",
        "Quotes and P&L come by themselves over one open connection. CrossTrade gives a key only one: if a bot or "
        "copier of yours has it, this ends theirs. If it is taken back, the ticket gives way and asks as before.",
        READING,
    )
    own_order_ids: bool = switch(
        True,
        "Own order ids",
        "Gives each order on one account a name of its own, by which it is found again after it was sent.",
        READING,
    )
    look: str = choice(
        ("system", "light", "dark", "high contrast"),
        "Look",
        "The colours of the program. “system” follows this computer's settings, its high contrast too.",
        FEEDBACK,
    )
    sound_sent: bool = switch(True, "Sound: sent", "A short tone when the server took a message.", FEEDBACK)
    sound_refused: bool = switch(
        True, "Sound: refused", "Two tones down when a message was refused or did not get through.", FEEDBACK
    )
    sound_unknown: bool = switch(
        True,
        "Sound: unknown",
        "Three tones when nobody knows what became of a message, or an exit is not flat.",
        FEEDBACK,
    )
    sound_flat: bool = switch(True, "Sound: flat", "Two tones up when a read shows that an exit ended flat.", FEEDBACK)
    tray: bool = switch(
        True,
        "Icon in the tray",
        "Shows place and entries beside the clock, and tells there of unknown outcomes and failed exits while another "
        "window is in front.",
        FEEDBACK,
    )
    days_kept: int = number(
        400,
        30,
        36_500,
        "Days kept",
        "Older rows of the log are moved, by whole months, into archives beside the journal. Rows of unknown outcome "
        "stay in the log too. No archive is ever deleted.",
        LOG,
        "days",
    )
    size_mb: int = number(
        1000,
        20,
        100_000,
        "Size",
        "When the journal holds more, its oldest rows are moved too, but none of the last 24 hours. A million rows "
        "take about 500 MB.",
        LOG,
        "MB",
    )
    after_send: str = choice(
        (STAYS, *AFTER_SEND),
        "After a send",
        "Where the cursor goes once the form was sent: to a field of it, or nowhere.",
        FEEDBACK,
    )
    keys: tuple[str, ...] = setting(
        (),
        About(
            "Keys",
            "The keys that differ from the usual ones.",
            "a list such as F9: flatten, none: cancel",
            list_of(text(is_key_line), 0, 500),
        ),
    )
    keys_on: bool = switch(True, "Keys on", "Whether keys do anything.")
    system_keys: tuple[str, ...] = setting(
        (),
        About(
            "System-wide keys",
            "The actions whose keys work while another program has the focus.",
            "a list such as flatten, cancel",
            list_of(text(is_name), 0, 20),
        ),
    )
    unrehearsed: tuple[str, ...] = setting(
        (),
        About(
            "Keys to rehearse",
            "The actions whose keys were changed and not pressed since.",
            "a list such as flatten, cancel",
            list_of(text(is_name), 0, 500),
        ),
    )
    keys_stand_for: tuple[str, ...] = setting(
        (),
        About(
            "What keys stand for",
            "A hash of what each key was last seen to stand for: another one is rehearsed.",
            "what the window wrote there",
            list_of(text(is_key_line), 0, 500),
        ),
    )
    window: tuple[int, int, int, int] | None = setting(
        None,
        About("Window", "Where the window stood last.", "four whole numbers: x, y, width, height", is_window),
    )
    panes: str = setting("", About("Panes", "How the panes stood last.", "what the window wrote there", text(is_state)))
    walked: bool = switch(False, "Walk", "Whether the walk through practice was finished or put away.")
    compact: bool = switch(False, "Compact form", "Whether only the ticket and its presets are shown.")
    compact_window: tuple[int, int, int, int] | None = setting(
        None,
        About(
            "Compact window",
            "Where the window stood last in its compact form.",
            "four whole numbers: x, y, width, height",
            is_window,
        ),
    )


def about(name: str) -> About:
    """What a form needs of one setting."""
    return next(about_of(item) for item in fields(Settings) if item.name == name)


def about_of(item: Field[Any]) -> About:
    """The same, by its field."""
    found: About = item.metadata["about"]
    return found


def check(settings: Settings) -> tuple[Problem, ...]:
    """Every setting that could not be saved, with what it must be."""
    return tuple(fault_of(f) for f in fields(Settings) if not about_of(f).check(getattr(settings, f.name)))


def fault_of(item: Field[Any]) -> Problem:
    """What a setting must be, for one that is not."""
    return Problem(item.name, f"{about_of(item).label} must be {about_of(item).expected}.")

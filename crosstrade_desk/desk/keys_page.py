"""The help page of all keys, made from the table of actions: `resources/help/keys.md`."""

from typing import Final

from crosstrade_desk.desk.actions import ACTIONS, Action, Chapter
from crosstrade_desk.desk.keymap import USED_ELSEWHERE, USUAL
from crosstrade_desk.desk.letters import IN_LISTS, LETTERS, RULE

_HEAD: Final = """\
# Keys

The usual keys. Press F1 for the keys as you have them now, on one page, with the sizes of your quick quantities. The
window *Keys* (the button in the band) shows every action and lets you change its key.

*Menu* in the band (Alt+M) does the same without keys, and names the key of each action. What enters, and what takes two
presses, is not in it.

Enter alone and the mouse wheel never send anything. A key that is held down counts once.
"""
_LETTERS: Final = """\
## Underlined letters

{rule} A letter that you bind to an action is not underlined any more, and none
is while keys are off. In a menu that is open the underlined letter alone presses an entry; what sends, gets out or
changes the form has none there.

| Key | Where it leads |
|---|---|
{letters}

## In lists

| List | Key | What it does |
|---|---|---|
{lists}
"""
_REST: Final = """\
## Change a key

1. Press *Keys* in the band.
2. Press the button beside the action, then the key. Esc leaves it as it is. *Clear* takes a key away.
3. It counts at once, or a sentence beside it says why it cannot be had.

What is refused: a key that another action has, a key that types or edits text, a key of the desktop, and, for anything
that may enter, a key with fewer than two of Ctrl, Alt and Shift (Ctrl+Enter may). *Usual keys* puts all of them back.
A key that got out before you changed it does nothing any more, and says where *Flatten* is now.

In `settings.toml` a way out and an entry may get the same key by hand: the way out has it then.

## Rehearse a key

The first press of a new key that sends only says what it would do, in the key window and in the main window: nothing is
sent. The next one counts. Press it right after you bound it, while the key window is still in front. Until then the
button *Keys* in the band says *TRY* with the key, and FLATTEN says “press once to try it”. The key of a preset is
rehearsed again once the preset would send another order.

Tick *Rehearse keys* to try every key like that for as long as you like. The band says *KEYS REHEARSE*, and nothing is
sent by a key until you untick it or close the key window. Buttons that you press with the mouse send.

## Switch all keys off

Untick *Keys work*. Keys then reach whatever has the focus; only those that show keys, guide and menu go on working. The
buttons still work. It stays so when you start the program again, and the band and FLATTEN say *KEYS OFF* as long as it
is so. Press that in the band to switch them on again. The press of a key that would send is answered below the band.

## Keys while another program has the focus

For {wide} you can tick *in every program*. The key then works while your charts have the focus. The sentence
beside it says whether the system gave it.

Only ways out can have such a key. On Linux it works with X11, and has been tried there. On Wayland the desktop is
asked, once more after each change of such a key; this was tried against a stand-in only. Windows and macOS have not
been tried.

## Keys that others use

The window warns of them, and lets you have them.

| Key | Take care |
|---|---|
{others}
"""


def keys_page() -> str:
    """The whole page, as Markdown."""
    wide = " and ".join(f"*{action.title}*" for action in ACTIONS if action.system_wide)
    others = "\n".join(f"| {key} | {why} |" for key, why in USED_ELSEWHERE.items())
    chapters = (_chapter(chapter) for chapter in Chapter if chapter is not Chapter.PRESETS)
    lines = "\n".join(f"| `{one.chord}` | {one.goes_to} |" for one in LETTERS)
    lists = "\n".join(f"| {where} | {key} | {does} |" for where, key, does in IN_LISTS)
    letters = _LETTERS.format(rule=RULE, letters=lines, lists=lists)
    return "\n".join((_HEAD, *chapters, letters, _REST.format(wide=wide, others=others)))


def _chapter(chapter: Chapter) -> str:
    rows = "\n".join(_row(action) for action in ACTIONS if action.chapter is chapter)
    return f"## {chapter.value}\n\n| Key | Action | What it does |\n|---|---|---|\n{rows}\n"


def _row(action: Action) -> str:
    key = f"`{USUAL.text(action.id)}`" if action.id in USUAL.chords else "none"
    where = " From every window of the program." if action.everywhere and action.sends else ""
    return f"| {key} | {action.title} | {action.explanation}{where} |"

"""Where keys are on a keyboard, whatever letters a layout shows there."""

from typing import Final

# Numbers that keyboards send for the places of the letters, row by row, and of the digits: PC set 1, which Linux took
# over. X11 and Wayland add `X11_SHIFT`.
_ROWS: Final = ((16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"), (2, "1234567890"))
PLACES: Final = {first + step: key for first, keys in _ROWS for step, key in enumerate(keys)}
X11_SHIFT: Final = 8

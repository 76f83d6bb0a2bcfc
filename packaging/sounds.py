"""Writes the sounds of the program anew: python packaging/sounds.py [FOLDER]. A test fails while one is old.

Each is a row of short tones, made here and recorded from nothing: 16 bits, one channel, faded in and out so that no
loudspeaker clicks.
"""

import math
import sys
import wave
from array import array
from pathlib import Path
from typing import Final

RATE: Final = 22_050  # samples a second
_FADE_S: Final = 0.012
_LOUDEST: Final = 0.28  # of what 16 bits can hold: a desk is quiet
# Tones as (hertz, seconds); 0 hertz is a pause. Up is good, down is not, one tone three times asks for a look.
TONES: Final = {
    "sent": ((880.0, 0.07),),
    "refused": ((392.0, 0.11), (294.0, 0.17)),
    "unknown": ((659.0, 0.09), (0.0, 0.05), (659.0, 0.09), (0.0, 0.05), (659.0, 0.13)),
    "flat": ((523.0, 0.08), (784.0, 0.14)),
}


def samples(tones: tuple[tuple[float, float], ...]) -> list[int]:
    """The samples of a row of tones."""
    made: list[int] = []
    for hertz, seconds in tones:
        length = round(seconds * RATE)
        made.extend(_sample(number, length, hertz) for number in range(length))
    return made


def _sample(number: int, length: int, hertz: float) -> int:
    fade = min(1.0, number / (_FADE_S * RATE), (length - number) / (_FADE_S * RATE))
    turn = 2 * math.pi * hertz * number / RATE
    return round(32_767 * _LOUDEST * fade * (math.sin(turn) + 0.2 * math.sin(2 * turn)) / 1.2)


def write(folder: Path) -> None:
    """Writes all of them into a folder."""
    for name, tones in TONES.items():
        made = array("h", samples(tones))
        if sys.byteorder == "big":
            made.byteswap()
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, RATE, len(made), "NONE", ""))
            file.writeframes(made.tobytes())


if __name__ == "__main__":
    given = sys.argv[1:]
    write(Path(given[0]) if given else Path(__file__).resolve().parents[1] / "resources" / "sounds")

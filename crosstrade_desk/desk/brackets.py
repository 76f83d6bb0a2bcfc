"""Bracket templates: distances of target and stop, kept as a preset and laid to the side of an order. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crosstrade_desk.protocol.price_rules import SIDES, UP
from crosstrade_desk.protocol.prices import Price, RelativePrice
from crosstrade_desk.protocol.problems import Problem

if TYPE_CHECKING:  # laying one needs no preset
    from crosstrade_desk.storage.presets import Preset

_NONE = "There is no bracket to keep: type a take profit or stop loss as a distance first, such as 20 ticks."


def bracket_of(preset: "Preset") -> "Preset | Problem":
    """The template of a form's bracket, without a name: the distances of target and stop, and nothing else of it.

    Prices are left out: they fit one moment only.
    """
    distances = {name: preset.fields[name] for name in _distances(preset.fields)}
    if not distances:
        return Problem("take_profit", _NONE)
    return replace(preset, sends=False, part=True, every_account=False, fields=distances, extra={})


def laid(texts: Mapping[str, str], action: str) -> dict[str, str]:
    """The texts with each distance on the right side of an order: target above and stop below for BUY, else reversed.

    Texts with a side of their own, and all texts where the form has none, stay as they are.
    """
    up = UP.get(action, 0)
    if not up or "action" in texts:
        return dict(texts)
    return {**texts, **{name: _towards(found, SIDES[name] * up) for name, found in _distances(texts).items()}}


def _towards(distance: RelativePrice, way: int) -> str:
    return RelativePrice(abs(distance.amount) * way, distance.unit).text


def _distances(texts: Mapping[str, str]) -> dict[str, RelativePrice]:
    read = {name: Price().parse(texts.get(name, "")) for name in SIDES}
    return {name: found for name, found in read.items() if isinstance(found, RelativePrice)}

"""What a preset says today: its message, what the form is filled with, how it differs from the last one. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.contracts import contracts, front_month
from crosstrade_desk.protocol.instrument import Notation, parse_instrument, written
from crosstrade_desk.protocol.message import Message, Reading
from crosstrade_desk.protocol.own_ids import without_own_id
from crosstrade_desk.protocol.problems import Invalid, Problem, Problems
from crosstrade_desk.protocol.spec import CommandSpec
from crosstrade_desk.storage.presets import Preset

Compose = Callable[[CommandSpec, Mapping[str, str], tuple[str, ...], Mapping[str, str]], Message | Problems]
_INSTRUMENT: Final = "instrument"


def texts_today(preset: Preset, today: date) -> dict[str, str]:
    """The texts of its fields, with the front month of the day where it means that."""
    texts = dict(preset.fields)
    root = texts.get(_INSTRUMENT, "").strip().upper()
    if preset.front_month and (contract := contracts().get(root)):
        texts[_INSTRUMENT] = written(contract.root, *front_month(contract, today), Notation.MONTH_NUMBER).text
    return texts


def message_of(preset: Preset, compose: Compose, today: date) -> Message | Problems:
    """The very message that a press would send, or why it cannot be sent."""
    spec = SPECS[preset.command]
    root = preset.fields.get(_INSTRUMENT, "")
    if preset.front_month and root.strip().upper() not in contracts():
        words = f"{root} is no future that is known here: its front month is not known."
        return Problems((Problem(_INSTRUMENT, words),))
    needed = () if preset.every_account else spec.wide_without
    return compose(spec, texts_today(preset, today), needed, preset.extra)


def order_of(preset: Preset) -> str:
    """Everything of a preset that decides what a press of it does, as a text to be compared."""
    parts = (preset.command, preset.sends, preset.front_month, preset.part, preset.every_account)
    return json.dumps([parts, sorted(preset.fields.items()), sorted(preset.extra.items())])


def reading_of(preset: Preset, today: date) -> Reading:
    """What the form is filled with."""
    spec, texts = SPECS[preset.command], texts_today(preset, today)
    return Reading(spec, MappingProxyType(texts), preset.extra, compose(spec, texts, (), preset.extra))


def differences(message: Message, former: Message | None) -> tuple[str, ...]:
    """What a message says otherwise than the former one, field by field, in words."""
    if former is None:
        return ()
    old, new = ({"command": one.command.spec.token, **without_own_id(one.command).texts} for one in (former, message))
    names = [*new, *(name for name in old if name not in new)]
    return tuple(_change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _change(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{name} {new} (new)"
    return f"{name} left out (was {old})" if new is None else f"{name} {old} → {new}"


def with_month(preset: Preset, today: date) -> Preset:
    """The preset with its instrument as `front_month` wants it: a root alone, or a contract with its month."""
    text = preset.fields.get(_INSTRUMENT, "").strip()
    found = parse_instrument(text)
    if preset.front_month and not isinstance(found, Invalid) and found.root in contracts():
        return replace(preset, fields={**preset.fields, _INSTRUMENT: found.root})
    if not preset.front_month and text.upper() in contracts():
        return replace(preset, fields=texts_today(replace(preset, front_month=True), today))
    return preset

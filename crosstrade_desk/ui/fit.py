"""How a part of the window lays itself out by the room it has: the same widgets, in other places."""

from collections.abc import Mapping
from enum import Enum


class Fit(Enum):
    """From the widest to the narrowest, and what is wide but low; each part says from how many pixels on it takes
    which."""

    WHOLE = "whole"  # all in sight
    SHORT = "short"  # what is said of the fields stands in one place below them
    SLIM = "slim"  # one column, dense
    LOW = "low"  # as dense, in two columns


def fit_for(width: int, least: Mapping[Fit, int]) -> Fit:
    """The widest fit whose least width, in pixels, there is; without any it is the narrowest."""
    return next((fit for fit in (Fit.WHOLE, Fit.SHORT) if width >= least.get(fit, 0)), Fit.SLIM)

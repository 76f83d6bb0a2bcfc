"""What kind of money an account trades: told by its name, and by what the user says of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fnmatch import translate
from functools import lru_cache

from crosstrade_desk.storage.settings import Settings


class AccountClass(Enum):
    """Simulation, the money of a funding firm, or the trader's own. The order is that of caution."""

    SIMULATION = "simulation"
    FUNDED = "funded"
    LIVE = "live"


_CAUTION = list(AccountClass)
_NUMBER = "\ue000"  # stands for # while the rest of a pattern is translated


@dataclass(frozen=True, slots=True)
class Classes:
    """Patterns of names (`Sim#`, `APEX*`), read in any case: # is a number, * anything. What fits neither is live."""

    simulation: tuple[str, ...] = Settings().simulation_accounts
    funded: tuple[str, ...] = Settings().funded_accounts

    def of(self, account: str) -> AccountClass:
        """The class of one account. A name that fits both lists counts as funded, the more careful of the two."""
        return _class_of(self, account)

    def worst(self, accounts: Iterable[str]) -> AccountClass:
        """The class that asks for most caution among the accounts; live where none is named: that is all of them."""
        return max((self.of(name) for name in accounts), key=_CAUTION.index, default=AccountClass.LIVE)


@lru_cache(maxsize=1000)  # each press asks for it again and again, and each painting of the accounts
def _class_of(classes: Classes, account: str) -> AccountClass:
    if any(fits(account, pattern) for pattern in classes.funded):
        return AccountClass.FUNDED
    simulated = any(fits(account, pattern) for pattern in classes.simulation)
    return AccountClass.SIMULATION if simulated else AccountClass.LIVE


def fits(account: str, pattern: str) -> bool:
    """Whether a name fits a pattern as a whole."""
    return _compiled(pattern).fullmatch(account) is not None


@lru_cache(maxsize=400)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.replace("#", _NUMBER)).replace(_NUMBER, "[0-9]+"), re.IGNORECASE)

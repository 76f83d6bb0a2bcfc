"""What kind of money an account trades: told by its name, and by what the user says of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from crosstrade_desk.storage.settings import Settings


class AccountClass(Enum):
    """Simulation, the money of a funding firm, or the trader's own. The order is that of caution."""

    SIMULATION = "simulation"
    FUNDED = "funded"
    LIVE = "live"


_CAUTION = list(AccountClass)


@dataclass(frozen=True, slots=True)
class Classes:
    """Patterns of names (`Sim[0-9]*`, `APEX*`), read in any case. What fits neither list is live."""

    simulation: tuple[str, ...] = Settings().simulation_accounts
    funded: tuple[str, ...] = Settings().funded_accounts

    def of(self, account: str) -> AccountClass:
        """The class of one account. A name that fits both lists counts as funded, the more careful of the two."""
        if _fits(account, self.funded):
            return AccountClass.FUNDED
        return AccountClass.SIMULATION if _fits(account, self.simulation) else AccountClass.LIVE

    def worst(self, accounts: Iterable[str]) -> AccountClass:
        """The class that asks for most caution among the accounts; live where none is named: that is all of them."""
        return max((self.of(name) for name in accounts), key=_CAUTION.index, default=AccountClass.LIVE)


def _fits(account: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(account.casefold(), pattern.casefold()) for pattern in patterns)

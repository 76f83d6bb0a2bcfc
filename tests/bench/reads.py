"""How soon an order is looked for on its own account, in virtual time: the same on every machine."""

from bench.table import Figure
from support import virtual
from support.firsts import bursts, calm, firsts

_UNTIL_S = 1200.0
_IN_TIME_S = 9.7  # from the answer on; later it is called not read


def reads() -> list[Figure]:
    """Of some numbers of accounts, with one list for all of them and without."""
    return [
        _figure(accounts, load, offered=offered)
        for offered in (False, True)
        for load in ("calm", "bursts")
        for accounts in (1, 3, 10, 20)
    ]


def _figure(accounts: int, load: str, *, offered: bool) -> Figure:
    at = {"calm": calm, "bursts": bursts}[load](_UNTIL_S)
    found, _ = virtual.run(firsts(accounts, at, _UNTIL_S, offered=offered))
    middle, most = found[len(found) // 2], found[int(len(found) * 0.95)]
    late = sum(one > _IN_TIME_S for one in found) / len(found)
    how = "one list" if offered else "by account"
    what = f"first look at {accounts} accounts, {load}, {how}"
    return Figure(what, f"p50 {middle:.1f} s, p95 {most:.1f} s, late {late:.0%}", len(found))

"""How a price is written."""

from decimal import Decimal


def price(value: Decimal | None) -> str:
    """A price as it was told, with its own decimals."""
    return "" if value is None else f"{value:f}"

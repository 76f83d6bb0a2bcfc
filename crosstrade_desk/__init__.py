"""CrossTrade Desk: an order ticket for NinjaTrader 8 through CrossTrade."""

__version__ = "0.1.0"

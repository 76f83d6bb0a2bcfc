"""The exchange in a box: simulated NinjaTrader accounts behind CrossTrade's language, on the loopback interface."""

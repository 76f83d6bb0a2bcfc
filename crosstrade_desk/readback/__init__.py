"""Reads accounts, positions, orders, fills and quotes through CrossTrade's API. It can ask, and nothing else."""

"""Benchmarks: figures as ratios to a floor or a peer, measured by turns in one run. Run with `python -m bench`."""

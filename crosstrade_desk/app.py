"""Builds every long-lived object in order, runs, closes in reverse."""

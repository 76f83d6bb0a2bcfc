"""The guide, shown in a window of its own."""

"""Carries one frozen message and says truthfully what became of it."""

"""The key that tests use and that must never be seen anywhere."""

MARKER = "MARKER-7f3a-secret-key"

"""Windows in which something is set."""

"""The presets: saved orders, one press each."""

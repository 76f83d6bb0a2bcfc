"""The log pane: what was sent and what was answered."""

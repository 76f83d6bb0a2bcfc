"""The ticket: a form made from the catalogue, its read-back, and the buttons that send."""

"""How another process of the same user says something to the running program."""

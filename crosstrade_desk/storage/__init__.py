"""What survives a restart: folders, settings, the journal, and the way to the system keyring."""

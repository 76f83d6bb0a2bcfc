"""What the system tells of the trader's session: the screen is locked, the computer goes to sleep."""

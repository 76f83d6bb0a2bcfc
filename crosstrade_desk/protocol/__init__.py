"""What may be said to CrossTrade and what may come back. Pure: no clock, no socket, standard library only."""

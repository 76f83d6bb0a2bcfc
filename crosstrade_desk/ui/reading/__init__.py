"""What is read back: accounts, positions, orders, fills, and a quote beside the ticket."""

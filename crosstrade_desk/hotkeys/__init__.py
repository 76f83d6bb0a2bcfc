"""Keys that work while another program has the focus, for exits only: one back end for each kind of desktop."""

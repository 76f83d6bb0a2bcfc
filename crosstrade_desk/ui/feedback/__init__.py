"""What the window lets hear and see beside itself: sounds, the icon in the tray, how sending does."""

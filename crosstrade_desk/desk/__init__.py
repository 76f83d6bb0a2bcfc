"""The application service: window and command line talk to this, and to nothing below it."""

"""The window. Qt lives here and in app.py; nothing here knows how a message travels."""

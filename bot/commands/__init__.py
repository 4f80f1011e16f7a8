"""The groups of the command line that outgrew `bot/cli.py`."""

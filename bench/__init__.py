"""What is measured, one file per claim; `python -m bench` runs those that need only ourselves."""

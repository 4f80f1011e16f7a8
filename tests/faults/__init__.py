"""Faults, each as a test that bears the number of its row."""

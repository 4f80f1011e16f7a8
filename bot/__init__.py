"""Newsbell: a self-hosted Telegram bot that rings once per story."""

__version__ = "0.1.0"

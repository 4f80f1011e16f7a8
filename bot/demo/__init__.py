"""Newsbell without Telegram or a network: a strict local Bot API, sample news, a chat page."""

"""COLLECT, put together: feeds that are due are visited; what is new is owed to those who follow.

In: the clock, the store, the one door to the outside. Out: news for `bot/pipeline.py`, which has
the order of things; alerts in the outbox. Knows nothing of Telegram.
"""

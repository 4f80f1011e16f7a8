"""What people read when they ask: headlines, search, a story and its summary.

In: a request of one chat. Out: stories as that chat may see them, told by sentences of their
sources or, where the operator gave a model, in its words as far as they hold. Knows nothing of
Telegram.
"""

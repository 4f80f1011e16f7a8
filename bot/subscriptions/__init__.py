"""What chats follow and read: the actions behind every way to ask for them.

In: what a reader wrote or tapped, or an operator typed. Out: topics with their rules, feeds of a
chat, previews. `following` has the topics, `feeds` the feeds. Knows nothing of Telegram.
"""

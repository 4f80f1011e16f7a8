"""The chat page: a phone in the browser, whose chats live in the local Bot API server."""

"""Everything Newsbell raises on purpose.

    NewsbellError
    ├── SettingsError        a variable is missing, unknown or wrong; exit code 78
    ├── QueryError           a topic that cannot be understood; says where and how to mend it
    ├── FeedError            not a feed, or no feed found at an address
    ├── PageError            a page without readable text
    ├── LimitReached         a quota of the chat is used up
    ├── WorkerError          the worker process was killed or failed
    ├── WebError             the health page cannot be served at its port
    ├── TokenRefused         Telegram does not know the token; exit code 78, the queue is kept
    └── StoreError
        ├── StoreBusy        another writer holds the database; try again
        ├── StoreFull        the disk is full
        ├── StoreLocked      another process has the file open
        ├── StoreCorrupt     the file is damaged; restore a backup
        ├── StoreNewer       the file was written by a newer Newsbell
        └── StoreMissing     no database where one is expected

Expected outcomes of a fetch or a send are values (`bot.model`), not exceptions.
"""


class NewsbellError(Exception):
    """Base of all. The text is a sentence that a person can act on; it never holds a secret."""


class SettingsError(NewsbellError):
    pass


class QueryError(NewsbellError):
    """`at` is the index of the character where understanding ended."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


class FeedError(NewsbellError):
    pass


class PageError(NewsbellError):
    pass


class LimitReached(NewsbellError):
    def __init__(self, message: str, limit: int) -> None:
        super().__init__(message)
        self.limit = limit


class WorkerError(NewsbellError):
    pass


class WebError(NewsbellError):
    pass


class TokenRefused(NewsbellError):
    pass


class StoreError(NewsbellError):
    pass


class StoreBusy(StoreError):
    pass


class StoreFull(StoreError):
    pass


class StoreLocked(StoreError):
    pass


class StoreCorrupt(StoreError):
    pass


class StoreNewer(StoreError):
    pass


class StoreMissing(StoreError):
    pass

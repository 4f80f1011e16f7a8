"""Everything Newsbell raises on purpose.

    NewsbellError
    ├── SettingsError        a variable is missing, unknown or wrong; exit code 78
    ├── QueryError           a topic that cannot be understood; says where and how to mend it
    ├── FeedError            not a feed, or no feed found at an address
    ├── PageError            a page without readable text
    ├── LimitReached         a quota of the chat is used up
    ├── WorkerError          the worker process was killed or failed
    ├── ModelError           a language model gave no answer that can be used
    ├── WebError             the health page cannot be served at its port
    ├── TokenRefused         Telegram does not know the token; exit code 78, the queue is kept
    └── StoreError
        ├── StoreBusy        another writer holds the database; try again
        ├── StoreFull        the disk is full
        ├── StoreFailing     the disk fails, or may not be written
        ├── StoreLocked      another process has the file open
        ├── StoreCorrupt     the file is damaged; restore a backup
        ├── StoreNewer       the file was written by a newer Newsbell
        └── StoreMissing     no database where one is expected

Expected outcomes of a fetch or a send are values (`bot.model`), not exceptions.
"""

from collections.abc import Mapping
from typing import Literal


class NewsbellError(Exception):
    """Base of all. The text is a sentence that a person can act on; it never holds a secret."""


class SettingsError(NewsbellError):
    pass


class QueryError(NewsbellError):
    """`at` is the index of the character where understanding ended, `near` what stands there.

    `code` and `values` tell it in any language: `query.<code>` in `bot/i18n`; "" has words alone.
    """

    def __init__(
        self,
        message: str,
        at: int = 0,
        near: str = "",
        code: str = "",
        values: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(message)
        self.at = at
        self.near = near
        self.code = code
        self.values = values or {}


class FeedError(NewsbellError):
    """`kind` and `status` tell it in any language: as in `bot.model.Refused`, "feed" where there is
    something but no feed, "words" for what is no address at all.
    """

    def __init__(self, message: str = "", kind: str = "feed", status: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status


class PageError(NewsbellError):
    """`kind` and `status` as in `bot.model.Refused`; "" for a page that holds nothing to read."""

    def __init__(self, message: str = "", kind: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status


class LimitReached(NewsbellError):
    """`kind` is what there are too many of."""

    def __init__(
        self, message: str, limit: int, kind: Literal["topics", "feeds"] = "topics"
    ) -> None:
        super().__init__(message)
        self.limit = limit
        self.kind = kind


class WorkerError(NewsbellError):
    pass


class ModelError(NewsbellError):
    """`kind`: busy, resting, budget, slow, network, refused, size, answer; never what it said."""

    def __init__(self, kind: str, status: int = 0) -> None:
        super().__init__(
            f"The language model gave no answer ({kind}{f' {status}' * bool(status)})."
        )
        self.kind = kind


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


class StoreFailing(StoreError):
    pass


class StoreLocked(StoreError):
    pass


class StoreCorrupt(StoreError):
    pass


class StoreNewer(StoreError):
    pass


class StoreMissing(StoreError):
    pass

"""The embedded engine: SQLite through aiosqlite, one file, no server.

In: the queries of the store. Out: rows and transactions. One connection writes and checkpoints,
behind a lock; readers are opened `mode=ro` and closed first; a `flock` keeps other processes out
(docs/decisions/0002-storage.md says why, with figures). It refuses to know any table but the full
text index. How the file is opened is in `sqlite_file`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot.errors import StoreError, StoreFailing, StoreFull
from bot.store.connection import COPY, Connection, copy
from bot.store.engine import Macro, Params, Query, Row, Session, compile_query
from bot.store.lock import FileLock
from bot.store.reserve import Reserve

T = TypeVar("T")

SHORT = 16 << 20  # bytes of the write-ahead log that are left alone


def _field(field: str) -> str:
    table, name = field.split(".")
    return f"({table}.value ->> '{name}')"


_HITS = (
    "(SELECT rowid AS id, bm25(article_fts) AS score FROM article_fts"
    " WHERE article_fts MATCH :{name} ORDER BY rowid DESC LIMIT {limit})"
)
MACROS: Mapping[str, Macro] = {
    # A JSON array of objects, one row each: `@each(drafts) d`, and its fields @text(d.key).
    "each": lambda name: f"json_each(:{name})",
    "int": _field,
    "text": _field,
    "ids": lambda name: f"(SELECT value FROM json_each(:{name}))",  # noqa: S608 - our own names
    # The newest hits with their score, lower is better: ranking all of them takes 0.7 s on a
    # common word at a million articles (docs/decisions/0002-storage.md).
    "hits": lambda name, limit: _HITS.format(name=name, limit=int(limit)),
    "optimize": lambda: "INSERT INTO article_fts (article_fts) VALUES ('optimize')",
    "words_check": lambda: (
        "INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)"
    ),
    "skip_locked": lambda: "",
    "is_copy": lambda: f"SELECT application_id = {COPY} AS value FROM pragma_application_id",  # noqa: S608
    "no_copy": lambda: "PRAGMA application_id = 0",
    # Numbers that were given after a backup was made must not be given again once it is restored.
    "skip_numbers": lambda: "UPDATE sqlite_sequence SET seq = seq + 1000000",
}


class Sqlite:
    """The `Engine` on one SQLite file."""

    def __init__(
        self, file: Path, lock: FileLock, writer: Connection, readers: Sequence[Connection]
    ) -> None:
        self._file = file
        self._lock = lock
        self._reserve = Reserve(file)
        self.trouble: StoreError | None = None
        self._writer = writer
        self._idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._readers = len(readers)
        self._writing = asyncio.Lock()
        self._owner: asyncio.Task[object] | None = None
        self._scrub = False
        self._closed = False
        self._texts: dict[Query, str] = {}
        self.reader = Session(self._read)
        try:
            self._reserve.keep()
        except StoreFull as error:
            self.trouble = error

    @property
    def former(self) -> int | None:
        return self._lock.former

    def sign(self, epoch: int) -> None:
        self._lock.sign(epoch)

    def compile(self, queries: Iterable[Query]) -> None:
        self._texts = {query: compile_query(query.text, MACROS) for query in queries}

    def _text(self, query: Query) -> str:
        return self._texts.get(query) or compile_query(query.text, MACROS)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("The store is closed.")

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Connection]:
        self._check_open()
        reader = await self._idle.get()
        try:
            yield reader
        finally:
            self._idle.put_nowait(reader)

    async def _read(self, query: Query, params: Params) -> list[Row]:
        async with self._borrowed() as reader:
            return await reader.run(self._text(query), params)  # type: ignore[return-value]

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        self._check_open()
        me = asyncio.current_task()
        if self._owner is not None and self._owner is me:
            raise StoreError("A transaction inside a transaction would wait for itself.")
        async with self._writing:
            self._check_open()
            self._owner = me
            try:
                async with self._begun():
                    session = Session(self._write, self._scrub_later)
                    yield session
            finally:
                self._owner = None

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[None]:
        self._scrub = False
        try:
            await self._writer.run("BEGIN IMMEDIATE")
            yield
            # Not to be cut short: whoever is cancelled here must find it either done or undone.
            await finished(self._writer.run("COMMIT"))
        except BaseException as error:
            await finished(self._writer.rollback())
            self._note(error)
            raise
        if self._scrub:
            await finished(self._truncate())

    def _note(self, error: BaseException) -> None:
        if isinstance(error, StoreFull):
            self._reserve.give_up()
        if isinstance(error, StoreFull | StoreFailing):
            self.trouble = error

    def make_room(self) -> None:
        self._reserve.keep()

    async def _write(self, query: Query, params: Params) -> list[Row]:
        return await self._writer.run(self._text(query), params)  # type: ignore[return-value]

    def _scrub_later(self) -> None:
        self._scrub = True

    async def _truncate(self) -> None:
        """Empty the write-ahead log, which still holds the pages as they were."""
        await self._writer.run("PRAGMA wal_checkpoint(TRUNCATE)")

    # ── the file ─────────────────────────────────────────────────────────────────────────────────

    async def backup(self, path: Path) -> None:
        self._check_open()
        await copy(self._file, path)

    async def check(self) -> list[str]:
        async with self._borrowed() as reader:
            rows = await reader.run("PRAGMA integrity_check(20)")
            orphans = await reader.run("PRAGMA foreign_key_check")
        problems = [str(row[0]) for row in rows if row[0] != "ok"]
        return problems + [f"{row[0]} row {row[1]} points to no {row[2]}" for row in orphans]

    async def tend(self) -> int:
        """PASSIVE waits for nobody; only when no reader needs the log, it is cut."""
        log = self._file.with_name(self._file.name + "-wal")
        if _size(log) <= SHORT:
            return _size(log)
        async with self._writing:
            self._check_open()
            ((_, pages, done),) = await self._writer.run("PRAGMA wal_checkpoint(PASSIVE)")
            if pages == done:
                await self._truncate()
        return _size(log)

    async def close(self) -> None:
        """Readers first, so that only the writer ever checkpoints."""
        if self._closed:
            return
        self._closed = True
        async with self._writing:
            try:
                for _ in range(self._readers):
                    await (await self._idle.get()).close()
                await self._writer.close()
            finally:
                self._reserve.give_up()
                self._lock.release()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


async def finished(work: Awaitable[T]) -> T:
    """Wait for `work` to the end however often we are cancelled, then be cancelled."""
    whole = asyncio.gather(work)
    cancelled: asyncio.CancelledError | None = None
    while not whole.done():
        try:
            await asyncio.shield(whole)
        except asyncio.CancelledError as error:
            cancelled = error
        except StoreError:
            break
    if cancelled is not None and whole.exception() is None:
        raise cancelled
    return whole.result()[0]

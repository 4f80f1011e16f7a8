"""What the store asks of a database: one text per query, rows out, one transaction at a time.

In: queries with `:name` parameters and a handful of macros. Out: rows. A macro is written
`@name(a)` or `@name(a, b)`; each engine says what it stands for, so that a query is written once
and compiled when the store opens (docs/decisions/0002-storage.md). It refuses to know any table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from bot.errors import StoreError

Value: TypeAlias = str | int | float | bytes | None
Params: TypeAlias = Mapping[str, Value]
Macro: TypeAlias = Callable[..., str]

_MACRO = re.compile(r"@(\w+)\(([^()]*)\)")


class Row(Protocol):
    """A row of a result; columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...

    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """The text of a query, the same for every engine. Equal only to itself, so it can be a key."""

    text: str


def compile_query(text: str, macros: Mapping[str, Macro]) -> str:
    """Write out the macros of `text`. Raises StoreError for one that the engine does not know."""

    def written(match: re.Match[str]) -> str:
        name, inside = match.groups()
        macro = macros.get(name)
        if macro is None:
            raise StoreError(f"The engine has no macro @{name}.")
        return macro(*(part.strip() for part in inside.split(",") if part.strip()))

    return _MACRO.sub(written, text)


def packed(items: Iterable[object]) -> str:
    """A list as the one JSON parameter that `@each` and `@ids` read.

    Half a surrogate pair, which no database stores, becomes a question mark.
    """
    text = json.dumps(list(items), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")


class Session:
    """Where statements run: a reader out of the pool, or the writer inside a transaction."""

    def __init__(
        self,
        run: Callable[[Query, Params], Awaitable[list[Row]]],
        scrub: Callable[[], None] | None = None,
    ) -> None:
        self._run = run
        self._scrub = scrub

    async def rows(self, query: Query, /, **params: Value) -> list[Row]:
        return await self._run(query, params)

    async def one(self, query: Query, /, **params: Value) -> Row | None:
        rows = await self._run(query, params)
        return rows[0] if rows else None

    async def sole(self, query: Query, /, **params: Value) -> Row:
        """The one row there must be. Raises StoreError when what it rests on is gone."""
        row = await self.one(query, **params)
        if row is None:
            raise StoreError("What this rests on was deleted meanwhile.")
        return row

    async def value(self, query: Query, column: str = "value", /, **params: Value) -> Any:
        """One column of the first row; None where there is no row."""
        row = await self.one(query, **params)
        return None if row is None else row[column]

    def scrub(self) -> None:
        """After this transaction, leave no trace of deleted rows in logs of the database."""
        if self._scrub is not None:
            self._scrub()


class Engine(Protocol):
    """A database that is open, migrated and ours alone."""

    reader: Session
    """Statements outside a transaction; they cannot write."""
    trouble: StoreError | None
    """Why nothing new should be taken in: the disk was full or failed. `Store.mend` looks again."""

    @property
    def former(self) -> int | None:
        """The last epoch that began where this database lies; None: none that we know of."""

    def sign(self, epoch: int) -> None:
        """Remember, beside the database, that this epoch has begun."""

    def make_room(self) -> None:
        """Keep room for what cannot wait. Raises StoreFull where there is none."""

    async def tend(self) -> int:
        """Keep the database's own log short; its bytes, many when something holds on to them."""

    def compile(self, queries: Iterable[Query]) -> None:
        """Write out the macros of all queries, so that a bad one stops the start."""

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """All or nothing; one at a time; rolled back on any exception, cancellation too."""

    async def backup(self, path: Path) -> None:
        """A copy of this moment that opens by itself, while others read and write."""

    async def check(self) -> list[str]:
        """What is wrong with the files, in sentences; empty when nothing is."""

    async def close(self) -> None:
        """Wait for what runs, then let go of the files."""

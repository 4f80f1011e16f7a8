"""The only place with SQL.

In: DATABASE_URL. Out: a `Store`. An engine is added by one module and one entry in ENGINES; the
contract suite (tests/store) then runs on it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping
from typing import Protocol

from bot.errors import SettingsError
from bot.model import Clock
from bot.store.engine import Engine
from bot.store.refusals import Untold
from bot.store.sqlite_file import open_sqlite
from bot.store.store import Store, Transaction, begin

__all__ = ["ENGINES", "Store", "Transaction", "Untold", "open_store"]


class Opener(Protocol):
    def __call__(self, url: str, *, create: bool, anew: bool, now: Clock) -> Awaitable[Engine]: ...


ENGINES: Mapping[str, Opener] = {"sqlite": open_sqlite}


async def open_store(
    url: str, *, create: bool = True, anew: bool = False, now: Clock = time.time
) -> Store:
    """Open the database of `url`: lock it, check it, migrate it (after a backup).

    `anew`: make one even where another was and is gone.

    Raises StoreMissing where there is none and either no `create` or a trace of one, StoreLocked,
    StoreCorrupt, StoreNewer, StoreFull, and SettingsError for a URL that no engine takes. The URL
    is never in the message: it may hold a password.
    """
    scheme = url.partition(":")[0].lower()
    opener = ENGINES.get(scheme)
    if opener is None:
        raise SettingsError(_unknown(scheme))
    engine = await opener(url, create=create, anew=anew, now=now)
    try:
        return await begin(engine, now)
    except BaseException:
        await engine.close()
        raise


def _unknown(scheme: str) -> str:
    if scheme in ("postgres", "postgresql"):
        return "PostgreSQL is not built yet. Set DATABASE_URL=sqlite:///data/newsbell.db"
    return "DATABASE_URL must begin with sqlite:/// like sqlite:///data/newsbell.db"

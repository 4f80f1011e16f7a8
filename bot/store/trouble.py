"""What SQLite complains of, as our exceptions with a sentence that a person can act on.

In: a `sqlite3.Error` and the database's file. Out: the StoreError to raise. It changes nothing: a
damaged file stays where it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StoreBusy, StoreCorrupt, StoreError, StoreFailing, StoreFull

# Primary result codes, https://www.sqlite.org/rescode.html
_BUSY, _LOCKED, _READONLY, _IOERR = 5, 6, 8, 10
_CORRUPT, _FULL, _CANTOPEN, _CONSTRAINT, _NOTADB = 11, 13, 14, 19, 26


def explain(error: sqlite3.Error, file: Path) -> StoreError:
    """The StoreError for `error`; unknown ones keep SQLite's own words."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (_BUSY, _LOCKED):
        return StoreBusy(f"Another program is writing to {file}. Try again in a moment.")
    if code == _FULL:
        return StoreFull(f"No space is left for {file}. Free some; nothing stored is lost.")
    if code in (_CORRUPT, _NOTADB):
        return damaged(file, str(error))
    if code == _READONLY:
        return StoreFailing(
            f"{file} cannot be written here: writes go through store.transaction(), "
            "and the file and its folder must be writable."
        )
    if code == _CANTOPEN:
        return StoreError(f"{file} cannot be opened. Check that its folder exists and is ours.")
    if code == _IOERR:
        return StoreFailing(f"The disk failed on {file}: {error}. Check the disk and its space.")
    if code == _CONSTRAINT:
        return StoreError(f"Refused by the database: {error}.")
    return StoreError(f"The database refused: {error}.")


def damaged(file: Path, what: str) -> StoreCorrupt:
    """Says how to restore. The old WAL must go too: with another file it would damage that."""
    return StoreCorrupt(
        f"{file} is damaged or no database ({what}). It was left as it is. "
        f"To restore a backup: mv {file} {file}.damaged; rm -f {file}-wal {file}-shm; "
        f"cp BACKUP {file}"
    )


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Raise what SQLite raises inside as a StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, file) from error
    except UnicodeEncodeError as error:
        raise StoreError("The text holds half a character, which cannot be stored.") from error
    except OverflowError as error:
        raise StoreError("A number is too large for the database.") from error

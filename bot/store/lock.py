"""One process per database file.

In: the database's path. Out: a lock that the kernel drops with the process, however it dies. SQLite
up to 3.51.2 can damage a WAL that two connections checkpoint, and two couriers on one outbox would
ring twice: so a second process is refused (docs/decisions/0002-storage.md).
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.errors import StoreError, StoreLocked


class FileLock:
    """An exclusive `flock` on `<database>.lock`, which holds the owner's process id."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(file.name + ".lock")
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises StoreLocked when another process, or another store of this one, has it."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise self._refusal(owner, error) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def _refusal(self, owner: str, error: OSError) -> StoreError:
        if not isinstance(error, BlockingIOError):
            return StoreError(f"{self._path} cannot be locked: {error.strerror}.")
        who = f" (process {owner})" if owner else ""
        database = self._path.with_suffix("")
        return StoreLocked(f"Another Newsbell{who} has {database} open. Stop it first.")

    def release(self) -> None:
        """The file stays: removing it would let two processes lock two files of one name."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

"""One process per database file.

In: the database's path. Out: a lock that the kernel drops with the process, however it dies. SQLite
up to 3.51.2 can damage a WAL that two connections checkpoint, and two couriers on one outbox would
ring twice: so a second process is refused (docs/decisions/0002-storage.md).
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from bot.errors import StoreError, StoreLocked


class FileLock:
    """An exclusive `flock` on `<database>.lock`.

    The file holds the owner's process id and, on a second line, the last epoch that began here: a
    database that knows only earlier ones is a backup that was restored.
    """

    def __init__(self, file: Path) -> None:
        self.path = file.with_name(file.name + ".lock")
        self._handle: int | None = None
        self.former: int | None = None
        """The last epoch that began here before; None: none ever did."""

    @property
    def signed(self) -> bool:
        """Whether an epoch ever began here; asks nobody for the lock."""
        try:
            text = self.path.read_text("ascii", "replace")
        except OSError:
            return False
        return _epoch(text.split("\n")) is not None

    def acquire(self) -> None:
        """Raises StoreLocked when another process, or another store of this one, has it."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = _lines(handle)[0]
            os.close(handle)
            raise self._refusal(owner, error) from error
        self._handle = handle
        self.former = _epoch(_lines(handle))
        self.sign(self.former)

    def sign(self, epoch: int | None) -> None:
        """Remember that this epoch has begun; only once the database knows it, too."""
        if self._handle is None:
            return
        text = f"{os.getpid()}\n" + ("" if epoch is None else f"{epoch}\n")
        with suppress(OSError):  # a full disk: then it is the former one that stays known
            os.pwrite(self._handle, text.encode(), 0)
            os.ftruncate(self._handle, len(text))
            os.fsync(self._handle)

    def _refusal(self, owner: str, error: OSError) -> StoreError:
        if not isinstance(error, BlockingIOError):
            return StoreError(f"{self.path} cannot be locked: {error.strerror}.")
        who = f" (process {owner})" if owner else ""
        database = self.path.with_suffix("")
        return StoreLocked(f"Another Newsbell{who} has {database} open. Stop it first.")

    def release(self) -> None:
        """The file stays: removing it would let two processes lock two files of one name."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _lines(handle: int) -> list[str]:
    return os.pread(handle, 64, 0).decode("ascii", "replace").split("\n")


def _epoch(lines: list[str]) -> int | None:
    return int(lines[1]) if len(lines) > 1 and lines[1].isdecimal() else None

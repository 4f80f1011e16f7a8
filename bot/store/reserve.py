"""Room that is kept for what cannot wait, on a disk that others may fill.

In: the database's path. Out: a file beside it that takes up room while the bot runs, and is given
up when the disk is full. What is owed can then still be sent, for marking and settling an alert
changes rows and adds hardly any; nothing new is fetched until the file can be made again, with as
much room once more beside it (docs/decisions/0004-faults.md).
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from bot.errors import StoreFull

BYTES = 8 << 20  # twice what the write-ahead log takes between two checkpoints


class Reserve:
    """`<database>.reserve`; its content means nothing."""

    def __init__(self, file: Path, size: int = BYTES) -> None:
        self._file = file
        self._path = file.with_name(file.name + ".reserve")
        self._size = size

    def keep(self) -> None:
        """Take the room, unless it is taken already. Raises StoreFull."""
        if self._path.exists() and self._path.stat().st_size >= self._size:
            return
        try:
            self._take()
        except OSError as error:
            self.give_up()
            raise self._full() from error
        if shutil.disk_usage(self._path.parent).free < self._size:
            self.give_up()
            raise self._full()

    def _take(self) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _allocate(handle, self._size)
        finally:
            os.close(handle)

    def give_up(self) -> None:
        """Others may have the room; harmless where there is no file."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:  # a disk that fails: then it is not the room that is missing
            return

    def _full(self) -> StoreFull:
        return StoreFull(f"No space is left for {self._file}. Free some; nothing stored is lost.")


def _allocate(handle: int, size: int) -> None:
    """Room that is really taken; written out where the file system can't be asked for it."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}:
                raise
        else:
            return
    block = os.urandom(1 << 16)  # what a file system may not press together
    while os.fstat(handle).st_size < size:
        os.write(handle, block)

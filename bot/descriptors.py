"""How many files and connections this process may have open at once.

In: the limits that the system gave it. Out: a soft limit raised as far as it may be, and how many
connections to feeds fit below it. The database, the worker and the connections to Telegram come
first: a bot that cannot open its own file is worse than one that visits fewer feeds at a time.
"""

from __future__ import annotations

import resource

_ENOUGH = 4096
_OURS = 48  # database, log, worker, loop, health page, and a dozen connections to Telegram
MOST, FEWEST = 40, 4  # connections to feeds


def raise_limit() -> int:
    """Raise the soft limit towards the hard one; the limit that now holds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return _ENOUGH
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):
        return soft
    return wanted


def connections(limit: int) -> int:
    """How many connections to feeds fit below `limit` open files."""
    return max(FEWEST, min(MOST, limit - _OURS))

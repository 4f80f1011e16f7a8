"""A document in helpings: how much of it is stored at a time (pure).

In: the drafts of a document, and which of them are new. Out: groups of drafts, oldest first.
Whoever writes between two helpings need not wait for a whole first visit. It refuses to know the
store.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf

from bot.model import Draft


def helpings(drafts: Sequence[Draft], new: Collection[str], size: int) -> list[tuple[Draft, ...]]:
    """At most `size` new ones in each; those that are known go with the last. Never empty.

    `new` are keys. The first of a key wins, as everywhere.
    """
    if len(new) <= size:
        return [tuple(drafts)]
    # From the end, for feeds list their newest first.
    by_key = {draft.key: draft for draft in reversed(drafts)}
    fresh = [draft for key, draft in by_key.items() if key in new]
    fresh.sort(key=lambda draft: inf if draft.published is None else draft.published)
    served = [tuple(fresh[at : at + size]) for at in range(0, len(fresh), size)]
    known = tuple(draft for key, draft in by_key.items() if key not in new)
    return [*served[:-1], served[-1] + known]

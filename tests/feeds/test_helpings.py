"""A document in helpings: everything once, oldest first, what is known with the last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.helpings import helpings
from bot.model import Draft


def draft(key: str, published: int | None) -> Draft:
    return Draft(
        key=key, guid=None, title=key, link="", summary="", text="",
        published=published, updated=None, language="",
    )  # fmt: skip


drafts = st.lists(
    st.builds(draft, st.sampled_from("abcdefghij"), st.none() | st.integers(0, 9)), max_size=25
)


@given(drafts, st.sets(st.sampled_from("abcdefghij")), st.integers(1, 5))
def test_everything_once_and_oldest_first(found: list[Draft], new: set[str], size: int) -> None:
    new &= {draft.key for draft in found}
    served = helpings(found, new, size)
    assert served
    if len(new) <= size:
        assert served == [tuple(found)]
        return
    fresh = [[d for d in helping if d.key in new] for helping in served]
    assert all(1 <= len(some) <= size for some in fresh)
    first = {d.key: d for d in reversed(found)}
    assert sorted(d.key for helping in served for d in helping) == sorted(first)
    assert all(first[d.key] is d for helping in served for d in helping)
    assert all(d.key in new for helping in served[:-1] for d in helping)
    times = [d.published for some in fresh for d in some]
    assert times == sorted(times, key=lambda at: float("inf") if at is None else at)


def test_a_document_without_entries_is_one_helping() -> None:
    assert helpings((), set(), 10) == [()]

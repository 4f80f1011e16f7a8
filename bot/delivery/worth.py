"""What a summary in a message is worth: which of two is the better one.

In: a summary as a message shows it. Out: a number; the greater, the better. Sentences of pages are
worth more than those of the feeds, a model's words, which passed its gate, more than both, and of
two of a kind the one from more outlets. It refuses to know how summaries are made.
"""

from __future__ import annotations

from bot.model import Summary

NOTHING = 0
PAGE = 4
_BASE = {"headline": NOTHING, "teaser": 2, "text": 2, "page": PAGE, "model": 6}


def worth(summary: Summary, shown: int = 2) -> int:
    """0: nothing but the headline. `shown`: sentences that the message has room for."""
    said = [sentence for sentence in summary.sentences if sentence.text.strip()][:shown]
    if not said:
        return NOTHING
    base = _BASE[summary.kind]
    return base + (base > NOTHING and len({sentence.source for sentence in said}) > 1)

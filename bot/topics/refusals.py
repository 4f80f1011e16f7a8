"""What is wrong with a query that cannot be understood, and how to mend it.

In: a code and what it needs to be told. Out: a `QueryError` with English words; others say it
by the code (`query.<code>` in `bot/i18n`).
"""

from __future__ import annotations

from bot.errors import QueryError


def refusal(code: str, at: int = 0, **values: str | int) -> QueryError:
    """What is wrong, in English; `code` and `values` are what other languages say it by."""
    return QueryError(_REFUSALS[code].format(**values), at, code=code, values=values)


_REFUSALS = {
    "long": "A topic has at most {limit} characters; say it shorter.",
    "all": 'This would ring for almost everything. Add a word or a name, as in "Niger -football".',
    "deep": "Too many parentheses inside each other; take some away.",
    "end": "Something is missing at the end: write a word, a name or a phrase.",
    "before": "“{sign}” needs a word or a name before it.",
    "terms": "A topic has at most {limit} terms; follow two topics instead.",
    "hollow": "There is nothing between these parentheses; write something or drop them.",
    "open": "This parenthesis is never closed: add “)”.",
    "quote": 'These quotation marks are never closed: add “"” at the end.',
    "wordless": "There are no words between these quotation marks.",
    "field": "“{name}:” is not known; use title:, source:, lang: or country:.",
    "value": "Write what “{name}:” shall be, as in {example}.",
    "publisher": "Write the publisher's name, as in source:Reuters.",
    "language": "Write a language as its two letters, as in lang:fr.",
    "country": "Write a country as its name or two letters, as in country:NE.",
    "signs": "“{sign}” holds no word; take it away.",
    "close": "This “)” closes nothing; take it away, or add “(” before.",
}

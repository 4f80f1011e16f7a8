"""The main text of a web page, without its furniture.

In: the bytes of a page, its address and content type. Out: a `Page`, or PageError with a sentence
for a person. Runs in the killable worker: trafilatura is imported when it is first needed, and no
input is trusted (2 MB, 20,000 tags; mis-nested markup beyond that costs quadratic time).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from bot.errors import PageError
from bot.model import Page
from bot.stories.lines import article
from bot.stories.unreadable import utf8, why_not
from bot.text import language as language_of

MAX_BYTES = 2_000_000
MAX_TAGS = 20_000
_LONGEST_SCRIPT = 50_000
SHORT = 1_500
"""Characters below which a second, more generous reading is tried."""
_LINK = (
    "//*[self::p or self::li or self::h3 or self::h4][a][normalize-space(a[1])=normalize-space(.)]"
)
_ASIDE = "//*[self::form or self::aside or self::button][string-length(normalize-space(.))<400]"
_BESIDE = [_LINK, _ASIDE]
"""A paragraph, item or subhead that is all one link leads elsewhere; so does a small box."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_DATES = re.compile(
    rb"""<meta\s[^>]{0,300}?(?:property|name|itemprop)=["']?(?:article:published_time|datePublished|date|pubdate)"""
    rb"""["']?\s[^>]{0,200}?content=["']([^"'>]{8,40})["']|"datePublished"\s*:\s*"([^"]{8,40})\"""",
    re.IGNORECASE,
)  # fmt: skip


def extract(html: bytes, *, url: str, content_type: str | None) -> Page:
    """The page's title, text, time and language. Raises PageError when there is nothing to read."""
    kind = (content_type or "text/html").split(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml", "text/plain", ""):
        raise PageError(why_not(html) or f"This is {kind} and not a page to read.")
    why = why_not(html)
    if why:
        raise PageError(why)
    html = utf8(html)
    if len(html) > MAX_BYTES:
        raise PageError("This page is larger than 2 MB and is not read.")
    if html.count(b"<") > MAX_TAGS:
        raise PageError("This page is too tangled to be read (more than 20,000 tags).")
    decoded = _decoded(_without_programs(html), content_type)
    document, text = _read(decoded, url, generous=False)
    if len(text) < SHORT:
        fuller, more = _read(decoded, url, generous=True)
        if len(more) > 2 * len(text):
            document, text = fuller, more
    if document is None or not text:
        raise PageError("This page holds no text that can be read.")
    title = " ".join((document.title or "").split()) or None
    return Page(title, text, _published(html, document.date), _language(document, text))


def _without_programs(html: bytes) -> bytes:
    """The page without its largest scripts: the state of an application takes a hundred times its
    size to search, and holds no article. What is short may say when and by whom."""
    low, kept, at = html.lower(), [], 0
    while (start := low.find(b"<script", at)) >= 0:
        end = low.find(b"</script", start)
        end = len(html) if end < 0 else end
        kept.append(html[at : start if end - start > _LONGEST_SCRIPT else end])
        at = end
    return b"".join([*kept, html[at:]])


def _decoded(html: bytes, content_type: str | None) -> bytes | str:
    """Text where the server says how; else the bytes, for the library to find out."""
    charset = _CHARSET.search(content_type or "")
    if charset is None:
        return html
    try:
        return html.decode(charset.group(1), "replace")
    except LookupError:
        return html


def _read(html: bytes | str, url: str, *, generous: bool) -> tuple[Any, str]:
    """The library's document, and its text without furniture."""
    from trafilatura import bare_extraction

    document: Any = bare_extraction(
        html,
        url=url,
        favor_precision=not generous,
        favor_recall=generous,
        include_comments=False,
        with_metadata=True,
        prune_xpath=_BESIDE,
    )
    if document is None:
        return None, ""
    return document, article(document.text or "", document.title or "", document.author or "")


def _published(html: bytes, found: str | None) -> datetime | None:
    """The page's own time stamp, else the day that was found."""
    stamp = _DATES.search(html)
    texts = [(stamp.group(1) or stamp.group(2)).decode("ascii", "replace")] if stamp else []
    for text in [*texts, found or ""]:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _language(document: Any, text: str) -> str | None:
    return language_of(text) or (document.language or "")[:2].lower() or None

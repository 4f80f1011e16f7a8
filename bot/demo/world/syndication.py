"""Items as RSS 2.0, Atom 1.0 or JSON Feed 1.1, and as the HTML page behind each link.

In: an outlet, its items (newest first), the address it is served under. Out: text. Pages carry what
real ones do around the article: breadcrumb, headline twice, caption, advert, byline, agency tail.
Knows no HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from importlib import resources
from string import Template
from typing import Any

from bot.demo.world.press import Item, Outlet
from bot.model import Instant

TYPES: Mapping[str, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
PATHS: Mapping[str, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
_WORDS: Mapping[str, tuple[str, str, str, str]] = {  # home, by, with inputs from, advert
    "en": ("Home", "By", "With inputs from", "Subscribe to our morning letter, free for a month."),
    "fr": ("Accueil", "Par", "Avec", "Abonnez-vous à notre lettre du matin, un mois offert."),
    "ar": ("الرئيسية", "بقلم", "المصدر:", "اشترك في نشرتنا الصباحية مجانا لمدة شهر."),
    "es": ("Portada", "Por", "Con información de", "Suscríbase a nuestra carta de la mañana."),
}


def feed_path(outlet: Outlet) -> str:
    return f"/{outlet.id}/{PATHS[outlet.format]}"


def feed(outlet: Outlet, items: Sequence[Item], base: str) -> str:
    """The whole document; `base` is the address of the server, without a slash at its end."""
    return _WRITERS[outlet.format](outlet, items, base)


def teaser(item: Item) -> str:
    tail = f" ({credit(item)})" if item.credit else ""
    return item.teaser + tail


def credit(item: Item) -> str:
    return f"{_WORDS[item.outlet.language][2]} {item.credit}"


def _iso(instant: Instant) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rfc(instant: Instant) -> str:
    return format_datetime(datetime.fromtimestamp(instant, UTC), usegmt=True)


def _markup(item: Item) -> str:
    """The text as HTML, the way a newsroom's system exports it."""
    parts = [f"<p>{escape(part)}</p>" for part in item.paragraphs]
    if item.credit:
        parts.append(f"<p><em>{escape(credit(item))}</em></p>")
    return "".join(parts)


def _rss(outlet: Outlet, items: Sequence[Item], base: str) -> str:
    rows = "\n".join(_rss_item(item, base) for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(outlet.name)}</title>\n<link>{base}/{outlet.id}</link>\n"
        f"<description>{escape(outlet.about)}</description>\n"
        f"<language>{outlet.language}</language>\n{rows}\n</channel>\n</rss>\n"
    )


def _rss_item(item: Item, base: str) -> str:
    full = ""
    if item.outlet.full:
        full = f"<content:encoded><![CDATA[{_markup(item)}]]></content:encoded>"
    return (
        f"<item><title>{escape(item.title)}</title><link>{base}{item.path}</link>"
        f'<guid isPermaLink="false">{item.outlet.id}-{item.number}</guid>'
        f"<pubDate>{_rfc(item.published)}</pubDate><category>{escape(item.section)}</category>"
        f"<dc:creator>{escape(item.byline)}</dc:creator>"
        f"<description>{escape(f'<p>{escape(teaser(item))}</p>')}</description>{full}</item>"
    )


def _atom(outlet: Outlet, items: Sequence[Item], base: str) -> str:
    newest = max((item.updated or item.published for item in items), default=0)
    rows = "\n".join(_atom_entry(item, base) for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"<title>{escape(outlet.name)}</title>\n<id>{_tag(outlet)}</id>\n"
        f'<link href="{base}/{outlet.id}"/>\n'
        f'<link rel="self" href="{base}{feed_path(outlet)}"/>\n'
        f"<updated>{_iso(newest)}</updated>\n{rows}\n</feed>\n"
    )


def _atom_entry(item: Item, base: str) -> str:
    return (
        f"<entry><title>{escape(item.title)}</title><id>{_tag(item.outlet)}/{item.number}</id>"
        f'<link href="{base}{item.path}"/><published>{_iso(item.published)}</published>'
        f"<updated>{_iso(item.updated or item.published)}</updated>"
        f"<author><name>{escape(item.byline)}</name></author>"
        f'<summary type="text">{escape(teaser(item))}</summary></entry>'
    )


def _tag(outlet: Outlet) -> str:
    """RFC 4151."""
    return f"tag:{outlet.id}.example,2026:news"


def _json(outlet: Outlet, items: Sequence[Item], base: str) -> str:
    head: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.about,
        "home_page_url": f"{base}/{outlet.id}",
        "feed_url": f"{base}{feed_path(outlet)}",
        "language": outlet.language,
    }
    return json.dumps(
        head | {"items": [_json_item(item, base) for item in items]}, ensure_ascii=False
    )


def _json_item(item: Item, base: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": f"{item.outlet.id}:{item.number}",
        "url": base + item.path,
        "title": item.title,
        "summary": teaser(item),
        "date_published": _iso(item.published),
        "authors": [{"name": item.byline}],
        "tags": [item.section],
    }
    key = "content_html" if item.outlet.full else "content_text"
    row[key] = _markup(item) if item.outlet.full else teaser(item)
    return row


_WRITERS: Mapping[str, Callable[[Outlet, Sequence[Item], str], str]] = {
    "rss": _rss,
    "atom": _atom,
    "json": _json,
}


def page(item: Item) -> str:
    """The article as the outlet's site shows it."""
    home, by, _, advert = _WORDS[item.outlet.language]
    middle = f'<aside class="ad">{escape(advert)}</aside>'
    return _template("article").substitute(
        _dressed(item.outlet, item.title),
        feed=feed_path(item.outlet),
        type=TYPES[item.outlet.format],
        home=escape(home),
        section=escape(item.section),
        by=escape(f"{by} {item.byline}"),
        iso=_iso(item.published),
        when=datetime.fromtimestamp(item.published, UTC).strftime("%d.%m.%Y %H:%M UTC"),
        figure=_figure(item),
        body=_body(item, middle),
        tail=f'<p class="tail">{escape(credit(item))}</p>' if item.credit else "",
    )


def front(outlet: Outlet, items: Iterable[Item]) -> str:
    """The outlet's front page; it names its feed, so that discovery finds it."""
    rows = "".join(f'<li><a href="{item.path}">{escape(item.title)}</a></li>' for item in items)
    return _template("front").substitute(
        _dressed(outlet, outlet.name), feed=feed_path(outlet), type=TYPES[outlet.format], rows=rows
    )


def _dressed(outlet: Outlet, title: str) -> dict[str, str]:
    return {
        "title": escape(title),
        "outlet": escape(outlet.name),
        "about": escape(outlet.about),
        "site": f"/{outlet.id}",
        "language": outlet.language,
        "direction": "rtl" if outlet.language == "ar" else "ltr",
        "colour": outlet.colour,
    }


def _figure(item: Item) -> str:
    if not item.caption:
        return ""
    caption = f"<figcaption>{escape(item.caption)}</figcaption>"
    return f'<figure><div class="picture" role="img"></div>{caption}</figure>'


def _body(item: Item, advert: str) -> str:
    parts = [f"<p>{escape(part)}</p>" for part in item.paragraphs]
    return "\n".join([*parts[:2], advert, *parts[2:]])


def _template(name: str) -> Template:
    return Template((resources.files(__package__) / f"{name}.html").read_text("utf-8"))

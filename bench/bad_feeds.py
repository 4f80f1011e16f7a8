"""Feeds made to hurt, by the hundred: families of tricks, in several formats and sizes.

In: nothing. Out: names and documents, made when asked for; the largest have tens of megabytes.
No command of its own: `python -m bench.hostile feeds` reads them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

Trick = Callable[[int], str]
_RNG = random.Random(7)

_RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
    "xmlns='http://purl.org/rss/1.0/'><channel><title>t</title></channel>"
)
FRAMES: dict[str, tuple[str, str]] = {
    "rss": ("<rss version='2.0'><channel><title>t</title>", "</channel></rss>"),
    "atom": ("<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>", "</feed>"),
    "rdf": (_RDF, "</rdf:RDF>"),
    "cut": ("<rss version='2.0'><channel><title>t</title>", ""),
}
SIZES = (1_000, 50_000, 1_000_000)  # characters or so; what is quadratic shows at the last


def item(inside: str) -> str:
    return f"<item><guid>1</guid><title>x</title>{inside}</item>"


def described(text: str) -> str:
    return item(f"<description>{text}</description>")


TRICKS: dict[str, Trick] = {
    "nested elements": lambda n: item("<a>" * (n // 3)),
    "nested and closed": lambda n: item("<a>" * (n // 7) + "</a>" * (n // 7)),
    "nested items": lambda n: "<item>" * (n // 6),
    "nested html": lambda n: described("&lt;div&gt;" * (n // 11)),
    "nested quotes": lambda n: described("&lt;blockquote&gt;" * (n // 18)),
    "many attributes": lambda n: item("<x " + " ".join(f'a{i}=""' for i in range(n // 8)) + "/>"),
    "one long attribute": lambda n: item(f"<x a='{'y' * n}'/>"),
    "attributes in html": lambda n: described("&lt;p " + "a=b " * (n // 4) + "&gt;"),
    "style": lambda n: described('&lt;p style="' + "a:" * (n // 2) + '"&gt;'),
    "namespaces": lambda n: item("".join(f'<x xmlns:n{i}="u{i}"/>' for i in range(n // 20))),
    "nested namespaces": lambda n: item("".join(f'<x xmlns="u{i}">' for i in range(n // 14))),
    "author": lambda n: item("<author>" + "a.a@" * (n // 4) + "</author>"),
    "creator": lambda n: item("<dc:creator>" + "a-" * (n // 2) + "@</dc:creator>"),
    "authors": lambda n: item("<author><name>a</name></author>" * (n // 31)),
    "categories": lambda n: item("<category>c</category>" * (n // 22)),
    "links": lambda n: item('<link href="x"/>' * (n // 16)),
    "enclosures": lambda n: item('<enclosure url="http://a.example/x"/>' * (n // 37)),
    "media": lambda n: item("<media:content url='u'/>" * (n // 24)),
    "empty items": lambda n: "<item/>" * (n // 7),
    "small items": lambda n: "".join(item("") for _ in range(n // 43)),
    "entries": lambda n: "<entry><id>1</id></entry>" * (n // 25),
    "comments in html": lambda n: described("&lt;!--" * (n // 7)),
    "open comments": lambda n: item("<!--" * (n // 4)),
    "comments": lambda n: item("<!-- x -->" * (n // 10)),
    "open cdata": lambda n: described("<![CDATA[" * (n // 9)),
    "cdata": lambda n: described("<![CDATA[x]]>" * (n // 13)),
    "instructions": lambda n: item("<?x y?>" * (n // 7)),
    "open tag": lambda n: item("<a " * (n // 3)),
    "less than": lambda n: item("<" * n),
    "ampersands": lambda n: described("&" * n),
    "unknown entities": lambda n: described("&x;" * (n // 3)),
    "known entities": lambda n: described("&eacute;" * (n // 8)),
    "references": lambda n: described("&#65;" * (n // 5)),
    "long reference": lambda n: described(f"&#{'9' * min(n, 200_000)};"),
    "surrogates": lambda n: described("&#xD800;" * (n // 8)),
    "beyond unicode": lambda n: described("&#x110000;" * (n // 10)),
    "control characters": lambda n: described("\x00\x01\x08\x1b\x7f\x85" * (n // 6)),
    "bidi": lambda n: described("\u202e\u2066\u200b\ufeff" * (n // 4)),
    "marks": lambda n: described("a" + "\u0301" * n),
    "dates": lambda n: item(f"<pubDate>{'1 ' * (n // 2)}</pubDate>"),
    "zones": lambda n: item(f"<pubDate>1 Jan 2026 {'A' * n}/B</pubDate>"),
    "year": lambda n: item(f"<pubDate>1 Jan {'9' * n} 00:00</pubDate>"),
    "iso date": lambda n: item(f"<pubDate>2026-01-01T{'0:' * (n // 2)}</pubDate>"),
    "long title": lambda n: f"<item><title>{'word ' * (n // 5)}</title></item>",
    "long guid": lambda n: f"<item><guid>{'g' * n}</guid></item>",
    "long link": lambda n: f"<item><link>http://a.example/{'x/../' * (n // 5)}</link></item>",
    "odd links": lambda n: item("<link>http://[::1</link><link>javascript:x</link>" * (n // 48)),
    "base": lambda n: item(f"<x xml:base='{'a/' * (n // 2)}'/><link>y</link>"),
    "base64": lambda n: item(f"<content type='x/y'>{'QUFB' * (n // 4)}</content>"),
    "gml": lambda n: item("<gml:pos srsName='x'>" + "1 " * (n // 2) + "</gml:pos>"),
    "geo": lambda n: item("<georss:polygon>" + "1 1 " * (n // 4) + "</georss:polygon>"),
    "ttl": lambda n: f"<ttl>{'9' * n}</ttl>",
    "footer": lambda n: described("The post " + "appeared first on " * (n // 18)),
    "spaces": lambda n: described(" \n\t" * (n // 3) + "."),
    "percent": lambda n: f"<item><link>http://a.example/{'%' * n}</link></item>",
    "brackets": lambda n: described("]]>" * (n // 3)),
    "noise": lambda n: described("".join(chr(_RNG.randrange(32, 0xD7FF)) for _ in range(n // 4))),
}
HEADS: dict[str, Callable[[int], bytes]] = {
    "quadratic entity": lambda n: (
        f'<!DOCTYPE r [\n<!ENTITY a "{"A" * (n // 4)}">\n]><rss><channel><item><title>'
        f"{'&a;' * (n // 4)}</title></item></channel></rss>"
    ).encode(),
    "laughs": lambda n: (
        "<!DOCTYPE r ["
        + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(12))
        + "]><rss><channel><item><title>&a11;</title></item></channel></rss>"
    ).encode(),
    "external entity": lambda _: (
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><title>&a;</title>'
        b"</channel></rss>"
    ),
    "open doctype": lambda n: b"<!DOCTYPE " + b"[" * n,
    "deep content model": lambda n: (
        b"<!DOCTYPE r [<!ELEMENT r " + b"(" * n + b"a" + b")" * n + b">]><rss/>"
    ),
    "deep json": lambda n: b'{"items":' + b"[" * n,
    "long json": lambda n: b'{"items":[' + b'{"id":1},' * (n // 9) + b"{}]}",
    "json numbers": lambda n: b'{"items":[{"id":' + b"9" * n + b"}]}",
    "nulls": lambda n: b"\0" * n,
    "only spaces": lambda n: b" " * n + b"<rss/>",
    "high bytes": lambda n: b"<rss><channel><title>" + b"\xff\xfe\x80" * (n // 3),
    "opml": lambda n: b"<opml><body>" + b"<outline/>" * (n // 10) + b"</body></opml>",
}
CODINGS = (
    "utf-16", "utf-32", "utf-7", "punycode", "idna", "undefined", "zlib", "hz", "iso2022_jp",
    "cp037", "shift_jis", "gb18030", "unicode_escape", "rot13", "x" * 900, "utf-8\x00",
)  # fmt: skip


def every() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and maker of each, a few hundred in all."""
    for trick, make in TRICKS.items():
        for frame, (head, tail) in FRAMES.items():
            for size in SIZES:
                yield (
                    f"{trick}, {frame}, {size}",
                    lambda m=make, h=head, t=tail, s=size: (h + m(s) + t).encode(
                        "utf-8", "replace"
                    ),
                )
    for head, made in HEADS.items():
        for size in SIZES:
            yield f"{head}, {size}", lambda m=made, s=size: m(s)
    for coding in CODINGS:
        head = f'<?xml version="1.0" encoding="{coding}"?>'
        yield f"encoding {coding[:20]!r}", lambda h=head: (h + "".join(FRAMES["rss"])).encode()

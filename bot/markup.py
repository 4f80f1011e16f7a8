"""Text that others wrote, made safe to store and to show.

In: HTML, almost-HTML or text of any origin. Out: plain text without markup, control, direction or
invisible characters, and web addresses that may be shown. It knows nothing of feeds or of Telegram;
escaping for a message is the renderer's work.

Everything here takes time linear in its input: HTML libraries do not (an unclosed comment repeated
a hundred thousand times stops `html.parser`), and all we want of HTML is its words.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from urllib.parse import quote, urlsplit

_TAG_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:_-]{0,40})(?=[\s/>])")
_BLOCK_TAGS = (
    "address article aside blockquote br caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre "
    "section summary table tbody td tfoot th thead title tr ul"
)
_BLOCK = frozenset(_BLOCK_TAGS.split())
_UNSEEN_TAGS = "head iframe noembed noframes noscript object script style svg template textarea"
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_LONGEST_TAG = 4096
"""Beyond it a "<" is text, except where an image stands inside the tag (data:)."""

# What no reader sees but what changes what they see (bidi, zero width, tags) or breaks a receiver
# (controls, lone surrogates, private use). For U+200C and U+200D see _JOINERS.
_HIDDEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff\ue000-\uf8ff"
)
_INVISIBLE = re.compile(f"[{_HIDDEN}]+")
# Persian, the Indic scripts and emoji need the joiners; between other characters they only hide.
_JOINED = "\u0590-\u1fff\u2190-\u2bff\ufb1d-\ufdff\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff"
_JOINERS = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINED}])")
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u302d\u3099\u309a\ufe20-\ufe2f"
)
_STACKED = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_ODD = re.compile(f"[{_HIDDEN}\u200c\u200d{_MARKS}]")
_SPACE = re.compile(r"\s+")
_TWICE = re.compile(
    r"&(?:amp|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#[0-9]{2,6}|#x[0-9a-fA-F]{2,5});"
)
_TAG_AGAIN = re.compile(r"</(?:a|p|b|i|em|strong|span|div|li|h[1-6])>|<(?:br|img|p)[ />]")
_NOT_IN_URL = re.compile(f'[{_HIDDEN}\u200c\u200d\\s<>"\\\\^`{{|}}]')


def clean(text: str) -> str:
    """One line of text: NFC, nothing hidden, white space folded, at most three marks on a letter.

    Idempotent. Never longer than its input in NFC.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _SPACE.sub(" ", text).strip()
    while _ODD.search(text) or not unicodedata.is_normalized("NFC", text):
        better = _clean_once(text)
        if better == text:
            break
        text = better
    return text


def _clean_once(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFC", text)
    if _ODD.search(text):
        text = _JOINERS.sub("", _STACKED.sub(r"\1", text))
    return _SPACE.sub(" ", text).strip()


def plain(html: str, limit: int = 65536) -> str:
    """The words of HTML or text, one line per block; reads at most `limit` characters of it."""
    text = html[:limit]
    if len(html) > limit:
        text = _without_cut_tag(text)
    if "<" in text:
        text = _without_tags(text)
    if "&" in text:
        text = entities.unescape(text)
        if _TWICE.search(text):  # a common fault of feeds: escaped twice
            text = entities.unescape(text)
        if _TAG_AGAIN.search(text):
            text = _without_tags(text)
    if "\n" not in text:
        return clean(text)
    lines = (clean(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def web_link(url: str | None) -> str:
    """The address, fit to be shown and followed; "" unless http or https with a host.

    User names are refused: `https://bank.example@evil.example/` exists to deceive.
    """
    url = (url or "").strip()
    if not url or len(url) > 2048:
        return ""
    url = _NOT_IN_URL.sub(lambda m: quote(m[0].encode("utf-8", "ignore")), url)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    if "%" in host or _INVISIBLE.search(host):
        return ""
    return url.replace(parts.netloc, parts.netloc.lower(), 1)


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────


def _without_cut_tag(text: str) -> str:
    """Of a text that was cut: without the tag at its end that has lost its own."""
    start = text.rfind("<", -_LONGEST_TAG)
    return text[:start] if start >= 0 and ">" not in text[start:] else text


def _without_tags(text: str) -> str:
    """Cut the tags out; block tags and line breaks become "\\n", other white space a space."""
    quick = _without_tidy_tags(text)
    return _without_any_tags(text) if quick is None else quick


def _without_tidy_tags(text: str) -> str | None:
    """The same in a tenth of the time; None for what is not written as most HTML is."""
    if _ASIDE.search(text):
        text = _without_asides(text)
    if "\0" in text or _LONG.search(text):
        return None
    cut, blocks = _BLOCK_TAG.subn("\0", text)
    cut, others = _TIDY_TAG.subn("", cut)
    if blocks + others < text.count("<"):
        return None
    return _SPACE.sub(" ", cut).replace("\0", "\n")


def _without_asides(text: str) -> str:
    """Text and tags without comments, declarations, scripts and the like; "\0" where in doubt."""
    if len(_UNSEEN_TAG.findall(text)) > _MOST_UNSEEN:
        return "\0"
    parts = _PARTS.findall(text)
    return "\0" if any(odd for _, _, odd in parts) else "".join([shown for shown, _, _ in parts])


def _without_any_tags(text: str) -> str:
    pieces: list[str] = []
    at, end = 0, len(text)
    ends: dict[str, int] = {}  # where a closing mark was last found, so that no search is repeated
    while at < end:
        start = text.find("<", at)
        if start < 0:
            start = end
        pieces.append(_SPACE.sub(" ", text[at:start]))
        if start == end:
            break
        at, piece = _skip(text, start, ends)
        pieces.append(piece)
    return "".join(pieces)


def _skip(text: str, start: int, ends: dict[str, int]) -> tuple[int, str]:
    """From a "<": where to go on, and what stands for what was skipped."""
    if text.startswith("<!--", start):
        return _after(text, "-->", start + 4, ends), ""
    if text.startswith("<![CDATA[", start):
        return start + 9, ""
    if text.startswith(("<!", "<?"), start):
        return _after(text, ">", start + 2, ends), ""
    match = _TAG_NAME.match(text, start + 1)
    stop = _tag_end(text, match.end(), ends) if match else -1
    if not match or stop < 0:
        return start + 1, "<"
    name = match[1].lower()
    if name in _UNSEEN and text[start + 1] != "/" and text[stop - 2] != "/":
        closing = _find(text, f"</{name}", stop, ends)
        return (stop if closing < 0 else closing), ""
    return stop, "\n" if name in _BLOCK else ""


def _find(text: str, mark: str, at: int, ends: dict[str, int]) -> int:
    """Index of the next `mark`, in any case, or -1; never searches the same stretch twice."""
    found = ends.get(mark, 0)
    if 0 <= found < at or mark not in ends:
        match = re.compile(re.escape(mark), re.IGNORECASE).search(text, at)
        found = ends[mark] = match.start() if match else -1
    return found


def _after(text: str, mark: str, at: int, ends: dict[str, int]) -> int:
    """Just after the next `mark`; the end of the text where there is none."""
    found = _find(text, mark, at, ends)
    return len(text) if found < 0 else found + len(mark)


def _tag_end(text: str, at: int, ends: dict[str, int]) -> int:
    """After the ">" that ends a tag, quotes respected; -1 when it does not end within reason."""
    first = _find(text, ">", at, ends)
    if first < 0:
        return -1
    if first - at > _LONGEST_TAG:
        return first + 1 if "data:" in text[at : at + 200] else -1
    if text.count('"', at, first) % 2 == 0 and text.count("'", at, first) % 2 == 0:
        return first + 1
    quoted = _QUOTED.match(text, at, at + _LONGEST_TAG)
    return quoted.end() if quoted else first + 1


_QUOTED = re.compile(r"""(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
_INSIDE = r"""(?=[\s/>])(?:[^<>"'\0]|"[^<>"\0]*"|'[^<>'\0]*')*+>"""
_TIDY = r"</?[A-Za-z][A-Za-z0-9:_-]{0,40}" + _INSIDE
_TIDY_TAG = re.compile(_TIDY, re.ASCII)
_BLOCK_TAG = re.compile(f"</?(?:{'|'.join(sorted(_BLOCK))})" + _INSIDE, re.IGNORECASE | re.ASCII)
_LONG = re.compile(f"<[^<>]{{{_LONGEST_TAG}}}")
_NAMES = "|".join(sorted(_UNSEEN))
_UNSEEN_TAG = re.compile(rf"<(?:{_NAMES})[\s/>]", re.IGNORECASE | re.ASCII)
_ASIDE = re.compile(rf"<(?:[!?]|(?:{_NAMES})[\s/>])", re.IGNORECASE | re.ASCII)
_MOST_UNSEEN = 32  # for each that nothing closes, the rest of the text is searched once
_PARTS = re.compile(
    rf"((?:[^<]++|(?!{_UNSEEN_TAG.pattern}){_TIDY})++)"
    r"|<!--(?:.*?-->|.*)|<!\[CDATA\[|<[!?](?:[^>]*+>|.*)"
    rf"|<({_NAMES})(?:{_INSIDE[:-1]}(?<!/)>(?:.*?(?=</\2)|))"
    r"|(<)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
"""What is shown (1), what is not, and a "<" that is neither (3)."""

"""Entities that may overlap as a bot wrote them → entities as Telegram keeps them.

In: entities in UTF-16 units. Out: sorted, each within one other or apart from it. The rules of
TDLib's fix_entities (github.com/tdlib/td, MessageEntity.cpp), checked against the library itself in
tests/demo/api/test_html_oracle.py: code holds nothing, links hold only styles, a style is cut
wherever another begins, neighbours of one style are one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.api.marks import Entity, order

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
BARE = ("pre", "code", "date_time")  # hold no styles


def mend(entities: Sequence[Entity]) -> list[Entity]:
    entities = sorted(entities, key=order)
    if _fine(entities):
        return entities
    styles = [e for e in entities if e.type in STYLES]
    quotes = _apart([e for e in entities if e.type in QUOTES])
    solid = _apart([e for e in entities if e.type not in STYLES + QUOTES])
    solid = [e for e in solid if _fits(e, quotes)]
    solid = sorted(solid + quotes, key=order)
    return sorted(solid + _Cutter(styles).cut(solid), key=order)


def _end(entity: Entity) -> int:
    return entity.offset + entity.length


# ── is there anything to mend ──


def _fine(entities: Sequence[Entity]) -> bool:
    """No entity breaks a rule against those before it."""
    stack: list[Entity] = []
    ended: dict[str, int] = {}
    for entity in entities:
        while stack and entity.offset >= _end(stack[-1]):
            last = stack.pop()
            ended[last.type] = _end(last)
        if not _fine_here(entity, stack, ended):
            return False
        stack.append(entity)
    return True


def _fine_here(entity: Entity, stack: Sequence[Entity], ended: dict[str, int]) -> bool:
    around = {e.type for e in stack}
    if entity.type in STYLES and (entity.type in around or ended.get(entity.type) == entity.offset):
        return False
    if not stack:
        return True
    if _end(entity) > _end(stack[-1]) or stack[-1].type in BARE or around & set(STYLES):
        return False
    if entity.type in BARE:
        return around <= set(QUOTES)
    return entity.type in STYLES or (around <= set(QUOTES) and not _quoted(entity, around))


def _quoted(entity: Entity, around: set[str]) -> bool:
    """Quotes do not hold quotes."""
    return entity.type in QUOTES and bool(around)


# ── links, code and quotes ──


def _apart(entities: Sequence[Entity]) -> list[Entity]:
    """Of those that touch each other, the first."""
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= _end(kept[-1]):
            kept.append(entity)
    return kept


def _fits(entity: Entity, quotes: Sequence[Entity]) -> bool:
    """Within a quote or outside of all, but neither across an edge nor around one."""
    quote = next((q for q in quotes if _end(q) > entity.offset), None)
    if quote is None or quote.offset >= _end(entity):
        return True
    return quote.offset <= entity.offset and _end(entity) <= _end(quote)


# ── styles ──


class _Cutter:
    """Walks over the styles once, from left to right; `begin` and `end` of what is open by type."""

    def __init__(self, styles: Sequence[Entity]) -> None:
        self._styles = list(styles)
        self._next = 0
        self._open: dict[str, tuple[int, int]] = {}
        self._out: list[Entity] = []

    def cut(self, solid: Sequence[Entity]) -> list[Entity]:
        """The styles in pieces that lie within or outside of each of `solid`."""
        stack: list[Entity] = []
        for entity in solid:
            self._up_to(entity.offset, stack)
            stack.append(entity)
        self._up_to(max((_end(e) for e in [*self._styles, *solid]), default=0) + 1, stack)
        return self._out

    def _up_to(self, offset: int, stack: list[Entity]) -> None:
        while stack and offset >= _end(stack[-1]):
            kept = len(self._out)
            self._advance(_end(stack[-1]))
            if stack.pop().type in BARE:
                del self._out[kept:]
        self._advance(offset)

    def _advance(self, offset: int) -> None:
        while self._next < len(self._styles) and self._styles[self._next].offset < offset:
            style = self._styles[self._next]
            begin, end = self._open.get(style.type, (0, 0))
            if end and style.offset <= end:
                self._open[style.type] = (begin, max(end, _end(style)))
            else:
                self._flush(style.offset)
                self._open[style.type] = (style.offset, _end(style))
            self._next += 1
        self._flush(offset)

    def _flush(self, offset: int) -> None:
        for kind in STYLES:
            begin, end = self._open.get(kind, (0, 0))
            if end and begin < offset:
                stop = min(end, offset)
                self._out.append(Entity(kind, begin, stop - begin))
                self._open[kind] = (0, 0) if end <= offset else (offset, end)

"""A story in a language model's words, where they hold.

In: what each outlet says. Out: a summary of kind "model", each sentence with the outlets it rests
on, or None: then the quoted one stays. The model is asked once for the same texts, once more where
the gate refused its first answer, and told why. Imported only where LLM_URL is set; it refuses to
know how the model is reached.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import ModelError
from bot.kept import Kept
from bot.metrics import RETOLD
from bot.model import Clock, Sentence, Source, Summary
from bot.store import Store
from bot.stories.anchors import anchored
from bot.stories.answer import Claim
from bot.stories.gate import ROOM, Fault, Numbered, Verdict, judged
from bot.stories.prompt import FEWEST, SCHEMA, VERSION, numbered, question
from bot.stories.summary import offered
from bot.text import language as language_of

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0  # after no answer, before the same is asked again
_MARK_BYTES = 9
_REMEMBERED = 500


class Answers(Protocol):
    """A model that can be asked: `bot.reading.llm.Model`."""

    name: str

    async def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> str:
        """Raises ModelError."""


def budget(store: Store, now: Clock, most: int) -> Callable[[], Awaitable[bool]]:
    """Counts a request of the day (UTC), restarts included; False when there were `most`."""

    async def spend() -> bool:
        async with store.transaction() as tx:
            return await tx.retold.count(now(), most)

    return spend


@dataclass(frozen=True, slots=True)
class _Given:
    """What the model is told from: numbered sentences, and the source of each."""

    language: str
    rows: list[Numbered]
    sources: list[Source]

    def key(self, model: str) -> str:
        """Of all that an answer depends on, in whatever order it comes."""
        told = [
            (s.publisher, s.published, r.text) for s, r in zip(self.sources, self.rows, strict=True)
        ]
        parts = [VERSION, model, self.language, ROOM, *sorted(map(repr, told))]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Retelling:
    """`mark` makes words that no article can know; they part data from orders."""

    def __init__(
        self,
        model: Answers,
        store: Store,
        now: Clock,
        mark: Callable[[], str] = lambda: secrets.token_hex(_MARK_BYTES),
    ) -> None:
        self._model = model
        self._store = store
        self._now = now
        self._mark = mark
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        self._failed: Kept[str, float] = Kept(_REMEMBERED)

    async def tell(self, title: str, sources: Sequence[Source]) -> Summary | None:
        """The sources in the model's words; None where it has none that hold.

        Raises StoreError.
        """
        language = _language(sources)
        alike = [source for source in sources if _language([source]) == language]
        said = {(text, source.publisher): source for text, source in offered(alike, title=title)}
        rows = numbered(said)
        if len(rows) < FEWEST:
            return None
        given = _Given(language, rows, [said[row.text, row.outlet] for row in rows])
        key = given.key(self._model.name)
        async with self._alone(key):
            body = await self._store.retold.get(key)
            if body is None:
                body = await self._ask(key, given)
        return _summary(body) if body else None

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        """Who asks for the same waits, and then finds the answer."""
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(key)
            if users > 1:
                self._locks[key] = (lock, users - 1)

    async def _ask(self, key: str, given: _Given) -> str:
        """What is kept from now on; "" for nothing that may be shown."""
        if self._now() < (self._failed.get(key) or 0.0):
            return ""
        try:
            verdict, result = await self._tried(given)
        except ModelError as error:
            self._failed.put(key, self._now() + AGAIN_SECONDS)
            RETOLD.labels("failed").inc()
            log.log(logging.DEBUG if error.kind in _EXPECTED else logging.WARNING, "%s", error)
            return ""
        RETOLD.labels(result).inc()
        body = "" if verdict.faults else _written(verdict.claims, given)
        async with self._store.transaction() as tx:
            await tx.retold.put(key, body, self._now())
        return body

    async def _tried(self, given: _Given) -> tuple[Verdict, str]:
        """At most two answers, the second with what was wrong with the first. Raises ModelError."""
        language, rows = given.language, given.rows
        wrong: tuple[Fault, ...] = ()
        for result in ("passed", "mended"):
            system, user = question(rows, language, self._mark(), wrong)
            verdict = judged(await self._model.ask(system, user, SCHEMA), rows, language)
            if not verdict.faults:
                return verdict, result
            wrong = verdict.faults
            log.debug("an answer was refused: %s", [fault.kind for fault in wrong])
        return verdict, "rejected"


_EXPECTED = frozenset(("budget", "resting", "busy"))


def _language(sources: Sequence[Source]) -> str:
    first = sources[0] if sources else None
    return (first.language[:2] or language_of(first.text[:400])) if first else ""


def _written(claims: Sequence[Claim], given: _Given) -> str:
    """To be kept: each sentence, with the date beside "on Friday", and its outlets.

    "" where the sources of one would make two dates of "yesterday".
    """
    rows = []
    for claim in claims:
        cited = [given.sources[n - 1] for n in claim.cites]
        dated = {anchored(claim.text, source.published, given.language) for source in cited}
        if len(dated) > 1:
            return ""
        outlets = dict.fromkeys(source.publisher for source in cited if source.publisher)
        rows.append([dated.pop(), ", ".join(outlets)])
    return json.dumps(rows, ensure_ascii=False)


def _summary(body: str) -> Summary:
    return Summary(tuple(Sentence(text, outlets) for text, outlets in json.loads(body)), "model")

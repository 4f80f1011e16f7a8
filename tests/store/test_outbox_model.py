"""The outbox against any order of claims, sends, outcomes, crashes and clocks that jump.

Telegram is a list of what was delivered. Whatever happens: no alert is lost, none is delivered
again once it has settled as sent, and none is delivered more often than once plus its doubtful
resends: one after an outcome that nobody knows, three after crashes. What happens to an alert that
goes for others has happened to them.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.model import Alert, AlertId, Later, NewAlert, Outcome, Sent, Unknown
from bot.model import Never as NeverAgain
from bot.store import Store, open_store
from bot.store.engine import Query
from bot.store.folding import FoldingRules
from bot.store.settle import CRASHES
from bot.store.store import begin
from tests.store.world import WHY, Time, World, assert_due

T = TypeVar("T")
LEASE = 60
RULES = [None] + [  # none, whatever is due goes together, and that in a burst only
    FoldingRules(stale, wide=2, rings=2, first=1, window=300, breath=20) for stale in (0, 10**9)
]
ALL = Query("SELECT * FROM alert")
CHATS = Query("SELECT id, due, not_before FROM chat")


class OutboxModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.time = Time()
        self.claimed: dict[AlertId, tuple[Alert, float]] = {}
        self.marked: dict[AlertId, Alert] = {}  # by attempt: a zombie may still hold an old one
        self.zombies: list[Alert] = []
        self.told: dict[tuple[AlertId, str], list[AlertId]] = {}  # by claim: what its message tells
        self.out: dict[AlertId, Alert] = {}  # delivered, not settled
        self.delivered: Counter[AlertId] = Counter()
        # Attempts of which nobody knows the end: for want of an answer, and after a crash.
        self.doubts: Counter[tuple[AlertId, int]] = Counter()
        self.over: set[AlertId] = set()  # in doubt once too often
        self.settled: set[AlertId] = set()
        self.dropped: set[AlertId] = set()  # by an outcome or a change of mind

    def do(self, work: Awaitable[T]) -> T:
        async def whole() -> T:
            return await work

        return self.runner.run(whole())

    @initialize()
    def open(self) -> None:
        async def start() -> tuple[Store, World]:
            store = await open_store(f"sqlite:///{self.folder}/n.db", now=self.time)
            world = World(store, self.time)
            for _ in range(3):
                await world.chat()
            self.first = await world.article(await world.feed())
            self.topic = await world.follow((await store.chats.all_open())[0])
            return store, world

        self.store, self.world = self.do(start())
        self.chats = self.do(self.store.chats.all_open())
        self.engine = self.store._engine
        for chat in (0, 0, 0, 1):
            self.queue(chat)

    # ── what happens ──

    @rule(chat=st.integers(0, 2))
    def queue(self, chat: int) -> None:
        """A new story of the one article; only its being owed matters here."""

        async def owe() -> None:
            story = await self.world.story(self.first)
            await self.world.queue(
                NewAlert(self.chats[chat].id, story, 0, self.topic, self.first.id, WHY)
            )

        self.do(owe())

    @rule(limit=st.integers(1, 3), rules=st.sampled_from(RULES))
    def claim(self, limit: int, rules: FoldingRules | None) -> None:
        for alert in self.do(self.world.claim(limit, LEASE, rules)):
            assert alert.doubt == any(self.doubts[alert.id, many] for many in (1, CRASHES))
            self.claimed[alert.id] = (alert, self.time.at)

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def mark(self, data: st.DataObject) -> None:
        alert, since = self.claimed.pop(data.draw(st.sampled_from(sorted(self.claimed))))
        held = self.time.at - since
        if held >= LEASE:
            assert not self.do(self.world.mark(alert)), "marked after its lease"
        elif held <= LEASE / 2:  # later is too late to begin
            self.send(alert)

    @rule(rules=st.sampled_from(RULES))
    def begin(self, rules: FoldingRules | None) -> None:
        """Claim and mark in one, so that few steps lead far."""
        for alert in self.do(self.world.claim(3, LEASE, rules)):
            assert self.send(alert)

    def send(self, alert: Alert) -> bool:
        self.told[alert.id, alert.token] = self.carried(alert.id)
        if not self.do(self.world.mark(alert)):
            return False
        self.freeze([alert.id])
        self.marked[alert.id] = alert
        return True

    def carried(self, alert: AlertId, state: str = "folded") -> list[AlertId]:
        """The alert, and those that it goes for."""
        rows = self.do(self.store._session.rows(ALL))
        return [alert, *(r["id"] for r in rows if (r["folded_into"], r["state"]) == (alert, state))]

    def freeze(self, alerts: list[AlertId]) -> None:
        """Whoever was sending these does not know yet that the lease is gone."""
        self.zombies += [self.marked.pop(alert) for alert in alerts if alert in self.marked]
        for alert in alerts:
            self.out.pop(alert, None)

    @rule()
    def stall(self) -> None:
        """The whole process stands still for longer than a lease, with requests under way."""
        self.time.pass_(LEASE)
        self.recover()
        self.freeze(list(self.marked))

    @precondition(lambda self: self.marked)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        alert = self.marked.pop(data.draw(st.sampled_from(sorted(self.marked))))
        self.tell(alert)
        self.out[alert.id] = alert

    @precondition(lambda self: self.zombies)
    @rule()
    def deliver_late(self) -> None:
        """A sender that was frozen goes on; its outcome is void unless the claim is still its."""
        alert = self.zombies.pop()
        rows = self.do(self.store._session.rows(ALL))
        ours = any(row["token"] == alert.token and row["id"] == alert.id for row in rows)
        self.delivered.update(self.told[alert.id, alert.token])
        assert self.do(self.world.settle(alert, Sent(1))) == ours
        self.settled |= set(self.carried(alert.id, "sent")) if ours else set()

    def tell(self, alert: Alert) -> None:
        assert not self.settled & set(self.told[alert.id, alert.token]), (
            "a settled alert was sent again"
        )
        self.delivered.update(self.told[alert.id, alert.token])

    @precondition(lambda self: self.out)
    @rule(data=st.data(), known=st.booleans())
    def settle_delivered(self, data: st.DataObject, known: bool) -> None:
        alert = self.out.pop(data.draw(st.sampled_from(sorted(self.out))))
        folded = self.carried(alert.id)
        if self.do(self.world.settle(alert, Sent(1) if known else Unknown("timeout"))):
            self.settled |= set(self.carried(alert.id, "sent")) if known else set()
            self.doubt(folded, 0 if known else 1)

    @precondition(lambda self: self.marked)
    @rule(
        data=st.data(),
        outcome=st.sampled_from(
            [Later(5, "busy"), Later(90, "flood", "alert"), Unknown("?"), NeverAgain("no", "alert")]
        ),
    )
    def settle_undelivered(self, data: st.DataObject, outcome: Outcome) -> None:
        alert = self.marked.pop(data.draw(st.sampled_from(sorted(self.marked))))
        folded = self.carried(alert.id)
        if self.do(self.world.settle(alert, outcome)):
            self.dropped |= {alert.id} if isinstance(outcome, NeverAgain) else set()
            self.doubt(folded, 1 if isinstance(outcome, Unknown) else 0)

    def doubt(self, alerts: list[AlertId], allowed: int) -> None:
        """One more attempt with an unknown end, where `allowed` are made good; 0: no doubt."""
        for alert in alerts if allowed else ():
            cause = (alert, allowed)
            self.over |= {alert} if self.doubts[cause] >= allowed else set()
            self.doubts[cause] += 1

    @rule()
    def crash(self) -> None:
        """The process dies: all it knew is gone, the file stays; the next one recovers."""
        self.claimed, self.marked, self.out, self.zombies = {}, {}, {}, []
        self.store = self.do(begin(self.engine, self.time))
        self.world.store = self.store
        self.recover()

    @rule()
    def recover(self) -> None:
        async def free() -> None:
            async with self.store.transaction() as tx:
                before = await tx._session.rows(ALL)
                _, doubtful = await tx.outbox.recover(self.time.at)
                after = {row["id"]: row["state"] for row in await tx._session.rows(ALL)}
            lost = [r["id"] for r in before if r["state"] == "sending" != after[r["id"]]]
            assert len(lost) == doubtful
            folded = [
                r["id"] for r in before if r["state"] == "folded" and r["folded_into"] in lost
            ]
            self.doubt(lost + folded, CRASHES)

        self.do(free())

    @rule(seconds=st.sampled_from([1, 10, LEASE // 2, LEASE, 3600, -3600]))
    def pass_time(self, seconds: int) -> None:
        self.time.pass_(seconds)

    @rule(data=st.data(), all_of_it=st.booleans())
    def call_off(self, data: st.DataObject, all_of_it: bool) -> None:
        """Nothing more for a chat, or nothing more of one story."""
        rows = self.do(self.store._session.rows(ALL))
        one = data.draw(st.sampled_from(rows))

        async def close() -> None:
            async with self.store.transaction() as tx:
                await tx.outbox.close_for(one["chat"], story=None if all_of_it else one["story"])

        self.do(close())
        gone = [r for r in rows if r["chat"] == one["chat"]] if all_of_it else [one]
        self.dropped |= {row["id"] for row in gone if row["state"] != "sent"}

    # ── what must hold ──

    @invariant()
    def no_more_than_once_and_its_doubts(self) -> None:
        if not hasattr(self, "store"):
            return
        rows = self.do(self.store._session.rows(ALL))
        flying = Counter(r["chat"] for r in rows if r["state"] in ("claimed", "sending"))
        assert all(number == 1 for number in flying.values())
        made_good = {row["id"]: row["resends"] for row in rows}
        for row in rows:
            folded = row["state"] == "folded"  # the account is kept by what goes for it
            resends = made_good[row["folded_into"] if folded else row["id"]]
            assert resends <= CRASHES + 1
            assert self.delivered[row["id"]] <= 1 + resends
            assert row["id"] not in self.over or row["state"] == "closed"
            assert (row["token"] != "") == (row["state"] in ("claimed", "sending"))
            if row["id"] in self.settled:
                assert row["state"] == "sent"

        assert_due(rows, self.do(self.store._session.rows(CHATS)))

    def teardown(self) -> None:
        try:
            if hasattr(self, "store"):
                self.crash()
                self.drain()
                self.nothing_is_lost()
        finally:
            if hasattr(self, "engine"):
                self.do(self.engine.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def drain(self) -> None:
        rows = self.do(self.store._session.rows(ALL)) + self.do(self.store._session.rows(CHATS))
        # However often the clock went back: to when the last wait is over.
        waits = max(row["not_before"] for row in rows)
        self.time.pass_(max(0.0, waits - self.time.at) + LEASE)
        while alerts := self.do(self.world.claim(3, LEASE)):
            for alert in alerts:
                assert self.send(alert)
                self.tell(alert)
                assert self.do(self.world.settle(alert, Sent(1)))
                self.settled |= set(self.carried(alert.id, "sent"))
        self.no_more_than_once_and_its_doubts()

    def nothing_is_lost(self) -> None:
        for row in self.do(self.store._session.rows(ALL)):
            assert row["state"] in ("sent", "closed")
            if row["state"] == "closed":
                assert row["id"] in self.dropped | self.over


OutboxModel.TestCase.settings = settings(
    max_examples=20,  # seconds; after a change of settle.py or outbox.py run some 600
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOutbox = OutboxModel.TestCase

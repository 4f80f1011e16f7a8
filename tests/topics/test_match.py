"""The percolator: what rings, what doesn't, and why."""

from __future__ import annotations

import random

import pytest

from bot.model import Reason, TopicId
from bot.topics.match import Percolator
from bot.topics.query import parse_query
from tests.topics.articles import article


@pytest.fixture(scope="module")
def percolator() -> Percolator:
    return Percolator()


def rings(percolator: Percolator, query: str, title: str, summary: str = "", **more: str) -> bool:
    return percolator.explain(parse_query(query), article(title, summary, **more)) is not None


@pytest.mark.parametrize(
    "title",
    [
        "US to withdraw troops from Niger",
        "Niamey junta revokes a mining licence",
        "L'armée nigérienne repousse une attaque près de Diffa",
        "Нигер закрывает границу",
        "В Нигере объявлен комендантский час",
        "النيجر تغلق الحدود مع جارتها",
        "المجلس العسكري في النيجر يعلن موعد الحوار",
        "尼日尔军政府宣布新内阁",
        "Protesty w Nigrze po decyzji junty",
        "Soldaten in Nigers Hauptstadt auf den Straßen",
        "Nigerien farmers wait for the rain",
        "Niger's generals name a prime minister",
    ],
)
def test_niger_rings_in_many_languages(percolator: Percolator, title: str) -> None:
    assert rings(percolator, "Niger", title)


@pytest.mark.parametrize(
    "title",
    [
        "Nigeria signs a gas deal with its neighbours",
        "Oil spill in the Niger Delta angers fishermen",
        "Bandits free students in Niger State",
        "Niger state governor presents the budget",
        "River Niger floods hundreds of homes in Nigeria",
        "Inondations : la crue du fleuve Niger inquiète les riverains au Nigeria",
        "Nigerian senators debate a tax law",
        "Нигерия повышает цены на топливо",
        "尼日利亚总统会见商界代表",
        "نيجيريا ترفع أسعار الوقود",
        "Nigeria podnosi ceny paliw, a rząd milczy",
        "Review: denigrated, then adored",
    ],
)
def test_niger_stays_silent_for_its_rivals(percolator: Percolator, title: str) -> None:
    assert not rings(percolator, "Niger", title)


def test_in_the_nigerian_press_the_state_is_meant(percolator: Percolator) -> None:
    title, body = "Police arrest suspect in Niger", "The command in Minna named the man."
    assert not rings(percolator, "Niger", title, body, publisher="Punch", country="NG")
    assert rings(percolator, "Nigeria", title, body, publisher="Punch", country="NG")


@pytest.mark.parametrize(
    ("query", "yes", "no"),
    [
        ("Apple (company)", "Apple opens a store in Lagos", "A better apple pie for autumn"),
        ("Apple (company)", "New iPhones sell out in a day", "Apple growers fear the late frost"),
        ("Turkey (country)", "Turkey and Greece reopen talks", "How long to roast a turkey breast"),
        ("Chad", "Chad closes its border with Sudan", "Chad Bellamy wins the county chess cup"),
        ("Jordan (country)", "Jordan's king visits Paris", "Striker Jordan Ferris signs up"),
        ("Guinea", "Guinea holds a vote on Sunday", "Papua New Guinea holds a vote on Sunday"),
        ("Guinea", "La Guinée rouvre ses mines", "La Guinée équatoriale rouvre ses mines"),
        ("Sudan", "Sudan army retakes a bridge", "South Sudan delays its election again"),
        ("Mali", "Mali suspends a broadcaster", "Maliciously edited video of a mayor"),
        ("DR Congo", "DRC and rebels sign a truce", "Congo-Brazzaville launches a bond"),
        ("Georgia (country)", "Georgia votes in Tbilisi", "Atlanta mayor wins Georgia runoff"),
        ("Amazon (company)", "Amazon cuts Kindle prices", "Amazon rainforest loses less forest"),
        ("Meta (company)", "Meta fined over WhatsApp data", "A meta-analysis of sleep studies"),
        ("Meta (company)", "Meta hires a new lawyer", "La meta del equipo es ganar la liga"),
        ("马里", "马里军队收复北部城镇", "马里兰州州长访问企业"),
        ("Jordan (country)", "约旦国王访问巴黎", "约旦河西岸发生冲突"),
    ],
)  # fmt: skip
def test_senses(percolator: Percolator, query: str, yes: str, no: str) -> None:
    assert rings(percolator, query, yes)
    assert not rings(percolator, query, no)


@pytest.mark.parametrize(
    ("query", "yes", "no"),
    [
        ("drone strike", "Strike by a drone kills two", "Pilots vote for a strike"),
        ('"drone strike"', "A drone strike kills two", "Strike by a drone kills two"),
        ('"Niger"', "Niger reopens schools", "Niamey reopens schools"),
        ("mango OR papaya", "Papayas are cheap this year", "Guavas are cheap this year"),
        ("Niger -football", "Niger reopens schools", "Niger football team loses"),
        ("Niger (uranium OR mine)", "Niger reopens a uranium mine", "Niger reopens schools"),
        ("title:uranium", "Uranium is dearer", "Metals are dearer"),
        ("elections", "An election is called", "A selection of poems"),
    ],
)
def test_words(percolator: Percolator, query: str, yes: str, no: str) -> None:
    assert rings(percolator, query, yes)
    assert not rings(percolator, query, no)


def test_fields(percolator: Percolator) -> None:
    told = article(
        "Uranium is dearer", "Miners gain.", publisher="Agence du Port", country="FR", language="en"
    )
    for query in (
        'source:"du port"',
        "uranium country:FR",
        "uranium lang:en",
        "uranium country:France",
    ):
        assert percolator.explain(parse_query(query), told)
    for query in ("source:harbour", "uranium country:NE", "uranium lang:fr", "title:miners"):
        assert percolator.explain(parse_query(query), told) is None


def test_the_reason_shows_the_words_and_where(percolator: Percolator) -> None:
    told = article("Junta names a cabinet", "The ministers met in Niamey on Friday.")
    assert percolator.explain(parse_query("Niger"), told) == Reason("Niamey", "summary")
    told = article("L'armée nigérienne avance")
    assert percolator.explain(parse_query("Niger"), told) == Reason("nigérienne", "title")
    told = article("Uranium", text="The full text names Niger in a long paragraph about the mines.")
    assert percolator.explain(parse_query("Niger"), told) == Reason("Niger", "text")


def test_an_unknown_name_with_its_kind_needs_a_capital(percolator: Percolator) -> None:
    explain = percolator.searcher(parse_query("Stripes (company)"))
    assert explain(article("Payment firm Stripes hires a chief"))
    assert explain(article("Tigers have stripes, zebras too")) is None
    assert explain(article("Tigers have stripes", "Their maker, Stripes, is for sale.")) is not None


def test_topics_come_and_go_while_running() -> None:
    percolator = Percolator()
    told = article("US to withdraw troops from Niger")
    queries = ("Niger", "troops", '"withdraw troops"', "troops Niger", "source:harbour", "Mali")
    for number, text in enumerate(queries):
        percolator.add(TopicId(number), parse_query(text))
    assert [m.topic for m in percolator.match(told)] == [0, 1, 2, 3, 4]
    percolator.add(TopicId(1), parse_query("volleyball"))
    percolator.remove(TopicId(99))
    assert [m.topic for m in percolator.match(told)] == [0, 2, 3, 4]
    for number in range(len(queries)):
        percolator.remove(TopicId(number))
    assert percolator.match(told) == []
    assert len(percolator) == 0
    for table in ("_routes", "_senses", "_sources"):
        assert not getattr(percolator, table)
    literals = percolator._literals
    assert not any((literals.words, literals._quoted, literals._phrases, literals._begun))


def test_all_together_say_what_each_says_alone(percolator: Percolator) -> None:
    """The dictionary never loses a query that would match on its own."""
    rng = random.Random(7)
    pool = ["niger", "troops", "mali", '"air base"', "uranium", "-football", "title:coup", "junta"]
    texts = [" ".join(rng.sample(pool, 2)) for _ in range(40)]
    texts += [" OR ".join(rng.sample(pool[:5], 2)) for _ in range(20)]
    queries = {TopicId(n): parse_query(t) for n, t in enumerate(texts) if t != "-football"}
    standing = Percolator(percolator.names)
    for topic, query in queries.items():
        standing.add(topic, query)
    for title in ("Coup in Niger: junta holds the air base", "Mali football", "Uranium for troops"):
        told = article(title)
        alone = {t: r for t, q in queries.items() if (r := percolator.explain(q, told))}
        assert {m.topic: m.reason for m in standing.match(told)} == alone

"""Names that only seem to stand: inside longer words, and in capitals that say nothing."""

from __future__ import annotations

import pytest

from bot.topics.inflect import led
from bot.topics.match import Percolator
from bot.topics.query import parse_query
from tests.topics.articles import article


@pytest.fixture(scope="module")
def percolator() -> Percolator:
    return Percolator()


def rings(percolator: Percolator, query: str, title: str, summary: str = "") -> bool:
    return percolator.explain(parse_query(query), article(title, summary)) is not None


@pytest.mark.parametrize(
    ("query", "yes", "no"),
    [
        ("Mali", "マリの首都で爆発", "マリオの新作ゲームが発売"),
        ("Meta (company)", "メタが新サービスを発表", "メタンガスの排出を規制"),
        ("India", "인도 총리가 방한했다", "정부가 인도적 지원을 결정했다"),
        ("Apple (company)", "애플이 신제품을 공개했다", "사과 애플리케이션 개발자 모집"),
        ("WHO", "WHO warns of cholera", "WHO STOLE THE CROWN JEWELS?"),
        ("WHO", "CHOLERA: WHO SENDS VACCINE TO GENEVA TEAM", "WHO WILL BE THE NEXT BOND?"),
        ("H&M", "H&M closes forty shops", "H and his friend M"),
        ("Marks & Spencer", "Marks and Spencer lifts forecast", "Spencer gets top marks"),
        ("Argentina", "Argentine farmers strike", "Argentine ants reach Provence"),
        ("Lebanon", "High court in Lebanon frees minister", "Lebanon High wins on penalties"),
        ("Japan", "日米首脳が会談", "米中首脳が会談"),
        ("United States", "日米首脳が会談", "日中首脳が会談"),
        ("South Sudan", "مقتل جنود بجنوب السودان", "مقتل جنود بالسودان"),
        ("Canada", "Ottawa bans tyres", "Ottawa County clerk faces recall in Michigan"),
        ("Kenya", "Clashes in Turkana County leave nine dead", "Kenyan-born chef opens in Leeds"),
        ("Nigeria", "Nigerian wins chess title", "American of Nigerian descent wins chess title"),
        ("Sudan", "Massaker i el-Fasher", "Massaker i El Paso"),
        ("Germany", "O governo alemão aprova o orçamento", "O governo francês cai"),
    ],
)
def test_edges(percolator: Percolator, query: str, yes: str, no: str) -> None:
    assert rings(percolator, query, yes)
    assert not rings(percolator, query, no)


def test_longer_arabic_name_is_no_part_of_it(percolator: Percolator) -> None:
    assert not rings(percolator, "Sudan", "مقتل جنود بجنوب السودان")


def test_what_may_lead_an_arabic_name() -> None:
    assert led("السودان") == []
    assert "للبيت الأبيض" in led("البيت الأبيض")
    assert "بجنوب السودان" in led("جنوب السودان")

"""Words, folding, language and direction: one meaning for search, topics and stories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import fold, is_rtl, language, tokens, words


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ŁÓDŹ", "lodz"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("أحمد", "احمد"),
        ("النِّيجر", "النيجر"),
        ("مصطفى", "مصطفي"),
        ("کابل", "كابل"),
        ("Ｎｉｇｅｒ", "niger"),
        ("Türkiye", "turkiye"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("한국", "한국"),
        ("٢٠٢٦", "2026"),
    ],
)
def test_one_shape_per_letter(a: str, b: str) -> None:
    assert fold(a) == fold(b)


@pytest.mark.parametrize(
    ("a", "b"), [("Чад", "Chad"), ("мой", "мои"), ("हिन्दी", "हनद"), ("がく", "かく")]
)
def test_letters_that_differ_stay_apart(a: str, b: str) -> None:
    assert fold(a) != fold(b)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=120))
def test_words_stand_where_they_say(text: str) -> None:
    for word in words(text):
        assert text[word.start : word.end] == word.text
        assert word.folded
    for token in tokens(text):
        assert token
        assert not token.isspace()


def test_apostrophes_part_words() -> None:
    assert [w.folded for w in words("L’armée d'Agadez")] == ["l", "armee", "d", "agadez"]


def test_glued_scripts_give_pairs() -> None:
    assert tokens("尼日尔 2026") == ["尼日", "日尔", "2026"]
    assert tokens("雨") == ["雨"]
    assert tokens("니제르의 군부") == ["니제", "제르", "르의", "군부"]
    assert tokens("ประเทศ")[:2] == ["ปร", "ระ"]
    assert tokens("नई दिल्ली") == ["नई", "दिल्ली"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The junta says it will open the border next week", "en"),
        ("Le gouvernement annonce la réouverture de la frontière", "fr"),
        ("Die Regierung will die Grenze wieder öffnen", "de"),
        ("El gobierno anuncia que la frontera se abre el lunes", "es"),
        ("O governo diz que não vai fechar a fronteira", "pt"),
        ("Il governo annuncia che la frontiera è aperta", "it"),
        ("Rząd ogłosił, że granica zostanie otwarta w poniedziałek", "pl"),
        ("Regeringen säger att gränsen öppnas och att alla får resa", "sv"),
        ("De regering zegt dat de grens niet open gaat", "nl"),
        ("Hükümet sınırın yeniden açıldığını söyledi", "tr"),
        ("Serikali imesema kwamba mpaka huo utafunguliwa kwa watu wote", "sw"),
        ("Shugaban kasar ya ce za a bude iyakar a cikin mako", "ha"),
        ("Власти заявили, что граница будет открыта", "ru"),
        ("Уряд заявив, що кордон відкриють у понеділок", "uk"),
        ("الحكومة تعلن إعادة فتح الحدود", "ar"),
        ("دولت اعلام کرد که مرز باز می شود", "fa"),
        ("政府宣布重新开放边境", "zh"),
        ("政府は国境を再び開くと発表した", "ja"),
        ("정부는 국경을 다시 연다고 밝혔다", "ko"),
        ("सरकार ने कहा कि सीमा खुलेगी", "hi"),
        ("รัฐบาลประกาศเปิดพรมแดน", "th"),
        ("", ""),
        ("12:30", ""),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language(text) == code


@given(st.text(max_size=200))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert len(language(text)) <= 10


def test_direction_follows_the_first_letter() -> None:
    assert is_rtl("«النيجر» today")
    assert is_rtl("123 ירושלים")
    assert not is_rtl("Niger النيجر")
    assert not is_rtl("2026")

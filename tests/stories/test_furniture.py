"""What a page says to its reader, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.stories.furniture import is_about_the_writer, is_furniture, is_over
from bot.stories.lines import article, lines, placeless


@pytest.mark.parametrize(
    "line",
    [
        "The ministry said on its Telegram channel that the road was open.",
        "A newsletter of the company had warned its customers of higher prices.",
        "Farmers had heard of the order from a WhatsApp group and not from the authorities.",
        "“Follow us on Instagram,” the minister had told the pupils of the village school.",
        "Der Newsletter der Stadt soll im Dezember daran erinnern.",
        "Händler müssen ihre Kunden künftig auf das Verbot hinweisen.",
        "Le podcast de la mairie a été diffusé pendant la cérémonie.",
        "O secretário afirmou em seu canal no Telegram que o lote chega em abril.",
        "El Gobierno compartió el expediente con los abogados de los pueblos.",
        "Мэр написал в своём телеграм-канале, что трещину заметил водитель.",
        "ونشرت الوزارة على قناتها في تلغرام جدولا جديدا لساعات العمل.",
        "市政府在公众号上公布了新的时刻表，居民对此表示欢迎。",
    ],
)
def test_news_about_channels_is_news(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Get the day's top stories straight to your inbox every morning.",
        "You can unsubscribe at any time.",
        "Listen to our daily podcast wherever you are.",
        "Write to tips@paper.example if you know more.",
        "🎧 Écoutez « Le Soir », notre podcast quotidien.",
        "Escucha nuestro pódcast diario con lo más importante.",
        "📱 Participe do canal do jornal no WhatsApp",
        "Нашли опечатку? Выделите её и нажмите Ctrl+Enter",
        "انضم إلى قناتنا على تلغرام لتصلك آخر الأخبار",
        "扫一扫，关注青禾日报微信公众号",
        "Te puede interesar: El tren que nunca llegó",
        "Correção: o portal errou ao informar o número.",
        "This article was amended on 12 March.",
        "Hinweis der Redaktion: In einer früheren Fassung stand ein falsches Datum.",
        "Wed 11 Mar 2026 16.00 GMT",
        "Image source, Radio North",
        "FILE - This June photo released by the family shows the officer at home.",
        "The captain (middle) returned to the club where he began.",
        "A soldier looks on in Linden, Wednesday, May 10, 2017.",
    ],
)
def test_what_speaks_to_the_reader_is_none(line: str) -> None:
    assert is_furniture(line, headings=True)


def test_below_an_article_stands_who_wrote_it() -> None:
    assert is_about_the_writer("Ada Obi is the paper's arts correspondent.")
    assert is_about_the_writer("Ada Obi was born in Linden.", "Ada Obi")
    assert not is_about_the_writer("Nobody knows who will pay for the bridge.", "Ada Obi")


def test_behind_related_stories_comes_no_article() -> None:
    told = ["The bridge was shut on Monday after a crack was found in a pillar of it."] * 2
    told[1] = told[1].replace("Monday", "Friday")
    text = f"12 March\n{told[0]}\n{told[1]}\nMore on this story\n- The river\nA boat sank."
    assert article(text, "").splitlines() == told
    assert is_over("Related stories")


def test_a_list_of_related_stories_in_mid_text_goes_with_its_heading() -> None:
    said = "The bridge was shut on day {} after a crack was found in one of its pillars."
    rows = [said.format(n) for n in range(8)]
    text = "\n".join([*rows[:2], "Recommended", "- A river", "- A boat", *rows[2:]])
    assert article(text, "").splitlines() == rows


def test_where_a_release_was_sent_from_is_not_said() -> None:
    text = "OSTROVA, March 10, 2026 /NewsLink/ -- The plant melts bottles from three regions."
    assert lines(text) == ["The plant melts bottles from three regions."]


@pytest.mark.parametrize(
    "said",
    [
        "BANGKOK, Thailand (CNN) -- A plane crashed.",
        "PHOENIX (AP) — A plane crashed.",
        "(Reuters) - A plane crashed.",
        "LINDEN, March 3 (Reuters) - A plane crashed.",
        "LINDEN — A plane crashed.",
    ],
)
def test_a_sentence_is_quoted_without_its_dateline(said: str) -> None:
    assert placeless(said) == "A plane crashed."


def test_what_only_looks_like_a_dateline_stays() -> None:
    for said in ("NASA — the agency — said no.", "The bank (AP) fell.", "UNICEF Chief Obi left."):
        assert placeless(said) == said

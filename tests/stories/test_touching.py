"""What a saga drifts to has little to do with where it began."""

from __future__ import annotations

from bot.stories.touching import touches
from tests.stories.articles import article

WAR = article(1, "Ukraine sends drones against depots in Russia", "Fuel burns near Oryol.")
BLAME = article(2, "Russia is behind the coup in Niger, Ukraine says", "A speech in Kyiv.")
COUP = article(3, "Niger's junta names a prime minister", "An economist is to lead the cabinet.")


def test_who_names_a_country_or_a_place_in_common_has_to_do_with_it() -> None:
    assert touches(BLAME, [WAR])
    assert touches(COUP, [BLAME])
    assert not touches(COUP, [WAR])
    assert touches(COUP, [WAR, BLAME]), "with one of its articles"
    assert not touches(COUP, [])

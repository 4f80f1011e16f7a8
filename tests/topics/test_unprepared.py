"""Countries and companies that nobody tuned anything for: what rings, what only looks like it."""

from __future__ import annotations

import pytest

from bot.topics.match import Percolator
from bot.topics.query import parse_query
from tests.topics.articles import article


@pytest.fixture(scope="module")
def percolator() -> Percolator:
    return Percolator()


@pytest.mark.parametrize(
    ("query", "yes", "no"),
    [
        ("Kenya", "Kenyan lawmakers reject the fuel levy", "Kenyon College names a new dean"),
        (
            "Kenya",
            "Nairobi traders shut their stalls in protest",
            "Tanzania opens a bridge to the islands",
        ),
        ("Ghana", "Le Ghana relève ses taux d'intérêt", "Gana el equipo visitante por dos goles"),
        (
            "Ghana",
            "Accra floods cut off two suburbs",
            "Ghanshyam retires after forty years on the bench",
        ),
        (
            "Brazil",
            "Brasília libera verbas para estradas",
            "Brazil nuts are dear this winter, say bakers",
        ),
        (
            "Brazil",
            "Lula meets farmers from Mato Grosso",
            "Brazilian jiu-jitsu club opens in Leeds",
        ),
        ("India", "Indian farmers march on New Delhi", "Indiana governor signs a road bill"),
        ("India", "भारत ने नई रेल लाइन खोली", "Indian Ocean swells batter the Maldives"),
        (
            "Ireland",
            "Dublin hospitals end visitor limits",
            "Northern Ireland ministers agree a budget",
        ),
        (
            "Ireland",
            "Taoiseach pledges cheaper childcare",
            "Police in Dublin, Ohio, close a street",
        ),
        (
            "South Korea",
            "Seoul offers talks on prisoners",
            "North Korea fires two missiles into the sea",
        ),
        (
            "South Korea",
            "한국 정부가 새 예산안을 발표했다",
            "Kim Jong Un visits a shipyard in Pyongyang",
        ),
        ("North Korea", "Pyongyang shows off a new satellite", "South Korean chip exports rise"),
        ("China", "北京宣布新的贸易措施", "Bone china from the old works sells at auction"),
        (
            "China",
            "Beijing trims its growth target",
            "South China Sea typhoon turns toward Vietnam",
        ),
        ("Poland", "Polska podnosi wydatki na obronę", "Poland Spring bottles recalled in Maine"),
        ("Poland", "Polen schließt zwei Grenzübergänge", "Roland Garros sells out in an hour"),
        ("Germany", "Berlin will Stromsteuer senken", "German shepherd finds its way home"),
        ("Germany", "Deutschland baut neue Schienen", "Germantown fire displaces four families"),
        ("Ukraine", "Київ отримав нові трамваї", "Chicken recipes for a weeknight"),
        ("Ukraine", "Zelensky thanks the grain buyers", "Russia opens a pipeline to Kazakhstan"),
        ("Russia", "Кремль продлил санкции", "White Russian cocktails are back in fashion"),
        ("Russia", "Moscow names a new envoy", "Moscow, Idaho, mourns its mayor"),
        (
            "Mexico",
            "México amplía el metro de la capital",
            "New Mexico governor vetoes a water bill",
        ),
        (
            "Mexico",
            "Sheinbaum presents a plan for rail",
            "Gulf of Mexico rigs shut ahead of the storm",
        ),
        ("Panama", "Panama Canal raises its tolls", "Panama City Beach bans loud music"),
        ("Cuba", "La Habana sufre otro apagón", "Cuba Gooding Jr settles a claim"),
        (
            "Lebanon",
            "Beirut port rebuilding starts",
            "Lebanon, Pennsylvania, votes on a school bond",
        ),
        ("Israel", "Netanyahu reshuffles his cabinet", "Israel Adesanya retires from the ring"),
        ("Egypt", "القاهرة ترفع أسعار الخبز", "Egyptian cotton sheets: our pick of ten"),
        ("France", "Paris bans diesel vans from the centre", "Paris Hilton launches a scent"),
        ("France", "Macron veut réformer les lycées", "France Gall songs return to the charts"),
        ("Japan", "日本政府が新しい予算を発表", "Bone China from the old works is sold"),
        ("Japan", "Tokyo stocks fall on rate worries", "Sea of Japan squid catch shrinks"),
        (
            "Iran",
            "Teheran weist neue Vorwürfe zurück",
            "Irani cafe in Mumbai shuts after a century",
        ),
        ("Iraq", "Baghdad hosts an Arab summit", "Iranian rial slides to a new low"),
        (
            "Peru",
            "Lima declares an emergency in two districts",
            "Peru, Illinois, gets a new library",
        ),
        (
            "Chile",
            "El gobierno de Chile presenta su último presupuesto",
            "Chile peppers are hotter this season",
        ),
        ("Chile", "Chilean metro fares rise", "Red chile sauce wins the state fair"),
        (
            "Colombia",
            "Petro replaces three ministers in Bogotá",
            "British Columbia wildfires spread",
        ),
        ("Finland", "Helsinki opens a tunnel for trams", "Finlandia vodka changes hands"),
        (
            "Sweden",
            "Regeringen i Stockholm vill sänka skatten",
            "Stockholm syndrome, explained by a doctor",
        ),
        ("Greece", "Athens museums extend their hours", "Athens, Ohio, band plays a last show"),
        (
            "Somalia",
            "Mogadishu market reopens after the blast",
            "Sommelier opens an office in Taipei",
        ),
        ("Dominica", "Dominica rebuilds its airport", "Dominican Republic beaches fill up again"),
        ("Guinea-Bissau", "Guinea-Bissau delays its vote", "Guinea raises bauxite taxes"),
        ("Tesla", "Tesla recalls trucks over a pedal", "Nikola Tesla museum opens in Zagreb"),
        ("Google", "Alphabet fined over search ads", "Children learn the alphabet in a day"),
        ("Microsoft", "Windows update breaks printers", "New windows for the old town hall"),
        ("Shell (company)", "Shell cuts oil and gas output", "Turtle shell found on a beach"),
        (
            "Orange (company)",
            "Orange vend son réseau mobile en Espagne",
            "Orange juice prices double",
        ),
        ("Visa", "Visa and Mastercard settle with shops", "Schengen visa fees rise in June"),
        ("Samsung", "三星电子发布新手机", "Sam sung at the village fair"),
        ("Netflix", "Netflix raises its prices again", "Net flux of heat measured in the bay"),
        ("Boeing", "Boeing 737 deliveries slow", "Boing Boing turns twenty five"),
        ("NATO", "NATO opens a base in Finland", "Renato, il pittore, è morto a Roma"),
        ("WHO", "WHO declares the outbreak over", "Man who stole a tram is jailed"),
        ("OPEC", "OPEC+ keeps output flat", "Open golf returns to Troon"),
        ("Hamas", "Hamas names a new negotiator", "Hama residents return after the war"),
        ("Toyota", "トヨタが新型車を発表", "Toy otter recalled over loose eyes"),
        ("Chile", "Boric presenta su último presupuesto", "Chile con carne wins the cook-off"),
        ("Chile", "Boric signs the budget in Santiago", "Santiago de Cuba loses power again"),
        ("Shell (company)", "Shell quitte le marché italien", "Shell shock was war's hidden wound"),
        ("Target (company)", "Target closes nine stores", "Target of the raid was a depot"),
        ("Gap (company)", "Gap opens clothing stores in Delhi", "Gap between rich and poor widens"),
        ("Visa", "Visa verdient an jeder Zahlung", "Visa rules eased for students"),
        ("Oracle (company)", "Oracle cuts cloud jobs", "Oracle bones tell of an eclipse"),
        ("NATO", "La Nato rafforza il fianco est", "Un uomo nato a Bari vince il premio"),
        ("Greece", "Athens raises the minimum wage", "Athens, Georgia, mourns its mayor"),
        ("Somaliland", "Hargeisa port deal signed", "Mogadishu port deal signed"),
        ("Somalia", "Mogadishu port deal signed", "Somaliland leader opens an embassy"),
        ("Germany", "Berlin budgets for rail", "West Germany spy novel tops the list"),
        ("Japan", "Osaka opens its fair", "Black japan lacquer restored on a chest"),
    ],
)
def test_any_country_and_company(percolator: Percolator, query: str, yes: str, no: str) -> None:
    explain = percolator.searcher(parse_query(query))
    assert explain(article(yes))
    assert explain(article(no)) is None


def test_a_town_in_a_state_is_not_its_namesake(percolator: Percolator) -> None:
    explain = percolator.searcher(parse_query("Russia"))
    assert explain(article("Moscow, Idaho, mourns its mayor")) is None
    assert explain(article("Moscow, Ohio farmers and Kyiv in one report")) is not None
    explain = percolator.searcher(parse_query("Mexico"))
    assert explain(article("Mexico, Texas and Arizona agree on the river")) is not None


def test_a_city_is_likelier_where_its_country_is_named(percolator: Percolator) -> None:
    told = article("عمان تستضيف قمة عربية", "قال ملك الأردن إن القمة تبدأ غدا في العاصمة.")
    assert percolator.explain(parse_query("Jordan (country)"), told) is not None
    assert percolator.explain(parse_query("Oman"), told) is None
    told = article("سلطنة عمان تستضيف قمة عربية")
    assert percolator.explain(parse_query("Jordan (country)"), told) is None

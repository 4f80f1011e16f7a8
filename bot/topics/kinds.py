"""What readers write in parentheses behind a name to say which one they mean.

In: a word or two, in a language of the chat. Out: the kinds of senses that it fits. Data only.
"""

from __future__ import annotations

from bot.topics.names import spell

_WORDS = {
    (
        "country",
    ): "country, nation, republic, kingdom, pays, état, país, estado, Land, Staat, kraj, "
    "państwo, страна, государство, land, stat, paese, stato, بلد, دولة, 国家, nchi, ƙasa",
    ("place",): "city, town, capital, region, province, territory, island, us state, u.s. state, "
    "american state, ville, région, ciudad, región, cidade, região, Stadt, Region, Bundesstaat, "
    "miasto, region, город, регион, stad, مدينة, منطقة, 城市, mji",
    ("company",): "company, firm, corporation, corp, business, brand, app, maker, carmaker, "
    "automaker, airline, bank, retailer, chain, tech company, oil company, oil major, tech firm, "
    "software company, entreprise, société, marque, groupe, empresa, compañía, companhia, marca, "
    "Unternehmen, Firma, Konzern, Marke, spółka, firma, koncern, компания, företag, bolag, "
    "azienda, شركة, 公司, 企业, kampuni, kamfani",
    ("organisation", "group"): "organisation, organization, alliance, agency, group, armed group, "
    "militia, party, movement, institution, organización, organização, Organisation, Gruppe, "
    "Bündnis, organizacja, организация, группировка, منظمة, جماعة, 组织",
}
_KINDS = {
    spell(word): frozenset(kinds) for kinds, listed in _WORDS.items() for word in listed.split(",")
}


def kinds_of(qualifier: str) -> frozenset[str]:
    """The kinds of senses a qualifier fits; none for what is no qualifier."""
    return _KINDS.get(spell(qualifier), frozenset())

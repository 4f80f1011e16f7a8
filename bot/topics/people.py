# ruff: noqa: SIM905
"""Names of people that are also places and companies: what stands before and behind them.

Data only. Given names are those frequent in English-language news; capitalised words that may
follow a place without making it a surname are in NOT_SURNAMES.
"""

from __future__ import annotations

GIVEN = frozenset(
    """
    aaron abdul adam adrian ahmed alan albert alex alexander alfred ali alice alison allen
    amanda amy andre andrea andrew andy angela ann anna anne anthony antonio arthur ashley
    austin barbara barry ben benjamin bernard beth bill billy bob bobby brad brandon brenda
    brian bruce bryan caleb calvin cameron carl carla carlos carol caroline catherine charles
    charlie charlotte cheryl chris christian christina christine christopher cindy claire
    clarence colin connor craig cynthia dan daniel danielle danny darren dave david dean deandre
    deborah debra denis dennis derek diana diane dominic don donald donna dorothy doug douglas
    dwayne dylan earl ed eddie edward elaine eli elizabeth ella ellen emily emma eric erin
    ernest ethan eugene eva evan evelyn frances francis frank fred gabriel gareth gary geoff
    george gerald gina glenn gordon grace graham greg gregory hannah harold harrison harry
    heather helen henry howard hugh ian isaac jack jackie jacob jake james jamie jane janet
    jared jason jay jean jeff jeffrey jenna jennifer jenny jeremy jerry jesse jessica jessie
    jill jim jimmy joan joanna joe joel john johnny jon jonathan jose joseph josh joshua joyce
    juan judith judy julia julian julie justin karen karl kate katherine kathleen kathy katie
    keith kelly ken kenneth kevin kim kimberly kurt kyle lance larry laura lauren lee leo leon
    leonard leslie lewis liam linda lisa logan lori louis louise lucas lucy luis luke lynn marc
    marcus margaret maria marie mark marlon martha martin mary matt matthew megan melissa
    michael michele michelle miguel mike mitchell mohamed mohammed molly nancy naomi natalie
    nathan neil nicholas nick nicole nigel noah norman oliver olivia oscar owen pamela pat
    patricia patrick paul paula pedro peggy penny pete peter phil philip phillip rachel ralph
    randy ray raymond rebecca richard rick ricky rob robert roberta robin rodney roger ron
    ronald rose ross roy russell ruth ryan sally sam samantha samuel sandra sara sarah scott
    sean sebastian shane shannon sharon shawn sheila simon sophie stacey stan stephanie stephen
    steve steven stuart sue susan suzanne sylvia tara taylor ted teresa terry thomas tiffany tim
    timothy tina todd tom tommy toni tony tracy travis trevor troy tyler vanessa vernon veronica
    vicki victor vincent virginia walter wanda warren wayne wendy will william zach zoe
    """.split()
)

TITLES = frozenset("mr mrs ms miss dr rep sen judge coach lord lady sir detective".split())

NOT_SURNAMES = frozenset(
    """
    king queen prince princess president prime minister government army police court parliament
    says said and or to in on at by of the valley river republic state university airport
    airlines embassy foreign national football cricket rugby team world cup junta coup military
    ministry ambassador election elections border iran iraq israel syria egypt saudi russia
    china ukraine news times post monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    central bank stock exchange open grand prix pride supreme high general senate assembly
    """.split()
)

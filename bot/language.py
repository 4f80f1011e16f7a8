"""Which language words are in: by script, letters of their own, and frequent words.

In: the words of a text. Out: the language with a clear majority, or the usual one of the script.
The lists are our own, of words that are frequent in news; `bot.text.language` asks. Each word casts
a ballot: one number with 32 bits for each language of the script, so that counting is adding.
Why no library does it: docs/decisions/0006-language-detection.md.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bot.telling import NEWS_WORDS

SCRIPTS = {
    "ru": "cyrillic", "uk": "cyrillic", "bg": "cyrillic", "sr": "cyrillic", "be": "cyrillic",
    "ar": "arabic", "fa": "arabic", "ur": "arabic", "ps": "arabic",
    "hi": "devanagari", "mr": "devanagari", "ne": "devanagari",
}  # fmt: skip

LETTERS = {
    **dict.fromkeys("ąęśźżćńł", ("pl",)),
    "ó": ("pl", "es", "pt", "hu", "cs"),
    **dict.fromkeys("å", ("sv", "da", "no")),
    "ä": ("sv", "de", "fi"),
    "ö": ("sv", "de", "tr", "hu", "fi"),
    "ü": ("de", "tr", "hu"),
    "ß": ("de",),
    **dict.fromkeys("øæ", ("da", "no")),
    **dict.fromkeys("ñ¿¡", ("es",)),
    **dict.fromkeys("ãõ", ("pt",)),
    "ç": ("fr", "pt", "tr"),
    **dict.fromkeys("èêëùûîïœ", ("fr",)),
    "é": ("fr", "fr", "es", "pt", "hu", "cs"),
    "à": ("fr", "it"),
    **dict.fromkeys("òì", ("it",)),
    "ô": ("fr", "pt"),
    **dict.fromkeys("áí", ("es", "pt", "cs", "hu")),
    "ú": ("es", "pt", "hu"),
    **dict.fromkeys("ğış", ("tr",)),
    **dict.fromkeys("őű", ("hu",)),
    **dict.fromkeys("řěů", ("cs",)),
    **dict.fromkeys("čšž", ("cs", "hr")),
    **dict.fromkeys("ășțţ", ("ro",)),
    **dict.fromkeys("ɗɓƙ", ("ha",)),
    **dict.fromkeys("ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ", ("vi",)),
    **dict.fromkeys("їєґ", ("uk",)),
    "і": ("uk", "uk", "be"),
    "ў": ("be",),
    **dict.fromkeys("ыэё", ("ru",)),
    "ъ": ("bg", "ru"),
    **dict.fromkeys("ђљњћџј", ("sr",)),
    **dict.fromkeys("ةىأإؤئ", ("ar",)),
    **dict.fromkeys("پچژگ", ("fa", "ur")),
    **dict.fromkeys("یک", ("fa", "ur")),
    **dict.fromkeys("ٹڈڑےںھہ", ("ur", "ur")),
    **dict.fromkeys("ړښټډځڅې", ("ps",)),
    "ळ": ("mr",),
}

_WORDS = """
en: the of and to in a is for on that with as by at from it be are was has have will this its an
  not but his her they who after over says said new how what why when you your more than into out
  up about could would their been we i he she or one first can just may us amid against off if
  were there all do does now no my our which while so him them get got make before under down back
  year years day people news world some most old where here two still being had did won't set week
  next month police court president government deal talks attack house state top fire tear gas
  takes faces warns killed report during between through these best last show
fr: le la les de des du un une et est en à au aux dans pour par sur qui que ne pas plus avec ce
  cette ces son sa ses leur se il elle ils on nous vous sont a été être ont mais ou où comme après
  avant entre contre depuis sans sous deux quand dont y si fait faire selon l d s n c qu président
  ministre pays gouvernement nouveau nouvelle premier première comment pourquoi était
de: ohne beim ins ihm ihn gibt steht stehen bleibt laut seit während zwischen damit wenn etwa rund
  der die das und in den von zu mit ist im für auf dem des ein eine einen einer nicht sich es an
  als auch am aus nach bei wird sie er werden hat haben sind wie über vor zum zur um bis noch nur
  oder aber war wurde gegen unter mehr so kein keine dass will soll sollen kann neue neuen neuer
  ihre seine wer was wo warum jahr jahre jahren zwei durch wegen ab doch schon einem eines
es: el la los las de del y en que un una por con para se su al no es lo más como sus ha fue son
  este esta pero sobre entre tras contra desde hasta hay también años año sin dos si ya cuando muy
  le nos qué cómo será han ser está porque donde gobierno presidente nuevo nueva primer según
pt: o a os as de do da dos das e em no na nos nas um uma que por com para se seu sua ao aos não é
  mais como foi são este esta mas sobre entre após contra até também anos ano sem dois pela pelo
  já quando muito diz ser tem há está governo presidente novo nova primeiro segundo às à ou
it: il lo la i gli le di del della dei delle dello e in che un una per con da dal dalla al alla ai
  nel nella si non è più come sono sul sulla ma anche tra fra dopo contro anni anno senza due se
  già quando molto ha hanno questo questa suo sua essere cosa perché ecco governo nuovo ed
nl: de het een en van in is op te dat die voor met zijn aan niet er om ook als bij door naar uit
  over na nog maar wordt worden heeft meer tot wel geen dan hij ze je we wat hoe waarom zich
  nieuwe jaar deze dit tegen onder kan moet zou was had hun haar ik u al zo
sv: tog emot fyra tre fem talar timmar stängde minst statsminister lovade och i att det som en på
  är av för med den till inte har de om ett han men var sig från vi så
  kan när nu ska efter här vill man under hur också eller än mot nya nytt sin sitt sina vid över
  bara får blir där ut upp år mer alla varför utan två mellan då kommer säger hon dem ny polis
  natt uppgifter flera håll dödats uppges vittnen misstänkt regeringen sverige svenska januari
  februari dag fler
da: og i at det som en på er af for med den til ikke har de om et han men var sig fra vi så kan
  når nu skal efter her vil man under hvordan også eller end mod nye sin ved over får bliver der
  ud op år mere hvorfor uden mellem siger hun
no: og i at det som en på er av for med den til ikke har de om et han men var seg fra vi så kan
  når nå skal etter her vil man under hvordan også eller enn mot nye sin ved over får blir der ut
  opp år mer hvorfor uten mellom sier hun
pl: i w z na do się nie że to jest o za od po jak dla a ale ze przez co już są tak czy przy oraz
  jego jej ich tym tego która który które był była było być może będzie nad pod przed tylko też ma
  we lat rok roku więcej bez gdy kiedy nowy nowe nowa dwa zł ten ta te został została polska
  polski polskie polsce u kto jeszcze mamy można nawet trzeba będą także jako wie
cs: a v na se je že s z do o to i pro za po od k jako ale si by jsou byl byla bylo být jeho její
  které který která při také už ještě podle než jen nebo pod před přes roce lidí let více
ro: și de la în a cu pe un o din nu se că pentru este au mai care ca sunt fost după prin dar fi ce
  către al ale lui fără sau între anul
hu: a az és hogy nem is egy ez volt de meg csak már mint még ki el van ha után lesz szerint között
  több kell magyar
fi: ja on ei se että oli ovat myös kun mutta hän sen joka mukaan tai vuoden ole jo sekä kuin vain
  nyt
tr: ve bir bu da de için ile çok daha olarak olan sonra ne en gibi kadar yeni o var değil oldu ya
  mi iki türkiye dedi her ama göre son ise
id: yang dan di dari untuk dengan ini itu pada dalam tidak akan ke adalah oleh juga ada karena
  sudah saat tahun lebih bisa jadi atau telah para usai soal
sw: na ya wa kwa ni za katika la cha kuwa hiyo huo kwamba hii baada yake wake watu lakini pia
  zaidi mwa mkuu nchi nchini rais siku wakati kutoka hivyo huyo vya yao wao alisema amesema hilo
  mwaka kama ambaye ambao serikali
ha: da na ta a ya ba ne ce za mai sun yi shi ga cikin wani yadda wata su kan ake don daga suka aka
  zai yana tana abin kasar ƙasar domin mutane shugaban wanda wadanda an game bayan amma kuma
  wannan sai me ku sani mutum hukumar jihar yan
pcm: goment gofament sey afta agains palava kain dia dose becos bicos hapen tins comot dey na wey
  di pipo don dem im fit tori wetin tok sabi dis dat sey wia una oga abeg wen afta
  ova moto kontri gofment pikin nau hapun enta ogbonge yarn mumu
yo: ní ti àwọn náà sí ló ṣe fún ó kan pé bí nínú láti jẹ́ wọn ọ̀rọ̀
vi: của và các là cho trong được với không người có một những từ khi năm đã
so: oo ka iyo ku soo waxaa uu ah ee la waa ayaa in laga dalka sheegay
ru: и в на с по не что из за к о для от это как его а у был была были до он она они при со же но
  после все или года году заявил против более во так также об будет тысяч над под сша
uk: і в на з що не до та за у від про як для його є це але було він вона після через або років
bg: и на в за да се от с е че не по са до като при след има към във със ще беше който още или
sr: и у на је да се за од са не су о из који што као до по али после биће ће
be: і на з у што не для да як па яго быў
ar: في من على إلى أن التي الذي عن مع هذا هذه بعد ما لا كان بين قال و ضد خلال حول أو قبل عبر
fa: و در به از که این را با است برای آن یک می شد شده های خود تا کرد بر هم ایران نیز پس
ur: کے کی میں کا ہے اور سے نے کو پر ہیں کہ یہ بھی اس کر گیا تھا ایک نہیں
ps: د په او چې کې له ته دي ده سره
hi: के की में का है और से ने को पर हैं कि यह भी इस कर गया था एक नहीं हो
mr: आणि आहे या च्या ते हे ला मध्ये आहेत होते
ne: र को मा छ ले पनि गरेको भएको हुन
"""


def _by_language(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.replace("\n  ", " ").split("\n"))
    return {code: listed for code, _, listed in lines if listed}


STOP_WORDS = _by_language(_WORDS)

SAMPLE = 600  # characters that are looked at
_USUAL = {"latin": "", "cyrillic": "ru", "arabic": "ar", "devanagari": "hi"}
"""What a text of a script is in, when nothing tells."""
_CODES = {
    script: [
        code
        for code in dict.fromkeys([*STOP_WORDS, *(c for few in LETTERS.values() for c in few)])
        if SCRIPTS.get(code, "latin") == script
    ]
    for script in _USUAL
}
_ONE = 720_720  # a whole vote; every number up to 16 divides it
_OF_PIDGIN = 3  # votes
_KEPT = 20_000  # words


def elect(text: str, script: str, ballots: Iterable[int]) -> str:
    """The language most votes are for, a tenth more than for the next; the script's usual if none.

    `text` adds the votes of its letters; of Latin script only what is not ASCII need be given.
    """
    total = sum(ballots) + _letters(text, script)
    codes = _CODES[script]
    votes = array("I", total.to_bytes(4 * len(codes), "little"))
    if sys.byteorder == "big":
        votes.byteswap()
    most = max(votes)
    best = votes.index(most)
    votes[best] = 0
    return codes[best] if 10 * most > 11 * max(votes) else _USUAL[script]


class _Ballots(dict[str, int]):
    """Ballots by the word as it stands, for one script; kept for the next text."""

    def __init__(self, script: str) -> None:
        self.ranks = {code: rank for rank, code in enumerate(_CODES[script])}
        self._owners: dict[str, list[str]] = {}
        for code, listed in (*STOP_WORDS.items(), *_by_language(NEWS_WORDS).items()):
            for word in listed.split():
                self._owners.setdefault(word, []).append(code)

    def __missing__(self, word: str) -> int:
        if len(self) >= _KEPT:
            self.clear()
        codes = self._owners.get(word.casefold(), ())
        ranks = [self.ranks[code] for code in codes if code in self.ranks]
        # Pidgin is written with English words: its own few tell more.
        weight = _OF_PIDGIN if codes == ["pcm"] else 1
        self[word] = cast = sum(weight * _ONE // len(codes) << 32 * rank for rank in ranks)
        return cast


BALLOTS = {script: _Ballots(script) for script in _USUAL}


def _letters(text: str, script: str) -> int:
    """0.7 of a vote for each letter that few languages have; three at most for a language."""
    telling = () if text.isascii() else _TELLING.findall(text.casefold())
    return _votes("".join(sorted(telling)), script) if telling else 0


@lru_cache(maxsize=4_096)
def _votes(telling: str, script: str) -> int:
    """Of telling letters, sorted: few sets of them come up, and these again and again."""
    votes: Counter[str] = Counter()
    for char, times in Counter(telling).items():
        for code in LETTERS[char]:
            votes[code] += 7 * _ONE * times // (10 * len(LETTERS[char]))
    ranks = BALLOTS[script].ranks
    return sum(
        min(vote, 3 * _ONE) << 32 * ranks[code] for code, vote in votes.items() if code in ranks
    )


_TELLING = re.compile(f"[{''.join(LETTERS)}]")


def script_of(text: str) -> str:
    """The script most letters belong to, or at once the one language that uses it; "" for none."""
    if is_latin(text):
        return "latin" if has_letter(text) else ""
    counts: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char.isalpha():
            counts[_char_script(char)] += times if char < "\u3000" else 3 * times
    if counts["ja"] and counts["ja"] + counts["zh"] > counts["latin"]:
        return "ja" if counts["ja"] * 16 > counts["zh"] else "zh"
    return counts.most_common(1)[0][0] if counts else ""


def has_letter(text: str) -> bool:
    return _LETTER.search(text) is not None


def is_latin(text: str) -> bool:
    """Whether all letters are Latin."""
    return text.isascii() or not _NOT_LATIN.search(text)


_LETTER = re.compile(r"[^\W\d_]")
_NOT_LATIN = re.compile(r"[^\W\x00-\u024f\u1e00-\u1eff]")


@lru_cache(maxsize=4_096)
def _char_script(char: str) -> str:
    if char < "\u0250" or "\u1e00" <= char < "\u1f00":
        return "latin"
    for first, last, name in _RANGES:
        if first <= char <= last:
            return name
    return "other" if char > "\u02ff" else "latin"


_RANGES = (
    ("\u0250", "\u02ff", "latin"),
    ("\u0370", "\u03ff", "el"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0530", "\u058f", "hy"),
    ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u08ff", "arabic"),
    ("\u0900", "\u097f", "devanagari"),
    ("\u0980", "\u09ff", "bn"),
    ("\u0a00", "\u0a7f", "pa"),
    ("\u0a80", "\u0aff", "gu"),
    ("\u0b00", "\u0b7f", "or"),
    ("\u0b80", "\u0bff", "ta"),
    ("\u0c00", "\u0c7f", "te"),
    ("\u0c80", "\u0cff", "kn"),
    ("\u0d00", "\u0d7f", "ml"),
    ("\u0d80", "\u0dff", "si"),
    ("\u0e00", "\u0e7f", "th"),
    ("\u0e80", "\u0eff", "lo"),
    ("\u1000", "\u109f", "my"),
    ("\u10a0", "\u10ff", "ka"),
    ("\u1200", "\u137f", "am"),
    ("\u1780", "\u17ff", "km"),
    ("\u3040", "\u30ff", "ja"),
    ("\u3400", "\u9fff", "zh"),
    ("\uac00", "\ud7af", "ko"),
    ("\ufb50", "\ufdff", "arabic"),
    ("\ufe70", "\ufeff", "arabic"),
)

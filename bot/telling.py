"""Words that tell which language a text is in, beyond the small ones: frequent in news.

Data only. They are no stop words, for stories and topics are told apart by them; a word that
several languages share counts for each in part, so it does no harm here. The lists are our own.
"""

NEWS_WORDS = """
en: prime minister's loses loss wins vote voters votes election elections law laws lawmakers users
  officials party leader leaders call calls job jobs cuts cut maker found schools homes doctors
  hotels flights airport wildfire seat second third high low record school city army troops
  soldiers strike strikes workers million billion rise rises fall falls sales shares market women
  men children girl boy woman man study finds charged jailed arrested dies dead injured near
  ministers crew rules s t re protesters students raid raided ban banned bans quits ousts begins
  ends tests opens closes centre center sons daughter's son's
fr: veut suspend annonce morts blessés police guerre emplois armée élection ans milliards millions
  loi tribunal chef face trois quatre cinq accord attaque lui succède mort usines
  impose rend hommage centaines milliers élections présidentielle gouvernement soldats tués tué
  pêcheurs juge procès parti gauche droite hausse baisse grève manifestants opposition ville femme
  femmes hommes enfants jeunes
de: regierung präsident präsidentin meldet polizei tote toten menschen wahl steigt gestorben wählt
  feiert mindestens tausende hunderte land krieg angriff prozent millionen milliarden stirbt
  fordert sagt chef zahl tausenden gericht partei minister trauern hin neues erstmals
  deutschland streicht setzt zieht verbietet verliert gewinnt warnt kritisiert verurteilt entlässt
  zeigt reagiert trifft stellt ruft feuert spart gerichts urteil flughafen bahn armee soldaten
  frau mann kinder kind
es: muertos heridos menos detenido policía ministro país guerra ataque miles millones elecciones
  juez ley pide anuncia deja mil ejército jefe capital varias varios rechaza acuerdo hoy bajo
  millón español española cuatro tres
  golea vence gana pierde muere mueren detienen aprueba presenta denuncia exige retira partido
  elección congreso senado justicia mujer mujeres hombre niños ciudad calle alcalde economía
  precio precios huelga
pt: morre mortos feridos polícia país ministro guerra ataque mil milhões eleições juiz lei vive
  dia greve preço ex dias exército acordo hoje capital milhares sob três quatro anuncia fez
  militares
  aprova vence ganha perde elege prende presos denuncia partido senado congresso justiça mulher
  mulheres homem crianças cidade prefeito economia preços deputados estudantes travam compra
  carros parlamento recuou morte mortes
it: l d dell nell all dall sull nelle negli degli allo agli sulle sugli presidente premier
  ministro paese polizia arrestato arrestata vince vittoria guerra ucciso uccisi uccide morti
  feriti elezioni voto tribunale corte legge proteste piazza primo prima nuova nuovi nuove giorno
  mesi capo scontri attacco esercito sciopero miliardi milioni parlamento ministri almeno oltre
  molti cento mila vicino storia verso ogni stato condannato leader
  annuncia rifiuta vertice treni scontrano abbattuti droni articolo blocco guardia costiera
  vendite investimenti sindacati restano aereo vittime maltempo procura indagini lavoro donne
  donna uomo bambini città governatore sindaco prezzi borsa
sv: skott armén val döda skadade miljarder miljoner procent enligt
  beslutet gäller tills vidare stänger kräver varnar döms åtalas grips gripen skjuten attack
  attacken mord brand olycka olyckan valet väljer väntas vägrar köper säljer höjer sänker sänks
  stoppar stoppas lämnar slutar börjar blev fått får inför efter under kronor krig kriget vapen
  soldater president presidenten premiärminister parlamentet anklagas misstänks död dör dog
  människor barn kvinnor män tusentals hundratals första sista största släpper avgår kallar nekar
tr: genel bakanı başkanı cumhurbaşkanı zirvesi saldırısı saldırı ülke yaptı etti açıkladı polis
  üzerine nin nın nün nun den dan te ta
id: lantik menteri baru presiden polisi tewas warga negara resmi pemerintah orang hari bukan
sw: akubali ashinda uchaguzi kushindwa waziri vita mji yafunga mahakama bunge jeshi lakiri yapiga
  kura yaahirisha
  kiongozi mapinduzi aapishwa sherehe wafuasi waandamana usiku kampuni faini taifa alihutubia
  linadai usalama wizi adai matokeo awali yakana yatishia yashambulia vikwazo
ha: hana mata nuna damuwa majalisar gwamnatin gwamnati sojoji sojojin bindiga shugaba gwamnan
  ƙasar kasa kasashe jihar takunkumi rufe mataki matakin janye harba kamfanin kamfani cibiyar
  matasa hukumar cutar magunguna
pl: prezydent premier minister rząd sąd policja strażacy zginęło rannych ofiar wojna wojny wojska
  wybory wyborów wypadek pożar atak miliony miliardy tysięcy zatrzymano skazany odwołał ogłosił
  zapowiada chce podwyżki ceny kraju kraj ludzi dni godzin
"""

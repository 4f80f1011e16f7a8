"""Invented pages of news sites: five articles in as many languages, in six shapes of HTML.

Each has what surrounds an article on such sites: a breadcrumb, the headline twice, a caption with
its credit, a byline, plugs in mid-text, an agency's tail, tags, calls. What must be read are the
sentences; everything else is residue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Story:
    language: str
    headline: str
    crumbs: tuple[str, ...]
    caption: str
    byline: str
    paragraphs: tuple[tuple[str, ...], ...]  # sentences
    plugs: tuple[str, ...]  # lines in mid-text that are none of the article
    tail: tuple[str, ...]
    residues: tuple[str, ...]  # what must be found nowhere in what was read


def sentences(story: Story) -> list[str]:
    return [sentence for paragraph in story.paragraphs for sentence in paragraph]


STORIES = (
    Story(
        "en",
        "Ferry Crews Walk Out In Delta Port, Talks To Resume",
        ("Home", "Business", "Ferry Crews Walk Out In Delta Port, Talks To Resume"),
        "Ferry, Delta port. Passengers wait on the southern pier on March 3, 2026. REUTERS/Ada Sule",
        "By Ada Sule | Updated: March 4, 2026 08:15 IST",
        (
            (
                "Ferry crews in the delta port stopped work at dawn on Wednesday, leaving some "
                "4,000 commuters on the southern bank.",
                "The walkout follows three weeks of talks about night pay.",
            ),
            (
                "“We have asked for a timetable, and we have been given promises,” said Musa Bello, "
                "who speaks for the crews.",
            ),
            (
                "The port authority, which runs eleven boats, said that two of them would sail with "
                "officers at the helm.",
            ),
            (
                "Traders at the fish market told reporters their losses would reach $200,000 a day.",
                "Ice is brought over from the northern bank by the 5 a.m. boat.",
            ),
            (
                "A mediator from the capital is to meet both sides on Thursday, the labour ministry "
                "said in a statement.",
            ),
            (
                "The last strike in the port, in 2021, ended after nine days with a rise of 6 percent.",
            ),
        ),
        ("Harbour Post WhatsApp Channel", "Also read: Five bridges that were never built"),
        ("With Inputs From Reuters", "Tags: ferry, strike, delta port", "Follow us on Telegram"),
        (
            "Home", "REUTERS", "Ada Sule", "IST", "WhatsApp", "Also read", "never built",
            "Inputs From", "Tags", "Follow us",
        ),
    ),
    Story(
        "fr",
        "Le marché couvert de Tillou rouvre après deux ans de travaux",
        ("Accueil", "Société", "Le marché couvert de Tillou rouvre après deux ans de travaux"),
        "Le marché de Tillou, le 2 mars 2026. Photo : Inès Barka / Le Fleuve",
        "Par Inès Barka | Publié le 2 mars 2026 à 18h40",
        (
            (
                "Le marché couvert de Tillou a rouvert ses portes lundi matin, deux ans après "
                "l'incendie qui avait détruit sa toiture.",
                "Près de 300 commerçants ont retrouvé leur étal.",
            ),
            (
                "« Nous avons vendu sur le trottoir pendant deux saisons des pluies », a raconté "
                "Salif Dao, marchand d'épices.",
            ),
            (
                "La mairie a payé les travaux avec un prêt de la banque régionale, remboursable en "
                "quinze ans.",
            ),
            (
                "Les pompiers ont obtenu quatre bouches d'eau et une allée assez large pour leurs "
                "camions.",
                "Des exercices auront lieu chaque trimestre, a promis le maire.",
            ),
            ("Le loyer d'un étal passe de 9 000 à 11 000 francs par mois.",),
        ),
        ("Abonnez-vous à notre chaîne WhatsApp", "Lire aussi : La gare routière change de place"),
        ("Avec AFP", "Partager cet article sur Facebook", "Inscrivez-vous à notre infolettre"),
        (
            "Accueil", "Photo", "Inès Barka", "Abonnez", "WhatsApp", "Lire aussi", "gare routière",
            "AFP", "Facebook", "infolettre",
        ),
    ),
    Story(
        "es",
        "La presa de Río Claro alcanza su nivel más bajo en medio siglo",
        ("Inicio", "Clima", "La presa de Río Claro alcanza su nivel más bajo en medio siglo"),
        "La presa de Río Claro, vista desde el norte. Foto: Lucía Prado/EFE",
        "Por Lucía Prado | 12 de febrero de 2026",
        (
            (
                "La presa de Río Claro guarda desde el martes menos agua que en cualquier otro día "
                "de los últimos cincuenta años, informó la agencia del agua.",
                "El embalse está al 11 por ciento de su capacidad.",
            ),
            (
                "“Si no llueve antes de abril, habrá turnos en toda la provincia”, dijo la "
                "directora de la agencia, Elena Ruiz.",
            ),
            (
                "Los agricultores del valle han dejado sin sembrar 8.000 hectáreas de maíz y "
                "sorgo.",
            ),
            (
                "El gobierno provincial compró treinta camiones cisterna y pidió ayuda a los "
                "vecinos del sur.",
                "Las escuelas cerrarán los viernes para ahorrar agua.",
            ),
            ("La última sequía de esta dureza se registró en 1976.",),
        ),
        ("Suscríbete a nuestro boletín", "Lee también: El glaciar que alimenta tres ríos"),
        ("Con información de EFE", "Síguenos en Instagram"),
        (
            "Inicio", "Foto", "Lucía Prado", "Suscríbete", "boletín", "Lee también", "glaciar",
            "Con información", "Síguenos",
        ),
    ),
    Story(
        "de",
        "Brücke bei Altwerder bleibt bis zum Herbst gesperrt",
        ("Startseite", "Verkehr", "Brücke bei Altwerder bleibt bis zum Herbst gesperrt"),
        "Die Brücke bei Altwerder am Montag. Foto: Jonas Feld/dpa",
        "Von Jonas Feld | Stand: 09.03.2026, 14:20 Uhr",
        (
            (
                "Die Brücke bei Altwerder bleibt bis zum Herbst gesperrt, weil Prüfer in zwei "
                "Pfeilern Risse gefunden haben.",
                "Täglich fuhren dort bisher 18.000 Autos über den Fluss.",
            ),
            (
                "„Wir können für die Pfeiler nicht mehr garantieren“, sagte Ingenieurin Marta "
                "Sommer am Montag.",
            ),
            (
                "Der Umweg über die Autobahn kostet Pendler nach Angaben des Landkreises rund 40 "
                "Minuten.",
            ),
            (
                "Die Fähre im Nachbarort fährt deshalb von dieser Woche an im Viertelstundentakt.",
                "Für Radfahrer bleibt ein schmaler Steg offen.",
            ),
            ("Der Neubau sollte ursprünglich erst im Jahr 2031 beginnen.",),
        ),
        ("Folgen Sie uns auf WhatsApp", "Lesen Sie auch: Warum Stahl müde wird"),
        ("Mit Material von dpa", "Hier klicken und Newsletter abonnieren"),
        (
            "Startseite", "Foto", "Jonas Feld", "WhatsApp", "Lesen Sie auch", "Stahl", "Mit Material",
            "Newsletter",
        ),
    ),
    Story(
        "pt",
        "Barco-hospital volta ao rio Verde depois de oito meses parado",
        ("Início", "Saúde", "Barco-hospital volta ao rio Verde depois de oito meses parado"),
        "O barco-hospital no cais de Santa Inês. Crédito: Rui Leal/Divulgação",
        "Por Rui Leal | 5 de março de 2026 às 10:02",
        (
            (
                "O barco-hospital que atende as aldeias do rio Verde voltou a navegar nesta "
                "quinta-feira, depois de oito meses parado por falta de peças.",
                "A tripulação leva duas médicas e um dentista.",
            ),
            (
                "“Houve famílias que remaram três dias até a cidade”, disse a enfermeira Joana "
                "Tavares.",
            ),
            (
                "O motor novo veio do porto da capital e custou 1,2 milhão de reais, segundo a "
                "prefeitura.",
            ),
            (
                "Na primeira viagem serão aplicadas vacinas contra o sarampo em quatorze aldeias.",
                "O barco deve regressar a Santa Inês no fim do mês.",
            ),
            ("Em 2025 a unidade fez 9.400 consultas.",),
        ),
        ("Clique aqui e entre no nosso canal do WhatsApp", "Leia também: A escola que flutua"),
        ("Com informações da Agência Brasil", "Siga-nos nas redes sociais"),
        (
            "Início", "Crédito", "Rui Leal", "Clique aqui", "WhatsApp", "Leia também", "flutua",
            "Com informações", "Siga-nos",
        ),
    ),
)  # fmt: skip


def _mixed(story: Story) -> list[str]:
    """The paragraphs with a plug after the second and after the fourth."""
    told = [" ".join(paragraph) for paragraph in story.paragraphs]
    first, second = (*story.plugs, "")[:2]
    return [*told[:2], first, *told[2:4], second, *told[4:]]


def _document(story: Story, body: str) -> str:
    title = escape(story.headline)
    return (
        f'<!doctype html><html lang="{story.language}"><head><meta charset="utf-8">'
        f"<title>{title} | The Paper</title></head><body>{body}"
        "<footer>© 2026 The Paper. All rights reserved. We use cookies.</footer></body></html>"
    )


def semantic(story: Story) -> str:
    """An article as the standard means it."""
    crumbs = "".join(f"<li><a href='/{n}'>{escape(c)}</a></li>" for n, c in enumerate(story.crumbs))
    text = "".join(f"<p>{escape(p)}</p>" for p in _mixed(story))
    tail = "".join(f"<p>{escape(line)}</p>" for line in story.tail)
    return _document(
        story,
        f"<nav><ol>{crumbs}</ol></nav><main><article><header><h1>{escape(story.headline)}</h1>"
        f"<p class='byline'>{escape(story.byline)}</p></header><figure><img src='a.jpg'>"
        f"<figcaption>{escape(story.caption)}</figcaption></figure>{text}{tail}</article></main>",
    )


def theme(story: Story) -> str:
    """A bought theme: classes that say what is what, the headline as a paragraph once more."""
    text = "".join(f"<p>{escape(p)}</p>" for p in _mixed(story))
    tail = "".join(f"<p><em>{escape(line)}</em></p>" for line in story.tail)
    crumbs = " ".join(f"<span><a href='#'>{escape(c)}</a></span>" for c in story.crumbs)
    return _document(
        story,
        f"<div class='td-crumb-container'>{crumbs}</div><div class='td-post-header'>"
        f"<h1 class='entry-title'>{escape(story.headline)}</h1></div>"
        f"<div class='td-post-content tagdiv-type'><p><strong>{escape(story.headline)}</strong></p>"
        f"<div class='wp-caption'><img src='a.jpg'><p class='wp-caption-text'>"
        f"{escape(story.caption)}</p></div><p>{escape(story.byline)}</p>{text}{tail}</div>",
    )


def soup(story: Story) -> str:
    """Nothing but <div>."""
    rows = [
        " > ".join(story.crumbs), story.headline, story.headline, story.caption, story.byline,
        *_mixed(story), *story.tail,
    ]  # fmt: skip
    inner = "".join(f"<div>{escape(row)}</div>" for row in rows)
    return _document(story, f"<div id='page'><div class='c1'>{inner}</div></div>")


def breaks(story: Story) -> str:
    """One block, its lines broken by <br>."""
    rows = [story.headline, story.caption, story.byline, *_mixed(story), *story.tail]
    inner = "<br><br>".join(escape(row) for row in rows)
    return _document(
        story,
        f"<h1>{escape(story.headline)}</h1><div class='story-body'><p>{inner}</p></div>",
    )


def tables(story: Story) -> str:
    """A layout of the nineties."""
    text = "".join(f"<tr><td><p>{escape(p)}</p></td></tr>" for p in _mixed(story))
    tail = "".join(f"<tr><td><font size=1>{escape(t)}</font></td></tr>" for t in story.tail)
    return _document(
        story,
        f"<table><tr><td><a href='/'>{escape(story.crumbs[0])}</a> &raquo; "
        f"{escape(story.crumbs[1])}</td></tr><tr><td><h2>{escape(story.headline)}</h2></td></tr>"
        f"<tr><td><i>{escape(story.caption)}</i></td></tr><tr><td>{escape(story.byline)}</td></tr>"
        f"{text}{tail}</table>",
    )


def sections(story: Story) -> str:
    """A modern app: sections, asides for plugs, data attributes, scripts between."""
    parts = []
    for row in _mixed(story):
        if row in story.plugs:
            parts.append(f"<aside data-widget='promo'><a href='/x'>{escape(row)}</a></aside>")
        else:
            parts.append(f"<p data-component='text-block'>{escape(row)}</p><script>x=1</script>")
    tail = "".join(f"<p data-component='credit'>{escape(t)}</p>" for t in story.tail)
    return _document(
        story,
        f"<section><h1>{escape(story.headline)}</h1><h2>{escape(story.headline)}</h2>"
        f"<div class='meta'>{escape(story.byline)}</div><picture><img src='a.jpg'></picture>"
        f"<span class='caption'>{escape(story.caption)}</span>{''.join(parts)}{tail}</section>",
    )


SHAPES: tuple[Callable[[Story], str], ...] = (semantic, theme, soup, breaks, tables, sections)

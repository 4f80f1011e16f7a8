"""What kind of article a headline promises: an event, or words about one.

In: a headline. Out: whether it is an explainer, an opinion or a look back. By how such headlines
begin and end in the languages that we speak; a wrong guess costs the label "New:" and no more.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(
    r"""^\W*(?:
        (?:opinion|analysis|explainer|explained|timeline|comment|commentary|editorial|letter|
           interview|q\s?&\s?a|factbox|profile|podcast|in\ pictures|photos?|opinión|análisis|
           entrevista|analyse|tribune|entretien|décryptage|portrait|chronologie|kommentar|meinung|
           erklärt|opinião|análise|opinia|komentarz|мнение|анализ|رأي|تحليل)\s*[:|–—-]
      | (?:here['’]s\s+(?:why|what|how)|what\s+(?:to|we|you)\s+(?:need\s+to\s+)?know|
           what['’]s|what\s+(?:led|is|are|does|do|would|could|next|the\s+.{3,60}\s+(?:says?|means?|
           tells?))|why|who\s+(?:is|are|was)|
           how\s+(?:did|does|do|will|could|is|the|to)|should|can\s+the|will\s+the|(?:is|are)\s+the)\b
      | (?:pourquoi|comment|qui\s+est|que\s+sait-on|ce\s+que\s+l['’]on\s+sait|por\s+qué|quién\s+es|
           qué\s+se\s+sabe|cómo|warum|wieso|wer\s+ist|was\s+(?:wir|man)|por\s+que|quem\s+é|
           o\s+que\s+se\s+sabe|dlaczego|kim\s+jest|co\s+wiemy|почему|кто\s+так|что\s+известно|
           لماذا|من\s+هو|كيف|ماذا\s+نعرف)\b
    )
    | [:–—?]\s+(?:here['’]s\s+)?(?:why|what|how)\b
    | \b(?:what\s+(?:to|we|you\s+need\s+to|you\s+should)\s+know|what\s+(?:next|now)|explained|
         as\s+it\s+happened|ce\s+que\s+l['’]on\s+sait|(?:lo|o)\s+que\s+se\s+sabe|
         was\s+wir\s+wissen|co\s+wiemy|что\s+известно)\b[^:]{0,25}$
    | \?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)


def comments(title: str) -> bool:
    """Whether a headline promises an explainer, an opinion or a question rather than an event."""
    return _COMMENT.search(title) is not None

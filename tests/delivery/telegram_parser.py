"""Telegram's own HTML parser (TDLib, offline), as an oracle for what we render."""

from __future__ import annotations

import json
from dataclasses import dataclass

import tdjson

tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


@dataclass(frozen=True)
class Entity:
    kind: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Parsed:
    text: str
    entities: tuple[Entity, ...]


def parse_html(text: str) -> Parsed:
    """What Telegram makes of it; ValueError with its own words where it refuses."""
    request = {
        "@type": "parseTextEntities",
        "text": text,
        "parse_mode": {"@type": "textParseModeHTML"},
    }
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    found = json.loads(answer)
    if found["@type"] == "error":
        raise ValueError(found["message"])
    return Parsed(found["text"], tuple(_entity(found["text"], e) for e in found["entities"]))


def _entity(text: str, entity: dict) -> Entity:
    wide = text.encode("utf-16-le")
    covered = wide[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
    kind = entity["type"]["@type"].removeprefix("textEntityType")
    return Entity(kind, covered.decode("utf-16-le"), entity["type"].get("url", ""))

"""The expected objects beside the feeds in tests/data/feeds.

`python -m tests.feeds.golden` writes them anew: read every difference before you commit it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.feeds.parse import parse

FOLDER = Path(__file__).parent.parent / "data" / "feeds"
URL = "https://feeds.example/dir/feed.xml"


def inputs() -> list[Path]:
    return sorted(p for p in FOLDER.iterdir() if not p.name.endswith(".expected.json"))


def expected(path: Path) -> Path:
    return path.with_name(f"{path.name}.expected.json")


def parsed(path: Path) -> Any:
    feed = asdict(parse(path.read_bytes(), content_type=None, url=URL))
    for key in ("hubs", "own"):  # few have them
        if not feed[key]:
            del feed[key]
    for entry in feed["entries"]:
        for key in [key for key, value in entry.items() if value is None]:
            del entry[key]
    return json.loads(json.dumps(feed, default=_text))


def _text(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


if __name__ == "__main__":
    for file in inputs():
        text = json.dumps(parsed(file), ensure_ascii=False, indent=1)
        expected(file).write_text(text + "\n", encoding="utf-8")

"""The documents keep up: whatever can be typed, set or measured is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.metrics import REGISTRY
from bot.settings import Settings, load
from handlers import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_of_the_chat_is_documented(name: str) -> None:
    assert re.search(rf"^\| `/{name}\b", text("docs/commands.md"), re.MULTILINE)


def test_no_command_of_the_chat_is_documented_that_does_not_exist() -> None:
    written = re.findall(r"^\| `/(\w+)", text("docs/commands.md"), re.MULTILINE)
    assert set(written) == {command.name for command in COMMANDS}


def typed(group: typer.Typer, before: str = "") -> Iterator[str]:
    """Every command of a group of the command line, with the words before it."""
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        yield f"{before}{name}"
    for part in group.registered_groups:
        assert part.typer_instance is not None
        yield from typed(part.typer_instance, f"{before}{part.name} ")


@pytest.mark.parametrize("words", list(typed(app)))
def test_every_command_of_the_terminal_is_documented(words: str) -> None:
    pattern = rf"^\| `(newsbell )?{re.escape(words)}[ `]"
    assert re.search(pattern, text("docs/commands.md"), re.MULTILINE)


@pytest.mark.parametrize("name", [field.upper() for field in Settings.model_fields])
def test_every_setting_is_documented(name: str) -> None:
    rows = [line for line in text("docs/operating.md").splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in row.split("|")[1] for row in rows)
    assert re.search(rf"^#?{name}=", text(".env.example"), re.MULTILINE)


def test_the_defaults_are_those_that_are_documented() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", text("docs/operating.md"), re.MULTILINE)
    for name, default in rows:
        given = Settings(**{name.lower(): default})
        assert getattr(given, name.lower()) == getattr(Settings(), name.lower()), name
    assert len(rows) >= 8


def test_the_example_of_env_is_valid_as_it_is_and_when_all_is_set(tmp_path: Path) -> None:
    load(ROOT / ".env.example")
    everything = re.sub(r"^#([A-Z_]+=.)", r"\1", text(".env.example"), flags=re.MULTILINE)
    for name in ("TELEGRAM_TOKEN_FILE", "TELEGRAM_WEBHOOK_URL"):
        everything = re.sub(rf"^{name}=.*$", "", everything, flags=re.MULTILINE)
    file = tmp_path / ".env"
    file.write_text(everything, encoding="utf-8")
    assert load(file) == Settings(
        admins="123456789", web_port=8080, web_url="https://news.example.org"
    )


def test_nothing_is_in_the_example_that_is_no_setting() -> None:
    names = re.findall(r"^#?([A-Z_]+)=", text(".env.example"), re.MULTILINE)
    assert {name.lower() for name in names} == set(Settings.model_fields)


def metrics() -> list[str]:
    return [
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in REGISTRY.collect()
    ]


@pytest.mark.parametrize("name", metrics())
def test_every_metric_is_documented(name: str) -> None:
    assert re.search(rf"^\| `{name}(\{{|`)", text("docs/operating.md"), re.MULTILINE)


def test_no_metric_is_documented_that_does_not_exist() -> None:
    written = re.findall(r"^\| `(newsbell_\w+)", text("docs/operating.md"), re.MULTILINE)
    assert set(written) == set(metrics())


def test_every_target_of_make_is_in_the_help_of_contributing() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", text("Makefile"), re.MULTILINE))
    written = set(re.findall(r"^\| `make ([a-z-]+)`", text("CONTRIBUTING.md"), re.MULTILINE))
    assert written <= targets
    assert {"install", "demo", "test", "check"} <= written


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_image_has_what_it_needs_and_runs_as_nobody() -> None:
    dockerfile, ignored = text("Dockerfile"), text(".dockerignore")
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}\n" in ignored
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER \d{4,}", dockerfile, re.MULTILINE)
    assert "/healthz" in dockerfile
    compose = text("compose.yaml")
    for promise in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "mem_limit:"):
        assert promise in compose

"""What is counted, by name; `bot/web.py` serves it and docs/operating.md explains each.

Metrics are process-wide on purpose: they hold no state that a decision depends on. Labels have few
values and never hold an address, a query or anything of a person.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry(auto_describe=True)

VISITS = Counter(
    "newsbell_feed_visits",
    "Visits to feeds by result: new, unmodified, or the kind of refusal.",
    ["result"],
    registry=REGISTRY,
)
VISIT_SECONDS = Histogram(
    "newsbell_feed_visit_seconds",
    "Seconds from claiming a feed to having recorded its visit.",
    registry=REGISTRY,
)
PUSHES = Counter(
    "newsbell_pushes",
    "What hubs sent, by result: new, unmodified, repeated, ping (no content that is believed), "
    "unreadable, crowded (then a visit brings it), forged, large, slow, broken, limited,"
    " unknown.",
    ["result"],
    registry=REGISTRY,
)
HUB_REQUESTS = Counter(
    "newsbell_hub_requests",
    "Requests to hubs by result: accepted, or the kind of refusal.",
    ["result"],
    registry=REGISTRY,
)
PUSHED = Gauge("newsbell_pushed_feeds", "Feeds whose hubs push to us.", registry=REGISTRY)
ARTICLES = Counter("newsbell_articles", "Articles stored for the first time.", registry=REGISTRY)
STORIES = Counter("newsbell_stories", "Stories begun.", registry=REGISTRY)
MATCHES = Counter("newsbell_matches", "Articles matched to topics.", registry=REGISTRY)
QUEUED = Counter("newsbell_alerts_queued", "Alerts put into the outbox.", registry=REGISTRY)
OUTCOMES = Counter(
    "newsbell_alert_outcomes",
    "Attempts to send an alert by outcome: sent, later, never, moved, unknown.",
    ["outcome"],
    registry=REGISTRY,
)
EDITS = Counter(
    "newsbell_alert_edits", "Edits of sent alerts by outcome.", ["outcome"], registry=REGISTRY
)
LATENCY = Histogram(
    "newsbell_alert_seconds",
    "Seconds from storing an article to its alert being accepted by Telegram.",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600),
    registry=REGISTRY,
)
FLOODED = Counter("newsbell_telegram_flooded", "429 answers from Telegram.", registry=REGISTRY)
COMMANDS = Counter(
    "newsbell_commands", "Commands and taps handled, by command.", ["command"], registry=REGISTRY
)
ERRORS = Counter(
    "newsbell_errors",
    "Unexpected errors by the place that caught them: pipeline, courier, handlers.",
    ["place"],
    registry=REGISTRY,
)
RESTARTS = Counter(
    "newsbell_restarts", "Parts of the bot that died and began again, by name.", ["part"],
    registry=REGISTRY,
)  # fmt: skip
STALLS = Counter(
    "newsbell_stalls", "Times that everything stood still for over 5 seconds.", registry=REGISTRY
)
DAY = Gauge(
    "newsbell_alerts_day",
    "Alerts queued within 24 hours, by what became of them: matched (all), delivered, waiting, "
    "held, failed, called_off.",
    ["state"],
    registry=REGISTRY,
)
DELAY = Gauge(
    "newsbell_alert_delay_seconds",
    "Seconds from fetch to phone that are enough for half, and for 95 of 100, of the newest 1,000.",
    ["share"],
    registry=REGISTRY,
)
RETOLD = Counter(
    "newsbell_model_summaries",
    "Summaries asked of a language model: passed, mended (at the second try), rejected, failed.",
    ["result"],
    registry=REGISTRY,
)
LOG_BYTES = Gauge(
    "newsbell_database_log_bytes", "Size of the database's write-ahead log.", registry=REGISTRY
)
QUEUE_DEPTH = Gauge("newsbell_outbox_waiting", "Alerts waiting to be sent.", registry=REGISTRY)
OLDEST_UNSENT = Gauge(
    "newsbell_outbox_oldest_seconds", "Age of the oldest unsent alert.", registry=REGISTRY
)

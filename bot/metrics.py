"""Counters and timings for /metrics; no label ever holds personal data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.webhooks = Counter(
            "looncamp_webhooks", "Webhook posts by answer", ["answer"], registry=self.registry
        )
        self.webhook_seconds = Histogram(
            "looncamp_webhook_seconds", "Time to answer a webhook", registry=self.registry,
            buckets=SECONDS,
        )  # fmt: skip
        self.events = Counter(
            "looncamp_events", "Inbox events by outcome", ["outcome"], registry=self.registry
        )
        self.sends = Counter(
            "looncamp_sends", "Sends by outcome and code", ["outcome", "code"],
            registry=self.registry,
        )  # fmt: skip
        self.callbacks = Counter(
            "looncamp_paytm_callbacks", "Paytm callbacks by outcome", ["outcome"],
            registry=self.registry,
        )  # fmt: skip
        self.refusals = Counter(
            "looncamp_refused_taps", "Taps by somebody without the right", registry=self.registry
        )
        self.turned_away = Counter(
            "looncamp_turned_away", "Requests refused before any work", ["route", "answer"],
            registry=self.registry,
        )  # fmt: skip
        self.queue = Gauge(
            "looncamp_queue_rows", "Outbox rows by state", ["state"], registry=self.registry
        )
        self.queue_age = Gauge(
            "looncamp_queue_age_seconds", "Age of the oldest due row", registry=self.registry
        )

        self.alerts = Gauge(
            "looncamp_open_alerts", "Open alerts by kind", ["kind"], registry=self.registry
        )

    def text(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self.registry)

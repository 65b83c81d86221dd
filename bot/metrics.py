"""What a process counts for /metrics; no label ever holds personal data."""

import json
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
Count = tuple[str, str]  # a sample's name, and its labels as JSON with sorted keys


class Metrics:
    """The counts of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.webhooks = self._counter("webhooks", "Webhook posts by answer", "answer")
        self.webhook_seconds = Histogram(
            "looncamp_webhook_seconds", "Time to answer a webhook", registry=self.registry,
            buckets=SECONDS,
        )  # fmt: skip
        self.events = self._counter("events", "Inbox events by outcome", "outcome")
        self.sends = self._counter("sends", "Sends by outcome and code", "outcome", "code")
        self.undelivered = self._counter(
            "undelivered", "Messages that failed after WhatsApp had accepted them", "code"
        )
        self.jobs = self._counter("jobs", "Timers and calls to Paytm by outcome", "kind", "outcome")
        self.callbacks = self._counter("paytm_callbacks", "Paytm callbacks by outcome", "outcome")
        self.refusals = self._counter("refused_taps", "Taps by somebody without the right")
        self.turned_away = self._counter(
            "turned_away", "Requests refused before any work", "route", "answer"
        )

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"looncamp_{name}", words, labels, registry=self.registry)

    def counted(self) -> dict[Count, float]:
        """Everything that was counted since the process began."""
        return {
            (sample.name, json.dumps(sample.labels, sort_keys=True)): sample.value
            for family in self.registry.collect()
            for sample in family.samples
            if not sample.name.endswith("_created")
        }

    def families(self, counts: Mapping[Count, float]) -> Iterable[Metric]:
        """Every family of this process, with these counts in the place of its own."""
        for family in self.registry.collect():
            shown = Metric(family.name, family.documentation, family.type)
            names = {sample.name for sample in family.samples} or {f"{family.name}_total"}
            own = {
                (sample.name, json.dumps(sample.labels, sort_keys=True)): 0.0
                for sample in family.samples
                if not sample.name.endswith("_created")
            }
            others = {key: value for key, value in sorted(counts.items()) if key[0] in names}
            for (name, labels), value in (own | others).items():
                shown.add_sample(name, json.loads(labels), value)
            yield shown

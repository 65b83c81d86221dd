"""/metrics, read as Prometheus reads it, after a day in the town."""

from collections.abc import Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import queues
from bot.counters import Counters, keeping
from bot.metrics import Metrics
from bot.rounds import books
from tests.contracts.guide import documented
from tests.journeys.town import Town

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


async def read(town: Town) -> Samples:
    """Every sample by its name and labels; raises where the text is not of the form."""
    async with town.http.get(f"{town.base}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[f"looncamp_{name}", frozenset(labels.items())]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look is a fresh one."""
    monkeypatch.setattr("bot.web.health.FRESH_SECONDS", 0.0)
    monkeypatch.setattr("bot.web.health.SLOW_SECONDS", 0.0)


async def test_a_confirmed_booking_is_seen_in_every_figure(town: Town) -> None:
    await town.to_paid()
    await town.clock("+9m")
    await town.tap("suresh", "Confirm booking")
    seen = await read(town)
    assert of(seen, "bookings", status="TICKET_GENERATED") == 1
    assert of(seen, "bookings", status="PAYMENT_PENDING") == 0
    assert of(seen, "payments_day", settled_as="booking") == 1
    assert of(seen, "paid_rupees_day", settled_as="booking") == 3600
    assert of(seen, "owner_answers_day", answer="confirmed") == 1
    assert of(seen, "owner_answer_seconds", quantile="0.5") == pytest.approx(540, abs=30)
    assert of(seen, "queue_age_seconds", queue="whatsapp") == 0
    assert of(seen, "queue_rows", queue="whatsapp", state="dead") == 0
    assert of(seen, "open_alerts", kind="circuit") == 0
    assert of(seen, "sends_total", outcome="accepted", code="") >= 7
    assert of(seen, "paytm_callbacks_total", outcome="accepted") == 1
    assert of(seen, "webhooks_total", answer="200") == of(seen, "webhook_seconds_count")
    # The pay link, then six messages to the three; all of it free or charged as the edge says.
    assert of(seen, "messages_per_booking") == 7
    assert 0 < of(seen, "rupees_per_booking") <= 7 * 0.115


async def test_a_queue_that_has_been_emptied_has_no_age(town: Town) -> None:
    """The age was set where a row was due, and stayed when none was any more."""
    await town.trouble(whatsapp={"fail": "500"})
    await town.say("rahul", "hi")
    await town.service.pool.execute("UPDATE message SET run_at = run_at - interval '15 minutes'")
    assert of(await read(town), "queue_age_seconds", queue="whatsapp") > 500
    await town.trouble(whatsapp={"fail": None})
    await town.clock("+10m")
    assert of(await read(town), "queue_age_seconds", queue="whatsapp") == 0


async def test_what_is_due_later_does_not_wait_now(town: Town) -> None:
    await town.to_ticket()
    later = await town.count("SELECT count(*) FROM message WHERE state = 'ready'")
    assert later > 0, "a reminder and the end of the stay"
    found = await queues.look(town.service.pool, town.service.clock.now())
    assert all(queue == queues.Queue() for queue in found.values())


async def test_what_is_refused_is_counted_by_its_code(town: Town) -> None:
    await town.trouble(whatsapp={"fail": "131026"})
    await town.say("rahul", "hi")
    seen = await read(town)
    assert of(seen, "sends_total", outcome="dead", code="131026") == 1
    assert of(seen, "queue_rows", queue="whatsapp", state="dead") == 1
    assert of(seen, "open_alerts", kind="undelivered") == 1
    await town.trouble(whatsapp={"fail": None})
    await town.clock("+25h")
    assert of(await read(town), "queue_rows", queue="whatsapp", state="dead") == 0


async def test_a_worker_that_nobody_can_reach_is_counted_too(town: Town) -> None:
    """Each process adds to one count, and one that starts anew takes nothing away."""
    pool, before = town.service.pool, await read(town)
    for _ in range(2):
        worker = Metrics()
        async with keeping(Counters(worker, pool)):
            worker.sends.labels("accepted", "").inc(3)
            worker.webhook_seconds.observe(0.004)
    seen = await read(town)
    assert of(seen, "sends_total", outcome="accepted", code="") == 6
    for bound, more in (("0.002", 0), ("0.005", 2), ("+Inf", 2)):
        was = of(before, "webhook_seconds_bucket", le=bound)
        assert of(seen, "webhook_seconds_bucket", le=bound) == was + more
    assert of(await read(town), "sends_total", outcome="accepted", code="") == 6


async def test_what_is_served_is_what_the_guide_tells_of(town: Town) -> None:
    """So rules and dashboard, which name nothing that is not in the guide, name what is served."""
    await town.to_ticket()
    assert await books.command(town.service, None) == 0
    async with town.http.get(f"{town.base}/metrics") as response:
        families = list(text_string_to_metric_families(await response.text()))
    served = {each.name + ("_total" if each.type == "counter" else "") for each in families}
    assert served == set(documented())
    for family in families:
        labels = {name for sample in family.samples for name in sample.labels} - {"le"}
        counts = family.type == "counter"
        wanted = documented()[family.name + ("_total" if counts else "")]
        assert labels == wanted or (counts and not family.samples), family.name

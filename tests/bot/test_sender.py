"""The sender over HTTP: each error has its fate, and a lost answer waits for its proof."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.queue import sender
from bot.queue.worker import settle_down, sweep
from db import outbox
from flows.messages import Kind, Message, Outgoing, TemplateCall
from tests.bot import edge as edges
from tests.bot import hooks
from tests.bot.edge import refused
from tests.db import stock

DAY = timedelta(hours=24)
CALL = TemplateCall("admin_alert", "en", {"booking": "-", "alert": "x"})
NO_MORE_THAN = 60  # seconds of business time in which a passing trouble is over


@pytest.fixture
async def person(service):
    return await stock.add_person(service.pool, phone=f"+{hooks.GUEST}")


@pytest.fixture
def queue(service, person) -> Callable[..., Awaitable[int]]:
    """`await queue("hello")`: a row for the person; its id."""

    async def put(words="hello", *, template=CALL, to=person) -> int:
        said = Outgoing(to.person_id, "test", Message(Kind.TEXT, words), template)
        key = f"test:{words}:{to.person_id}"
        row = outbox.message_row(said, key, service.clock.now(), None)
        await outbox.insert(service.pool, [row], service.clock.now())
        return await service.pool.fetchval("SELECT id FROM message WHERE dedupe_key = $1", key)

    return put


async def row(service, number: int, *columns: str) -> tuple[object, ...]:
    found = await service.pool.fetchrow("SELECT * FROM message WHERE id = $1", number)
    return tuple(found[column] for column in columns)


def with_settings(service, **changes: int):
    """The same service under other settings."""
    return replace(service, config=service.config.model_copy(update=changes))


def later(service, **ahead: float) -> None:
    service.clock.offset += timedelta(**ahead)


async def lease_over(service) -> None:
    """Real time passes: every lease and every grace is over."""
    await service.pool.execute("UPDATE message SET lease_until = now() - interval '1 day'")
    await sweep(service, all_heard=True)


async def test_a_message_goes_out_with_its_key_and_is_kept_with_its_wamid(service, queue, edge):
    number = await queue("hello")
    await sender.run_once(service)
    (sent,) = edge.book
    assert sent["type"] == "text" and sent["text"]["body"] == "hello"
    assert sent["biz_opaque_callback_data"] == str(number)
    state = await row(service, number, "state", "wamid", "form", "attempts")
    assert state == ("sent", sent["wamid"], "free", 1)


async def test_the_window_decides_between_free_form_and_template(service, queue, edge):
    later(service, hours=23, minutes=50)
    await queue("inside")
    await sender.run_once(service)
    later(service, minutes=8)
    await queue("at the edge")
    await sender.run_once(service)
    assert [sent["type"] for sent in edge.book] == ["text", "template"]


async def test_somebody_who_never_wrote_gets_the_template(service, queue, edge):
    admin = await service.pool.fetchval(
        "SELECT person_id FROM person WHERE phone = $1", stock.ADMIN
    )
    await queue("hello", to=type("To", (), {"person_id": admin}))
    await sender.run_once(service)
    assert edge.book[0]["type"] == "template"


async def test_an_answer_without_a_template_is_dropped_when_its_window_has_closed(
    service, queue, edge
):
    later(service, days=2)
    number = await queue("too late", template=None)
    await sender.run_once(service)
    assert await row(service, number, "state") == ("cancelled",)
    assert edge.asked == 0


@pytest.mark.parametrize("code", [131047, 470])
async def test_a_window_that_whatsapp_says_is_closed(service, queue, edge, code):
    """131047 turns to the template at once; a code that we do not know parks the row."""
    edge.answers.append(refused(code))
    number = await queue("hello")
    await settle_down(service)
    kinds = [sent["type"] for sent in edge.book]
    assert (kinds, await row(service, number, "state")) == (
        (["template"], ("sent",)) if code == 131047 else ([], ("dead",))
    )


async def test_what_is_to_go_in_another_form_by_a_clock_ahead_is_not_overtaken(
    service, queue, edge
):
    """Of two processes the one whose clock is ahead was told that the window is closed."""
    edge.answers.append(refused(131047))
    first = await queue("first")
    later(service, seconds=3)
    await sender.run_once(service)
    later(service, seconds=-3)
    second = await queue("second")
    await settle_down(service)
    went = [int(sent["biz_opaque_callback_data"]) for sent in edge.book]
    assert went == [first, second]


@pytest.mark.parametrize("code", [132001, 132015, 132016])
async def test_a_template_that_is_gone_falls_back_to_free_form_inside_the_window(
    service, queue, edge, code
):
    edge.answers += [refused(131047), refused(code)]
    number = await queue("hello")
    await settle_down(service)
    assert [sent["type"] for sent in edge.book] == ["text"]
    assert await row(service, number, "state") == ("sent",)


@pytest.mark.parametrize("status", ["PAUSED", "REJECTED", "DISABLED"])
async def test_a_template_that_was_refused_is_not_tried(service, queue, edge, status):
    await service.pool.execute(
        "INSERT INTO template VALUES ('admin_alert', 'en', $1, 'UTILITY', now())", status
    )
    later(service, days=2)
    number = await queue("hello")
    await sender.run_once(service)
    assert (edge.asked, await row(service, number, "state")) == (0, ("cancelled",))


@pytest.mark.parametrize("code", [1, 4, 80007, 130429, 131000, 131016, 131056, 133004])
async def test_a_passing_trouble_is_tried_again_later_and_keeps_the_order(
    service, queue, edge, code
):
    edge.answers += [refused(code, 429), refused(code, 429)]
    numbers = [await queue("one"), await queue("two")]
    await settle_down(service)
    assert edge.book == []
    for _ in range(4):
        later(service, seconds=NO_MORE_THAN / 4)
        await settle_down(service)
    assert edge.trackers() == numbers


async def test_a_trouble_that_does_not_pass_is_parked_and_raised(service, queue, edge):
    edge.always = refused(131016)
    number = await queue("hello")
    for _ in range(12):
        later(service, minutes=6)
        await settle_down(service)
    assert await row(service, number, "state", "attempts") == ("dead", sender.MOST_TRIES)
    assert await service.pool.fetchval("SELECT count(*) FROM alert") == 1


@pytest.mark.parametrize("code", [100, 131026, 131008, 131051, 999999])
async def test_what_will_never_work_is_parked_at_once_and_raised(service, queue, edge, code):
    edge.always = refused(code)
    number = await queue("hello")
    await settle_down(service)
    assert await row(service, number, "state", "attempts") == ("dead", 1)
    assert await service.pool.fetchval("SELECT subject FROM alert") == f"undelivered:None:{code}"


async def test_a_dead_message_does_not_block_its_person(service, queue, edge):
    edge.answers.append(refused(131051))
    await queue("one")
    number = await queue("two")
    await settle_down(service)
    assert edge.trackers() == [number]


# ---------------------------------------------------------------- lost answers


@pytest.mark.parametrize("lost", [edges.broken, edges.cut], ids=["502", "cut"])
async def test_a_lost_answer_is_never_sent_twice_when_its_status_comes(
    service, queue, edge, deliver, lost
):
    edge.answers.append(lost)
    number = await queue("hello")
    await settle_down(service)
    assert await row(service, number, "state") == ("sending",), "nobody knows"
    proof = hooks.status(number, id=edge.book[0]["wamid"])
    await deliver(hooks.body(hooks.change(statuses=(proof,), contacts=())))
    await settle_down(service)
    state = await row(service, number, "state", "wamid", "wa_status")
    assert state == ("sent", edge.book[0]["wamid"], "sent")
    await lease_over(service)
    await settle_down(service)
    assert edge.trackers() == [number]


async def test_a_lost_answer_without_proof_is_sent_again_after_the_grace(service, queue, edge):
    """The other side of the promise: nothing is lost either."""
    edge.answers.append(edges.cut)
    number = await queue("hello")
    await settle_down(service)
    await settle_down(service)
    assert edge.trackers() == [number]
    await lease_over(service)
    await settle_down(service)
    assert edge.trackers() == [number, number]
    assert await row(service, number, "state", "attempts") == ("sent", 2)


async def listened(service, since: str, last: str) -> None:
    """Some process has listened since then, and told of it last so long ago."""
    await service.pool.execute(
        """INSERT INTO setting (key, value) VALUES ('listening', jsonb_build_object(
               'since', clock_timestamp() - $1::text::interval,
               'last', clock_timestamp() - $2::text::interval))""",
        since, last,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "last", "state"),
    [
        ("1 hour", "3 seconds", "ready"),  # another process did, and died a moment ago
        ("1 hour", "20 seconds", "sending"),  # nobody did meanwhile
        ("10 seconds", "1 second", "sending"),  # not long enough for WhatsApp to tell all again
    ],
)
async def test_a_lost_answer_is_sent_again_only_where_somebody_has_listened_for_a_grace(
    service, queue, edge, since, last, state
):
    edge.answers.append(edges.cut)
    number = await queue("hello")
    await sender.run_once(service)
    await service.pool.execute("UPDATE message SET lease_until = now() - interval '1 day'")
    await listened(service, since, last)
    await sweep(service)
    assert await row(service, number, "state") == (state,)


async def test_who_begins_to_listen_does_not_know_what_was_told(service, queue, edge):
    edge.answers.append(edges.cut)
    number = await queue("hello")
    await sender.run_once(service)
    await service.pool.execute("UPDATE message SET lease_until = now() - interval '1 day'")
    for _ in range(2):
        await sweep(service)
        assert await row(service, number, "state") == ("sending",)


async def test_the_lane_waits_for_a_lost_answer_and_others_do_not(service, queue, edge):
    edge.answers.append(edges.cut)
    other = await stock.add_person(service.pool)
    first, _, free = await queue("one"), await queue("two"), await queue("one", to=other)
    await settle_down(service)
    assert edge.trackers() == [first, free]


async def test_a_row_that_ends_its_process_every_time_is_given_up(service, queue, edge):
    number = await queue("poison")
    await service.pool.execute("UPDATE message SET attempts = $1", sender.MOST_CLAIMS)
    await sender.run_once(service)
    assert await row(service, number, "state") == ("dead",)
    assert edge.asked == 0
    assert await service.pool.fetchval("SELECT count(*) FROM alert") == 1


async def test_a_sender_that_woke_too_late_sends_nothing(service, queue, edge):
    """A frozen process wakes behind its lease: the row may be in other hands."""
    await queue("hello")
    await sender.run_once(with_settings(service, lease_seconds=0))
    assert edge.asked == 0


# ---------------------------------------------------------------- the circuit


@pytest.mark.parametrize("code", [190, 10, 368, 131031, 131042, 133010, 200])
async def test_a_refusal_of_the_whole_number_stops_everything_and_loses_nothing(
    service, queue, edge, code
):
    edge.always = refused(code, 401)
    numbers = [await queue(f"message {n}") for n in range(3)]
    await settle_down(service)
    asked = edge.asked
    for _ in range(5):
        await settle_down(service)
    assert edge.asked == asked, "one probe a minute, not a storm"
    later(service, seconds=61)
    await settle_down(service)
    assert edge.asked == asked + 1
    edge.always = None
    later(service, seconds=61)
    await settle_down(service)
    assert edge.trackers() == numbers
    assert await service.pool.fetchval("SELECT max(attempts) FROM message") == 1
    alerts = await service.pool.fetch("SELECT subject, closed_at IS NULL AS open FROM alert")
    assert [tuple(alert) for alert in alerts] == [("circuit", False)]


async def test_an_outage_is_told_to_the_admin_once_it_is_over(service, queue, edge):
    edge.always = refused(131042, 400)
    await queue("hello")
    for _ in range(3):
        await settle_down(service)
        later(service, seconds=61)
    await settle_down(service)
    later(service, seconds=180)
    edge.always = None
    await settle_down(service)
    told = await service.pool.fetch(
        "SELECT payload #>> '{message,body}' AS body FROM message WHERE intent = 'admin.circuit'"
    )
    assert len(told) == 1
    assert "131042" in told[0]["body"]
    assert "took no message" in told[0]["body"]


# ---------------------------------------------------------------- pacing


async def test_after_a_burst_a_person_gets_a_message_every_six_seconds(service, queue, edge):
    paced = with_settings(service, pair_seconds=6)
    for number in range(sender.BURST + 3):
        await queue(f"message {number}")
    await settle_down(paced)
    burst = len(edge.book)
    assert sender.BURST - 1 <= burst <= sender.BURST + 1
    later(service, seconds=6)
    await settle_down(paced)
    assert len(edge.book) == burst + 1


async def test_the_sum_of_all_sends_is_the_outbox(service, queue, edge):
    """I08: what WhatsApp accepted is what the outbox says, each key once."""
    edge.answers += [refused(130429, 429), refused(131047)]
    others = [await stock.add_person(service.pool) for _ in range(10)]
    for person in others:
        for words in ("one", "two", "three"):
            await queue(words, to=person)
    for _ in range(4):
        await settle_down(service)
        later(service, seconds=30)
    rows = await service.pool.fetch("SELECT id FROM message WHERE state = 'sent' ORDER BY id")
    assert sorted(edge.trackers()) == [each["id"] for each in rows]
    assert len(rows) == 30

"""The webhook's edge over HTTP: what is refused leaves nothing, what is accepted is stored."""

import asyncio
import gzip
import hashlib
import hmac
import random
from urllib.parse import urlencode

import pytest

from bot.queue.worker import settle_down
from tests.bot import hooks

MIB = 1024 * 1024
PATH = "/whatsapp/webhook"


async def stored(service) -> list[tuple[str, str]]:
    rows = await service.pool.fetch("SELECT id, kind FROM inbox ORDER BY seq")
    return [(row["id"], row["kind"]) for row in rows]


async def post(client, raw, headers) -> int:
    async with client.post(PATH, data=raw, headers=headers) as response:
        await response.read()
        return response.status


# ---------------------------------------------------------------- who is believed


async def test_a_genuine_delivery_is_stored_and_answered_200(service, deliver):
    message = hooks.text()
    assert await deliver(hooks.body(hooks.change(message))) == 200
    assert await stored(service) == [(message["id"], "message")]


def test_the_signature_is_hmac_sha256_over_the_raw_bytes():
    raw = b'{"a": 1}'
    digest = hmac.new(hooks.SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert hooks.signed(raw) == {"X-Hub-Signature-256": f"sha256={digest}"}


BODY = hooks.body(hooks.change(hooks.text()))
GOOD = hooks.signed(BODY)["X-Hub-Signature-256"]
FORGED = {
    "missing": {},
    "empty": {"X-Hub-Signature-256": ""},
    "of another secret": hooks.signed(BODY, "another"),
    "of other bytes": hooks.signed(BODY + b" "),
    "without its prefix": {"X-Hub-Signature-256": GOOD.removeprefix("sha256=")},
    "in capitals": {"X-Hub-Signature-256": GOOD.upper()},
    "cut short": {"X-Hub-Signature-256": GOOD[:-1]},
    "sha1 only": {"X-Hub-Signature": "sha1=00"},
    "not ASCII": {"X-Hub-Signature-256": "sha256=é☃"},
    "enormous": {"X-Hub-Signature-256": "sha256=" + "0" * 4000},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_delivery_is_401_and_leaves_nothing(service, client, headers):
    assert await post(client, BODY, headers) == 401
    assert await stored(service) == []


async def test_a_raw_byte_in_the_signature_is_401(service, client):
    """Bytes that are no UTF-8 cannot be sent by a polite client."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n"
        "X-Hub-Signature-256: sha256="
    )
    writer.write(head.encode() + b"\xff\xfe\x80\r\nConnection: close\r\n\r\n" + BODY)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401")
    assert await stored(service) == []


@pytest.fixture
def changed(config_changes):
    config_changes["whatsapp_app_secret_old"] = "before the change"
    return config_changes


async def test_while_the_secret_is_changed_both_are_believed(changed, service, client):
    for secret in (hooks.SECRET, "before the change"):
        raw = hooks.body(hooks.change(hooks.text()))
        assert await post(client, raw, hooks.signed(raw, secret)) == 200
    assert len(await stored(service)) == 2
    assert await post(client, BODY, hooks.signed(BODY, "another")) == 401


async def test_after_the_change_the_old_secret_is_no_secret(service, client):
    assert service.config.app_secrets == (hooks.SECRET,)
    assert await post(client, BODY, hooks.signed(BODY, "")) == 401
    assert await post(client, BODY, hooks.signed(BODY, "before the change")) == 401


# ---------------------------------------------------------------- size and shape


def of_size(size: int) -> bytes:
    """A good body, padded with blanks to a size."""
    return BODY[:-1] + b" " * (size - len(BODY)) + b"}"


async def test_three_mebibytes_are_accepted(service, deliver):
    assert await deliver(of_size(3 * MIB)) == 200
    assert len(await stored(service)) == 1


@pytest.mark.parametrize("size", [3 * MIB + 1, 4 * MIB])
async def test_more_than_three_mebibytes_are_413(service, deliver, size):
    assert await deliver(of_size(size)) == 413
    assert await stored(service) == []


async def test_more_than_three_mebibytes_without_a_length_are_413(service, client):
    raw = of_size(3 * MIB + 1)

    async def pieces():
        for start in range(0, len(raw), 65536):
            yield raw[start : start + 65536]

    assert await post(client, pieces(), hooks.signed(raw)) == 413
    assert await stored(service) == []


MALFORMED = {
    "nothing": b"",
    "half": BODY[:-5],
    "no JSON": b"hello",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "no entry": b'{"object": "x"}',
    "entry is no list": b'{"entry": {}}',
    "not UTF-8": b'{"entry": ["\xff"]}',
    "not a number": b'{"entry": [{"changes": [{"value": NaN}]}]}',
    "very deep": b"[" * 100_000,
    "deep value": b'{"entry": [{"changes": [{"value": ' + b"[" * 400 + b"]" * 400 + b"}]}]}",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_body_is_400_though_well_signed(service, deliver, raw):
    assert await deliver(raw) == 400
    assert await stored(service) == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity"])
async def test_an_encoded_body_is_refused(service, client, encoding):
    """The signature is over the bytes on the wire; a compressed bomb is never opened."""
    raw = gzip.compress(BODY) if encoding == "gzip" else BODY
    headers = hooks.signed(raw) | {"Content-Encoding": encoding}
    assert await post(client, raw, headers) == 400
    assert await stored(service) == []


# ---------------------------------------------------------------- batches and repeats


async def test_a_thousand_events_with_repeats_are_each_stored_and_handled_once(
    service, deliver, edge
):
    """Messages and statuses over several entries and changes, a third of them twice."""
    words = [f"hello {number}" for number in range(400)]
    messages = [
        hooks.text(word, **{"from": f"9197{number % 40:08d}", "from_user_id": f"IN.{number % 40}"})
        for number, word in enumerate(words)
    ]
    statuses = [hooks.status(10**9 + number) for number in range(600)]
    people = {each["from"]: each["from_user_id"] for each in messages}
    contacts = tuple(hooks.contact(wa_id=wa, user_id=user) for wa, user in people.items())
    draw = random.Random(11)
    again = draw.sample(messages, 130) + draw.sample(statuses, 200)
    every = messages + statuses + again
    draw.shuffle(every)
    changes = [
        hooks.change(
            *(each for each in part if "status" not in each),
            statuses=tuple(each for each in part if "status" in each),
            contacts=contacts,
        )
        for part in (every[start::7] for start in range(7))
    ]
    raw = hooks.body(*changes, entries=3)
    assert [await deliver(raw), await deliver(raw)] == [200, 200]
    assert len(await stored(service)) == 1000
    await settle_down(service, rounds=3000)
    rows = await service.pool.fetch("SELECT state, count(*) FROM inbox GROUP BY 1")
    assert [tuple(row) for row in rows] == [("done", 1000)]
    answered = await service.pool.fetchval(
        "SELECT count(DISTINCT split_part(dedupe_key, ':', 1)) FROM message"
    )
    assert answered == len(messages)
    assert len(edge.trackers()) == len(set(edge.trackers())) >= len(messages)
    assert await service.pool.fetchval("SELECT count(*) FROM person") == 40 + 1


async def test_the_same_message_in_other_bytes_is_one_event(service, deliver):
    message = hooks.text()
    assert await deliver(hooks.body(hooks.change(message))) == 200
    richer = message | {"context": {"id": "wamid.x"}, "extra": 1}
    assert await deliver(hooks.body(hooks.change(hooks.text(), richer))) == 200
    assert len(await stored(service)) == 2


async def test_statuses_of_one_message_are_events_of_their_own(service, deliver):
    one = hooks.wamid()
    statuses = tuple(hooks.status(name=name, id=one) for name in ("sent", "delivered", "read"))
    assert await deliver(hooks.body(hooks.change(statuses=statuses, contacts=()))) == 200
    assert {kind for _, kind in await stored(service)} == {"status"}
    assert len(await stored(service)) == 3


async def test_batches_with_the_same_events_in_other_order_do_not_deadlock(service, deliver):
    messages = [hooks.text() for _ in range(60)]
    bodies = []
    for seed in range(12):
        shuffled = messages[:]
        random.Random(seed).shuffle(shuffled)
        bodies.append(hooks.body(hooks.change(*shuffled)))
    assert set(await asyncio.gather(*(deliver(raw) for raw in bodies))) == {200}
    assert len(await stored(service)) == 60


# ---------------------------------------------------------------- the subscription's challenge


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 200),
        ({"hub.verify_token": "wrong"}, 403),
        ({"hub.verify_token": ""}, 403),
        ({"hub.verify_token": "é☃"}, 403),
        ({"hub.mode": "unsubscribe"}, 403),
    ],
)
async def test_only_who_knows_the_token_gets_the_challenge_back(client, query, status):
    usual = {
        "hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444",
    }  # fmt: skip
    async with client.get(f"{PATH}?{urlencode(usual | query)}") as response:
        assert response.status == status
        assert (await response.text() == "1158201444") is (status == 200)


async def test_a_challenge_is_never_a_page(client):
    query = urlencode(
        {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "<script>"}
    )
    async with client.get(f"{PATH}?{query}") as response:
        assert response.content_type == "text/plain"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH"])
async def test_other_methods_are_405(client, method):
    async with client.request(method, PATH) as response:
        assert response.status == 405

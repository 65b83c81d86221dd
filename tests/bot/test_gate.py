"""The gate before every route, with the client's address told by a proxy of our own."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from bot.web.app import make_app
from bot.web.gate import Limits, client_address, is_public
from tests.bot import hooks

FORGER, MINE = "1.2.3.4", "5.6.7.8"
HOOK = "/whatsapp/webhook"
SMALL = Limits(
    forged_a_minute=3, wrong_callbacks_a_minute=3, asks_a_minute=5, other_bytes=100,
    body_seconds=0.1,
)  # fmt: skip


@pytest.fixture
def config_changes():
    return {"trusted_proxies": 1}


@pytest.fixture
async def client(service):
    async with TestClient(TestServer(make_app(service, SMALL))) as opened:
        yield opened


async def ask(client, method, path, address=FORGER, **options):
    headers = {"X-Forwarded-For": address} | options.pop("headers", {})
    async with client.request(method, path, headers=headers, **options) as response:
        await response.read()
        return response


async def statuses(client, times, *asked, **options):
    return [(await ask(client, *asked, **options)).status for _ in range(times)]


RAW = hooks.body(hooks.change(hooks.text()))


async def test_a_forger_is_turned_away_before_the_signature_is_looked_at(service, client):
    assert await statuses(client, 5, "POST", HOOK, data=RAW) == [401, 401, 401, 429, 429]
    signed = {"headers": hooks.signed(RAW), "data": RAW}
    held = await ask(client, "POST", HOOK, **signed)
    assert held.status == 429
    assert 1 <= int(held.headers["Retry-After"]) <= 60
    assert (await ask(client, "POST", HOOK, MINE, **signed)).status == 200
    assert await service.pool.fetchval("SELECT count(*) FROM inbox") == 1


async def test_who_guesses_the_verify_token_is_turned_away(client):
    path = f"{HOOK}?hub.mode=subscribe&hub.challenge=1&hub.verify_token="
    assert await statuses(client, 4, "GET", path + "no") == [403, 403, 403, 429]
    assert (await ask(client, "GET", path + "verify-me", MINE)).status == 200


async def test_who_guesses_callback_secrets_is_turned_away(service, client):
    path = "/paytm/callback/guess"
    assert await statuses(client, 4, "POST", path, data={"MID": "x"}) == [404, 404, 404, 429]
    assert service.metrics.callbacks.labels("unknown_secret")._value.get() == 3
    assert (await ask(client, "POST", path, MINE, data={"MID": "x"})).status == 404


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/eticket/LC7K2M9X-0123456789012345678901", "/no"]
)
async def test_every_other_route_is_asked_so_often_a_minute(client, path):
    assert 429 not in await statuses(client, 5, "GET", path)
    assert await statuses(client, 2, "GET", path) == [429, 429]
    assert 429 not in await statuses(client, 1, "GET", path, address=MINE)


async def test_a_proxy_that_names_nobody_is_never_held_back(client):
    """Else one forger would keep WhatsApp's own deliveries out."""
    for address in ("127.0.0.1", "10.0.0.7", "nonsense"):
        assert await statuses(client, 6, "POST", HOOK, address=address, data=RAW) == [401] * 6


@pytest.mark.parametrize("path", ["/paytm/callback/x", "/healthz", "/eticket/x", "/metrics"])
async def test_sixty_four_kib_are_enough_for_everything_but_the_webhook(service, client, path):
    assert Limits().other_bytes == 64 * 1024
    assert (await ask(client, "POST", path, data=b"x" * 101)).status == 413

    async def pieces():
        for _ in range(101):
            yield b"x"

    assert (await ask(client, "POST", path, data=pieces())).status == 413
    assert (
        service.metrics.turned_away.labels(
            "/paytm/callback/" if "paytm" in path else "other", "413"
        )._value.get()
        == 2
    )


@pytest.mark.parametrize("path", [HOOK, "/paytm/callback/x", "/eticket/x"])
async def test_no_body_may_be_encoded(client, path):
    answer = await ask(client, "POST", path, data=b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status == 400


async def test_fifty_who_ask_at_once_share_one_look_at_the_database(service, monkeypatch):
    asked = []
    fetch = type(service.pool).fetch

    async def counted(pool, statement, *arguments, **options):
        asked.append(statement)
        return await fetch(pool, statement, *arguments, **options)

    monkeypatch.setattr(type(service.pool), "fetch", counted)
    async with TestClient(TestServer(make_app(service))) as opened:
        answers = await asyncio.gather(*(opened.get("/metrics") for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert asked and len(asked) == len(set(asked))


# ---------------------------------------------------------------- whose address it is


def asked_by(forwarded: str | None, proxies: int, seen: str = "10.0.0.1") -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers)
    return client_address(request.clone(remote=seen), proxies)


def test_without_a_proxy_the_header_is_a_strangers_word():
    assert asked_by("1.2.3.4", 0, "9.9.9.9") == "9.9.9.9"


def test_each_proxy_is_believed_for_what_it_saw_itself():
    assert asked_by("6.6.6.6, 1.2.3.4", 1) == "1.2.3.4"
    assert asked_by("6.6.6.6, 1.2.3.4, 10.0.0.2", 2) == "1.2.3.4"
    assert asked_by("2001:db8::1", 1) == "2001:db8::1"


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "1.2.3.4:80", "<script>", "1.2.3.4,"])
def test_a_header_that_names_no_address_is_not_believed(forwarded):
    assert asked_by(forwarded, 1) == "10.0.0.1"


def test_too_few_proxies_in_the_header_are_not_believed():
    assert asked_by("1.2.3.4", 2) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "public"),
    [("1.2.3.4", True), ("2600::1", True), ("127.0.0.1", False), ("::1", False),
     ("192.168.1.1", False), ("", False), ("x", False)],
)  # fmt: skip
def test_only_an_address_of_the_internet_is_one_client(address, public):
    assert is_public(address) is public

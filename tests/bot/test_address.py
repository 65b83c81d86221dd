"""What `check` says of the public address and its certificate, over TLS as in production."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.commands import doctor
from bot.commands.findings import Finding
from bot.service import Service
from bot.web.app import make_app

PEM = Path(__file__).parent / "certificates" / "localhost.pem"  # for localhost, until 2126


def public(service: Service, url: str) -> Service:
    return replace(service, config=service.config.model_copy(update={"public_url": url}))


@pytest.fixture
async def address(service: Service) -> AsyncIterator[str]:
    """The service behind TLS, with a certificate that only this test's authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server = TestServer(make_app(service), scheme="https")
    await server.start_server(ssl=context)
    yield f"https://localhost:{server.port}"
    await server.close()


async def look(service: Service, url: str) -> list[Finding]:
    return list(await doctor._address(public(service, url)))


async def test_a_good_certificate_is_told_with_its_end(
    service: Service, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    found, certificate = await look(service, address)
    assert (found.what, found.well, found.words) == ("address", True, f"{address}: leads here")
    assert certificate.well and certificate.words.startswith("ends ")
    monkeypatch.setattr(doctor, "CERTIFICATE_DAYS", 40_000)
    _, certificate = await look(service, address)
    assert not certificate.well and "renew it at the proxy" in certificate.fix


async def test_a_certificate_that_nobody_trusts_is_what_is_wrong(
    service: Service, address: str
) -> None:
    (found,) = await look(service, address)
    assert (found.what, found.well) == ("certificate", False)
    assert "self-signed certificate" in found.words and "renew it" in found.fix


async def answering(handler: Any) -> TestServer:
    app = web.Application()
    app.router.add_get("/{any:.*}", handler)
    server = TestServer(app)
    await server.start_server()
    return server


@pytest.mark.parametrize(
    ("status", "said"), [(200, "somebody else answers"), (404, "the webhook answers 404")]
)
async def test_an_address_that_leads_elsewhere_is_told(
    service: Service, status: int, said: str
) -> None:
    """A proxy's own page is no service, however friendly it answers."""

    async def welcome(_: web.Request) -> web.Response:
        return web.Response(status=status, text="Welcome to nginx!")

    server = await answering(welcome)
    (found,) = await look(service, f"http://127.0.0.1:{server.port}")
    await server.close()
    assert not found.well and said in found.words and "/whatsapp/webhook" in found.fix


async def test_what_the_proxy_keeps_inside_is_not_asked_for(service: Service) -> None:
    """A proxy may keep everything but the webhook inside; check used to go to /healthz."""
    asked = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text=request.query["hub.challenge"])

    server = await answering(note)
    (found,) = await look(service, f"http://127.0.0.1:{server.port}")
    await server.close()
    assert found.well and asked == ["/whatsapp/webhook"]

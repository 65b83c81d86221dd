"""A local Paytm: payment links, hosted orders, refunds, callbacks and the payer's pages."""

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.config import SandboxConfig
from sandbox.paytm import link_desk, links, orders, payer_pages, refunds
from sandbox.paytm.results import LINKS, ORDERS, PAGE, REFUNDS
from sandbox.paytm.settle import catch_up
from sandbox.paytm.till import TILL, Till
from sandbox.paytm.wire import SERVER_DOWN, Endpoint, answering
from sandbox.world import World

ENDPOINTS = {
    "/link/create": Endpoint(links.create, LINKS, signed=False),
    "/link/fetch": Endpoint(link_desk.fetch, LINKS, channel=True),
    "/link/update": Endpoint(link_desk.update, LINKS, channel=True),
    "/link/expire": Endpoint(link_desk.expire, LINKS, channel=True),
    "/link/fetchTransaction": Endpoint(link_desk.transactions, LINKS),
    "/link/resendNotification": Endpoint(link_desk.resend, LINKS),
    "/theia/api/v1/initiateTransaction": Endpoint(orders.initiate, PAGE),
    "/order/initiate": Endpoint(orders.initiate, PAGE),
    "/v3/order/status": Endpoint(orders.status, ORDERS),
    "/merchant-passbook/search/list/order/v2": Endpoint(orders.statement, ORDERS),
    "/refund/apply": Endpoint(refunds.apply, REFUNDS),
    "/refund/api/v1/refund/apply/sync": Endpoint(refunds.apply_now, REFUNDS),
    "/v2/refund/status": Endpoint(refunds.status, REFUNDS),
}
PAGES = [
    web.get("/s/{code}", payer_pages.short),
    web.get(r"/link/{name}/LL_{id:\d{1,18}}", payer_pages.show),
    web.post(r"/link/{name}/LL_{id:\d{1,18}}/pay", payer_pages.pay),
    web.post("/theia/api/v1/showPaymentPage", payer_pages.show_order),
    web.post("/theia/api/v1/pay", payer_pages.pay_hosted),
]
LARGEST_REQUEST = 256 * 1024


def make_app(world: World, config: SandboxConfig) -> web.Application:
    """The emulator as an application, to be mounted at /paytm; its state lives in `world` too."""
    till = Till(world, config)
    app = web.Application(middlewares=[_down], client_max_size=LARGEST_REQUEST)
    app[TILL] = till
    app.add_routes([web.post(path, answering(end)) for path, end in ENDPOINTS.items()])
    app.add_routes(PAGES)
    app.on_startup.append(_start)
    app.on_shutdown.append(_stop)
    world.on_clock.append(lambda: catch_up(till))
    world.on_reset.append(till.forget)
    world.persisted["paytm"] = (till.dump, till.load)
    return app


@web.middleware
async def _down(request: web.Request, handler: Handler) -> web.StreamResponse:
    """While Paytm is down every address answers 503 with HTML, as a broken gateway would."""
    till = request.app[TILL]
    if not till.trouble("down"):
        return await handler(request)
    till.world.journal.add(
        "paytm.request", method=request.method, path=request.path, status=503, fault="down"
    )
    return web.Response(status=503, text=SERVER_DOWN, content_type="text/html")


async def _start(app: web.Application) -> None:
    catch_up(app[TILL])


async def _stop(app: web.Application) -> None:
    till = app[TILL]
    till.closing.set()
    till.silence()

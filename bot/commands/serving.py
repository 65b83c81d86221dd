"""The processes that stay: `serve`, alone or as several, and `worker`."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot import log
from bot.commands import fleet, garbage, sandbox_process
from bot.commands.opening import live, opened, run
from bot.config import BadConfig, Config, for_sandbox, load
from bot.places import festivals, properties, property_files
from bot.queue.worker import working
from bot.service import Service
from bot.web.app import make_app
from bot.web.listening import listening
from bot.whatsapp import booking_form, registration

LOG = "looncamp.log"
SAMPLE = sandbox_process.ROOT / "sandbox" / "properties.toml"


def _told_to_stop(*, by_parent: bool = False) -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C; `by_parent` also when the process that started this one ends."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if by_parent:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    return stop


async def _until_stopped() -> None:
    await _told_to_stop().wait()


@asynccontextmanager
async def _web(service: Service, *, shared: bool = False) -> AsyncIterator[None]:
    """The HTTP side, listening; raises BadConfig where the port is taken."""
    config = service.config
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(
                listening(make_app(service), config.host, config.port, shared=shared)
            )
        except OSError as error:
            raise BadConfig(f"PORT: {config.host}:{config.port}: {error.strerror}") from None
        yield


def serve(options: argparse.Namespace) -> int:
    """Run the service; without credentials with the sandbox beside it."""
    several = options.workers > 1 and not options.one_of_many
    return run((_serve_many if several else _serve)(load(), options))


async def _serve(config: Config, options: argparse.Namespace) -> int:
    one_of_many = options.one_of_many
    async with AsyncExitStack() as stack:
        page = ""
        if config.in_sandbox:
            _log_aside(config)
        if config.in_sandbox and one_of_many:
            config = for_sandbox(config, _sandbox_url(config, options.sandbox_port))
        elif config.in_sandbox:
            config, page = await _start_sandbox(stack, config, options.sandbox_port)
        service, url = await stack.enter_async_context(opened(config))
        if page:
            await _fill_sandbox(service)
        await stack.enter_async_context(_web(service, shared=one_of_many))
        if not options.no_worker:
            await stack.enter_async_context(working(service, url))
        garbage.settle()
        if not one_of_many:
            _greet(config, page)
        await _told_to_stop(by_parent=one_of_many).wait()
        if not one_of_many:
            print("stopping", flush=True)
    return 0


async def _serve_many(config: Config, options: argparse.Namespace) -> int:
    """The parent of several processes that each do what `serve` does, on one port."""
    stop = _told_to_stop()
    fleet.see_that_free(config.host, config.port)
    arguments = ["serve", "--one-of-many", *["--no-worker"] * options.no_worker]
    async with AsyncExitStack() as stack:
        page = ""
        if config.in_sandbox:
            _log_aside(config)
            config, page = await _start_sandbox(stack, config, options.sandbox_port)
            arguments += ["--sandbox-port", str(options.sandbox_port or config.port + 1)]
        async with opened(config) as (service, url):  # migrates once, before anybody serves
            if page:
                await _fill_sandbox(service)
        _greet(config, page)
        await fleet.run(options.workers, arguments, os.environ | {"DATABASE_URL": url}, stop)
        print("stopped", flush=True)
    return 0


def _sandbox_url(config: Config, port: int | None) -> str:
    return f"http://127.0.0.1:{port or config.port + 1}"


async def _start_sandbox(
    stack: AsyncExitStack, config: Config, port: int | None
) -> tuple[Config, str]:
    """Start the emulators and point the configuration at them."""
    own_url = _sandbox_url(config, port)
    data_file = config.data_dir / "sandbox.json"
    data_file.parent.mkdir(parents=True, exist_ok=True)
    service_url = f"http://{config.host}:{config.port}"
    values = sandbox_process.settings(own_url, service_url, property_files.read(SAMPLE), data_file)
    await stack.enter_async_context(sandbox_process.running(values))
    return for_sandbox(config, own_url), f"{own_url}/sandbox"


def _log_aside(config: Config) -> None:
    """At a terminal the sandbox logs into a file: its page's address stays in sight."""
    if sys.stderr.isatty():
        config.data_dir.mkdir(parents=True, exist_ok=True)
        log.configure(to=(config.data_dir / LOG).open("a", buffering=1))


async def _fill_sandbox(service: Service) -> None:
    """The sample properties and the templates: what `properties import` and `setup` do live."""
    now = service.clock.now()
    await properties.store(service.pool, property_files.read(SAMPLE), now)
    await festivals.store(service.pool, festivals.read(SAMPLE))
    languages = list(service.write.catalogues.values())
    business_id = service.config.whatsapp_business_id
    await registration.publish_all(service.whatsapp, business_id, languages)
    await booking_form.publish(service)


def _greet(config: Config, page: str) -> None:
    base = f"http://localhost:{config.port}"
    if page:
        print("LoonCamp sandbox: no real message, no real money", flush=True)
        print(f"  three phones   {page}")
        if sys.stderr.isatty():
            print(f"  log            {config.data_dir / LOG}")
    else:
        print(f"LoonCamp is running for {config.public_url}")
    print(f"  health check   {base}/healthz")
    print("  stop           Ctrl-C", flush=True)


def worker(options: argparse.Namespace) -> int:
    """Run the sender and the timers without the web part."""
    return run(_worker(live(load(), "worker")))


async def _worker(config: Config) -> int:
    async with opened(config) as (service, url), working(service, url):
        garbage.settle()
        print("LoonCamp worker is running", flush=True)
        await _until_stopped()
    return 0


def sandbox(options: argparse.Namespace) -> int:
    """Run only the emulators, for a service that is started by hand."""

    async def main() -> int:
        config = load()
        own_url = f"http://127.0.0.1:{options.port}"
        service_url = f"http://{config.host}:{config.port}"
        entries = property_files.read(SAMPLE)
        values = sandbox_process.settings(own_url, service_url, entries, None)
        async with sandbox_process.running(values):
            print(f"sandbox   {own_url}/sandbox", flush=True)
            print(f"  WHATSAPP_API_URL={own_url}/graph PAYTM_API_URL={own_url}/paytm", flush=True)
            await _until_stopped()
        return 0

    return run(main())

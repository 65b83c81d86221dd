"""The commands of run.py; each answers the process's exit code."""

import argparse
import asyncio
import importlib.util
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import uvloop

from bot import (
    booking_form,
    books,
    costs,
    counting,
    data_check,
    doctor,
    erasure,
    festivals,
    first_day,
    fleet,
    garbage,
    log,
    properties,
    property_desk,
    property_files,
    registration,
    rehearsal,
    restore_rehearsal,
    restoring,
    rights,
    sandbox_process,
)
from bot import setup as going_live
from bot.app import make_app
from bot.config import BadConfig, Config, for_sandbox, load
from bot.counters import keeping
from bot.listening import listening
from bot.service import Service, running
from bot.worker import working
from db import embedded
from db.pool import AWAY, transaction
from db.sql import sql

# What PostgreSQL says to a user, a password or a database that it does not have.
REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError,
           asyncpg.InsufficientPrivilegeError)  # fmt: skip
DATABASE_FIX = "see that it runs and takes this user; without DATABASE_URL one is started here"
SAMPLE = sandbox_process.ROOT / "sandbox" / "properties.toml"


def _run(main: Coroutine[Any, Any, int]) -> int:
    log.configure()
    return uvloop.run(main)


async def _database(config: Config) -> str:
    """The address of the database; without one the embedded server is started."""
    if config.database_url:
        return config.database_url
    try:
        return await asyncio.to_thread(embedded.start, config.data_dir / "postgres")
    except OSError as error:
        words = f"{config.data_dir}: {error.strerror}; name a folder that this user may write"
        raise BadConfig(f"DATA_DIR: {words}") from None


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    """Raises BadConfig where the database cannot be had; its password is never shown."""
    try:
        yield
    except (*AWAY, *REFUSED) as error:
        words = str(error) if isinstance(error, REFUSED) else type(error).__name__
        where = f"PostgreSQL at {urlsplit(url).hostname or 'this machine'}"
        raise BadConfig(f"DATABASE_URL: {where}: {words}; {DATABASE_FIX}") from None


async def _reached(config: Config) -> str:
    """The address of a database that answers; raises BadConfig."""
    url = await _database(config)
    with _reaching(url):
        await (await asyncpg.connect(url, timeout=5)).close()
    return url


@asynccontextmanager
async def _service(config: Config) -> AsyncIterator[tuple[Service, str]]:
    """The service on its database; raises BadConfig where that cannot be had."""
    url = await _database(config)
    async with AsyncExitStack() as stack:
        with _reaching(url):
            service = await stack.enter_async_context(running(config, url))
        await stack.enter_async_context(keeping(service.counters))
        yield service, url


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
    return _run((_serve_many if several else _serve)(load(), options))


async def _serve(config: Config, options: argparse.Namespace) -> int:
    one_of_many = options.one_of_many
    async with AsyncExitStack() as stack:
        page = ""
        if config.in_sandbox and one_of_many:
            config = for_sandbox(config, _sandbox_url(config, options.sandbox_port))
        elif config.in_sandbox:
            config, page = await _start_sandbox(stack, config, options.sandbox_port)
        service, url = await stack.enter_async_context(_service(config))
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
            config, page = await _start_sandbox(stack, config, options.sandbox_port)
            arguments += ["--sandbox-port", str(options.sandbox_port or config.port + 1)]
        async with _service(config) as (service, url):  # migrates once, before anybody serves
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
    else:
        print(f"LoonCamp is running for {config.public_url}")
    print(f"  health check   {base}/healthz")
    print("  stop           Ctrl-C", flush=True)


def worker(options: argparse.Namespace) -> int:
    """Run the sender and the timers without the web part."""
    return _run(_worker(_live(load(), "worker")))


async def _worker(config: Config) -> int:
    async with _service(config) as (service, url), working(service, url):
        garbage.settle()
        print("LoonCamp worker is running", flush=True)
        await _until_stopped()
    return 0


def _live(config: Config, command: str) -> Config:
    """A command that makes sense only against real services, or emulators set like them."""
    if config.in_sandbox:
        raise BadConfig(f"{command} needs credentials; without them `serve` does everything")
    return config


def _with_service(work: Callable[[Service], Awaitable[int]]) -> int:
    """Run a short command on the database; works in sandbox mode as well."""

    async def main() -> int:
        config = load()
        if config.in_sandbox:
            config = for_sandbox(config, f"http://127.0.0.1:{config.port + 1}")
        async with _service(config) as (service, _):
            return await work(service)

    return _run(main())


def migrate(options: argparse.Namespace) -> int:
    """Bring the database to this code's schema; starting a service does it."""

    async def work(service: Service) -> int:
        print("The database has the schema of this code.")
        return 0

    return _with_service(work)


def manage_properties(options: argparse.Namespace) -> int:
    """Import, list, add, change, pause or resume properties, or print their calendars."""
    action = property_desk.ACTIONS[options.action]
    return _with_service(lambda service: action(service, options))


def trust(options: argparse.Namespace) -> int:
    """Give a number its rights back that another WhatsApp account has taken over."""

    async def work(service: Service) -> int:
        async with transaction(service.pool) as connection:
            row = await connection.fetchrow(sql("person_by_phone"), options.phone)
            if row is None:
                print(f"Nobody has written from {options.phone}.")
                return 1
            await rights.trust(service, connection, row["person_id"])
        print(f"{options.phone} has its rights again.")
        return 0

    return _with_service(work)


def setup(options: argparse.Namespace) -> int:
    """Ask for what is missing, prove it, and tell WhatsApp what it must know; may be repeated."""
    going_live.questions(yes=options.yes, dry_run=options.dry_run)
    return _with_service(lambda service: going_live.run(service, dry_run=options.dry_run))


def check(options: argparse.Namespace) -> int:
    """Look whether everything is well, or whether the data is."""
    return _with_service(data_check.print_table if options.data else doctor.check)


def reconcile(options: argparse.Namespace) -> int:
    """Compare Paytm's books with ours; mend what can be mended, raise the rest."""
    return _with_service(lambda service: books.command(service, options.since))


def cost(options: argparse.Namespace) -> int:
    """Print what a month's messages cost, by category and recipient, and for one booking."""
    return _with_service(lambda service: costs.command(service, options.month))


def forget(options: argparse.Namespace) -> int:
    """Erase the person who has a phone number, or say why that must wait."""
    return _with_service(lambda service: erasure.forget(service, options.phone))


def backup(options: argparse.Namespace) -> int:
    """Write everything into one file, while the service runs."""

    async def main() -> int:
        return await restoring.backup(await _reached(load()), options.file)

    return _run(main())


def restore(options: argparse.Namespace) -> int:
    """Put a backup in the place of the database, and hold what may have happened since."""

    async def main() -> int:
        url = await _reached(load())
        return await restoring.restore(url, options.file, replace=options.replace)

    if code := _run(main()):
        return code
    _with_service(restoring.tell)
    return 0


def held(options: argparse.Namespace) -> int:
    """Show what a restore has held, or let it go on."""
    return _with_service(lambda service: restoring.held(service, options))


def rehearse(options: argparse.Namespace) -> int:
    """Play two bookings on local parts, or a first day, or a restore; or count the messages."""
    if options.first_day:
        return _run(first_day.main())
    if options.restore:
        return _run(restore_rehearsal.main())
    return _run(counting.main() if options.count else rehearsal.main(quiet=options.quiet))


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

    return _run(main())


def chaos(options: argparse.Namespace) -> int:
    """Break everything on local parts and see that nothing is lost; needs the tests' folder."""
    if importlib.util.find_spec("tests.chaos") is None:
        print("looncamp: chaos is part of tests/, which is not installed here", file=sys.stderr)
        return 1
    run: Callable[[argparse.Namespace], int]
    run = importlib.import_module("tests.chaos.command").run
    return run(options)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "serve": serve,
    "worker": worker,
    "migrate": migrate,
    "properties": manage_properties,
    "trust": trust,
    "setup": setup,
    "check": check,
    "reconcile": reconcile,
    "cost": cost,
    "forget": forget,
    "backup": backup,
    "restore": restore,
    "held": held,
    "rehearse": rehearse,
    "chaos": chaos,
    "sandbox": sandbox,
}

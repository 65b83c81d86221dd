"""Replicas to be killed: everything is imported once, and each start is a fork.

The first line of standard input holds the settings as JSON; each further one a port and perhaps the
crash point at which the replica is to die, answered by the process id of a replica that listens
there. Run as `python -m tests.chaos.replica`.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from bot import log
from bot.config import Config, for_sandbox
from bot.queue import worker
from bot.service import running
from bot.web.app import make_app
from bot.web.listening import listening
from bot.whatsapp import circuit
from db import crash

SWEEP_SECONDS = 0.3  # leases are short here
PROBE = timedelta(seconds=5)  # and so is the patience of guests


async def live(settings: dict[str, Any], port: int) -> None:
    """Web and worker on one database, as `run.py serve` runs them, until killed."""
    config = Config(_env_file=None, **settings["config"])
    config = for_sandbox(config, settings["sandbox"]).model_copy(
        update={"public_url": settings["front"], "port": port}
    )
    url = settings["database_url"]
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(running(config, url))
        await stack.enter_async_context(listening(make_app(service), "127.0.0.1", port))
        await stack.enter_async_context(worker.working(service, url))
        await asyncio.Event().wait()


def main() -> None:
    """Fork a replica for each line."""
    worker.SWEEP_SECONDS, circuit.PROBE = SWEEP_SECONDS, PROBE
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not kept
    settings = json.loads(sys.stdin.readline())
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            port, _, point = line.strip().partition(" ")
            log.configure()
            crash.arm(point)
            try:
                asyncio.run(live(settings, int(port)))
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()

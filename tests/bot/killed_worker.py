"""Worker processes to be killed: everything is imported once, and each start is a fork.

Reads "start" lines, answers each with the worker's process id; the settings come as one JSON
object in the first line. Run as `python -m tests.bot.killed_worker`.
"""

import asyncio
import json
import os
import signal
import sys
from typing import Any

from bot import log
from bot.config import Config
from bot.queue import worker
from bot.service import running


async def work(settings: dict[str, Any]) -> None:
    """A worker as `run.py worker` runs it, until it is killed."""
    database_url = settings["database_url"]
    config = Config(_env_file=None, **settings)
    async with running(config, database_url) as service, worker.working(service, database_url):
        await asyncio.Event().wait()


def main() -> None:
    """Fork a worker for each line."""
    log.configure(level=log.logging.CRITICAL)
    worker.SWEEP_SECONDS = 0.2  # leases are short here, and so is the test
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not kept
    settings = json.loads(sys.stdin.readline())
    while sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            asyncio.run(work(settings))
        print(pid, flush=True)


if __name__ == "__main__":
    main()

"""The sandbox as a process of its own: its settings come as one line of JSON on standard input.

It prints one line when it is ready and ends when its standard input ends, so that it never
outlives the process that started it.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.app import make_app
from sandbox.config import PersonSeed, SandboxConfig


def read_config(line: str) -> SandboxConfig:
    """The settings from their JSON; raises TypeError or ValueError for a wrong one."""
    values: dict[str, Any] = json.loads(line)
    values["people"] = tuple(PersonSeed(**person) for person in values.get("people", ()))
    if values.get("data_file"):
        values["data_file"] = Path(values["data_file"])
    return SandboxConfig(**values)


async def serve(config: SandboxConfig, host: str, port: int) -> None:
    """Serve until standard input ends."""
    runner = web.AppRunner(make_app(config), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        print("ready", config.own_url, flush=True)
        await _input_ends()
    finally:
        await runner.cleanup()


async def _input_ends() -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


def main() -> int:
    """Read the settings and serve; 1 where they are wrong or the port is taken."""
    try:
        config = read_config(sys.stdin.buffer.readline().decode())
        host, _, port = config.own_url.removeprefix("http://").rpartition(":")
        asyncio.run(serve(config, host, int(port)))
    except (OSError, TypeError, ValueError) as fault:
        print(f"sandbox: {fault}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

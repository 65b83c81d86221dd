"""The ticket's partner: aiohttp alone, answering a file's bytes: `... bare_page PORT FILE`."""

import asyncio
import sys
from pathlib import Path

import uvloop
from aiohttp import web

from tests.benchmarks.processes import READY


async def main(port: int, body: bytes) -> None:
    """Serve the page, the same for every path, until the process is ended."""

    async def page(_: web.Request) -> web.Response:
        packed = {"Content-Encoding": "gzip"}
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=packed)

    app = web.Application()
    app.add_routes([web.get("/{name:.*}", page)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(READY, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))

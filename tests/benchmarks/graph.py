"""A Graph API that accepts everything: `python -m tests.benchmarks.graph` prints its port."""

import asyncio

import orjson
import uvloop

from tests.benchmarks.http import Server
from tests.benchmarks.processes import READY

ANSWER = orjson.dumps(
    {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+919822012345", "wa_id": "919822012345"}],
        "messages": [{"id": "wamid.HBgMOTE5ODIyMDEyMzQ1FQIAERgSQjk"}],
    }
)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(lambda _: ANSWER), "127.0.0.1", 0)
    print(READY, server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())

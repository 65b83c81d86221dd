"""A Graph API that accepts everything: `python -m tests.benchmarks.graph` prints its port."""

import asyncio

import orjson
import uvloop

from tests.benchmarks.http import serve
from tests.benchmarks.processes import READY

ANSWER = orjson.dumps(
    {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+919822012345", "wa_id": "919822012345"}],
        "messages": [{"id": "wamid.HBgMOTE5ODIyMDEyMzQ1FQIAERgSQjk"}],
    }
)


async def main() -> None:
    async with serve(lambda _: ANSWER) as port:
        print(READY, port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())

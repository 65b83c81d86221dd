"""Starting the sandbox beside the service, as a process that speaks HTTP and nothing else."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bot.config import DEMO, DEMO_BUSINESS_PHONE, BadConfig
from bot.places.property_entry import Entry

ROOT = Path(__file__).parents[2]
READY_SECONDS = 20
GUESTS = (
    ("rahul", "Rahul Deshmukh", "+919822012345"),
    ("asha", "Asha Kulkarni", "+919822054321"),
    ("imran", "Imran Khan", "+971501234567"),
    ("priya", "Priya", "+919822077777"),
)


HIDDEN = frozenset({"priya"})  # their webhooks carry no number


def people(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Who has a phone in the sandbox: some guests, every owner, the admin."""
    owners = {entry.owner_phone: entry.owner_name for entry in entries}
    seeds = [_person(key, name, "guest", phone) for key, name, phone in GUESTS]
    for phone, name in owners.items():
        key = re.sub(r"\W+", "-", name.split()[0].lower())
        seeds.append(_person(key, name, "owner", phone))
    seeds.append(_person("admin", "LoonCamp desk", "admin", DEMO["admin_phones"]))
    return seeds


def _person(key: str, name: str, role: str, phone: str | None) -> dict[str, Any]:
    hides = key in HIDDEN
    return {"key": key, "name": name, "role": role, "phone": phone, "hides_phone": hides}


def settings(
    own_url: str, service_url: str, entries: Iterable[Entry], data_file: Path | None
) -> dict[str, Any]:
    """What the sandbox must know of its service, as JSON-able values."""
    return {
        "own_url": own_url,
        "service_url": service_url,
        "phone_id": DEMO["whatsapp_phone_id"],
        "business_id": DEMO["whatsapp_business_id"],
        "business_phone": DEMO_BUSINESS_PHONE,
        "token": DEMO["whatsapp_token"],
        "app_secret": DEMO["whatsapp_app_secret"],
        "verify_token": DEMO["whatsapp_verify_token"],
        "paytm_mid": DEMO["paytm_mid"],
        "paytm_key": DEMO["paytm_merchant_key"],
        "people": people(entries),
        "data_file": str(data_file) if data_file else None,
    }


@asynccontextmanager
async def running(values: dict[str, Any]) -> AsyncIterator[None]:
    """The sandbox, ready to answer, until the block ends; raises BadConfig if it cannot start."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=ROOT, start_new_session=True,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    assert process.stderr
    try:
        process.stdin.write(json.dumps(values).encode() + b"\n")
        await process.stdin.drain()
        line = await asyncio.wait_for(process.stdout.readline(), READY_SECONDS)
        if not line.startswith(b"ready"):
            words = (await process.stderr.read()).decode().strip()
            raise BadConfig(f"the sandbox did not start: {words.splitlines()[-1:] or words}")
        drained = asyncio.create_task(_drain(process.stderr))
        yield
        drained.cancel()
    finally:
        process.stdin.close()
        with suppress(TimeoutError, ProcessLookupError):
            await asyncio.wait_for(process.wait(), 5)
        if process.returncode is None:
            process.kill()


async def _drain(stream: asyncio.StreamReader) -> None:
    """Pass the sandbox's own complaints on."""
    while line := await stream.readline():
        sys.stderr.write(line.decode(errors="replace"))

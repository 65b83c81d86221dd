"""Whatever arrives well signed is stored or refused; nothing is a 5xx, nothing stops the line."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.queue.worker import settle_down
from tests.bot import hooks

# pywa warns of values that it does not know yet, and reads them all the same.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pywa.errors.PywaWarning"),
    pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec=None), max_size=20),  # with NUL and lone surrogates
    st.sampled_from(["messages", "text", "button", "sent", "failed", "91", "IN.1", "9" * 25]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def sample() -> dict:
    """A body with every part that is read: messages of several types, statuses, other fields."""
    button = {"payload": "o:LC000000:confirm", "text": "Confirm"}
    reply = {"type": "list_reply", "list_reply": {"id": "d:1:place=x", "title": "X"}}
    changes = [
        hooks.change(
            hooks.text(),
            hooks.message("button", button=button),
            hooks.message("interactive", interactive=reply),
            hooks.message("contacts", contacts=[{"phones": [{"wa_id": "9198"}], "origin": "x"}]),
            hooks.message("system", system={"type": "user_changed_number", "wa_id": "9197"}),
        ),
        hooks.change(
            statuses=(
                hooks.status(1, pricing={"category": "utility", "type": "regular"}),
                hooks.status(2, "failed", errors=[{"code": 131026}]),
            )
        ),
        {"field": "message_template_status_update", "value": {"event": "APPROVED"}},
    ]
    return json.loads(hooks.body(*changes, entries=2))


def places(value, path=()) -> list[tuple]:
    """The way to every part of a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            found += places(part, (*path, key))
    return found


PLACES = places(sample())


def put(value, path, new) -> None:
    """Replace what is at a place, if the place is still there."""
    for key in path[:-1]:
        if not isinstance(value, dict | list):
            return
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(value, dict) or (isinstance(value, list) and path[-1] in range(len(value))):
        value[path[-1]] = new


@settings(max_examples=60)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
async def test_a_genuine_body_with_anything_in_it(changes, service, deliver):
    data = deepcopy(sample())
    for path, new in changes:
        put(data, path, new)
    raw = json.dumps(data).encode()
    assert await deliver(raw) in (200, 400)
    await settle_down(service)
    stuck = await service.pool.fetch(
        "SELECT last_error, encode(body, 'escape') AS body FROM inbox WHERE state <> 'done'"
    )
    assert [tuple(row) for row in stuck] == []


@settings(max_examples=60)
@given(raw=st.binary(max_size=200))
async def test_any_bytes_with_a_genuine_signature(raw, service, deliver):
    assert await deliver(raw) == 400


@settings(max_examples=40)
@given(data=VALUES)
async def test_any_json_with_a_genuine_signature(data, service, deliver):
    for wrapped in (data, {"entry": data}, {"entry": [{"changes": data}]}):
        assert await deliver(json.dumps(wrapped).encode()) in (200, 400)


@settings(max_examples=60)
@given(raw=st.binary(max_size=100), signature=st.text(st.characters(codec="latin-1"), max_size=90))
async def test_any_bytes_with_any_signature(raw, signature, service, client):
    printable = "".join(each for each in signature if each.isprintable())
    headers = {"X-Hub-Signature-256": f"sha256={printable}"}
    async with client.post("/whatsapp/webhook", data=raw, headers=headers) as response:
        assert response.status == 401
    assert await service.pool.fetchval("SELECT count(*) FROM inbox") == 0


async def test_every_part_may_be_missing(service, deliver):
    for path in PLACES:
        holder = data = sample()
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]
        assert await deliver(json.dumps(data).encode()) in (200, 400), path
        await settle_down(service)
        stuck = await service.pool.fetch("SELECT last_error FROM inbox WHERE state <> 'done'")
        assert [row["last_error"] for row in stuck] == [], path

"""What the sandbox keeps over a restart, and what it does with a file it cannot read."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.app import WORLD, make_app
from sandbox.config import PersonSeed
from sandbox.keeper import Keeper
from tests.sandbox.conftest import PEOPLE, Sandbox, Starter, config_for


def save(sandbox: Sandbox) -> None:
    assert sandbox.config.data_file
    Keeper(sandbox.world, sandbox.config.data_file).save()


def stored(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(content)


async def test_a_restart_shows_the_same_phones(start: Starter, data_file: Path) -> None:
    first = await start(data_file=data_file)
    components = [
        {"type": "body", "text": "Your booking is ready"},
        {"type": "buttons", "buttons": [{"type": "quick_reply", "text": "OK"}]},
    ]
    body = {"name": "hello", "language": "en", "category": "utility", "components": components}
    await first.graph("POST", f"{first.config.business_id}/message_templates", body)
    await first.control("POST", "people", name="Mira", username="mira")
    await first.say("ä ₹ 🏕️")
    await first.text("Welcome", biz_opaque_callback_data="msg_1")
    await first.later(advance_seconds=3600)
    _, sent = await first.send("template", {"name": "hello", "language": {"code": "en"}})
    await first.flush()
    save(first)
    second = await start(data_file=data_file)
    assert await second.phone() == await first.phone()
    one, other = [await each.control("GET", "state") for each in (first, second)]
    assert other["people"] == one["people"]
    assert other["clock"]["offset_seconds"] == 3600
    assert other["last_event"] == one["last_event"]
    old, new = [await each.control("GET", "journal?after=0") for each in (first, second)]
    assert new == old
    await second.text()  # the window is still open
    wamid = sent["messages"][0]["id"]
    await second.control("POST", "people/asha/tap", message=wamid, button="OK")
    assert (await second.send("template", {"name": "hello", "language": {"code": "en"}}))[0] == 200


async def test_new_seeds_join_the_people_of_the_file(start: Starter, data_file: Path) -> None:
    first = await start(data_file=data_file)
    await first.control("PATCH", "people/asha", name="Asha K")
    save(first)
    more = (*PEOPLE, PersonSeed("ravi", "Ravi", "guest", "+919822000007"))
    second = await start(data_file=data_file, people=more)
    people = (await second.control("GET", "state"))["people"]
    assert [p["key"] for p in people] == ["asha", "kabir", "suresh", "admin", "ravi"]
    assert people[0]["name"] == "Asha K"


async def test_stopping_saves_and_the_file_is_replaced_whole(data_file: Path) -> None:
    app = make_app(config_for("http://127.0.0.1:1", "http://127.0.0.1:9", data_file=data_file))
    app.freeze()
    await app.startup()
    app[WORLD].journal.add("note")
    await app.shutdown()
    await app.cleanup()
    assert stored(data_file)["journal"]["last"] == 1
    assert [path.name for path in data_file.parent.iterdir()] == [data_file.name]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"offset_seconds": "x"}'])
async def test_a_file_of_another_kind_is_refused_by_name(data_file: Path, content: str) -> None:
    write(data_file, content)
    with pytest.raises(ValueError, match=data_file.name):
        make_app(config_for("http://127.0.0.1:1", "http://127.0.0.1:9", data_file=data_file))

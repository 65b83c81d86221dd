"""The reader of scenario files and the rules that page and journey tests share."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox import scenarios
from sandbox.scenarios import Action, ScenarioError, Step

LIST = {
    "from": "bot",
    "header": "LoonCamp",
    "body": "Choose a *place*",
    "footer": "",
    "buttons": [],
    "list": {
        "button": "Places",
        "sections": [{"title": "", "rows": [{"id": "r1", "title": "Pawna Camp"}]}],
    },
    "url": None,
}


def write(folder: Path, steps: str, name: str = "story.toml") -> Path:
    path = folder / name
    path.write_text(f'title = "A story"\nsteps = [{steps}]\n', "utf-8")
    return path


def test_every_scenario_of_the_sandbox_can_be_read():
    found = scenarios.load()
    assert len(found) >= 6
    assert all(each.title and each.about and each.steps for each in found)


def test_steps_keep_order_person_and_value(tmp_path):
    path = write(tmp_path, '{ who = "rahul", say = "hi" }, { clock = "+15m" }')
    steps = scenarios.read(path).steps
    assert steps == (Step(Action.SAY, "hi", "rahul"), Step(Action.CLOCK, "+15m"))


@pytest.mark.parametrize(
    "steps",
    [
        '{ who = "rahul" }',
        '{ who = "rahul", say = "hi", tap = "Confirm" }',
        '{ who = "rahul", shout = "hi" }',
        '{ say = "hi" }',
        '{ who = "rahul", clock = "+15m" }',
        "",
        "{",
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, steps):
    with pytest.raises(ScenarioError, match=r"story\.toml"):
        scenarios.read(write(tmp_path, steps))


def test_exported_json_reads_like_toml(tmp_path):
    story = {"title": "A story", "about": "", "steps": [{"who": "rahul", "say": "hi"}]}
    (tmp_path / "story.json").write_text(json.dumps(story), "utf-8")
    assert scenarios.as_json(scenarios.load(tmp_path)[0])["steps"] == story["steps"]


def test_days_ahead_are_written_as_dates():
    now = datetime(2026, 12, 30, 12, tzinfo=UTC)
    assert scenarios.expand("{+0} to {+3}", now) == "30 Dec to 2 Jan"


def test_clock_steps_become_calls():
    assert scenarios.clock_change("+15m") == {"advance_seconds": 900}
    assert scenarios.clock_change("+2d") == {"advance_seconds": 172800}
    assert scenarios.clock_change("reset") == {"reset": True}
    assert scenarios.clock_change("2026-12-25T14:00+05:30") == {"to": "2026-12-25T14:00+05:30"}


def test_a_message_is_searched_without_markup_or_case():
    assert scenarios.contains(LIST, "a place")
    assert scenarios.contains(LIST, "pawna CAMP")
    assert not scenarios.contains(LIST, "villa")


def test_an_option_is_found_by_title_or_place_in_the_newest_message_that_has_it():
    other = LIST | {"list": None, "buttons": [{"id": "b1", "title": "Confirm"}]}
    assert scenarios.newest_with([LIST, other], "pawna camp")[1]["id"] == "r1"
    assert scenarios.newest_with([LIST, other], 1)[1]["id"] == "b1"
    assert scenarios.newest_with([LIST | {"from": "person"}], 1) is None


async def test_the_page_gets_the_files_as_they_are_now(tmp_path):
    app = web.Application()
    app.add_routes(scenarios.routes(tmp_path))
    async with TestClient(TestServer(app)) as client:
        write(tmp_path, '{ who = "rahul", say = "hi" }')
        first = await (await client.get("/sandbox/api/scenarios")).json()
        write(tmp_path, "{", "broken.toml")
        broken = await client.get("/sandbox/api/scenarios")
        assert first[0] | {"about": ""} == {
            "key": "story",
            "title": "A story",
            "about": "",
            "steps": [{"who": "rahul", "say": "hi"}],
        }
        assert broken.status == 422
        assert "broken.toml" in (await broken.json())["error"]

"""The stories that the sandbox page plays, played here without a browser: one source."""

import pytest

from sandbox.scenarios import Action, Step, contains, expand, load
from tests.journeys.town import Town

STORIES = {story.key: story for story in load()}


@pytest.mark.parametrize("key", sorted(STORIES))
async def test_the_story_goes_as_its_file_says(town: Town, key: str) -> None:
    for number, step in enumerate(STORIES[key].steps, 1):
        try:
            await _do(town, step)
        except AssertionError as fault:
            raise AssertionError(f"{key}, step {number}: {step}") from fault
    for who in dict.fromkeys(str(step.who) for step in STORIES[key].steps if step.who):
        print(await town.transcript(who))  # shown by pytest -s


async def _do(town: Town, step: Step) -> None:
    who, value = str(step.who), step.value
    match step.action:
        case Action.SAY:
            await town.say(who, expand(value, town.service.clock.now()))
        case Action.TAP:
            await town.tap(who, value)
        case Action.CHOOSE:
            await town.choose(who, value)
        case Action.OPEN:
            await _open(town, who, value)
        case Action.PAY:
            await town.pay(who, value)
        case Action.SEND:
            await town.send(who, value)
        case Action.SEES:
            message = (await town.from_bot(who))[-1]
            assert contains(message, value), await town.last(who)
        case Action.SEES_NOT:
            message = (await town.from_bot(who))[-1]
            assert not contains(message, value), await town.last(who)
        case Action.CLOCK:
            await town.clock(value)
        case Action.TROUBLE:
            await town.trouble(**value)
        case Action.NOTE:
            pass


async def _open(town: Town, who: str, label: str) -> None:
    for message in reversed(await town.from_bot(who)):
        if message["url"] and message["url"]["text"] == label:
            url = message["url"]["url"].replace("http://localhost", "http://127.0.0.1")
            async with town.http.get(url) as response:
                assert response.status == 200
            return
    raise AssertionError(f"{who} has no link {label!r}")

"""The shortest booking, counted by the command on the real parts."""

import re

import pytest

from tests.journeys.test_rehearsal import rehearse

MOST = {
    "one sentence": 1,
    "a link with everything": 1,
    "the link of a place": 3,
    "a cold hi": 4,
    "the form": 2,
    "a returning guest": 2,
}


@pytest.mark.slow
def test_no_way_to_the_pay_link_takes_more_messages_than_promised() -> None:
    done = rehearse("--count")
    assert done.returncode == 0, done.stdout + done.stderr
    row = re.compile(r"^(.+?)\s{2,}(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$", re.MULTILINE)
    counted = {found[1]: [int(number) for number in found.groups()[1:]]
               for found in row.finditer(done.stdout)}  # fmt: skip
    assert {way: guest for way, (guest, *_) in counted.items()} == MOST
    assert all(bot <= 4 for _, _, bot, _ in counted.values())

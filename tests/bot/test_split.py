"""A body of one event is kept as it came; how events are packed changes nothing that is read."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.whatsapp.split import split
from tests.bot import hooks

PEOPLE = [hooks.contact(wa_id=f"9198220000{n:02}", user_id=f"IN.{n}") for n in range(3)]


def told(body: bytes) -> list[tuple]:
    """What is known of each event: its name, and the message or status itself."""
    found = []
    for event in split(body):
        value = event.update["entry"][0]["changes"][0]["value"]
        assert json.loads(event.body) == event.update
        inner = value["messages" if event.kind == "message" else "statuses"]
        assert len(inner) == 1
        who = value["contacts"] if event.kind == "message" else None
        found.append((event.id, event.kind, event.lane, inner[0], who))
    return found


def test_one_event_alone_keeps_the_very_bytes():
    for change in (hooks.change(hooks.text("hi")), hooks.change(statuses=(hooks.status(1),))):
        body = hooks.body(change)
        assert [event.body for event in split(body)] == [body]


def test_a_lone_surrogate_is_a_question_mark_in_what_is_kept():
    (event,) = split(hooks.body(hooks.change(hooks.text("hi \ud83d there"))))
    assert json.loads(event.body) == event.update
    assert "hi ? there" in event.body.decode()


EVENTS = st.lists(
    st.tuples(st.sampled_from(["text", "status"]), st.integers(0, 2), st.integers(1, 10**6)),
    min_size=1, max_size=6, unique_by=lambda event: event[2],
)  # fmt: skip


@given(EVENTS)
def test_events_read_the_same_alone_and_together(events):
    messages, statuses = [], []
    for kind, who, number in events:
        if kind == "status":
            statuses.append(hooks.status(number))
        else:
            sent = {"from": PEOPLE[who]["wa_id"], "from_user_id": PEOPLE[who]["user_id"]}
            messages.append((PEOPLE[who], hooks.text(f"words {number}", **sent)))
    apart = [hooks.change(message, contacts=(whose,)) for whose, message in messages]
    apart += [hooks.change(statuses=(status,)) for status in statuses]
    together = hooks.change(
        *(message for _, message in messages), statuses=tuple(statuses), contacts=tuple(PEOPLE)
    )
    alone = [event for change in apart for event in told(hooks.body(change))]
    assert told(hooks.body(*apart)) == alone
    assert told(hooks.body(together)) == alone

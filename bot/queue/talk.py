"""The messages of many guests answered in one transaction, as long as they only talk.

Whoever asks for something to be done (a hold, a cancellation), works here (owner, admin), or is
not plainly one person is left to `inbox`, which handles each of those alone. So one transaction
holds many people's locks, in one order, and never a booking's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from pywa_async.client import WhatsApp

from bot import log
from bot.desks import conversation, guest_desk, guest_scene
from bot.queue import sender
from bot.queue.wakeup import Work
from bot.service import Service
from bot.whatsapp.inbound import UNREADABLE, Event
from db import checkouts, outbox, people, trace
from db.outbox import Claimed
from db.pool import Connection
from db.sql import sql
from flows import flood
from flows.facts import Person
from flows.flood import Verdict
from flows.guest import flow
from flows.guest.draft import Draft
from flows.guest.read import Reading
from flows.guest.scene import Scene
from flows.guest.tongue import Tongue
from flows.inbound import What
from flows.messages import Message

T = TypeVar("T")
FRESH = timedelta(hours=1)  # what came later than this is sent by the rules of the window


@dataclass(slots=True)
class Turn:
    """One guest's message on its way to its answer."""

    id: str  # of the event
    event: Event
    person: Person
    state: dict[str, Any]
    flood: Any = None  # what is kept of how often the person writes
    tongue: Tongue = field(default_factory=Tongue)
    scene: Scene | None = None
    reading: Reading | None = None
    said: tuple[Message, ...] = ()


@dataclass(slots=True)
class Answered:
    """What has become of some events in one transaction, true once it commits."""

    done: set[str] = field(default_factory=set)  # ids of the events that are answered
    later: set[str] = field(default_factory=set)  # those whose person has another one before
    in_flight: list[Claimed] = field(default_factory=list)  # answers that this process sends now
    give_up_at: float = 0.0
    waits: bool = False  # whether an answer waits in the outbox

    def hand_over(self, service: Service) -> None:
        """After the commit: wake whoever sends the answers."""
        service.handover.give(self.in_flight, self.give_up_at)
        works = [Work.HANDED] * bool(self.in_flight) + [Work.SENDS] * self.waits
        if works:
            service.wakeup.ring(*works)
        if self.done:
            log.get().info("events_answered", traces=[trace.of(id_) for id_ in self.done])
            service.metrics.events.labels("done").inc(len(self.done))


async def answer(service: Service, connection: Connection, events: Mapping[str, Event]) -> Answered:
    """Answer those that only talk; what is left is to be handled alone.

    Of two events of one person the later one is left as it is.
    """
    if not events:
        return Answered()
    now = service.clock.now()
    found = await people.known_to_write(connection, [e.sender for e in events.values()], now)
    turns = [
        Turn(id_, event, person, {})
        for (id_, event), person in zip(events.items(), found, strict=True)
        if person is not None
    ]
    turns, later = _one_each(turns)
    talkers = await _think(service, connection, turns)
    answered = Answered({turn.id for turn in talkers}, later)
    if talkers:
        await _store(service, connection, talkers, answered)
    return answered


def that_may_talk(
    service: Service, events: Iterable[tuple[str, T]], read: Callable[[WhatsApp, T], Event]
) -> dict[str, Event]:
    """Of events by their ids: those that want an answer, and whose sender says nothing odd."""
    found = {}
    for id_, written in events:
        try:
            event = read(service.whatsapp.pywa, written)
        except UNREADABLE:
            continue
        if event.business_phone:
            service.learned["business_phone"] = event.business_phone
        silent = event.inbound.what is What.SILENT
        if not (silent or event.new_phone or event.new_user_id):
            found[id_] = event
    return found


def _one_each(turns: list[Turn]) -> tuple[list[Turn], set[str]]:
    """The first turn of each person, and the events of the others."""
    first: dict[int, Turn] = {}
    for turn in turns:
        first.setdefault(turn.person.person_id, turn)
    kept = list(first.values())
    return kept, {turn.id for turn in turns} - {turn.id for turn in kept}


async def _think(service: Service, connection: Connection, turns: list[Turn]) -> list[Turn]:
    """Those turns whose answer is only words, with their decisions."""
    if not turns:
        return []
    by_person = {turn.person.person_id: turn for turn in turns}
    for row in await connection.fetch(sql("lock_chats"), list(by_person)):
        by_person[row["person_id"]].state = row["state"]
    places = await checkouts.properties(connection)
    owners = {place.owner_phone for place in places}
    guests = [turn for turn in turns if _is_guests(service, turn, owners) and _listen(turn)]
    if not guests:
        return []
    drafts = [(turn.person, Draft.from_json(turn.state)) for turn in guests]
    scenes = await guest_scene.scenes(service, connection, drafts, places)
    for turn, scene in zip(guests, scenes, strict=True):
        turn.scene = scene
    read = [turn for turn in guests if _read(turn)]
    if not read:
        return []
    known = [turn.scene for turn in read if turn.scene]
    for turn, scene in zip(read, await guest_scene.with_calendars(connection, known), strict=True):
        turn.scene = scene
    return [turn for turn in read if _decide(turn)]


def _is_guests(service: Service, turn: Turn, owners: set[str]) -> bool:
    inbound, phone = turn.event.inbound, turn.person.phone
    if phone in service.config.admin_phones or phone in owners:
        return False
    most = service.config.guest_messages_a_minute
    verdict, turn.flood = flood.weigh(turn.state.get("flood"), service.clock.now(), most)
    return verdict is Verdict.ANSWER and conversation.is_guests(inbound, turn.state)


def _listen(turn: Turn) -> bool:
    """Whether the language stays; a new one is written down where the message goes alone."""
    before = turn.person.language
    turn.person, turn.tongue = guest_desk.listen(turn.person, turn.event.inbound, turn.state)
    return turn.person.language == before


def _read(turn: Turn) -> bool:
    """Take a message in; a fault of ours is met again, and told, where it is handled alone."""
    assert turn.scene
    try:
        turn.reading, turn.scene = guest_desk.take_in(turn.event.inbound, turn.scene)
    except Exception as fault:
        log.get().warning("talk_failed", why=type(fault).__name__)
        return False
    return True


def _decide(turn: Turn) -> bool:
    """Whether the answer is only words; they are said and kept with the turn."""
    assert turn.scene and turn.reading
    try:
        decision = flow.decide(turn.event.inbound, turn.reading, turn.scene)
        if decision.act is not None:
            return False
        turn.said, state = guest_desk.close(decision, turn.scene, turn.tongue)
    except Exception as fault:
        log.get().warning("talk_failed", why=type(fault).__name__)
        return False
    turn.state = state | conversation.kept(turn.state, turn.event.inbound)
    turn.state |= {"flood": turn.flood} if turn.flood else {}
    return True


async def _store(
    service: Service, connection: Connection, turns: list[Turn], answered: Answered
) -> None:
    """Write what was learned, where each conversation stands, and the answers, claimed at once."""
    now = service.clock.now()
    made = [
        (turn, place, row)
        for turn in turns
        for place, row in enumerate(
            conversation.answer_rows(turn.person, turn.event.inbound.wamid, turn.said, now)
        )
    ]
    answered.give_up_at = sender.give_up_at(service)
    lease, room = sender.lease_of(service), service.handover.room
    wished = [
        place == 0 and number < room and now - turn.event.inbound.at < FRESH
        for number, (turn, place, _) in enumerate(made)
    ]
    found = await outbox.store_answers(
        connection, [_heard(turn) for turn in turns], [row for _, _, row in made], wished, lease,
        timedelta(seconds=service.config.pair_seconds), now,
    )  # fmt: skip
    answered.waits = None in found.values()
    answered.in_flight = [
        _in_flight(turn, turn.said[place], row, id_, lease)
        for turn, place, row in made
        if (id_ := found.get(row.key)) is not None
    ]


def _in_flight(
    turn: Turn, said: Message, row: outbox.Row, id_: int, lease: outbox.Lease
) -> Claimed:
    sender_ = turn.event.sender
    return Claimed(
        id_, row.lane, row.kind, row.intent, None, row.person_id, dict(row.payload or {}), 1,
        row.run_at, lease.id, turn.person.phone, sender_.user_id, turn.event.inbound.at,
        row.trace, said, is_paced=True,
    )  # fmt: skip


def _heard(turn: Turn) -> outbox.Heard:
    sender_ = turn.event.sender
    return (
        turn.person.person_id, sender_.user_id, sender_.phone, sender_.name,
        turn.event.inbound.at, turn.state,
    )  # fmt: skip

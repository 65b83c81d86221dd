"""People: found by WhatsApp's user id or by phone, and merged when both turn out to be one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from db.pool import Connection
from db.rows import to_person
from db.sql import sql
from flows.facts import Person
from flows.record import record, replace


@record
class Sender:
    """What a webhook says of who wrote; at least one of the two ids is there."""

    user_id: str | None
    phone: str | None
    name: str


async def heard_from(connection: Connection, sender: Sender, at: datetime, now: datetime) -> Person:
    """The person who wrote at `at`: found, merged or new; opens the 24-hour window."""
    rows = await connection.fetch(sql("person_by_identity"), sender.user_id, sender.phone)
    if not rows:
        await connection.fetchrow(
            sql("insert_person"), sender.user_id, sender.phone, sender.name, "en", now
        )
        rows = await connection.fetch(sql("person_by_identity"), sender.user_id, sender.phone)
    kept, *others = rows
    if sender.user_id and kept["user_id"] not in (None, sender.user_id):
        # The number belonged to somebody else before: history stays there, rights do not.
        others, kept = [kept, *others], None
        await connection.execute(sql("release_phone"), others[0]["person_id"])
    person_id = kept["person_id"] if kept else await _insert(connection, sender, now)
    for other in others:
        await _give_way(connection, other, person_id)
    doubt = now if _was_anothers(rows, sender.phone, sender.user_id) else None
    row = await connection.fetchrow(
        sql("person_heard"), person_id, sender.user_id, sender.phone, sender.name, at, doubt
    )
    if sender.phone:
        await _keep_numbers(connection, rows, now)
    return to_person(row)


def _was_anothers(rows: Iterable[Any], phone: str | None, user_id: str | None) -> bool:
    """Whether the number was held by somebody else before, or had been given up."""
    holder = next((row for row in rows if phone and row["phone"] == phone), None)
    if holder is None or user_id is None:
        return False
    return holder["doubted_at"] is not None or holder["user_id"] not in (None, user_id)


async def known_to_write(
    connection: Connection, senders: Sequence[Sender], now: datetime
) -> list[Person | None]:
    """The people who wrote, locked in one order; None for whom `heard_from` must find.

    A sender is plain who is new, or whom exactly one row names without contradiction. Two of the
    senders may be one person. What they tell of themselves is not stored yet.
    """
    rows = await _named_by(connection, senders)
    new = [each for each in senders if not _rows_of(each, rows)]
    if new:
        columns = zip(*((each.user_id, each.phone, each.name) for each in new), strict=True)
        rows |= _by_name(await connection.fetch(sql("insert_people"), *map(list, columns), now))
    return [_plain(sender, _rows_of(sender, rows)) for sender in senders]


Rows = dict[str, Any]  # by user id and by phone; a phone begins with +


async def _named_by(connection: Connection, senders: Sequence[Sender]) -> Rows:
    ids = [each.user_id for each in senders if each.user_id]
    phones = [each.phone for each in senders if each.phone]
    return _by_name(await connection.fetch(sql("people_by_identity"), ids, phones))


def _by_name(rows: Iterable[Any]) -> Rows:
    return {row[key]: row for row in rows for key in ("user_id", "phone") if row[key]}


def _rows_of(sender: Sender, rows: Rows) -> list[Any]:
    """The one or two rows that a sender's ids name."""
    found = [rows[key] for key in (sender.user_id, sender.phone) if key in rows]
    return found[:1] if len({row["person_id"] for row in found}) == 1 else found


def _plain(sender: Sender, found: list[Any]) -> Person | None:
    """The person as it will be once what the sender tells is stored; None if it is not plain."""
    if len(found) != 1:
        return None
    (row,) = found
    pairs = (row["user_id"], sender.user_id), (row["phone"], sender.phone)
    if row["doubted_at"] or any(None not in pair and pair[0] != pair[1] for pair in pairs):
        return None
    person = to_person(row)
    name, phone = sender.name or person.name, sender.phone or person.phone
    if (name, phone) == (person.name, person.phone):
        return person
    return replace(person, name=name, phone=phone)


async def _keep_numbers(connection: Connection, before: Iterable[Any], now: datetime) -> None:
    """A number that a person gave up keeps a row: a property or the settings may still name it."""
    for row in before:
        if row["phone"]:
            await connection.execute(sql("give_up_number"), row["phone"], now)


async def _give_way(
    connection: Connection, other: Any, person_id: int, user_id: str | None = None
) -> None:
    """The other holder of a number loses it: as a stranger, or by becoming this person."""
    if other["user_id"] not in (None, user_id):
        await connection.execute(sql("release_phone"), other["person_id"])
        return
    for name in ("merge_messages", "merge_checkouts", "merge_bookings"):
        await connection.execute(sql(name), other["person_id"], person_id)
    await connection.execute(sql("drop_person"), other["person_id"])


async def _insert(connection: Connection, sender: Sender, now: datetime) -> int:
    row = await connection.fetchrow(
        sql("insert_person"), sender.user_id, sender.phone, sender.name, "en", now
    )
    return int(row["person_id"])


async def ensure(connection: Connection, people: Iterable[tuple[str, str]], now: datetime) -> None:
    """Make sure that everybody named by (phone, name) can be written to."""
    for phone, name in people:
        await connection.execute(sql("ensure_person"), phone, name, now)


async def change_number(
    connection: Connection, person_id: int, phone: str | None, user_id: str | None, now: datetime
) -> None:
    """WhatsApp reports a new number or user id; a stranger who had the number loses it.

    Somebody who has written under the new user id already is the same person.
    """
    before = [await connection.fetchrow(sql("person"), person_id)]
    known = await connection.fetch(sql("person_by_identity"), user_id, phone)
    same = user_id or before[0]["user_id"] or ""
    doubt = now if _was_anothers(known, phone, same) else None
    for row in known:
        if row["person_id"] != person_id:
            await _give_way(connection, row, person_id, user_id)
            before.append(row)
    await connection.execute(sql("change_number"), person_id, phone, user_id, doubt)
    await _keep_numbers(connection, before, now)

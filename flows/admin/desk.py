"""A guest who wants a person: the admin's card, and who is talking with whom (facts/ux.md A8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flows import format as fmt
from flows.admin.words import payload
from flows.facts import Person
from flows.guest.words import plain
from flows.inbound import Inbound, What
from flows.messages import (
    LIMITS,
    MOST_ROWS,
    ROW_TEXT,
    ROW_TITLE,
    Button,
    Kind,
    Message,
    Outgoing,
    Row,
    clip,
)
from flows.names import harmless
from flows.notices import Writer
from flows.record import record
from flows.templates import TEMPLATES

QUIET_HOURS = 12  # of the bot, once a person has taken over
MOST_LINES = 6  # last words of a guest that the card shows
MOST_LINE = 120
BACK = "g:bot"
BACK_WORDS = frozenset({"bot", "back to bot", "बॉट"})
MOST_NEWS = 600


@record
class Talk:
    """A person has taken a guest over; kept in the guest's chat."""

    by: int  # the admin's person_id
    since: datetime
    until: datetime

    @classmethod
    def begun(cls, by: int, now: datetime) -> "Talk":
        """A talk that begins now."""
        return cls(by, now, now + timedelta(hours=QUIET_HOURS))

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `running` reads back."""
        return {"by": self.by, "since": self.since.isoformat(), "until": self.until.isoformat()}


def running(state: Mapping[str, Any], now: datetime) -> Talk | None:
    """The talk that a guest's chat is in; None: the bot answers."""
    kept = state.get("human")
    if not kept:
        return None
    since, until = (datetime.fromisoformat(kept[key]) for key in ("since", "until"))
    return Talk(int(kept["by"]), since, until) if now < until else None


def remembered(state: Mapping[str, Any], inbound: Inbound) -> list[str]:
    """A guest's last texts with this one: what an admin sees who is asked for help."""
    lines = list(state.get("lines", ()))
    if inbound.what is What.TEXT:
        lines.append(clip(" ".join(inbound.text.split()), MOST_LINE))
    return lines[-MOST_LINES:]


def wants_bot(inbound: Inbound) -> bool:
    """Whether a guest wants the bot back."""
    if inbound.what is What.TAP:
        return inbound.payload == BACK
    return inbound.what is What.TEXT and plain(inbound.text) in BACK_WORDS


def card(guest: Person, lines: Sequence[str], write: Writer, reader: Person) -> Outgoing:
    """Somebody asks for a person: who, the last words, and what can be done."""
    texts = write.texts(reader)
    number = guest.phone or ""
    words = texts(
        "admin.human.body",
        guest=harmless(guest.name) or "?",
        phone=fmt.phone(number) or "?",
        link=f"https://wa.me/{number.removeprefix('+')}" if number else "-",
        lines="\n".join(f"“{harmless(each)}”" for each in lines) or "-",
    )
    pairs = (("take", "admin.human.take"), ("close", "admin.human.close"))
    made = tuple(Button(payload(verb, str(guest.person_id)), texts(key)) for verb, key in pairs)
    message = Message(Kind.BUTTONS, clip(words, LIMITS[Kind.BUTTONS]), buttons=made)
    return _to_admin("admin.human", message, guest, write, reader)


def passed_on(guest: Person, inbound: Inbound, write: Writer, reader: Person) -> Outgoing:
    """What a guest has just written to the person who took over."""
    texts = write.texts(reader)
    is_text = inbound.what is What.TEXT
    key = "admin.guest_says.body" if is_text else "admin.guest_says.no_text"
    words = texts(key, guest=harmless(guest.name) or "?", phone=fmt.phone(guest.phone or "?"),
                  words=harmless(inbound.text))  # fmt: skip
    message = Message(Kind.TEXT, clip(words, LIMITS[Kind.TEXT]))
    return _to_admin("admin.guest_says", message, guest, write, reader)


def _to_admin(
    intent: str, message: Message, guest: Person, write: Writer, reader: Person
) -> Outgoing:
    """Swiping such a message answers its guest; the number is there to be erased by."""
    values = {"booking": "-", "alert": clip(message.body, MOST_NEWS)}
    call = TEMPLATES["admin_alert"].call(write.template_language("admin_alert", reader), values)
    extra = {"guest": guest.person_id, "number": guest.phone or ""}
    return Outgoing(reader.person_id, intent, message, call, extra=extra)


def to_guest(guest: Person, intent: str, write: Writer, **values: str) -> Outgoing:
    """A word of a person, or about one, to the guest; the button leads back to the bot."""
    texts = write.texts(guest)
    body = clip(texts(f"{intent}.body", **values), LIMITS[Kind.BUTTONS])
    message = Message(Kind.TEXT, body)
    if intent != "desk.closed":
        made = (Button(BACK, texts("desk.back")),)
        message = Message(Kind.BUTTONS, body, buttons=made)
    news = {"booking": "-", "news": clip(body, MOST_NEWS)}
    call = TEMPLATES["guest_update"].call(write.template_language("guest_update", guest), news)
    return Outgoing(guest.person_id, intent, message, call)


def with_guest(intent: str, guest: Person, write: Writer, reader: Person, **values: str) -> Message:
    """An answer to the admin about a talk; while it may go on, with the button to close it."""
    texts = write.texts(reader)
    body = texts(intent, guest=harmless(guest.name) or "?", **values)
    if intent != "admin.human.taken":
        return Message(Kind.TEXT, body)
    close = Button(payload("close", str(guest.person_id)), texts("admin.human.close"))
    return Message(Kind.BUTTONS, body, buttons=(close,))


def asking(guests: Sequence[Person], write: Writer, reader: Person) -> Message:
    """Who waits for a person, the longest first."""
    texts = write.texts(reader)
    if not guests:
        return Message(Kind.TEXT, texts("admin.people.none"))
    rows = tuple(
        Row(
            payload("guest", str(each.person_id)),
            clip(f"{n} {harmless(each.name) or '?'}", ROW_TITLE),
            clip(fmt.phone(each.phone or "?"), ROW_TEXT),
        )
        for n, each in enumerate(guests[:MOST_ROWS], 1)
    )
    body, label = texts("admin.people", n=len(guests)), texts("admin.list.label")
    return Message(Kind.LIST, body, rows=rows, label=label)

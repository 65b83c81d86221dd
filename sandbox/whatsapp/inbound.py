"""What people do on their phones, as the webhooks that WhatsApp makes of it (2)."""

from dataclasses import dataclass, field

from sandbox.whatsapp import statuses
from sandbox.whatsapp.account import Account
from sandbox.whatsapp.hooks import Event
from sandbox.whatsapp.records import Json, Message, Person


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person sends: its type and fields on the wire, and how the phone shows it."""

    kind: str
    wire: Json
    shown: Json = field(default_factory=dict)
    reply_to: str | None = None
    with_context: bool = True  # whether the webhook names the message that is answered
    with_contacts: bool = True


def do(account: Account, person: Person, deed: Deed) -> Message:
    """Put a person's message on their phone, open the window and tell the service."""
    shown: Json = {"type": deed.kind} | deed.shown
    message = Message(
        id=account.new_id(),
        person=person.key,
        sender="person",
        at=account.now(),
        reply_to=deed.reply_to,
        **shown,
    )
    statuses.read(account, person)  # who answers has read
    account.keep(message)
    if person.key in account.blocked:
        return message
    person.last_inbound = message.at
    account.rates.count_message(message.at, account.trouble("mps"))
    item = sender(person) | {"id": message.id, "timestamp": stamp(message), "type": deed.kind}
    item |= context(account, deed) | deed.wire
    contacts = (contact(person),) if deed.with_contacts else ()
    account.hooks.emit(Event(item, "messages", contacts, person=person.key))
    return message


def contact(person: Person) -> Json:
    """The `contacts` entry of a person; a withheld phone is absent, not empty (2.4)."""
    profile = {"name": person.name} | ({"username": person.username} if person.username else {})
    known = {"wa_id": person.shown_phone} if person.shown_phone else {}
    return {"profile": profile, **known, "user_id": person.user_id}


def sender(person: Person) -> Json:
    """The sender's fields of a message."""
    known = {"from": person.shown_phone} if person.shown_phone else {}
    return {**known, "from_user_id": person.user_id}


def context(account: Account, deed: Deed) -> Json:
    """The `context` of an answer."""
    if not deed.reply_to or not deed.with_context:
        return {}
    number = account.config.business_phone.removeprefix("+")
    return {"context": {"from": number, "id": deed.reply_to}}


def stamp(message: Message) -> str:
    """The time as webhooks write it: text of unix seconds."""
    return str(int(message.at.timestamp()))

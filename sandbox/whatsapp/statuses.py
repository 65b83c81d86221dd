"""What becomes of an accepted message: sent, delivered, read or failed, told by webhooks (3.1)."""

from datetime import timedelta

from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.hooks import Event
from sandbox.whatsapp.prices import on_the_wire
from sandbox.whatsapp.records import Json, Message, Person

DEFAULT_TTL = timedelta(days=30).total_seconds()


def carry(account: Account, message: Message) -> None:
    """Put an accepted message on its way: `sent`, and `delivered` if the phone is on."""
    account.keep(message)
    person = account.people.named(message.person)
    if message.type == "reaction":
        account.mark(message, "sent")
        tell(account, message, person, "sent")
        return
    is_open = account.is_open(person)
    message.price = account.prices.price(message, person, account.now(), is_open=is_open)
    tell(account, message, person, "sent", priced=True)
    if not person.offline:
        deliver(account, message, person)
    else:
        message.price = None  # charged on delivery


def deliver(account: Account, message: Message, person: Person) -> None:
    """Show a message on the phone; charged now (8.1)."""
    is_open = account.is_open(person)
    message.price = account.prices.price(message, person, account.now(), is_open=is_open)
    account.prices.count(message, account.now())
    message.unread = True
    account.mark(message, "delivered")
    if not account.trouble("skip_delivered"):
        tell(account, message, person, "delivered", priced=True)


def arrive(account: Account, person: Person) -> None:
    """The phone is on again: what waited is delivered, unless its time to live is over."""
    for message in account.chat(person.key):
        if message.sender == "bot" and message.status == "sent" and message.type != "reaction":
            age = (account.now() - message.at).total_seconds()
            if age <= (message.ttl or DEFAULT_TTL):
                deliver(account, message, person)


def read(account: Account, person: Person) -> int:
    """The person looks at the chat: everything delivered is read; how many messages."""
    unread = [message for message in account.chat(person.key) if message.unread]
    for message in unread:
        message.unread = False
        account.mark(message, "read")
        tell(account, message, person, "read", priced=bool(account.trouble("skip_delivered")))
    return len(unread)


def fail(account: Account, message: Message, person: Person | None, error: RefusedError) -> None:
    """An accepted message fails later (6); nothing is charged."""
    message.price = None
    account.mark(message, "failed", error.in_status())
    tell(account, message, person, "failed", error=error.in_status())


def tell(
    account: Account,
    message: Message,
    person: Person | None,
    status: str,
    *,
    error: Json | None = None,
    priced: bool = False,
) -> None:
    """Send one status webhook, or hold it back."""
    item: Json = {
        "id": message.id,
        "status": status,
        "timestamp": str(int(account.now().timestamp())),
    }
    item |= _recipient(message, person)
    item |= {"biz_opaque_callback_data": message.tracker} if message.tracker else {}
    item |= {"pricing": on_the_wire(message.price)} if priced and message.price else {}
    item |= {"errors": [error]} if error else {}
    contacts = _contacts(account, item, person, failed=status == "failed")
    event = Event(item, "statuses", contacts, person=message.person or None)
    if account.trouble("hold_statuses"):
        account.held.append(event)
    else:
        account.hooks.emit(event)


def release(account: Account) -> None:
    """Send the statuses that were held back, in order."""
    if not account.trouble("hold_statuses"):
        held, account.held = account.held, []
        for event in held:
            account.hooks.emit(event)


def _recipient(message: Message, person: Person | None) -> Json:
    """recipient_id only where the business knows the phone (2.4)."""
    by_phone = message.sent_to.startswith("+")
    if person is None:
        name = "recipient_id" if by_phone else "recipient_user_id"
        return {name: message.sent_to.removeprefix("+")}
    phone = message.sent_to.removeprefix("+") if by_phone else person.shown_phone
    return ({"recipient_id": phone} if phone else {}) | {"recipient_user_id": person.user_id}


def _contacts(
    account: Account, item: Json, person: Person | None, *, failed: bool
) -> tuple[Json, ...]:
    """The contacts of a status in the shape of the switch; documented as absent on `failed`."""
    shape = account.trouble("status_contacts")
    if person is None or shape == "absent":
        return ()
    known: Json = {"wa_id": item["recipient_id"]} if "recipient_id" in item else {}
    if shape == "wa_id_only":
        return (known,) if known else ()
    if failed:
        return ()
    full = known | {"user_id": person.user_id}
    return (full if shape == "no_profile" else {"profile": {"name": person.name}} | full,)

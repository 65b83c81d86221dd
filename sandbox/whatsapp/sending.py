"""POST /{phone number}/messages: who gets what, whether it may be sent, and what follows (4)."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.whatsapp import bodies, faults, pacing, statuses, template_sends
from sandbox.whatsapp.account import ACCOUNT, Account
from sandbox.whatsapp.errors import RefusedError, invalid
from sandbox.whatsapp.people import e164
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json, Message, Person, Template

RECIPIENT = 160  # a business-scoped user id has at most so many characters (2.4)
REACTION_LIMIT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a call names: the address as it was given and as it is known, and who that is."""

    given: str
    address: str  # E.164 with +, or a user id
    person: Person | None

    @property
    def by_phone(self) -> bool:
        """Whether the call named a phone."""
        return self.address.startswith("+")


async def messages(request: web.Request) -> web.StreamResponse:
    """Send a message, or mark one as read."""
    account = request.app[ACCOUNT]
    body = Fields(await json_of(request))
    check_number(account, request.match_info["id"])
    if str(body.raw.get("messaging_product")).lower() != "whatsapp":
        raise RefusedError(100, "messaging_product must be whatsapp")
    if body.has("status"):
        return web.json_response(mark_read(account, body))
    fault = faults.due(account, send=True)
    refusal = faults.refuse(fault)
    if refusal is not None:
        return refusal
    if fault == "reset":
        await faults.lose(account, request, fault)
        return web.Response()
    message, recipient = accept(account, body)
    return await _answer(request, account, message, recipient, fault)


async def json_of(request: web.Request) -> Json:
    """The request's JSON object. Raises RefusedError."""
    try:
        body = await request.json()
    except ValueError:
        raise RefusedError(100, "The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(100, "The body must be a JSON object")
    return body


def check_number(account: Account, number: str) -> None:
    """Refuse a number that is not ours (100) or was deregistered (133010)."""
    if number != account.config.phone_id:
        raise RefusedError(100, f"Unsupported post request. Object {number} does not exist")
    if not account.registered:
        raise RefusedError(133010, "The account is not registered")


def mark_read(account: Account, body: Fields) -> Json:
    """Mark a message and all before it as read, perhaps with a typing indicator (4.2)."""
    body.word("status", "read")
    message = account.messages.get(body.text("message_id", 512))
    if message is None or message.sender != "person":
        raise invalid("message_id", "is not a message that was received")
    if body.has("typing_indicator"):
        body.object("typing_indicator").word("type", "text")
    for earlier in account.chat(message.person):
        if earlier.sender == "person" and earlier.status != "read":
            account.mark(earlier, "read")
        if earlier.id == message.id:
            break
    return {"success": True}


def accept(account: Account, body: Fields) -> tuple[Message, Recipient]:
    """Check everything and make the message. Raises RefusedError; then nothing was sent."""
    recipient = find_recipient(account, body)
    template, shown = read_content(account, body)
    if len(str(body.raw.get("biz_opaque_callback_data") or "")) > 512:
        raise invalid("biz_opaque_callback_data", "length invalid. Max length: 512")
    message = Message(
        id=account.new_id(),
        person=recipient.person.key if recipient.person else "",
        sender="bot",
        at=account.now(),
        tracker=body.maybe("biz_opaque_callback_data", 512) or None,
        sent_to=recipient.address,
        category=template.category.lower() if template else "service",
        ttl=template.ttl if template else None,
        reply_to=shown.pop("reply_to", None) or _quoted(body),
        **shown,
    )
    check_way(account, message, recipient, free_form=template is None)
    check_limits(account, recipient, template)
    return message, recipient


def find_recipient(account: Account, body: Fields) -> Recipient:
    """The person named by `to` or `recipient`; where both stand the phone wins (2.4)."""
    kind = body.maybe("recipient_type", 32).lower() or "individual"
    if kind != "individual":
        raise RefusedError(100, "recipient_type: there are no groups here")
    if body.has("to"):
        given = str(body.raw["to"])
        phone = e164(given)
        if phone is None:
            raise invalid("to", "is not a phone number")
        if phone == account.config.business_phone:
            raise RefusedError(131021, "to: recipient phone number is the sender's")
        if phone not in (account.trouble("recipients_only") or [phone]):
            raise RefusedError(131030, "to: recipient phone number not in allowed list")
        return Recipient(given, phone, account.people.by_phone(phone))
    if not body.has("recipient"):
        raise RefusedError(100, "to: the parameter is required")
    user_id = body.text("recipient", RECIPIENT)
    return Recipient(user_id, user_id, account.people.by_user_id(user_id))


def read_content(account: Account, body: Fields) -> tuple[Template | None, Json]:
    """The template, if it is one, and the fields of the phone's message."""
    kind = body.maybe("type", 64).lower() or "text"
    if kind != "template":
        return None, bodies.read(kind, body, account.shelf)
    registry = account.templates
    return template_sends.read(body.object("template"), registry, account.shelf)


def check_limits(account: Account, recipient: Recipient, template: Template | None) -> None:
    """Refuse what is too fast or too much (7); on the sandbox's clock."""
    now, mps = account.now(), account.trouble("mps")
    person = recipient.person
    account.rates.check_number(now, mps)
    if account.trouble("pair_rate"):
        account.rates.check_pair(now, recipient.address if person is None else person.key)
    limit = account.trouble("daily_recipients")
    if limit is not None and template and person and not account.is_open(person):
        account.rates.check_stranger(now, person.key, limit)
    account.rates.count_message(now, mps)


def check_way(account: Account, message: Message, recipient: Recipient, *, free_form: bool) -> None:
    """Note why the message will not arrive, and raise where that is told at once (6)."""
    found = obstacle(account, message, recipient.person, free_form=free_form)
    if found is None:
        return
    message.error = {"code": found.code, "details": found.details}
    closed = found.code == 131047
    way = account.trouble("window_errors" if closed else "unreachable_errors")
    if way == "both":
        statuses.fail(account, message, recipient.person, found)
    if way != "async":
        raise found


def obstacle(
    account: Account, message: Message, person: Person | None, *, free_form: bool
) -> RefusedError | None:
    """What keeps a valid message from the phone: 131026, 131047, or 131009 for an old reaction."""
    if person is None or person.blocks or person.phone in account.trouble("unreachable"):
        return RefusedError(131026, "Message undeliverable.")
    if person.key in account.blocked:
        return RefusedError(131026, "The business has blocked this user.")
    if free_form and not account.is_open(person):
        why = "more than 24 hours have passed since the recipient last replied"
        return RefusedError(131047, f"Message failed to send because {why}.")
    target = account.messages.get(message.reply_to or "") if message.type == "reaction" else None
    if target and (account.now() - target.at).days >= REACTION_LIMIT_DAYS:
        return RefusedError(131009, "reaction.message_id: the message is older than 30 days")
    return None


async def _answer(
    request: web.Request,
    account: Account,
    message: Message,
    recipient: Recipient,
    fault: str | None,
) -> web.StreamResponse:
    """Answer first, so that no status overtakes the answer; then let the message travel."""
    response = web.json_response(accepted(account, message, recipient))
    if fault is None:
        await response.prepare(request)
        await response.write_eof()
    travel(account, message, recipient)
    if fault is not None:
        await faults.lose(account, request, fault)
    return response


def travel(account: Account, message: Message, recipient: Recipient) -> None:
    """Put an accepted message on the phone, hold it back, or let it fail."""
    if message.error is not None:
        found = RefusedError(message.error["code"], message.error["details"])
        if account.trouble("sent_before_failed"):
            statuses.tell(account, message, recipient.person, "sent")
        statuses.fail(account, message, recipient.person, found)
        return
    if pacing.holds(account, message):
        account.paced.append(message)
    else:
        statuses.carry(account, message)


def accepted(account: Account, message: Message, recipient: Recipient) -> Json:
    """The answer to a message that was accepted (4.1); accepted means nothing more."""
    contact: Json = {"input": recipient.given}
    if recipient.by_phone:
        contact["wa_id"] = recipient.address.removeprefix("+")
    if recipient.person is not None or not recipient.by_phone:
        contact["user_id"] = recipient.person.user_id if recipient.person else recipient.address
    row: dict[str, Any] = {"id": message.id}
    if message.type == "template":
        held = pacing.holds(account, message)
        row["message_status"] = "held_for_quality_assessment" if held else "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [row]}


def _quoted(body: Fields) -> str | None:
    if not body.has("context"):
        return None
    return body.object("context").text("message_id", 512)

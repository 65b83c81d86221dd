"""Control of the people and of what they do on their phones."""

from typing import Any

from aiohttp import web

from sandbox.control.desk import API, Call, Desk, handler
from sandbox.whatsapp import fingers, statuses, things
from sandbox.whatsapp.records import Json, Message

PEOPLE = f"{API}/people"
ONE = f"{PEOPLE}/{{key}}"


def routes(desk: Desk) -> list[web.RouteDef]:
    """The routes below /sandbox/api/people."""
    deeds = {
        "say": _say,
        "tap": _tap,
        "choose": _choose,
        "send": _send,
        "flow": _flow,
        "read": _read,
        "change-number": _change_number,
        "preference": _preference,
    }
    return [
        web.post(PEOPLE, handler(desk, _add)),
        web.get(ONE, handler(desk, _show)),
        web.patch(ONE, handler(desk, _change)),
        web.get(f"{ONE}/messages", handler(desk, _messages)),
        *(web.post(f"{ONE}/{name}", handler(desk, work)) for name, work in deeds.items()),
    ]


def _add(call: Call) -> Json:
    person = call.account.people.add(call.fields)
    return _told(call, "added", call.account.shown(person))


def _show(call: Call) -> Json:
    return call.account.shown(call.person)


def _change(call: Call) -> Json:
    person, was_offline = call.person, call.person.offline
    call.account.people.change(person, call.fields)
    if was_offline and not person.offline:
        statuses.arrive(call.account, person)
    return _told(call, "changed", call.account.shown(person))


def _told(call: Call, event: str, shown: Json) -> Json:
    call.desk.world.journal.add("person", event=event, **shown)
    return shown


def _messages(call: Call) -> Json:
    messages = call.account.chat(call.person.key)
    after = call.query.get("after")
    if after:
        places = [place for place, message in enumerate(messages) if message.id == after]
        if not places:
            raise LookupError(f"no message {after} on this phone")
        messages = messages[places[0] + 1 :]
    return {"messages": [message.shown() for message in messages]}


def _say(call: Call) -> Json:
    text = call.text("text")
    if len(text) > 65_536:
        raise ValueError("text is longer than WhatsApp lets anybody type")
    reply_to = call.fields.get("reply_to")
    if reply_to:
        fingers.message_of(call.account, call.person, reply_to)
    referral: Any = call.fields.get("referral")
    return _sent(fingers.say(call.account, call.person, text, reply_to, referral))


def _tap(call: Call) -> Json:
    message = fingers.message_of(call.account, call.person, call.text("message"))
    return fingers.tap(call.account, call.person, message, call.text("button"))


def _choose(call: Call) -> Json:
    message = fingers.message_of(call.account, call.person, call.text("message"))
    return _sent(fingers.choose(call.account, call.person, message, call.text("row")))


def _send(call: Call) -> Json:
    return _sent(things.send(call.account, call.person, call.fields))


def _flow(call: Call) -> Json:
    message = fingers.message_of(call.account, call.person, call.text("message"))
    values = call.fields.get("values")
    if not isinstance(values, dict):
        raise ValueError("values must be an object")
    token = not call.fields.get("omit_token")
    return _sent(fingers.fill(call.account, call.person, message, values, token=token))


def _read(call: Call) -> Json:
    return {"id": None, "read": statuses.read(call.account, call.person)}


def _change_number(call: Call) -> Json:
    message = fingers.change_number(call.account, call.person, call.fields.get("phone"))
    _told(call, "changed number", call.account.shown(call.person))
    return _sent(message)


def _preference(call: Call) -> Json:
    """Stop or resume marketing messages."""
    value = call.text("value")
    if value not in ("stop", "resume"):
        raise ValueError("value is stop or resume")
    fingers.prefer(call.account, call.person, value)
    return {"id": None}


def _sent(message: Message) -> Json:
    return {"id": message.id}

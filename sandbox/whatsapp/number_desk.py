"""The number's own endpoints: its fields, registration, profile, commands, blocked users (9.2)."""

from collections.abc import Callable
from typing import Any

from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import RefusedError, missing
from sandbox.whatsapp.people import e164
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json, Person

REGIONS = {"AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"}
PROFILE = {
    "about": 139,
    "address": 256,
    "description": 512,
    "email": 128,
    "vertical": 64,
    "profile_picture_handle": 512,
}
USUAL = ("verified_name", "display_phone_number", "quality_rating", "code_verification_status")


def fields_of(account: Account, wanted: str | None) -> Json:
    """GET /{number}?fields=…; the id is always there."""
    config = account.config
    known: Json = {
        "verified_name": "LoonCamp.shop",
        "display_phone_number": config.business_phone,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "platform_type": "CLOUD_API",
        "status": "CONNECTED" if account.registered else "DISCONNECTED",
        "account_mode": "SANDBOX",
        "throughput": {"level": "HIGH" if account.trouble("mps") in (0, 1000) else "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_250",
        "webhook_configuration": _addresses(account),
        "conversational_automation": account.automation,
    }
    names = wanted.split(",") if wanted else USUAL
    return {name: known[name] for name in names if name in known} | {"id": config.phone_id}


def _addresses(account: Account) -> Json:
    hooks = account.hooks
    given = {
        "phone_number": hooks.number_override,
        "whatsapp_business_account": hooks.account_override,
    }
    return {"application": hooks.url} | {name: url for name, url in given.items() if url}


def register(account: Account, body: Json) -> Json:
    """POST /{number}/register with a PIN of six digits."""
    pin = str(body.get("pin") or "")
    if len(pin) != 6 or not pin.isdecimal():
        raise RefusedError(100, "pin: must have six digits")
    region = body.get("data_localization_region")
    if region is not None and region not in REGIONS:
        raise RefusedError(100, f"data_localization_region: {region} is not offered")
    known = account.settings.setdefault("pin", pin)
    if pin != known:
        raise RefusedError(133005, "pin: two-step verification PIN mismatch")
    account.registered = True
    return {"success": True}


def deregister(account: Account, _body: Json) -> Json:
    """POST /{number}/deregister; sending answers 133010 from then on."""
    account.registered = False
    return {"success": True}


def profile(account: Account, body: Json) -> Json:
    """POST /{number}/whatsapp_business_profile."""
    fields = Fields(body)
    for name, longest in PROFILE.items():
        if fields.has(name) and body[name] != "":
            account.profile[name] = fields.text(name, longest, code=100)
    if fields.has("websites"):
        account.profile["websites"] = list(body["websites"])[:2]
    return {"success": True}


def profile_of(account: Account, wanted: str | None) -> Json:
    """GET /{number}/whatsapp_business_profile."""
    known = {"messaging_product": "whatsapp", "vertical": "UNDEFINED", **account.profile}
    names = wanted.split(",") if wanted else list(known)
    row = {name: known[name] for name in ["messaging_product", *names] if name in known}
    return {"data": [row]}


def automate(account: Account, body: Json) -> Json:
    """POST /{number}/conversational_automation: commands, ice breakers, welcome."""
    prompts, commands = body.get("prompts") or [], body.get("commands") or []
    if len(prompts) > 4 or any(len(str(prompt)) > 80 for prompt in prompts):
        raise RefusedError(100, "prompts: at most 4 of at most 80 characters")
    if len(commands) > 30:
        raise RefusedError(100, "commands: at most 30")
    for command in commands:
        fields = Fields(command, "commands")
        fields.text("command_name", 32, code=100)
        fields.text("command_description", 256, code=100)
    names = ("prompts", "commands", "enable_welcome_message")
    account.automation |= {name: body[name] for name in names if name in body}
    return {"success": True}


def settings(account: Account, body: Json) -> Json:
    """POST /{number}/settings: kept, without effect here."""
    account.settings |= body
    return {"success": True}


def block(account: Account, body: Json) -> Json:
    """POST /{number}/block_users: only who has written within 24 hours can be blocked."""
    done, failed = [], []
    for given, person in _users(account, body):
        if person is not None and account.is_open(person):
            account.blocked.add(person.key)
            done.append(_named(given, person))
        else:
            why = RefusedError(131047, "The user has not written within 24 hours.")
            failed.append({"input": given, "errors": [why.in_status()]})
    return _blocked("added_users", done, failed)


def unblock(account: Account, body: Json) -> Json:
    """DELETE /{number}/block_users."""
    done = []
    for given, person in _users(account, body):
        if person is not None:
            account.blocked.discard(person.key)
            done.append(_named(given, person))
    return _blocked("removed_users", done, [])


def blocked(account: Account) -> Json:
    """GET /{number}/block_users."""
    people = [account.people.named(key) for key in sorted(account.blocked)]
    rows = [_named("", person) | {"messaging_product": "whatsapp"} for person in people]
    for row in rows:
        del row["input"]
    return {"data": rows, "paging": {"cursors": {"before": "0", "after": str(len(rows))}}}


def _users(account: Account, body: Json) -> list[tuple[str, Person | None]]:
    users = body.get("block_users")
    if not isinstance(users, list) or not users:
        raise missing("block_users")
    return [_user(account, user if isinstance(user, dict) else {}) for user in users]


def _user(account: Account, user: Json) -> tuple[str, Person | None]:
    if user.get("user_id"):
        return str(user["user_id"]), account.people.by_user_id(str(user["user_id"]))
    given = str(user.get("user", ""))
    phone = e164(given)
    return given, account.people.by_phone(phone) if phone else None


def _named(given: str, person: Person) -> Json:
    known = {"wa_id": person.phone.removeprefix("+")} if person.phone else {}
    return {"input": given, **known, "user_id": person.user_id}


def _blocked(name: str, done: list[Json], failed: list[Json]) -> Json:
    users: Json = {name: done} | ({"failed_users": failed} if failed else {})
    return {"messaging_product": "whatsapp", "block_users": users}


POSTS: dict[str, Callable[[Account, Json], Any]] = {
    "register": register,
    "deregister": deregister,
    "whatsapp_business_profile": profile,
    "conversational_automation": automate,
    "settings": settings,
    "block_users": block,
}

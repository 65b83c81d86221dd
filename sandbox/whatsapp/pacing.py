"""Pacing: template messages that WhatsApp holds back, then releases or drops (5)."""

from sandbox.whatsapp import statuses
from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.records import Message, Template
from sandbox.whatsapp.registry import SENDABLE


def holds(account: Account, message: Message) -> bool:
    """Whether this message is held for quality assessment."""
    return message.type == "template" and bool(account.trouble("template_pacing"))


def settle(account: Account, template: Template) -> None:
    """Release what is held of a template that may be sent; let it fail with 132015 otherwise."""
    named = {"name": template.name, "language": template.language}
    held = [message for message in account.paced if message.template == named]
    account.paced = [message for message in account.paced if message.template != named]
    for message in held:
        if template.status in SENDABLE:
            statuses.carry(account, message)
        else:
            person = account.people.named(message.person)
            why = RefusedError(132015, "Dropped by template pacing.")
            statuses.fail(account, message, person, why)


def release(account: Account) -> None:
    """Release everything, once pacing is switched off."""
    if not account.trouble("template_pacing"):
        held, account.paced = account.paced, []
        for message in held:
            statuses.carry(account, message)

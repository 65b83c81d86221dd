"""`setup`: from credentials to a number that answers; every step may be repeated."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot import config, env_file
from bot.commands import credentials, interview
from bot.commands.findings import Finding, printed
from bot.commands.interview import Ask
from bot.config import BadConfig
from bot.service import Service
from bot.whatsapp import booking_form, registration
from bot.whatsapp.client import Recipient, Refusal
from db.sql import sql
from flows.guest.words import COMMANDS
from flows.record import record
from flows.templates import TEMPLATES
from flows.texts import Texts

ENV = Path(config.ENV)
SHOWN_COMMANDS = ("hi", "status", "ticket", "edit", "cancel", "help", "human")
OPENINGS = ("setup.opening.book", "setup.opening.status", "setup.opening.human")


@record
class Step:
    """One thing that WhatsApp must be told: what it is, and the doing."""

    name: str
    plan: Callable[[Service], str]
    do: Callable[[Service], Awaitable[list[Finding]]]
    fix: str


def questions(
    ask: Ask = interview.at_terminal, *, yes: bool, dry_run: bool,
    file: Path = ENV, environment: Mapping[str, str] = os.environ,
) -> None:  # fmt: skip
    """Ask for what is missing and write it to `.env`; raises BadConfig where nobody can answer."""
    written = {name.upper(): value or "" for name, value in dotenv_values(file).items()}
    known = written | {name.upper(): value for name, value in environment.items()}
    lacking = [question.name for question in interview.missing(known)]
    if not lacking:
        return
    if yes or not interview.is_there(ask) or dry_run:
        raise BadConfig(
            f"missing: {', '.join(lacking)}\nset them in .env, or run setup at a terminal "
            "without --yes: it asks for each"
        )
    count = 0
    for name, value in interview.hold(ask, known):
        env_file.write(file, {name: value})  # at once: who stops here goes on here the next time
        count += 1
    print(f"{count} settings written to {file.name}, readable by you alone\n")


async def run(service: Service, *, dry_run: bool) -> int:
    """Check the credentials, then take every step; 1 if something is left to mend."""
    findings = await credentials.every(service)
    if dry_run:
        print(printed(findings))
        print("\n".join(f"would  {step.plan(service)}" for step in STEPS))
        return int(not all(each.well for each in findings))
    if all(each.well for each in findings):
        for step in STEPS:
            findings += await _take(service, step)
    else:
        findings.append(Finding("the rest", False, "not tried", "mend the above, run setup again"))
    print(printed(findings))
    return int(not all(each.well for each in findings))


async def _take(service: Service, step: Step) -> list[Finding]:
    try:
        return await step.do(service)
    except Refusal as refusal:
        return [Finding(step.name, False, str(refusal), step.fix)]


def _webhook_url(service: Service) -> str:
    return f"{service.config.public_url}/whatsapp/webhook"


async def _webhook(service: Service) -> list[Finding]:
    config, client = service.config, service.whatsapp
    url = _webhook_url(service)
    token = await registration.token(client, config.whatsapp_token)
    access = await registration.app_token(client, token.app_id, config.whatsapp_app_secret)
    verify = config.whatsapp_verify_token
    await registration.subscribe_app(client, token.app_id, access, url, verify)
    await registration.subscribe_account(client, config.whatsapp_business_id)
    return [Finding("webhook", True, f"{url}, fields {', '.join(registration.WEBHOOK_FIELDS)}")]


def _languages(service: Service) -> list[Texts]:
    """The languages whose catalogue has every template."""
    return [
        texts for texts in service.write.catalogues.values()
        if all(texts.has(f"template.{name}.body") for name in TEMPLATES)
    ]  # fmt: skip


async def _templates(service: Service) -> list[Finding]:
    account = service.config.whatsapp_business_id
    made = await registration.publish_templates(service.whatsapp, account, _languages(service))
    now = service.clock.now()
    there = await registration.published(service.whatsapp, account)
    for (name, language), each in there.items():
        known = name, language, each.status, each.category, now
        await service.pool.execute(sql("set_template_status"), *known)
    return [
        Finding(f"template {language}", not out.startswith("refused"), f"{name:20} {out}",
                "mend the text in locale/ as WhatsApp says, run setup again")
        for name, language, out in made
    ]  # fmt: skip


async def _form(service: Service) -> list[Finding]:
    made = await booking_form.publish(service)
    return [
        Finding(f"form {language}", not out.startswith("refused"), out,
                "the chat asks by lists meanwhile; tell LoonCamp's makers what WhatsApp says")
        for language, out in made
    ]  # fmt: skip


async def _profile(service: Service) -> list[Finding]:
    config, texts = service.config, service.write.catalogues["en"]
    about = texts("setup.about", host=config.host_name)
    await registration.set_profile(
        service.whatsapp, config.whatsapp_phone_id, about, config.public_url
    )
    return [Finding("profile", True, about)]


async def _commands(service: Service) -> list[Finding]:
    texts = service.write.catalogues["en"]
    commands = [(name, texts(f"setup.command.{name}")) for name in SHOWN_COMMANDS]
    openings = [texts(key) for key in OPENINGS]
    phone_id = service.config.whatsapp_phone_id
    await registration.set_commands(service.whatsapp, phone_id, commands, openings)
    return [Finding("commands", True, f"{', '.join(SHOWN_COMMANDS)}; {len(openings)} openings")]


async def _hello(service: Service) -> list[Finding]:
    """A first message to the admin, by template: nobody has written to a new number yet."""
    texts = service.write.catalogues["en"]
    words = texts("setup.hello", url=service.config.public_url)
    call = TEMPLATES["admin_alert"].call("en", {"booking": "-", "alert": words})
    to = Recipient(service.config.admin_phone, None)
    await service.whatsapp.send(to, "setup", call, None)
    return [Finding("test message", True, "sent to the first of ADMIN_PHONES")]


STEPS: Sequence[Step] = (
    Step("webhook", lambda s: f"send Meta's webhooks to {_webhook_url(s)}", _webhook,
         "start `python run.py serve`, see that PUBLIC_URL leads to it, run setup again"),
    Step("templates", lambda s: f"bring {len(TEMPLATES)} templates in "
         f"{', '.join(texts.language for texts in _languages(s))}", _templates,
         "the token needs whatsapp_business_management"),
    Step("form", lambda _: "publish the booking form in every language", _form,
         "the chat asks by lists meanwhile; a form needs a verified business"),
    Step("profile", lambda _: "set the number's profile", _profile,
         "set it by hand in WhatsApp Manager, Phone numbers"),
    Step("commands", lambda _: f"offer the commands {', '.join(SHOWN_COMMANDS)}", _commands,
         "set them by hand in WhatsApp Manager, Automations"),
    Step("test message", lambda _: "send a message to the first of ADMIN_PHONES", _hello,
         "templates may be in review for a day: write hi to the number, then run setup again"),
)  # fmt: skip
assert set(SHOWN_COMMANDS) <= set(COMMANDS), "a command is offered that nobody understands"

"""The real client, pywa 4.5.0, against the emulator: only its base address is another."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pywa import errors
from pywa.types import (
    Button,
    CallbackButton,
    CallbackSelection,
    Message,
    MessageStatus,
    Section,
    SectionList,
    SectionRow,
    URLButton,
)
from pywa.types import templates as t
from pywa.types.flows import FlowCategory
from pywa_async import WhatsApp

from tests.sandbox.conftest import Sandbox

GUEST = "+919811112222"


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[WhatsApp]:
    """pywa as the service uses it: our own session, the base address set afterwards (11.1)."""
    session = httpx.AsyncClient()
    whatsapp = WhatsApp(
        phone_id=sandbox.config.phone_id,
        token=sandbox.config.token,
        session=session,
        server=None,
        app_secret=sandbox.config.app_secret,
        verify_token=sandbox.config.verify_token,
        waba_id=sandbox.config.business_id,
    )
    session.base_url = httpx.URL(f"{sandbox.base}/graph/v26.0")
    yield whatsapp
    await session.aclose()


async def test_text_buttons_lists_and_links_are_sent(sandbox: Sandbox, client: WhatsApp) -> None:
    await sandbox.say()
    sent = await client.send_message(GUEST, "Hello", tracker="msg_1")
    buttons = [Button(title="Yes", callback_data="y"), Button(title="No", callback_data="n")]
    await client.send_message(GUEST, "Sure?", header="Well", footer="Foot", buttons=buttons)
    rows = [SectionRow(title="Deluxe", callback_data="r7", description="Lake")]
    choice = SectionList(button_title="Open", sections=[Section(title="Camps", rows=rows)])
    await client.send_message(GUEST, "Which?", buttons=choice)
    await client.send_message(GUEST, "Pay", buttons=URLButton(title="Pay", url="https://a.in/1"))
    chat = (await sandbox.phone())[1:]
    assert [message["type"] for message in chat] == ["text", "buttons", "list", "cta_url"]
    assert (chat[0]["id"], chat[0]["tracker"]) == (sent.id, "msg_1")
    assert chat[1]["buttons"] == [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]
    assert chat[3]["url"] == {"text": "Pay", "url": "https://a.in/1"}


async def test_errors_arrive_as_pywas_own_classes(sandbox: Sandbox, client: WhatsApp) -> None:
    with pytest.raises(errors.ReEngagementMessage):
        await client.send_message(GUEST, "x")
    await sandbox.say()
    four = [Button(title=f"B{n}", callback_data=f"b{n}") for n in range(4)]
    with pytest.raises(errors.WhatsAppError) as refused:
        await client.send_message(GUEST, "x", buttons=four)
    assert refused.value.code == 131009
    await sandbox.trouble(fail="429", fail_next=1)
    with pytest.raises(errors.ThrottlingError):
        await client.send_message(GUEST, "x")
    await sandbox.trouble(fail="token_revoked")
    with pytest.raises(errors.AuthorizationError):
        await client.send_message(GUEST, "x")
    await sandbox.trouble(fail="html")
    with pytest.raises(errors.WhatsAppError) as broken:
        await client.send_message(GUEST, "x")
    assert broken.value.code == 502


async def test_reading_and_typing_are_marked(sandbox: Sandbox, client: WhatsApp) -> None:
    wamid = await sandbox.say()
    await client.mark_message_as_read(wamid)
    await client.indicate_typing(wamid)
    assert [message["status"] for message in await sandbox.phone()] == ["read"]


async def test_a_template_is_created_listed_sent_and_deleted(
    sandbox: Sandbox, client: WhatsApp
) -> None:
    text = "Booking request from {{guest}} for {{dates}}. Please answer below."
    body = t.BodyText(text, guest="Asha", dates="24-26 Dec")
    replies = [t.QuickReplyButton(text="Confirm"), t.QuickReplyButton(text="Cancel")]
    made = await client.create_template(
        t.Template(
            name="owner_request",
            language=t.TemplateLanguage.ENGLISH,
            category=t.TemplateCategory.UTILITY,
            parameter_format=t.ParamFormat.NAMED,
            components=[body, t.Buttons(buttons=replies)],
        )
    )
    assert made.status == t.TemplateStatus.APPROVED
    (listed,) = await client.get_templates()
    assert (listed.name, listed.status) == ("owner_request", t.TemplateStatus.APPROVED)
    sent = await client.send_template(
        GUEST,
        "owner_request",
        t.TemplateLanguage.ENGLISH,
        params=[
            t.BodyText.params(guest="Asha", dates="24–26 Dec"),
            t.QuickReplyButton.params(callback_data="own:42:ok", index=0),
            t.QuickReplyButton.params(callback_data="own:42:no", index=1),
        ],
    )
    shown = (await sandbox.phone())[0]
    assert shown["id"] == sent.id
    assert shown["body"].startswith("Booking request from Asha")
    assert [button["id"] for button in shown["buttons"]] == ["own:42:ok", "own:42:no"]
    with pytest.raises(errors.TemplateNotExists):
        await client.send_template(GUEST, "nothing", t.TemplateLanguage.ENGLISH, params=[])
    await client.delete_template("owner_request")
    assert list(await client.get_templates()) == []


async def test_media_goes_up_and_down(sandbox: Sandbox, client: WhatsApp) -> None:
    await sandbox.say()
    media = await client.upload_media(b"%PDF-1.4", mime_type="application/pdf", filename="t.pdf")
    facts = await client.get_media_url(media.id)
    assert await client.get_media_bytes(facts.url) == b"%PDF-1.4"
    await client.send_document(GUEST, media.id, filename="t.pdf", caption="Ticket")
    assert (await sandbox.phone())[-1]["media"]["filename"] == "t.pdf"
    assert await client.delete_media(media.id)


async def test_a_flow_is_created_and_published(sandbox: Sandbox, client: WhatsApp) -> None:
    flow = json.dumps({"version": "7.3", "screens": [{"id": "STAY"}]})
    made = await client.create_flow("stay", [FlowCategory.OTHER], flow_json=flow)
    assert await client.publish_flow(made.id)
    shown = await client.get_flow(made.id)
    assert str(shown.status) == "PUBLISHED"


async def test_people_are_blocked_and_unblocked(sandbox: Sandbox, client: WhatsApp) -> None:
    await sandbox.say()
    done = await client.block_users([GUEST])
    assert [user.wa_id for user in done.added_users] == ["919811112222"]
    await client.unblock_users([GUEST])


async def test_the_number_and_its_profile_are_read(client: WhatsApp, sandbox: Sandbox) -> None:
    await client.update_business_profile(about="Camps")
    assert (await client.get_business_profile()).about == "Camps"
    number = await client.get_business_phone_number()
    assert number.display_phone_number == sandbox.config.business_phone


async def read(client: WhatsApp, sandbox: Sandbox, kind: Any) -> list[Any]:
    """The webhooks so far, as pywa reads them; the signature by its own check."""
    found = []
    await sandbox.flush()
    for body, signature in sandbox.service.webhooks:
        assert await client.webhook_update_validator(body, signature) is None
        update = json.loads(body)
        value = update["entry"][0]["changes"][0]["value"]
        wanted = "statuses" if kind is MessageStatus else "messages"
        if wanted in value:
            found.append(kind.from_update(client, update))
    return found


async def test_pywa_reads_texts_taps_choices_and_statuses(
    sandbox: Sandbox, client: WhatsApp
) -> None:
    await sandbox.say("2 guests")
    (message,) = await read(client, sandbox, Message)
    assert (message.text, message.from_user.wa_id) == ("2 guests", "919811112222")
    sandbox.service.forget()
    sent = await client.send_message(
        GUEST, "Sure?", buttons=[Button(title="Yes", callback_data="y")]
    )
    statuses = await read(client, sandbox, MessageStatus)
    assert [(status.id, str(status.status)) for status in statuses] == [
        (sent.id, "sent"),
        (sent.id, "delivered"),
    ]
    sandbox.service.forget()
    await sandbox.control("POST", "people/asha/tap", message=sent.id, button="Yes")
    (tap,) = await read(client, sandbox, CallbackButton)
    assert (tap.data, tap.title) == ("y", "Yes")
    rows = [SectionRow(title="Deluxe", callback_data="r7")]
    choice = SectionList(button_title="Open", sections=[Section(title="Camps", rows=rows)])
    sent = await client.send_message(GUEST, "Which?", buttons=choice)
    await sandbox.flush()
    sandbox.service.forget()
    await sandbox.control("POST", "people/asha/choose", message=sent.id, row="Deluxe")
    (chosen,) = await read(client, sandbox, CallbackSelection)
    assert (chosen.data, chosen.title) == ("r7", "Deluxe")

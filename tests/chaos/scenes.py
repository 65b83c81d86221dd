"""Short stories that come by the crash points: what each person does, and what they must see."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from db import calendars
from db.crash import Moment
from db.pool import transaction
from flows.rules import INDIA
from tests.chaos.lane import OWNER, Lane

MINUTE, HOUR = 60.0, 3600.0
Scene = Callable[[Lane], Awaitable[None]]


async def _paid(lane: Lane, ahead: int | None = None) -> tuple[str, dict[str, Any]]:
    """A guest has paid and the owner is asked: the guest, and the owner's request."""
    who = await lane.guest()
    await lane.say(who, "hi")
    await lane.sees(who, "Choose a place")
    await lane.wish(who, ahead)
    await lane.pay(await lane.sees(who, "Advance now"))
    await lane.sees(who, "advance payment is successful")
    return who, await lane.sees(OWNER, "please answer|Confirm booking")


async def confirmed(lane: Lane) -> None:
    """From the first word to the ticket."""
    who, request = await _paid(lane)
    await lane.tap(OWNER, request, "Confirm booking")
    await lane.sees(who, "Booking confirmed")
    await lane.sees(OWNER, "Collect")
    await lane.sees("admin", "Confirmed by owner")


async def returned(lane: Lane) -> None:
    """The owner cancels, and the money goes back."""
    who, request = await _paid(lane)
    await lane.tap(OWNER, request, "Cancel booking")
    await lane.sees(OWNER, "choose the reason")
    await lane.move(31)
    await lane.sees(who, "Booking cancelled")
    await lane.sees(who, "Refund done")


async def asked(lane: Lane) -> None:
    """A refund is stuck; the admin asks how it stands, then it goes through."""
    await lane.say("admin", "hi")
    _, request = await _paid(lane)
    await lane.trouble(paytm={"refund": "low_balance"})
    await lane.tap(OWNER, request, "Cancel booking")
    await lane.move(31)
    card = await lane.sees("admin", "Paytm has too little")
    await lane.tap("admin", card, "Check refund")
    await lane.sees("admin", "Last word")
    await lane.trouble()
    await lane.move(96 * HOUR)  # it is tried again after the next settlement, weekends do not count

    async def given_back() -> bool | None:
        refunds = (await lane.sandbox.call("GET", "paytm/books"))["refunds"]
        return refunds[-1]["status"] == "DONE" or None

    await lane.until(given_back, "the refund should go through")


async def lapsed(lane: Lane) -> None:
    """A payment fails, the guest asks, the hold ends."""
    who = await lane.guest()
    await lane.wish(who)
    review = await lane.sees(who, "Advance now")
    await lane.pay(review, "failed")
    await lane.sees(who, "did not go through|failed")
    await lane.sandbox.call("POST", f"people/{who}/send", type="image")
    await lane.sees(who, "no payment has arrived|Pay ₹")
    await lane.move(11 * MINUTE)
    await lane.sees(who, "Still there")
    await lane.move(5 * MINUTE)

    async def ended() -> bool | None:
        links = (await lane.sandbox.call("GET", "paytm/books"))["links"]
        return all(link["status"] != "INIT" for link in links) or None

    await lane.until(ended, "the link should end with its hold")


async def late(lane: Lane) -> None:
    """Paytm is away while a guest waits for the link."""
    await lane.trouble(paytm={"fail": "500"})
    who = await lane.guest()
    await lane.wish(who)
    await lane.sees(who, "link follows in a minute")
    await lane.trouble()
    await lane.move(10)
    await lane.sees(who, "Advance now")


async def slow(lane: Lane) -> None:
    """Paytm lets a call hang for longer than a lease."""
    await lane.trouble(paytm={"fail": "hang", "fail_next": 1})
    who = await lane.guest()
    await lane.wish(who)
    await lane.sees(who, "Advance now")


async def refused(lane: Lane) -> None:
    """Paytm makes no link; the dates are wished once more."""
    await lane.trouble(paytm={"fail": "refused", "fail_next": 1})
    who = await lane.guest()
    await lane.wish(who)
    await lane.sees(who, "gives me no payment link|Advance now")


def _unwell(code: str) -> Scene:
    async def scene(lane: Lane) -> None:
        who = await lane.guest()
        await lane.say(who, "hi")
        await lane.sees(who, "Choose a place")
        await lane.trouble(whatsapp={"fail": code, "fail_next": 1})
        await lane.say(who, "help")
        await lane.move(61)
        await lane.say(who, "hi")
        await lane.sees(who, "Choose a place|place")

    scene.__doc__ = f"WhatsApp refuses one message with {code}."
    return scene


async def otherwise(lane: Lane) -> None:
    """A window is closed: the same is said by a template."""
    who = await lane.guest()
    await lane.wish(who)
    review = await lane.sees(who, "Advance now")
    await lane.trouble(whatsapp={"fail": "131047", "fail_next": 3})
    await lane.pay(review)
    await lane.sees(OWNER, "please answer|Confirm booking")


async def night(lane: Lane) -> None:
    """A booking for tomorrow, then the night and the morning with all that recurs."""
    service = lane.made.service
    async with transaction(service.pool) as connection:
        url = f"{lane.sandbox.sandbox}/sandbox/feeds/sold.ics"
        await calendars.relist(connection, "karjat-farm", [(url, None)])
    feed = f"{lane.sandbox.sandbox}/sandbox/api/feeds/sold"
    first = service.clock.now().date() + timedelta(days=300)
    event = {"uid": "1", "first": f"{first}", "last": f"{first + timedelta(1)}"}
    async with lane.sandbox.http.put(feed, json={"events": [event]}) as answer:
        assert answer.status == 200, await answer.text()
    await returned(lane)  # money that was given back, for the books
    await lane.move(await _until_hour(lane, 12))
    who, request = await _paid(lane, ahead=1)  # arrives on the day that the night leads to
    await lane.tap(OWNER, request, "Confirm booking")
    await lane.sees(who, "Booking confirmed")
    for hour in (2, 5, 9, 21):
        await lane.rest()
        await lane.move(await _until_hour(lane, hour))


async def _until_hour(lane: Lane, hour: int) -> float:
    """Seconds until the next time that clocks in India show this hour."""
    await lane.made.service.clock.load(lane.made.service.pool)
    now = lane.made.service.clock.now().astimezone(INDIA)
    at = now.replace(hour=hour, minute=1, second=0)
    return ((at - now).total_seconds() - 1) % (24 * HOUR) + 1


SCENES: dict[Moment, Scene] = dict.fromkeys(Moment, confirmed) | {
    Moment.SEND_LATER: _unwell("pair"),
    Moment.SEND_NEVER: _unwell("131026"),
    Moment.SEND_OTHERWISE: otherwise,
    Moment.CIRCUIT: _unwell("190"),
    Moment.JOB_LATER: late,
    Moment.JOB_KEPT: slow,
    Moment.TIMER: returned,
    Moment.REMINDER: lapsed,
    Moment.HOLD_LAPSED: lapsed,
    Moment.STATE_TOLD: lapsed,
    Moment.LINK_LATE: late,
    Moment.LINK_REFUSED: refused,
    Moment.LINK_FETCH: late,
    Moment.LINK_EXPIRE: lapsed,
    Moment.PROGRESS: lapsed,
    Moment.REFUND_MEANT: returned,
    Moment.REFUND_NOTED: returned,
    Moment.REFUND_APPLY: returned,
    Moment.REFUND_STATUS: returned,
    Moment.REFUND_TOLD: asked,
    Moment.DIGEST: night,
    Moment.OWNER_ROUND: night,
    Moment.CALENDAR: night,
    Moment.BOOKS: night,
    Moment.DATA_CHECK: night,
    Moment.ERASED: night,
    Moment.PASSBOOK: night,
    Moment.ORDER_STATUS: night,
}

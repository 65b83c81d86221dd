"""Every message of the guest's script (facts/ux.md 1.4), in every language, as it is read."""

from collections.abc import Awaitable, Callable

import pytest

from tests.journeys.tongue import LANGUAGES, Guest
from tests.journeys.town import Town

PAWNA, KARJAT = "Pawna Lakeview Camp", "Karjat Farm Villa"


async def g1_hello_place_dates_guests_review(guest: Guest) -> None:
    await guest.say("hello")
    await guest.reads("ask.place.name", "ask.place.footer", "place.label")
    await guest.choose(PAWNA)
    await guest.reads("ask.dates", "dates.other")
    await guest.tap("dates.other")
    await guest.reads("form.body")
    await guest.say("range")
    await guest.reads("ask.guests", "guests.more")
    await guest.tap("guests.n", n=4)
    await guest.reads("guest.review.header", "guest.review.body", "guest.review.footer")


async def g1b_a_link_and_one_sentence(guest: Guest) -> None:
    await guest.say("Book Pawna Lakeview Camp")
    await guest.reads("ask.dates")
    await guest.say("restart")
    await guest.reads("ask.place.name")
    await guest.say("sentence")
    await guest.reads("guest.review.body")
    await guest.say("correction")
    await guest.reads("guest.review.body", "guest.review.pay")


async def g1c_no_such_place(guest: Guest) -> None:
    await guest.say("hello")
    await guest.reads("place.free")
    await guest.say("filler")
    await guest.reads("missed.1.place")
    await guest.say("restart")
    await guest.say("nearly")
    await guest.reads("place.none.near", "place.all")
    await guest.choose(guest.texts("place.all"))
    await guest.reads("ask.place.name")
    await guest.say("restart")
    await guest.say("nearly")
    await guest.choose(PAWNA)
    await guest.reads("ask.dates")


async def g2_days(guest: Guest) -> None:
    await guest.say("place")
    await guest.say("unclear")
    await guest.reads("dates.which", "dates.other")
    await guest.say("early")
    await guest.reads("dates.early", "ask.nights", "nights.till")
    await guest.say("restart")
    await guest.say("place")
    await guest.say("festival")
    await guest.reads("ask.nights")


async def g2f_taken(guest: Guest) -> None:
    other = await guest.arrive("Asha Patil")
    await other.say("full")
    await other.reads("guest.review.body")
    await guest.say("full")
    await guest.reads("dates.full", "dates.nearest")


async def g3_name_and_phone(guest: Guest) -> None:
    nameless = await guest.arrive("👍👍")
    await nameless.say("sentence")
    await nameless.reads("ask.name")
    await nameless.say("👍")
    await nameless.reads("missed.1.name")
    await nameless.say("Asha Patil")
    await nameless.reads("guest.review.body")
    hidden = await guest.arrive("Kabir Shah", phone=None)
    await hidden.say("sentence")
    await hidden.reads("ask.phone")
    await hidden.say("12345 67890")
    await hidden.reads("phone.wrong", "ask.phone")
    await hidden.say("98220 77777")
    await hidden.reads("guest.review.body")


async def g5_edit(guest: Guest) -> None:
    await guest.say("sentence")
    await guest.say("edit")
    await guest.reads("edit.what", "edit.place", "edit.dates", "edit.nights", "edit.guests",
                      "edit.name", "edit.phone", "edit.advance", "edit.advance.of", "edit.language",
                      "edit.back")  # fmt: skip
    await guest.choose(guest.texts("edit.guests"))
    await guest.reads("ask.guests")
    await guest.say("people")
    await guest.reads("guest.review.body")
    await guest.say("name")
    await guest.reads("guest.review.body")
    await guest.say("edit")
    await guest.choose(guest.texts("edit.advance"))
    await guest.reads("ask.advance")
    await guest.say("7")
    await guest.reads("advance.which", "ask.advance")
    await guest.say("100 %")
    await guest.reads("guest.review.body")


async def g6_the_hold_runs_out(guest: Guest) -> None:
    await guest.say("sentence")
    await guest.town.clock("+11m")
    await guest.reads("guest.hold_ends_soon.body", "guest.pay_again")
    until = await guest.town.service.pool.fetchval(
        "SELECT hold_until FROM checkout ORDER BY created_at DESC LIMIT 1"
    )
    clock = until.astimezone(guest.town.service.config.rules().zone)
    assert (
        f"{clock.hour % 12 or 12}:{clock.minute:02}"
        in ((await guest.town.from_bot(guest.key))[-1]["body"])
    ), "a time, not a few minutes"
    await guest.town.clock("+6m")
    await guest.say("hello")
    await guest.reads("guest.hold_over", "dates.other", "guest.button.restart")
    await guest.tap("guest.button.again")
    await guest.reads("guest.review.body")


async def g7_g8_paid_and_confirmed(guest: Guest) -> None:
    await guest.say("sentence")
    await guest.town.pay(guest.key)
    await guest.reads("guest.paid.body", "guest.button.status", "guest.button.cancel")
    await guest.tap("guest.button.status")
    await guest.reads("state.BOOKING_REQUEST_SENT_TO_OWNER")
    await guest.say("ticket")
    await guest.reads("ticket.none")
    await guest.town.tap("suresh", "Confirm booking")
    await guest.reads("guest.confirmed.header", "guest.confirmed.body", "guest.button.ticket")
    await guest.say("ticket")
    await guest.reads("state.TICKET_GENERATED", "guest.button.ticket")
    await guest.say("map")
    await guest.reads("state.TICKET_GENERATED", "guest.button.map")


async def g9_the_host_cannot(guest: Guest) -> None:
    await guest.say("sentence")
    await guest.town.pay(guest.key)
    await guest.town.tap("suresh", "Cancel booking")
    await guest.town.choose("suresh", "Weather or road closed")
    await guest.town.clock("+1m")
    await guest.has_read("guest.cancelled.body")
    await guest.has_read("reason.weather.told")
    await guest.tap("places.other")
    await guest.reads("ask.place.name")
    await guest.choose(KARJAT)
    await guest.reads("guest.review.body")
    await guest.town.clock("+2m")
    await guest.has_read("guest.refunded.body")


async def g7_the_host_is_silent(guest: Guest) -> None:
    await guest.town.clock("2026-12-03T05:00:00+00:00")  # half past ten: nobody's quiet hours
    await guest.say("sentence")
    await guest.town.pay(guest.key)
    await guest.town.clock("+46m")
    await guest.reads("guest.still_waiting.body")
    await guest.town.clock("+15m")
    await guest.reads("guest.owner_silent.body")
    await guest.say("human")
    await guest.reads("human.call")
    await guest.say("desk.back")


async def g10_cancel(guest: Guest) -> None:
    await guest.say("place")
    await guest.say("cancel")
    await guest.reads("draft.dropped")
    await guest.tap("undo")
    await guest.reads("undo.done", "ask.dates")
    await guest.say("restart")
    await guest.reads("ask.place.name", "undo")
    await guest.choose(guest.texts("undo"))
    await guest.reads("undo.done", "ask.dates")
    await guest.say("undo")
    await guest.reads("undo.none", "ask.dates")
    await guest.say("sentence")
    await guest.town.pay(guest.key)
    await guest.say("cancel")
    await guest.reads("cancel.ask", "cancel.keep")
    await guest.tap("cancel.keep")
    await guest.reads("state.BOOKING_REQUEST_SENT_TO_OWNER")
    await guest.say("cancel")
    await guest.tap("cancel.yes")
    await guest.has_read("guest.cancelled_own.body")


async def g11_g12_failed_and_pending(guest: Guest) -> None:
    town = guest.town
    await guest.say("sentence")
    await town.pay(guest.key, "failed")
    await town.clock("+1m")
    await guest.reads("guest.payment_failed.body", "guest.payment_failed.footer", "guest.try_again")
    other = await guest.arrive("Asha Patil")
    await other.say("sentence")
    link = await town.link(await town.pay_url(other.key))
    slow = {"outcome": "pending_success", "after_seconds": 240}
    await town.api("POST", f"paytm/links/{link['link_id']}/pay", **slow)
    await town.clock("+31s")
    await other.has_read("guest.pending.body")
    await town.clock("+10m")
    await other.has_read("guest.paid.body")


async def g12_late_and_twice(guest: Guest) -> None:
    town = guest.town
    await guest.say("full")
    link = await town.link(await town.pay_url(guest.key))
    slow = {"outcome": "pending_success", "after_seconds": 71 * 3600}
    await town.api("POST", f"paytm/links/{link['link_id']}/pay", **slow)
    for change in ("+31s", "+50m", "+15m"):
        await town.clock(change)
    await guest.has_read("guest.pending_over.body")
    other = await guest.arrive("Asha Patil")
    await other.say("full")
    await town.pay(other.key)
    await town.tap("meera", "Confirm booking")
    for change in ("+23h", "+1d", "+1d", "+2h", "+6m"):
        await town.clock(change)
    await guest.has_read("guest.paid_late.body")
    twice = await guest.arrive("Kabir Shah")
    await twice.say("sentence")
    first = await town.link(await town.pay_url(twice.key))
    await town.api("POST", f"paytm/links/{first['link_id']}/pay", **slow | {"after_seconds": 240})
    await twice.say("correction")
    await town.pay(twice.key)
    for change in ("+31s", "+5m", "+24m", "+31m"):
        await town.clock(change)
    await twice.has_read("guest.surplus.body")


async def g13_commands(guest: Guest) -> None:
    await guest.say("status")
    await guest.reads("status.none", "ask.place.name")
    await guest.say("help")
    await guest.reads("help")
    await guest.say("cancel")
    await guest.reads("cancel.none")
    await guest.say("edit")
    await guest.reads("edit.none")
    await guest.say("map")
    await guest.reads("map.none")
    await guest.say("place")
    await guest.say("range")
    await guest.say("status")
    await guest.reads("status.draft", "ask.guests")
    await guest.say("help")
    await guest.reads("help", "ask.guests")
    await guest.say("back")
    await guest.reads("back.had", "ask.dates", "back.keep")
    await guest.say("language")
    await guest.reads("language.ask", "language.en", "language.hi", "language.mr")
    await guest.say("stop")
    await guest.reads("stop")
    await guest.say("start")
    await guest.reads("back.welcome")
    await guest.say("form")
    await guest.reads("form.body")


async def g14_wrong_input(guest: Guest) -> None:
    await guest.say("hello")
    await guest.say("nonsense")
    await guest.reads("place.none")
    await guest.say("nonsense")
    await guest.reads("missed.2.place", "place.all")
    await guest.choose("Lonavala")
    await guest.reads("ask.dates")
    await guest.say("restart")
    for _ in range(3):
        await guest.say("nonsense")
    await guest.reads("missed.3.place", "place.all", "guest.button.human")
    await guest.tap("place.all")
    await guest.reads("ask.place.name")
    await guest.say("place")
    for number in (1, 2):
        await guest.say("nonsense")
        await guest.reads(f"missed.{number}.dates")
    await guest.say("nonsense")
    await guest.reads("missed.3", "guest.button.human", "guest.button.restart")
    await guest.say("past")
    await guest.reads("dates.fault.past", "dates.which", "dates.other")
    await guest.say("reversed")
    await guest.reads("dates.fault.reversed")
    await guest.say("long")
    await guest.reads("dates.fault.too_long")
    await guest.say("range")
    for number in (1, 2):
        await guest.say("nonsense")
        await guest.reads(f"missed.{number}.guests")
    await guest.say("nobody")
    await guest.reads("guests.none")
    await guest.say("crowd")
    await guest.reads("guests.too_many")
    await guest.say("people")
    await guest.say("filler")
    await guest.reads("review.tap_to_pay", "review.open")
    await guest.send("image")
    await guest.reads("check.open")


async def g15_back_after_three_days(guest: Guest) -> None:
    await guest.say("place")
    await guest.say("range")
    await guest.town.clock("+3d")
    await guest.say("hello")
    await guest.reads("back.welcome", "back.continue", "guest.button.new")
    await guest.tap("back.continue")
    await guest.reads("ask.guests")


async def g15_the_price_has_changed(guest: Guest) -> None:
    dearer = "UPDATE property SET price = price + $1 WHERE name = $2"
    await guest.say("place")
    await guest.town.service.pool.execute(dearer, 10_000, PAWNA)
    await guest.say("range")
    await guest.reads("back.price", "ask.guests")
    await guest.town.service.pool.execute(dearer, -10_000, PAWNA)


async def g16_two_bookings(guest: Guest) -> None:
    await guest.say("sentence")
    await guest.town.pay(guest.key)
    await guest.say("sentence")
    await guest.reads("guest.review.beside", "guest.review.body")
    await guest.town.pay(guest.key)
    await guest.say("status")
    await guest.reads("which.booking", "which.label", "short.waiting", "guest.button.new")
    await guest.choose(guest.texts("guest.button.new"))
    await guest.reads("ask.place.name")
    await guest.say("place")
    await guest.say("status")
    await guest.reads("which.begun")
    await guest.choose(guest.texts("guest.button.new"))
    await guest.reads("back.welcome", "back.continue")


async def g17_not_text(guest: Guest) -> None:
    await guest.say("hello")
    await guest.send("location", latitude=18.66, longitude=73.49)
    await guest.reads("near.places", "near.km")
    await guest.choose(PAWNA)
    kinds = {"audio": "voice", "sticker": "sticker", "image": "picture", "contacts": "contact",
             "unsupported": "unsupported", "location": "location"}  # fmt: skip
    for kind, text in kinds.items():
        await guest.send(kind)
        await guest.reads(f"not_text.{text}", "ask.dates")


async def digressions(guest: Guest) -> None:
    await guest.say("search")
    await guest.reads("ask.dates")
    await guest.say("price")
    await guest.reads("faq.price", "ask.dates")
    await guest.say("pets")
    await guest.reads("faq.unknown", "ask.dates")
    await guest.say("food")
    await guest.reads("faq.answer", "ask.dates")
    await guest.say("map")
    await guest.reads("faq.location", "ask.dates")


async def g18_returning(guest: Guest) -> None:
    await g7_g8_paid_and_confirmed(guest)
    await guest.town.clock("2026-12-24T05:00:00+00:00")
    await guest.has_read("template.guest_reminder.body")
    await guest.town.clock("2026-12-27T20:00:00+00:00")
    await guest.town.clock("2026-12-28T05:00:00+00:00")
    await guest.has_read("template.guest_thanks.body")
    await guest.town.clock("2027-02-01T06:00:00+00:00")
    await guest.say("hello")
    await guest.reads("again.hello", "again.last", "again.free", "guest.button.same_dates")
    await guest.tap("guest.button.same")
    await guest.reads("guest.review.body")


STORIES: tuple[Callable[[Guest], Awaitable[None]], ...] = (
    g1_hello_place_dates_guests_review,
    g1b_a_link_and_one_sentence,
    g1c_no_such_place,
    g2_days,
    g2f_taken,
    g3_name_and_phone,
    g5_edit,
    g7_g8_paid_and_confirmed,
    g10_cancel,
    g13_commands,
    g14_wrong_input,
    g16_two_bookings,
    g17_not_text,
    digressions,
    g11_g12_failed_and_pending,
    g6_the_hold_runs_out,
    g9_the_host_cannot,
    g7_the_host_is_silent,
    g15_back_after_three_days,
    g15_the_price_has_changed,
    g12_late_and_twice,
    g18_returning,
)
# What makes each message of the script; all of it must have been read in every language.
MESSAGES = {
    "G1": "ask.place.name ask.place.footer place.label place.free",
    "G1 search": "place.none place.none.near place.all",
    "G2": "ask.dates dates.other form.body",
    "G2c": "ask.nights nights.till",
    "G2d": "dates.which",
    "G2e": "dates.early",
    "G2f": "dates.full dates.nearest",
    "G3": "ask.guests guests.n guests.more",
    "G3b": "ask.name missed.1.name",
    "G3c": "ask.phone phone.wrong",
    "G4": "guest.review.header guest.review.body guest.review.footer guest.review.pay",
    "G5": "edit.what edit.place edit.dates edit.nights edit.guests edit.name edit.phone edit.advance"
    " edit.language edit.back",
    "G6": "guest.hold_ends_soon.body guest.pay_again guest.hold_over guest.button.again",
    "G7": "guest.paid.body guest.button.status guest.button.cancel guest.still_waiting.body"
    " guest.owner_silent.body",
    "G8": "guest.confirmed.header guest.confirmed.body guest.button.ticket"
    " template.guest_reminder.body template.guest_thanks.body",
    "G9": "guest.cancelled.body reason.weather.told places.other guest.refunded.body",
    "G10": "cancel.ask cancel.keep cancel.yes guest.cancelled_own.body draft.dropped undo undo.done",
    "G11": "guest.payment_failed.body guest.payment_failed.footer guest.try_again",
    "G12": "guest.pending.body guest.pending_over.body guest.paid_late.body guest.surplus.body",
    "G13": "status.none help cancel.none edit.none ticket.none map.none status.draft back.had"
    " back.keep language.ask stop human.call undo.none guest.button.map",
    "G14": "missed.2.place missed.3 missed.3.place missed.1.dates missed.2.dates dates.fault.past"
    " dates.fault.reversed dates.fault.too_long missed.1.guests missed.2.guests guests.none"
    " guests.too_many review.tap_to_pay check.open",
    "G15": "back.welcome back.continue back.price",
    "G16": "which.begun which.booking which.label short.waiting guest.button.new guest.review.beside",
    "G17": "near.places near.km not_text.voice not_text.sticker not_text.picture not_text.contact"
    " not_text.unsupported not_text.location",
    "G18": "again.hello again.last again.free guest.button.same guest.button.same_dates",
    "digressions": "faq.price faq.unknown faq.answer faq.location",
}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_message_of_the_script_is_read_in_its_language(
    town: Town, language: str
) -> None:
    everybody = Guest(town, language)
    for story in STORIES:
        guest = await everybody.arrive()
        try:
            await story(guest)
        except AssertionError as fault:
            raise AssertionError(f"{story.__name__}: {fault}") from fault
        await town.clock("+16m")  # what was held and not paid is free again
    assert await town.count("SELECT count(*) FROM message WHERE state = 'dead'") == 0
    unread = {name: set(ids.split()) - everybody.seen for name, ids in MESSAGES.items()}
    assert {name: ids for name, ids in unread.items() if ids} == {}

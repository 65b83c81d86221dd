"""Everything that LoonCamp can say, said once with the longest data, and which texts it took."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

from flows import refund_talk
from flows.availability import Taken
from flows.booking import Actor, Event, Status, legal_moves
from flows.consequences import Move, consequences
from flows.dates import Fault
from flows.facts import Booking, Person
from flows.guest import flow, form, later
from flows.guest.draft import Draft
from flows.guest.scene import Scene
from flows.guest.words import COMMANDS
from flows.inbound import What
from flows.messages import Kind, Message, Outgoing
from flows.notices import OWES, REASONS, Writer
from flows.owner import arrivals, blocks, checkin, home, pause, places, requests, rounds, talk
from flows.owner.arrivals import DAYS, NOT_PAID, Arrival
from flows.owner.checkin import Marks
from flows.owner.places import Meant
from flows.owner.reply import Reply
from flows.owner.requests import VERBS
from flows.owner.rounds import Week
from flows.property import Property
from flows.refund_policy import RefundStep
from flows.refund_talk import Refund
from flows.rules import Rules
from flows.texts import Texts
from tests.flows.make import (
    CATALOGUES,
    LONG_GUEST,
    LONG_NAME,
    LONG_PLACE,
    LONG_VILLA,
    NOW,
    PAWNA,
    RULES,
    longest,
    many,
)
from tests.flows.phone import Phone
from tests.flows.said_admin import admin_desk, desk_talk, digest_of

OWN_WORDS = "the tents were taken down before the storm " * 7  # a reason as somebody wrote it
STEPS = tuple(RefundStep(days, percent) for days, percent in ((20, 100), (10, 75), (2, 50), (1, 5)))
SAID_TO_WAITING_GUESTS = (
    "guest.link_late", "guest.link_failed", "guest.owner_silent", "guest.still_waiting"
)  # fmt: skip
DECIDERS = ("owner", "admin", "clock")


class Heard(dict[str, tuple[str, ...]]):
    """The texts of a catalogue that remember which of them were said."""

    def __init__(self, entries: Any, said: set[str]) -> None:
        super().__init__(entries)
        self.said = said

    def get(self, key: str, default: Any = None) -> Any:
        self.said.add(key)
        return super().get(key, default)


@dataclass
class Everything:
    """All messages of one language by a name, and the ids of the texts that were said."""

    language: str
    messages: dict[str, Message] = field(default_factory=dict)
    notices: dict[str, Outgoing] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def add(self, name: str, message: Message) -> None:
        self.messages[f"{name} {len(self.messages)}"] = message

    def answer(self, name: str, reply: Reply) -> None:
        if reply.message is not None:
            self.add(name, reply.message)

    def send(self, name: str, notice: Outgoing) -> None:
        self.notices[f"{name} {len(self.notices)}"] = notice
        self.add(name, notice.message)


@cache
def everything(language: str) -> Everything:
    """All that can be said in a language."""
    said = Everything(language)
    texts = Texts(language, Heard(CATALOGUES[language].entries, said.texts))
    write = Writer({language: texts, "en": texts}, RULES)
    _notices(said, write)
    _refunds(said, write)
    _owners(said, write)
    _conversations(said, write)
    _afterwards(said, write)
    said.send("digest", digest_of(write, _in(language, longest()).admin))
    for notice in desk_talk(write, _in(language, longest())):
        said.send(notice.intent, notice)
    for name, message in admin_desk(_in(language, longest()), write):
        said.add(name, message)
    return said


def _in(language: str, booking: Booking) -> Booking:
    people = {
        role: replace(getattr(booking, role), language=language)
        for role in ("guest", "owner", "admin")
    }
    return replace(booking, **people)


def _notices(said: Everything, write: Writer) -> None:
    for source, event, actor, to in legal_moves():
        for decider, reason in _decided():
            if (event, decider) == (Event.TICKET_ISSUED, "clock"):
                continue  # nothing confirms by itself
            made = _in(said.language, longest(status=Status(to), decided_by=decider, reason=reason))
            if to == Status.CLOSED:
                made = replace(made, refund_due=0)
            move = Move(made, Event(event), Status(source), Status(to), Actor(actor), NOW)
            for notice in consequences(move, write).messages:
                said.send(f"{event} by {actor}: {notice.intent}", notice)
    for notice in _others(_in(said.language, longest(reason=OWN_WORDS)), write):
        said.send(notice.intent, notice)


def _decided() -> Iterator[tuple[str, str | None]]:
    yield from ((decider, OWN_WORDS) for decider in DECIDERS)
    yield from (("owner", reason) for reason in (*REASONS, None))


def _others(booking: Booking, write: Writer) -> Iterator[Outgoing]:
    """What is said by jobs, by Paytm's answers and by the desks, not by a move."""
    amount = "₹99,99,999.99"
    yield write.review(booking)
    yield write.review(booking, (booking.booking_id,) * 5)
    yield write.pay_again("guest.hold_ends_soon", booking)
    yield write.pay_again("guest.payment_failed", booking)
    yield write.pending(booking)
    yield write.hold_again(booking)
    yield write.to_guest("guest.pending_over", booking)
    yield write.request(booking, "owner.reminder")
    yield write.request(booking, "owner.last_reminder")
    yield write.ask_admin(booking)
    yield write.reminder(booking)
    yield write.thanks(booking)
    for words in ("w" * 700,):
        yield write.from_looncamp("guest", booking, words)
        yield write.from_looncamp("owner", booking, words)
    for intent in SAID_TO_WAITING_GUESTS:
        yield write.to_guest(intent, booking)
    for kind in ("surplus", "mismatch"):
        yield write.to_guest(f"guest.{kind}", booking, amount=amount, kept="LC-7K2M9X")
        yield write.to_admin(f"admin.{kind}", booking, amount=amount, kept="LC-7K2M9X")
    for intent in ("guest.surplus_refunded", "guest.surplus_by_hand"):
        yield write.to_guest(intent, booking, amount=amount, ref="9" * 40)
    for kind in ("refund_balance", "refund_stuck", "refund_slow", "refund_failed_once"):
        yield write.to_admin(
            f"admin.{kind}", booking, amount=amount, refund_id="RF" + "F" * 16, code="620 low"
        )
    by_hand = replace(write, rules=replace(write.rules, refunds_auto=False))
    for intent in OWES:
        yield by_hand.to_admin(intent, booking, amount=amount, kept="LC-7K2M9X")
    yield write.to_admin("admin.link_failed", booking)
    yield write.to_admin("admin.data", booking, count="14 things", list="x" * 500)
    yield write.to_admin("admin.calendar_clash", booking, site="s" * 60, nights="30 Dec – 29 Jan")
    for what in ("red", "lost", "costs", "will_cost"):
        yield write.to_admin(f"admin.template_{what}", booking, template="t" * 40, what="MARKETING")
    yield write.to_admin(
        "admin.circuit", booking, since="31/12 10:12", until="31/12 11:05", code="131042"
    )
    yield write.to_admin("admin.books", booking, n="99", list="\n".join(["x" * 120] * 5))
    for what in ("gone", "link", "refused", "merchant"):
        intent = f"admin.odd.{what}"
        yield write.to_admin(intent, booking, txn="9" * 64, amount=amount, code="5028")
    yield write.to_admin("admin.undelivered", booking, about="guest.cancelled_own", code="131026")
    yield write.to_admin("admin.checkin_problem", booking)
    yield write.to_admin("admin.stranger", booking, phone="+" + "9" * 15)
    yield write.to_admin("admin.number_moved", booking, phone="+" + "9" * 15)


def _refunds(said: Everything, write: Writer) -> None:
    """The admin about money on its way back: as many refunds as one booking may ever have."""
    booking = _in(said.language, longest())
    refunds = tuple(
        Refund("RF" + "F" * 16, 999_999_999, status, "601", "9" * 40)
        for status in ("due", "initiated", "refunded")
    )
    texts = write.texts(booking.admin)
    for lead in ("refund.paytm_away", "refund.not_owed", "refund.marked"):
        for shown in ((), refunds, refunds[2:], refunds * 2):
            message = refund_talk.stand(shown, booking, write, booking.admin, texts(lead))
            said.add(lead, message)
    for refund in refunds:
        said.add("reference", refund_talk.ask_reference(refund, booking, write, booking.admin))
    said.add("no reference", Message(Kind.TEXT, texts("admin.no_reference")))


def _talk(texts: Texts) -> Iterator[Reply]:
    yield talk.which_language(texts)
    yield talk.called(texts, None)
    yield talk.called(texts, "+" + "9" * 15)
    yield talk.prices(texts)
    yield talk.pass_on(texts, "w" * 4096)
    yield talk.passed(texts)


def _places_desk(texts: Texts, rules: Rules) -> Iterator[Reply]:
    """Blocks and pauses of the longest places over the longest dates."""
    first, last = date(2026, 12, 30), date(2027, 3, 28)
    met = [longest()] * 12
    many_places = tuple(replace(LONG_PLACE, property_id=f"p-{n}") for n in range(10))
    asleep = replace(LONG_PLACE, paused=True, paused_until=NOW)
    endless = replace(asleep, property_id="q", paused_until=None)
    yield places.which(texts, "block", many_places, Meant(None, first, last))
    for lead in ("", texts("dates.fault.too_far")):
        yield blocks.ask_dates(texts, LONG_PLACE, [(first, last), (last, first)], lead)
    yield blocks.ask_dates(texts, LONG_PLACE, [])
    for fault in Fault:
        yield blocks.fault(texts, LONG_PLACE, Meant(LONG_PLACE, fault=fault)) or Reply()
    several = Meant(LONG_PLACE, options=(first, first + timedelta(days=7), last))
    yield blocks.fault(texts, LONG_PLACE, several) or Reply()
    for staying in ([], met[:1], met):
        yield blocks.done(texts, LONG_PLACE, first, last, 10**18, staying)
        for anything_free in (False, True):
            yield blocks.in_the_way(texts, LONG_PLACE, first, last, met, anything_free)
    yield blocks.nothing_left(texts, LONG_PLACE, first, last)
    for was_blocked in (False, True):
        yield blocks.opened(texts, LONG_PLACE, first, last, was_blocked)
    yield blocks.lifted(texts, LONG_PLACE.name, first, last)
    yield blocks.gone(texts)
    for count in (0, 1, 30):
        rows = [("p" * 60, LONG_NAME, first, last + timedelta(days=n)) for n in range(count)]
        yield blocks.listing(texts, rows)
    yield pause.which(texts, (*many_places[:8], asleep, endless), rules)
    yield pause.how_long(texts, LONG_PLACE)
    for until in (None, NOW):
        yield pause.paused(texts, LONG_PLACE, until, 99, 99, rules)
    yield pause.resumed(texts, LONG_PLACE)


def _rounds(booking: Booking, write: Writer) -> Iterator[Outgoing]:
    """The longest morning and week."""
    crowd = [Arrival(booking)] * 14
    places_of = [LONG_PLACE] * 10
    for arriving in (crowd[:1], crowd):
        yield rounds.morning(arriving, booking.first, write, booking.owner)
    for week in (Week(crowd, 99, 99, 99, places_of), Week([], 0, 1, 0, [])):
        yield rounds.weekly(week, booking.first, write, booking.owner)


def _arrivals(texts: Texts, booking: Booking, write: Writer) -> Iterator[Reply]:
    """Forty arrivals in every state, and every card at the gate."""
    here = replace(booking, status=Status.CHECKED_IN)
    comes = replace(booking, status=Status.TICKET_GENERATED)
    crowd = [
        Arrival(replace(each, booking_id=f"LCWWWW{n:02d}"), note)
        for n, (each, note) in enumerate(((comes, ""), (here, ""), (here, NOT_PAID)) * 14)
    ]
    for span in DAYS:
        for arriving in ([], crowd[:1], crowd[:3], crowd):
            yield arrivals.listed(texts, arriving, span, booking.first, write.rules)
    reader = booking.owner
    day = timedelta(days=1)
    moments = (comes.checkin - 2 * day, comes.checkin, comes.checkout + 2 * day)
    for status, now in product((*set(Status) - {Status.NONE},), moments):
        for marks in (Marks(), Marks(NOW, NOW, Actor.ADMIN, NOT_PAID)):
            card = checkin.card(replace(booking, status=status), marks, now, write, reader)
            yield Reply(card)
    for note in (checkin.PAID, NOT_PAID):
        yield Reply(checkin.noted(booking, note, write, reader))
    for host_phone in (None, "+" + "9" * 15):
        phoned = replace(write, rules=replace(write.rules, host_phone=host_phone))
        yield Reply(checkin.problem(booking, phoned, reader))
    for status in set(Status) - {Status.NONE}:
        yield Reply(checkin.own_ticket(replace(booking, status=status), write, reader))
    yield Reply(checkin.not_for_you(write, reader))
    yield Reply(checkin.unknown(write, reader))


def _owners(said: Everything, write: Writer) -> None:
    reader = Person(2, LONG_NAME, "+919766011111", said.language)
    one = _in(said.language, longest())
    ten = tuple(replace(one, booking_id=f"LCWWWWW{n}") for n in range(10))
    for count in (0, 1, 10):
        said.answer("home", home.home(count, write, reader))
        said.add("several", requests.several(ten[: count or 2], NOW, write, reader))
    for status, decider in product(Status, (*Actor, None)):
        if status is not Status.NONE:
            stood = replace(one, status=status, decided_by=decider, owner=reader)
            for who in (reader, one.admin):
                said.add("refused", requests.refused(stood, NOW, write, who))
    for event in VERBS.values():
        for actor in Actor:
            said.add("already", requests.already(one, event, actor, "11:59 pm", write, reader))
    texts = write.texts(reader)
    for reply in (*_talk(texts), *_places_desk(texts, write.rules), *_arrivals(texts, one, write)):
        said.answer("talk", reply)
        said.answer("led", talk.led(reply, texts("owner.please_tap")))
    for notice in _rounds(one, write):
        said.send(notice.intent, notice)
    said.answer("changed", home.home(1, write, reader, texts("owner.language.set")))
    for intent in ("owner_calls", "from_owner", "owner_voice"):
        words = texts(f"admin.{intent}.body", owner=LONG_NAME, phone="+" + "9" * 15,
                      words="w" * talk.MOST_KEPT)  # fmt: skip
        said.add(intent, Message(Kind.TEXT, words))
    for reason in REASONS:
        for block_id, stood in product((None, 7), (one, replace(one, owner=reader))):
            gone = replace(stood, status=Status.OWNER_CANCELLED)
            said.add("reason", requests.reason_noted(reason, block_id, gone, write, reader))
    said.add("not yours", requests.not_yours(write, reader))
    hello = write.texts(reader)("admin.hello", name="x" * 200)
    said.add("admin.hello", replace(requests.not_yours(write, reader), body=hello))


# What is written, one line a conversation; >x taps what ends with x, !x sends what is not text.
SCRIPTS = """
hi|bbxxcc|>page.0|vvvv|hi|vvvv
hi|hmm|hmm|hmm|hi|>page.1|>page.2|>page.1|>page.0
lakeview|>p-1
camp 25 to 27 jan 4 people
27 jan to 25 jan|25 to 27 jan
bbbbbb|hmm|hmm|hmm|back|back
bbbbbb|>other|hmm|hmm|hmm
bbbbbb|>other|>days.later
bbbbbb|25 jan|hmm|hmm|hmm|99|28 days
bbbbbb|25 to 27 jan|hmm|hmm|hmm|0|60000 people|>other|999
bbbbbb|sat|next sat|sun or mon|next sat
bbbbbb|24 nov|27 jan to 25 jan|25 jan to 9 mar|1 jan 2030|31 feb|tomorrow|in 1 hour|today
WHOLE|ok|hmm|hmm|98220 99999
WHOLE|👍|👍|👍
WHOLE|Asha Kulkarni|👍|👍|👍
WHOLE|Asha Kulkarni|98220 99999|ok|edit|>edit=back|hi|help|status|back|500|name 👍|12345 67890
WHOLE|Asha Kulkarni|98220 99999|cancel|undo|undo
WHOLE|Asha Kulkarni|98220 99999|start over|>undo|edit|>edit=advance|7|50
WHOLE|Asha Kulkarni|98220 99999|@lapse|hi|ok|>again
WHOLE|Asha Kulkarni|98220 99999|!picture|@lapse|!picture
WHOLE|Asha Kulkarni|98220 99999|@paid|ok
bbbbbb|price?|is there a pool|food?|where is it|map|language|>language.mr|>language.hi|>language.en
bbbbbb, 25 to 27 jan|status|hi|>continue|hi|>dates
4 people|hi|>others|edit
pool?|mujhe 4 log ke liye chahiye
bbbbbb|stop|start
bbbbbb|form|25 jan 8am
bbbbbb, 25 jan|27 jan 6pm
bbbddd, 30 dec to 29 jan, 500 people|hmm|>others
bbbddd, 30 dec to 31 dec, 900 people|>others
bbbbbb, today, 4 people
""".replace("WHOLE", "bbbbbb, 30 dec to 29 jan, 500 people")
STARTS = ("", " 25 jan", ", 25 to 27 jan", ", 25 to 27 jan, 4 people")
SILENT_KINDS = (What.TEXT, What.TAP, What.SILENT)


def _places(place: Property) -> tuple[Property, ...]:
    """Thirty places with names as long as they may be, each with an area like "bbbccc"."""
    areas = [first * 3 + second * 3 for first in "bcdfg" for second in "bcdfgh"]
    return tuple(
        replace(
            place, property_id=f"p-{n}", name=place.name[:57] + f"{n:03d}", area=area + " " + "A" * 33
        )
        for n, area in enumerate(areas)
    )  # fmt: skip


def _conversations(said: Everything, write: Writer) -> None:
    people = [
        replace(LONG_GUEST, language=said.language),
        Person(1, "👍", None, said.language),
        Person(1, "W" * 200, None, said.language),
    ]
    for person in people:
        for place in (LONG_PLACE, LONG_VILLA):
            for number, script in enumerate(SCRIPTS.strip().splitlines()):
                phone = _phone(person, place, write)
                for turn in script.split("|"):
                    _play(phone, turn)
                _keep(said, f"script {number}", phone)
        for start in (
            "hi",
            "p-0",
            "p-0 25 jan",
            "p-0, 25 to 27 jan",
            "p-0, 25 to 27 jan, 4 people",
        ):
            for command in COMMANDS:
                phone = _phone(person, LONG_PLACE, write)
                phone.say(start)
                phone.say(COMMANDS[command][0])
                _keep(said, f"{command} after {start}", phone)
            for what in set(What) - set(SILENT_KINDS):
                phone = _phone(person, LONG_PLACE, write)
                phone.say(start)
                phone.send(what)
                _keep(said, f"{what} after {start}", phone)
    _one_offs(said, write, people[0])


def _one_offs(said: Everything, write: Writer, person: Person) -> None:
    """Moments that need something to happen beside the conversation."""
    phone = _phone(person, LONG_PLACE, write)
    phone.say("bbbbbb")
    old = phone.ids[-1]
    phone.say("help")
    phone.press(old)
    phone.press("g:LCNOBODY:status")
    phone.places = tuple(replace(each, paused=True) for each in phone.places[:1]) + phone.places[1:]
    phone.say("25 to 27 jan")
    _keep(said, "one-offs", phone)
    phone = _phone(person, LONG_PLACE, replace(write, rules=replace(write.rules, host_phone=None)))
    phone.say("human")
    _keep(said, "human", phone)
    for text in ("admin.number_moved.trust", "admin.number_trusted"):
        said.add(text, Message(Kind.TEXT, write.texts(person)(text)))
    said.add("flood", Message(Kind.TEXT, write.texts(person)("guest.flood")))
    said.add("holds", flow.too_many_holds(phone.scene(phone.draft), NOW).messages[0])
    _taken(said, person, write)
    few = replace(LONG_PLACE, units=1, guests_per_unit=12)
    taken = {few.property_id: (Taken(1, date(2027, 1, 25), date(2027, 1, 27)),)}
    phone = Phone(person=person, places=(few,), taken=taken, write=write)
    for text in ("lakeview, 25 to 27 jan", "99 people", "name 👍👍"):
        phone.say(text)
    _keep(said, "few", phone)
    _returning(said, write, person)
    form.definition(write.texts(person))
    phone = Phone(person=person, places=(*many(3, name="Lake Tents"), PAWNA), write=write)
    phone.say("lake tents")
    phone.say("human")
    _keep(said, "several", phone)


def _returning(said: Everything, write: Writer, person: Person) -> None:
    """Somebody who was here before, somebody whose price has changed, somebody on the way."""
    stay = replace(_in(said.language, longest(status=Status.CLOSED)), refund_due=None)
    phone = Phone(person=person, places=(stay.place,), write=write, bookings=(stay,))
    phone.say("hi")
    dearer = replace(LONG_PLACE, price=LONG_PLACE.nightly - 1)
    phone.places = (dearer,)
    phone.say("25 to 27 jan")
    _keep(said, "returning", phone)
    phone = Phone(person=person, places=(LONG_PLACE,), write=write)
    phone.say("lakeview 25 to 27 jan, 500 people")
    phone.settle("LC000000", Status.PAYMENT_EXPIRED, total=1) if phone.bookings else None
    phone.say("hi")
    _keep(said, "dearer", phone)
    known = replace(LONG_PLACE, answers=(("food", "F" * 200),), latitude=18.7, longitude=73.4)
    phone = Phone(person=person, places=(known, *many(3)), write=write)
    phone.locate(-18.0, -106.0)
    phone.tap(known.property_id)
    phone.say("food?")
    _keep(said, "nearest", phone)


def _taken(said: Everything, person: Person, write: Writer) -> None:
    """Taken nights with four, two, one and no other place that is free then."""
    for others in (5, 3, 1, 0):
        places = many(others + 1, name="Mahabaleshwar Mist A")
        taken = {"p-0": (Taken(1, date(2026, 12, 20), date(2027, 1, 25)),)}
        places = (replace(places[0], units=1), *places[1:])
        phone = Phone(person=person, places=places, taken=taken, write=write)
        phone.say("area0, 1 to 3 jan, 2 people")
        _keep(said, f"taken with {others} others", phone)


def _phone(person: Person, place: Property, write: Writer) -> Phone:
    first, last = date(2026, 12, 1), date(2027, 12, 2)
    full = tuple(Taken(unit, first, last - timedelta(days=90)) for unit in range(1, 501))
    return Phone(person=person, places=_places(place), taken={"p-2": full}, write=write)


def _keep(said: Everything, name: str, phone: Phone) -> None:
    for message in phone.shown:
        said.add(name, message)


def _play(phone: Phone, turn: str) -> None:
    if turn == "@lapse" and phone.bookings:
        phone.settle(phone.bookings[0].booking_id, Status.PAYMENT_EXPIRED)
    elif turn == "@paid" and phone.bookings:
        phone.settle(phone.bookings[0].booking_id, Status.BOOKING_REQUEST_SENT_TO_OWNER)
    elif turn.startswith("!"):
        phone.send(What(turn[1:]))
    elif turn.startswith(">"):
        end = turn[1:]
        phone.press(next((each for each in phone.ids if each.endswith(end)), "d:0:gone=1"))
    elif not turn.startswith("@"):
        phone.say(turn)


def _afterwards(said: Everything, write: Writer) -> None:
    """Answers about what exists, in every state, with one booking and with ten."""
    person = replace(LONG_GUEST, language=said.language)
    for status in Status:
        if status is Status.NONE:
            continue
        one = _in(said.language, longest(status=status))
        ten = tuple(replace(one, booking_id=f"LCWWWWW{n}") for n in range(10))
        for bookings in ((one,), ten):
            for word in COMMANDS:
                phone = Phone(person=person, write=write, bookings=bookings)
                phone.say(COMMANDS[word][0])
                _keep(said, f"{word} at {status} with {len(bookings)}", phone)
        begun = _phone(person, LONG_PLACE, write)
        begun.bookings = ten
        for words in ("bbbbbb", "25 to 27 jan", COMMANDS["status"][0]):
            begun.say(words)
        _keep(said, f"status of a form at {status}", begun)
        scene = Scene(person, Draft(), write.texts(person), write.rules, NOW, (), bookings=(one,))
        for verb in ("status", "cancel", "keep", "ticket", "map", "again", "nonsense"):
            said.add(f"{verb} at {status}", later.about(verb, one, scene))
        stepped = replace(one, place=replace(one.place, refund_steps=STEPS))
        said.add(f"cancel by steps at {status}", later.about("cancel", stepped, scene))
        said.add(f"check at {status}", later.check_answer(one, scene))
        unlinked = replace(one, link_url=None)
        said.add(f"unlinked at {status}", later.pay_link(unlinked, scene, "lead"))

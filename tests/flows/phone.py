"""A guest's phone without a network: what is typed and tapped goes through the pure flow."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from flows.availability import Calendar, Taken
from flows.booking import Status
from flows.facts import Booking, Person
from flows.guest import later
from flows.guest.decision import Act, Decision
from flows.guest.draft import Draft
from flows.guest.flow import decide, fresh, with_hint
from flows.guest.read import read
from flows.guest.scene import Scene
from flows.guest.tongue import Tongue, hear, wants_hint
from flows.inbound import Inbound, What
from flows.messages import Message, problems
from flows.notices import Writer
from flows.orders import Order
from flows.property import Property
from tests.flows.make import GUEST, NOW, PLACES, WRITE, booking


class Phone:
    """Says and taps; keeps the chat as the database would, and plays the acts' outcomes."""

    def __init__(
        self, *, person: Person = GUEST, places: tuple[Property, ...] = PLACES,
        taken: Mapping[str, tuple[Taken, ...]] | None = None, bookings: tuple[Booking, ...] = (),
        now: datetime = NOW, write: Writer = WRITE,
    ) -> None:  # fmt: skip
        self.person, self.places, self.taken = person, places, dict(taken or {})
        self.bookings, self.now, self.chat = bookings, now, "{}"
        self.write, self.texts = write, write.texts(person)
        self.shown: list[Message] = []
        self.tongue = Tongue()
        self.act: Act | None = None
        self.booked: list[Order] = []

    @property
    def draft(self) -> Draft:
        return Draft.from_json(json.loads(self.chat))

    @property
    def last(self) -> Message:
        return self.shown[-1]

    @property
    def ids(self) -> list[str]:
        return [part.id for part in (*self.last.buttons, *self.last.rows)]

    @property
    def titles(self) -> list[str]:
        return [part.title for part in (*self.last.buttons, *self.last.rows)]

    def say(self, text: str) -> Message:
        return self._send(Inbound("wamid.1", What.TEXT, self.now, text))

    def send(self, what: What, phone: str | None = None, *, own: bool = False) -> Message:
        return self._send(Inbound("wamid.1", what, self.now, phone=phone, own_phone=own))

    def fill(self, **values: str) -> Message:
        """Send the form of the last message back with these fields changed."""
        form = self.last.form
        assert form is not None, "the last message is no form"
        sent = {key: form.data[key] for key in ("place", "guests", "name", "phone", "ref")}
        sent |= {"flow_token": form.token} | values
        pairs = tuple((key.replace("_date", "-date"), value) for key, value in sent.items())
        return self._send(Inbound("wamid.1", What.FORM, self.now, form=pairs))

    def locate(self, latitude: float, longitude: float) -> Message:
        return self._send(
            Inbound("wamid.1", What.LOCATION, self.now, latitude=latitude, longitude=longitude)
        )

    def tap(self, wanted: str, message: Message | None = None) -> Message:
        """Tap what has this title or this end of an id, on the last message or an older one."""
        source = message or self.last
        for part in (*source.buttons, *source.rows):
            if part.title == wanted or part.id.endswith(wanted):
                return self.press(part.id, part.title)
        raise AssertionError(f"{wanted!r} is not among {self.titles}")

    def press(self, payload: str, title: str = "") -> Message:
        return self._send(Inbound("wamid.1", What.TAP, self.now, title, payload))

    def scene(self, draft: Draft) -> Scene:
        bare = Scene(
            self.person, draft, self.texts, self.write.rules, self.now, self.places,
            bookings=self.bookings,
        )  # fmt: skip
        if bare.place is not None:
            taken = self.taken.get(bare.place.property_id, ())
            bare = replace(bare, calendar=Calendar(bare.place, taken))
        busy = self._busy(*bare.weekend)
        return replace(bare, full=self._busy(draft.checkin, draft.checkout), busy=busy)

    def _busy(self, first: date | None, last: date | None) -> dict[str, int]:
        if not first or not last or first >= last:
            return {}
        return {
            place.property_id: place.units
            - Calendar(place, self.taken.get(place.property_id, ())).free_units(first, last)
            for place in self.places
        }

    def _send(self, inbound: Inbound) -> Message:
        self._listen(inbound)
        scene = fresh(self.scene(self.draft))
        reading = read(inbound, scene)
        scene = self.scene(reading.draft)
        decision = decide(inbound, reading, scene)
        assert len(decision.messages) <= 1, "one answer to one message"
        assert decision.messages or decision.act, f"{inbound} is not answered"
        decision = self._play(decision, scene)
        if decision.messages and wants_hint(self.tongue, self.person.language):
            decision = with_hint(decision, scene)
            self.tongue = replace(self.tongue, hinted=True)
        for message in decision.messages:
            assert problems(message) == [], inbound
        self.act, self.chat = decision.act, json.dumps(decision.draft.to_json())
        assert self.draft == decision.draft, "the chat row keeps the draft as it is"
        self.shown += decision.messages
        return self.last

    def _listen(self, inbound: Inbound) -> None:
        self.tongue, language = hear(inbound, self.tongue, self.person.language)
        self.person = replace(self.person, language=language)
        self.texts = self.write.texts(self.person)

    def _play(self, decision: Decision, scene: Scene) -> Decision:
        act = decision.act
        if act is None:
            return decision
        if act.verb == "book":
            return self._book(decision, act)
        mine = next((each for each in self.bookings if each.booking_id == act.booking_id), None)
        if act.verb == "check":
            assert mine
            return replace(decision, messages=(later.check_answer(mine, scene),))
        if act.verb == "withdraw" and mine and mine.status is Status.PAYMENT_PENDING:
            self.settle(mine.booking_id, Status.PAYMENT_EXPIRED)
        return self._cancel(decision, scene, mine) if act.verb == "cancel" and mine else decision

    def _cancel(self, decision: Decision, scene: Scene, mine: Booking) -> Decision:
        if mine.status not in later.CANCELLABLE:
            return replace(decision, messages=(later.about("status", mine, scene),))
        self.settle(mine.booking_id, Status.GUEST_CANCELLED)
        told = self.write.to_guest("guest.cancelled_own", mine).message
        return replace(decision, messages=(told,))

    def settle(self, booking_id: str, status: Status, **changes: object) -> None:
        """Move a booking from outside: paid, lapsed, confirmed."""
        self.bookings = tuple(
            replace(each, status=status, **changes) if each.booking_id == booking_id else each  # type: ignore[arg-type]  # fields of Booking by name
            for each in self.bookings
        )

    def _book(self, decision: Decision, act: Act) -> Decision:
        assert act.order
        for each in self.bookings:
            if each.status is Status.PAYMENT_PENDING:
                self.settle(each.booking_id, Status.PAYMENT_EXPIRED)
        order, number = act.order, len(self.booked)
        self.booked.append(order)
        held = booking(
            order.place, order.guests, (order.last - order.first).days,
            booking_id=f"LC00000{number:X}", status=Status.PAYMENT_PENDING, guest=self.person,
            guest_name=order.guest_name, guest_phone=order.guest_phone, checkin=order.checkin,
            checkout=order.checkout, first=order.first, last=order.last,
            hold_until=self.now + timedelta(minutes=15), token=None, txn_id=None,
            advance=order.price.advance,
        )  # fmt: skip
        self.bookings = (held, *self.bookings)
        draft = replace(decision.draft, booking_id=held.booking_id, asked=None, misses=0)
        return replace(decision, draft=draft, messages=(self.write.review(held).message,))

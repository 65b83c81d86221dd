"""Rows turned into the frozen values that the pure code reads."""

from collections.abc import Mapping
from typing import Any

from flows.booking import Status
from flows.facts import Booking, Person
from flows.property import Property
from flows.refund_policy import RefundStep


def to_property(row: Mapping[str, Any], *, checkin: str, checkout: str) -> Property:
    """A property from a row; the names of its two hours differ where a booking is joined."""
    return Property(
        property_id=row["property_id"],
        name=row["name"],
        area=row["area"],
        kind=row["kind"],
        owner_name=row["owner_name"],
        owner_phone=row["owner_phone"],
        units=row["units"],
        guests_per_unit=row["guests_per_unit"],
        price=row["price"],
        price_per_unit=row["price_per_unit"],
        advance_percent=row["advance_percent"],
        checkin=row[checkin],
        checkout=row[checkout],
        map_url=row["map_url"],
        about=row["about"],
        paused=row["paused"],
        paused_until=row["paused_until"],
        refund_steps=tuple(RefundStep(**step) for step in row["refund_steps"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        answers=tuple(sorted(row["answers"].items())),
    )


def to_person(row: Mapping[str, Any]) -> Person:
    """A person from its own row."""
    return Person(
        row["person_id"], row["name"], row["phone"], row["language"], row["quiet"],
        row["doubted_at"] is not None,
    )  # fmt: skip


def to_booking(row: Mapping[str, Any]) -> Booking:
    """A booking from a row of `booking_facts`."""
    place = to_property(row, checkin="house_checkin", checkout="house_checkout")
    guest = Person(
        row["guest_id"], row["guest_profile"], row["guest_contact"], row["guest_language"],
        row["guest_quiet"],
    )  # fmt: skip
    owner = Person(row["owner_id"], place.owner_name, place.owner_phone, row["owner_language"])
    admin = Person(row["admin_id"], row["admin_name"], row["admin_phone"], row["admin_language"])
    return Booking(
        booking_id=row["booking_id"],
        status=Status(row["status"]),
        place=place,
        guest=guest,
        owner=owner,
        admin=admin,
        guest_name=row["guest_name"],
        guest_phone=row["guest_phone"],
        checkin=row["checkin"],
        checkout=row["checkout"],
        nights=(row["last"] - row["first"]).days,
        first=row["first"],
        last=row["last"],
        guests=row["guests"],
        units=row["units_taken"],
        total=row["total"],
        advance=row["advance"],
        hold_until=row["hold_until"],
        link_url=row["link_url"],
        txn_id=row["txn_id"],
        asked_at=row["asked_at"],
        answer_by=row["answer_by"],
        deadline=row["deadline"],
        reason=row["reason"],
        refund_due=row["refund_due"],
        refund_id=row["refund_id"],
        bank_reference=row["bank_reference"],
        token=row["token"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
    )

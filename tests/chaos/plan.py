"""What will go wrong, and when: drawn from a seed, the same seed giving the same plan."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Switches = dict[str, dict[str, Any]]

SOMEBODY = ["+919822012345", "+919766011111"]  # a guest and an owner of the sandbox
OUTCOMES = (
    "success", "success", "success", "success", "failed", "pending_success", "pending_failed",
    "close", "success_twice", "success_after_hold", "callback_lost", "wrong_amount",
    "wrong_checksum",
)  # fmt: skip
FORGERIES = ("", "", "again", "relabelled", "stale_pending", "wrong_key", "altered_amount")
GUESTS = ("", "", "", "", "cancels", "asks twice", "says confirm")
DEEDS = (
    "confirm", "confirm", "confirm", "confirm", "confirm", "cancel", "double tap", "crossed taps",
    "late",
)  # fmt: skip
FAILS = (
    "429", "pair", "500", "html", "timeout_after_accept", "reset_after_accept", "reset", "down",
    "token_revoked", "maintenance", "130429", "131000", "131016", "131056", "80007", "4",
)  # fmt: skip
PAYTM_FAILS = ("500", "501", "html", "hang", "reset")
REFUNDS = ("failed", "low_balance", "600", "607", "617", "619", "626", "627", "629")
FORGED_WEBHOOKS = ("wrong", "missing")
CRASHES = ("backend", "server")  # what of the database ends
STRANGERS = ("image", "audio", "sticker", "video", "document", "location", "contacts",
             "words", "flood", "old tap")  # fmt: skip
CLOCK = (20, 70, 300)
HOLD = (0.15, 0.5)  # seconds for which a switch stays on


@dataclass(frozen=True, slots=True)
class Story:
    """One guest's booking: where, how it is paid, what is forged, what else the guest does."""

    number: int
    outcome: str
    forgery: str
    also: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, before the booking of this number begins; `value` is what it is done with."""

    before: int
    kind: str
    value: Any = None
    hold: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run."""

    seed: int
    stories: tuple[Story, ...]
    faults: tuple[Fault, ...]

    def lines(self) -> Iterator[str]:
        """The plan as it is printed."""
        by_booking: dict[int, list[Fault]] = {}
        for fault in self.faults:
            by_booking.setdefault(fault.before, []).append(fault)
        for story in self.stories:
            for fault in by_booking.get(story.number, []):
                yield f"{story.number:4} {fault.kind} {fault.value or ''} {fault.hold:.2f}".rstrip()
            extra = " ".join(each for each in (story.forgery, story.also) if each)
            yield f"{story.number:4} books: {story.outcome} {extra}".rstrip()

    def kinds(self) -> Counter[str]:
        """How often each kind of background fault occurs."""
        return Counter(fault.kind for fault in self.faults)


def _switches() -> list[tuple[str, Switches]]:
    """Every trouble that a switch makes, by its name."""
    many: list[tuple[str, Switches]] = []

    def add(area: str, name: str, *values: Any, **more: Any) -> None:
        many.extend(
            (
                f"{area} {name} {'two phones' if each is SOMEBODY else each}",
                {area: {name: each} | more},
            )
            for each in values
        )

    add("webhooks", "delay_seconds", 0.3, 0.8, 1.5)
    add("webhooks", "drop_next", 1)
    add("webhooks", "drop_rate", 0.02)
    add("webhooks", "duplicate", 1, 2, 3)
    add("webhooks", "reorder", True)
    add("webhooks", "batch", 5, 50, 1000)
    add("whatsapp", "fail", *FAILS, fail_next=3)
    add("whatsapp", "status_contacts", "no_profile", "wa_id_only", "absent")
    add("whatsapp", "skip_delivered", True)
    add("whatsapp", "hold_statuses", True)
    add("whatsapp", "tap_context", False)
    add("whatsapp", "window_errors", "async", "both")
    add("whatsapp", "mps", 20)
    add("whatsapp", "unreachable", SOMEBODY, unreachable_errors="both", sent_before_failed=True)
    add("whatsapp", "recipients_only", SOMEBODY)
    add("whatsapp", "daily_recipients", 1)
    add("whatsapp", "template_pacing", True)
    add("whatsapp", "template_status", "PENDING", "REJECTED")
    add("whatsapp", "management_per_hour", 0)
    add("paytm", "down", True)
    add("paytm", "fail", *PAYTM_FAILS, fail_next=2)
    add("paytm", "lose_callbacks", True)
    add("paytm", "duplicate_callbacks", 1, 2)
    add("paytm", "refund", *REFUNDS)
    return many


SWITCHES = _switches()


def draw(seed: int, bookings: int, kills: int, stops: int, crashes: int) -> Plan:
    """The plan of a seed and a size."""
    dice = random.Random(seed)
    stories = tuple(
        Story(n, dice.choice(OUTCOMES), dice.choice(FORGERIES), dice.choice(GUESTS))
        for n in range(bookings)
    )
    drawn = [("kill -9", dice.randrange(2), 0.0) for _ in range(kills)]
    drawn += [("SIGSTOP", dice.randrange(2), 0.0) for _ in range(stops)]
    drawn += [("database crash", CRASHES[each % len(CRASHES)], 0.0) for each in range(crashes)]
    drawn += [("forged webhook", each, 0.0) for each in FORGED_WEBHOOKS * max(1, bookings // 50)]
    drawn += [("stranger", each, 0.0) for each in STRANGERS * max(1, bookings // 50)]
    drawn += [("wrong verify token", "no-token", 0.0) for _ in range(max(1, bookings // 100))]
    drawn += [("clock", each, 0.0) for each in CLOCK * max(1, bookings // 50)]
    switches = SWITCHES.copy()
    dice.shuffle(switches)
    for place in range(max(8, bookings * 3 // 5)):
        name, value = switches[place % len(switches)]
        drawn.append((name, value, dice.uniform(*HOLD)))
    faults = [Fault(dice.randrange(bookings), *each) for each in drawn]
    return Plan(seed, stories, tuple(sorted(faults, key=lambda fault: fault.before)))

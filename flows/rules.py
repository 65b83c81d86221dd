"""The house rules that configuration sets, as the pure code needs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

INDIA = ZoneInfo("Asia/Kolkata")
# An owner must have answered this long before check-in (design 5, OWNER_DEADLINE_MINUTES).
CHECKIN_MARGIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Rules:
    """Times and names that shape the conversation; minutes are whole numbers."""

    hold_minutes: int = 15
    nudge_minutes: tuple[int, ...] = (15, 30, 45)
    answer_minutes: int = 60
    deadline_minutes: int = 360
    undo_seconds: int = 30
    refunds_auto: bool = True
    zone: tzinfo = INDIA
    grace_minutes: int = 0
    host_name: str = "LoonCamp.shop"
    host_phone: str | None = None
    public_url: str = "http://localhost:8080"

    def hold_until(self, now: datetime) -> datetime:
        """When an unpaid hold that starts now lapses."""
        return now + timedelta(minutes=self.hold_minutes)

    def answer_by(self, now: datetime, checkin: datetime) -> datetime:
        """The time promised to the guest: then the admin takes over."""
        return min(now + timedelta(minutes=self.answer_minutes), self.deadline(now, checkin))

    def deadline(self, now: datetime, checkin: datetime) -> datetime:
        """When an unanswered request is cancelled; never later than two hours before check-in."""
        return min(now + timedelta(minutes=self.deadline_minutes), checkin - CHECKIN_MARGIN)

    def earliest_checkin(self, now: datetime) -> datetime:
        """The first check-in that still leaves the owner his full answer time."""
        return now + timedelta(minutes=self.hold_minutes + self.answer_minutes) + CHECKIN_MARGIN

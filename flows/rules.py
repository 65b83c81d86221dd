"""The house rules that configuration sets, as the pure code needs them."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.record import record

INDIA = ZoneInfo("Asia/Kolkata")
DAY = timedelta(days=1)
# An owner must have answered this long before check-in (design 5, OWNER_DEADLINE_MINUTES).
CHECKIN_MARGIN = timedelta(hours=2)


@record
class Rules:
    """Times and names that shape the conversation; minutes are whole numbers."""

    hold_minutes: int = 15
    nudge_minutes: tuple[int, ...] = (15, 30, 45)
    answer_minutes: int = 60
    deadline_minutes: int = 360
    quiet_from: time = time(22)  # no reminder at night, and the owner's time stands still
    quiet_until: time = time(7)
    undo_seconds: int = 30
    holds_an_hour: int = 10  # of one guest, paid or not; 0: as many as wanted
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
        return min(self.waking(now, self.answer_minutes), self.deadline(now, checkin))

    def deadline(self, now: datetime, checkin: datetime) -> datetime:
        """When an unanswered request is cancelled; never later than two hours before check-in."""
        return min(self.waking(now, self.deadline_minutes), checkin - CHECKIN_MARGIN)

    def nudges(self, now: datetime, answer_by: datetime) -> tuple[datetime, ...]:
        """When an owner who was asked now is reminded: never at night, never after the promise."""
        moments = (self.waking(now, minutes) for minutes in self.nudge_minutes)
        return tuple(moment for moment in moments if moment < answer_by)

    def waking(self, start: datetime, minutes: int) -> datetime:
        """The moment so many minutes later on a clock that stands still in the quiet hours."""
        moment, left = self._woken(start), timedelta(minutes=minutes)
        while moment + left >= (night := self._night_after(moment)):
            left -= night - moment
            moment = self._woken(night)
        return moment + left

    def _woken(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours in which it lies."""
        local = moment.astimezone(self.zone)
        if self.quiet_until <= local.time() < self.quiet_from:
            return moment.astimezone(UTC)
        day = local.date() + DAY * (local.time() >= self.quiet_from)
        return datetime.combine(day, self.quiet_until, self.zone).astimezone(UTC)

    def _night_after(self, moment: datetime) -> datetime:
        """The start of the quiet hours after a moment outside them."""
        today = moment.astimezone(self.zone).date()
        return datetime.combine(today, self.quiet_from, self.zone).astimezone(UTC)

    @lru_cache(maxsize=100)  # noqa: B019  # a process has one set of rules
    def earliest_checkin(self, now: datetime) -> datetime:
        """The first check-in that still leaves the owner his full answer time."""
        return self.waking(self.hold_until(now), self.answer_minutes) + CHECKIN_MARGIN

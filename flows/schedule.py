"""When recurring work is due: the newest slot that has begun, in the house's zone."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from flows.record import record

DAY = timedelta(days=1)


@record
class Daily:
    """Once a day at an hour of the house; `weekday` (Monday is 0) makes it once a week."""

    at: time
    weekday: int | None = None

    def slot(self, now: datetime, zone: tzinfo) -> datetime:
        """The newest moment of this schedule that is not after `now`."""
        today = now.astimezone(zone).date()
        for back in range(9):
            day = today - back * DAY
            moment = datetime.combine(day, self.at, zone)
            if moment <= now and self.weekday in (None, day.weekday()):
                return moment
        raise AssertionError("every weekday lies within nine days")


@record
class Every:
    """Again and again after so many minutes, counted from the epoch."""

    minutes: int

    def slot(self, now: datetime, zone: tzinfo) -> datetime:
        """The newest moment of this schedule that is not after `now`."""
        step = self.minutes * 60
        return datetime.fromtimestamp(int(now.timestamp()) // step * step, UTC)


Schedule = Daily | Every

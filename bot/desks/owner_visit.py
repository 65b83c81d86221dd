"""One message of an owner or admin, and everything that is needed to answer it."""

from datetime import date, datetime

from bot.service import Service
from db.pool import Connection
from db.sql import sql
from flows.facts import Booking, Person
from flows.inbound import Inbound
from flows.owner.reply import Memory
from flows.record import record
from flows.texts import Texts


@record
class Visit:
    """Who wrote, what he wrote, and what the desk had asked him."""

    service: Service
    connection: Connection
    person: Person
    inbound: Inbound
    memory: Memory

    @property
    def now(self) -> datetime:
        """The moment of the answer."""
        return self.service.clock.now()

    @property
    def today(self) -> date:
        """The day in the properties' zone."""
        return self.now.astimezone(self.service.write.rules.zone).date()

    @property
    def texts(self) -> Texts:
        """The owner's own language."""
        return self.service.write.texts(self.person)

    @property
    def is_admin(self) -> bool:
        """Whether an admin asks, who may do it at any place."""
        return self.person.phone in self.service.config.admin_phones

    async def waiting(self) -> tuple[Booking, ...]:
        """The owner's requests that wait for an answer, the most urgent first."""
        rows = await self.connection.fetch(sql("waiting_for_owner"), self.person.phone)
        door = self.service.door
        return tuple([await door.facts(self.connection, row["booking_id"]) for row in rows])

"""The pages: the ticket, the ticket that is over, and the link that leads nowhere."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.booking import Status
from flows.format import clock_time, dates, day, moment, rupees, shown_id
from flows.record import record
from flows.texts import Texts
from tickets import qr
from tickets.expiry import Standing
from tickets.links import chat, spaced, web
from tickets.model import Ticket

_FOLDER = Path(__file__).parent / "page"
_STYLE = (_FOLDER / "ticket.css").read_text(encoding="utf-8")
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_PAGES.globals["style"] = Markup(_STYLE)  # noqa: S704 - our own file, hashed below as it stands
_PAGES.filters |= {"rupees": rupees, "spaced": spaced, "shown": shown_id}

STYLE_HASH = f"'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"

_REFUNDS = {
    Status.REFUND_REQUIRED: "ticket.refund.due",
    Status.REFUND_INITIATED: "ticket.refund.sent",
    Status.REFUNDED: "ticket.refund.done",
}


@record
class _Shown:
    """A moment as the page writes it, in the property's zone."""

    iso: str
    day: str
    time: str
    whole: str


def ticket_page(ticket: Ticket, texts: Texts, ends: datetime) -> str:
    """The live ticket; `ends` is the first moment it is no longer valid."""
    zone = ZoneInfo(ticket.zone)
    first, last = (when.astimezone(zone).date() for when in (ticket.checkin, ticket.checkout))
    host = ticket.host_phone
    return _PAGES.get_template("ticket.html").render(
        t=texts,
        ticket=ticket,
        checked_in=ticket.status == Status.CHECKED_IN,
        checkin=_shown(texts, ticket.checkin, zone),
        checkout=_shown(texts, ticket.checkout, zone),
        # The last whole minute: "until 12 am" is read as the wrong day.
        valid=_shown(texts, ends - timedelta(minutes=1), zone),
        preview=dates(texts, first, last),
        qr=qr.svg(ticket.booking_id, ticket.bot_phone),
        host_chat=host and chat(host, shown_id(ticket.booking_id)),
        map_url=web(ticket.map_url),
    )


def gone_page(ticket: Ticket, texts: Texts, standing: Standing) -> str:
    """The expired or cancelled ticket: property and booking id, nothing about a person."""
    when = moment(texts, ticket.checkout, ZoneInfo(ticket.zone), year=True)
    refund = _REFUNDS.get(Status(ticket.status))
    return _PAGES.get_template("gone.html").render(
        t=texts,
        title=texts(f"ticket.{standing}.title"),
        lines=[texts(f"ticket.{standing}.body", moment=when)] + ([texts(refund)] if refund else []),
        property_name=ticket.property_name,
        booking_id=ticket.booking_id,
        host_name=ticket.host_name,
        again=ticket.bot_phone and chat(ticket.bot_phone, "Hi"),
    )


def plain_page(key: str, languages: Iterable[Texts]) -> str:
    """A page about no booking in particular, in every language: `key` is "unknown" or "busy"."""
    return _PAGES.get_template("plain.html").render(key=f"ticket.{key}", languages=list(languages))


def _shown(texts: Texts, when: datetime, zone: ZoneInfo) -> _Shown:
    local = when.astimezone(zone)
    return _Shown(
        iso=local.isoformat(timespec="minutes"),
        day=day(texts, local.date()),
        time=clock_time(texts, local.time()),
        whole=moment(texts, when, zone, year=True),
    )

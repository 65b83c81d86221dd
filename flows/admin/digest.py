"""The admin's summary, morning and evening, and how the house stands (facts/ux.md A6, A9)."""

from collections.abc import Sequence
from datetime import date, datetime

from flows import format as fmt
from flows.admin.words import payload
from flows.facts import Person
from flows.messages import LIMITS, Button, Kind, Message, Outgoing, clip
from flows.notices import Writer
from flows.record import record
from flows.rules import Rules
from flows.templates import TEMPLATES
from flows.texts import Texts

MOST_IDS = 5  # bookings that the template names
MOST_WORDS = 600  # of the lines in the template's one variable


@record
class News:
    """What happened since the last summary, and what is open now; paise and minutes."""

    booked: int = 0
    advances: int = 0
    confirmed: int = 0
    cancelled: int = 0
    unanswered: int = 0  # decided by the clock, because the owner was silent
    slowest: int = 0  # minutes of the slowest answer of an owner
    slowest_place: str = ""
    refunded: int = 0
    undelivered: int = 0
    waiting: int = 0
    refunds_open: int = 0
    asking: int = 0  # guests who wait for a person
    alerts: int = 0
    arrivals: int = 0
    due: int = 0
    urgent: tuple[str, ...] = ()  # bookings that wait, the most urgent first


def lines(news: News, texts: Texts, when: str) -> list[str]:
    """Only what is worth a line; empty where there is nothing to say."""
    said = []
    if news.booked:
        amount = fmt.rupees(news.advances)
        said.append(texts("admin.digest.booked", n=news.booked, amount=amount))
    if news.confirmed or news.cancelled:
        said.append(texts("admin.digest.decided", n=news.confirmed, cancelled=news.cancelled))
    if news.slowest:
        said.append(texts("admin.digest.slowest", minutes=news.slowest, place=news.slowest_place))
    counts = {
        "unanswered": news.unanswered, "waiting": news.waiting, "refunded": news.refunded,
        "refunds_open": news.refunds_open, "asking": news.asking,
        "undelivered": news.undelivered, "alerts": news.alerts,
    }  # fmt: skip
    said += [texts(f"admin.digest.{what}", n=count) for what, count in counts.items() if count]
    if news.arrivals:
        amount = fmt.rupees(news.due)
        said.append(texts("admin.digest.arrivals", n=news.arrivals, when=when, amount=amount))
    return said


def summary(
    news: News, day: date, arrivals_on: date, write: Writer, reader: Person
) -> Outgoing | None:
    """One message with all of it, in both forms; None where there is nothing to say."""
    texts = write.texts(reader)
    said = lines(news, texts, fmt.day(texts, arrivals_on))
    if not said:
        return None
    body = clip("\n".join(said), LIMITS[Kind.BUTTONS])
    act = payload("alerts" if news.alerts and not news.waiting else "pending")
    span = "today" if arrivals_on == day else "tomorrow"
    buttons = (
        Button(act, texts("admin.digest.act")),
        Button(payload(span), texts(f"admin.home.{span}")),
    )
    shown = fmt.day(texts, day)
    message = Message(
        Kind.BUTTONS, body, header=texts("admin.digest.head", day=shown), buttons=buttons
    )
    ids = ", ".join(fmt.shown_id(each) for each in news.urgent[:MOST_IDS]) or "-"
    values = {"day": shown, "booking": ids, "digest": clip(" · ".join(said), MOST_WORDS)}
    language = write.template_language("admin_digest", reader)
    call = TEMPLATES["admin_digest"].call(language, values, (act,))
    return Outgoing(reader.person_id, "admin.digest", message, call)


@record
class Health:
    """How the house stands."""

    ready: int  # rows of the outbox that wait for their time
    late: int  # minutes that the oldest due row has waited
    dead: int
    inbox: int
    parked: int
    webhook: datetime | None
    callback: datetime | None
    closed: bool  # WhatsApp refuses everything: nothing is sent
    templates: Sequence[str]  # those that are not approved
    alerts: int


def health(state: Health, texts: Texts, rules: Rules) -> Message:
    """Queues, last webhook, last callback, templates and alerts."""

    def moment(when: datetime | None) -> str:
        return fmt.moment(texts, when, rules.zone) if when else texts("admin.health.never")

    well = not (state.dead or state.parked or state.closed or state.late or state.templates)
    said = [
        texts("admin.health.well" if well else "admin.health.ill"),
        texts("admin.health.outbox", ready=state.ready, minutes=state.late, dead=state.dead),
        texts("admin.health.inbox", waiting=state.inbox, parked=state.parked),
        texts("admin.health.webhook", time=moment(state.webhook)),
        texts("admin.health.callback", time=moment(state.callback)),
        texts("admin.health.templates", names=", ".join(state.templates) or "-"),
        texts("admin.health.alerts", n=state.alerts),
    ]
    if state.closed:
        said.insert(1, texts("admin.health.closed"))
    made = (Button(payload("alerts"), texts("admin.home.alerts")),)
    body = clip("\n".join(said), LIMITS[Kind.BUTTONS])
    return Message(Kind.BUTTONS, body, buttons=made)

"""Calendars of other booking sites, as Airbnb and Booking.com export them."""

from datetime import date
from typing import Any

from aiohttp import web

from sandbox.control.desk import API, Call, Desk, handler
from sandbox.whatsapp.records import Json

FEEDS = f"{API}/feeds/{{name}}"


def routes(desk: Desk) -> list[web.RouteDef]:
    """PUT the events of a feed, GET it as a site would serve it; a reset forgets all."""
    feeds: dict[str, list[Json]] = {}
    desk.world.on_reset.append(feeds.clear)

    def put(call: Call) -> Json:
        events = call.fields.get("events")
        if not isinstance(events, list):
            raise ValueError("events must be a list of {uid, first, last}")
        feeds[call.names["name"]] = [_checked(each) for each in events]
        return {"events": len(events)}

    async def get(request: web.Request) -> web.Response:
        events = feeds.get(request.match_info["name"])
        if events is None:
            return web.Response(status=404, text="not found")
        return web.Response(text=_written(events), content_type="text/calendar", charset="utf-8")

    return [web.put(FEEDS, handler(desk, put)), web.get("/sandbox/feeds/{name}.ics", get)]


def _checked(event: Any) -> Json:
    if not isinstance(event, dict) or not event.get("uid"):
        raise ValueError("an event has uid, first and last")
    first, last = (date.fromisoformat(str(event.get(key))) for key in ("first", "last"))
    if first >= last:
        raise ValueError("first must be before last")
    return {"uid": str(event["uid"]), "first": first, "last": last}


def _written(events: list[Json]) -> str:
    lines = ["BEGIN:VCALENDAR", "PRODID;X-RICAL-TZSOURCE=TZINFO:-//Another site//EN", "VERSION:2.0"]
    for each in events:
        lines += [
            "BEGIN:VEVENT",
            f"DTSTAMP:{each['first']:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{each['first']:%Y%m%d}",
            f"DTEND;VALUE=DATE:{each['last']:%Y%m%d}",
            "SUMMARY:Reserved",
            f"UID:{each['uid']}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])

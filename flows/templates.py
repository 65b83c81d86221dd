"""The message templates: what is submitted to WhatsApp, and the same texts that are sent.

Rules of shape: facts/whatsapp.md 5. Body texts live in the catalogues as `template.<name>.body`
with `{named}` places; a template's variables are neither first, last nor adjacent.
"""

import re
from collections.abc import Mapping
from typing import Any

from flows.messages import TemplateCall, clip
from flows.record import record, replace
from flows.texts import Texts

PLACE = re.compile(r"{(\w+)}")
MARK = re.compile(r"{{\w+}}")
MOST_BODY = 1024
BUTTON_LABEL = 25
# A body parameter may hold no new line, no tab and no run of more than four spaces.
UNFIT = re.compile(r"[\s]+")


@record
class Template:
    """One template: its name, its quick replies by text id, and an example for each value."""

    name: str
    examples: Mapping[str, str]
    replies: tuple[str, ...] = ()

    def body(self, texts: Texts) -> str:
        """The body in one language with WhatsApp's own marks for the variables."""
        return PLACE.sub(r"{{\1}}", texts(f"template.{self.name}.body"))

    def definition(self, texts: Texts) -> dict[str, Any]:
        """What is posted to `message_templates` to have it approved (facts/whatsapp.md 5)."""
        named = [{"param_name": key, "example": text} for key, text in self.examples.items()]
        body = {
            "type": "BODY",
            "text": self.body(texts),
            "example": {"body_text_named_params": named},
        }
        buttons = [{"type": "QUICK_REPLY", "text": texts(reply)} for reply in self.replies]
        return {
            "name": self.name,
            "language": texts.language,
            "category": "UTILITY",
            "parameter_format": "NAMED",
            "components": [body] + ([{"type": "BUTTONS", "buttons": buttons}] if buttons else []),
        }

    def call(
        self, language: str, values: Mapping[str, str], payloads: tuple[str, ...] = ()
    ) -> TemplateCall:
        """The call that fills this template; values are put on one line each."""
        clean = {key: UNFIT.sub(" ", values[key]).strip() or "-" for key in self.examples}
        return TemplateCall(self.name, language, clean, payloads)


_STAY = {
    "booking": "LC-7K2M9X",
    "place": "Pawna Lakeview Camp",
    "checkin": "Fri 25 Dec 2026, 2 pm",
    "checkout": "Sun 27 Dec 2026, 11 am",
}
_GUEST = {"guests": "4", "guest": "Rahul Deshmukh"}
_MONEY = {"advance": "₹3,600", "due": "₹8,400"}
_ASK = ("owner.request.confirm", "owner.request.cancel")

TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template("owner_request", _STAY | _GUEST | _MONEY | {"by": "3:05 pm"}, _ASK),
        Template("owner_reminder", _STAY | {"by": "3:05 pm"}, _ASK),
        Template("owner_confirmed", _STAY | _GUEST | {"phone": "+919822012345", "due": "₹8,400"}),
        Template(
            "owner_arrivals",
            {"day": "Fri 25 Dec", "booking": "LC-7K2M9X, LC-4M8RTA", "count": "2", "due": "₹9,800"},
            ("owner.arrivals.today",),
        ),
        Template(
            "owner_week",
            {"week": "21–28 Dec", "booking": "LC-7K2M9X", "news": "1 arrival, ₹8,400 to collect."},
            ("owner.arrivals.week",),
        ),
        Template(
            "owner_confirmed_by_admin",
            _STAY
            | _GUEST
            | {
                "phone": "+919822012345",
                "due": "₹8,400",
                "call": "LoonCamp.shop, +91 98000 00000",
            },
        ),
        Template("owner_cancelled", _STAY | {"reason": "Already booked"}),
        Template(
            "admin_waiting",
            _STAY
            | _GUEST
            | _MONEY
            | {"phone": "+919822012345", "owner": "Suresh Patil", "owner_phone": "+919766011111"},
        ),
        Template(
            "admin_confirmed",
            _STAY
            | _GUEST
            | {
                "phone": "+91 98220 12345",
                "decision": "confirmed by owner",
                "ticket": "https://looncamp.shop/eticket/LC7K2M9X-x",
            },
        ),
        Template(
            "admin_cancelled",
            _STAY | _GUEST | {"phone": "+91 98220 12345", "decision": "cancelled by the guest"},
        ),
        Template(
            "admin_owner_silent",
            _STAY | {"owner": "Suresh Patil", "owner_phone": "+91 97660 11111"},
            ("admin.confirm_for_owner", "admin.cancel_and_refund"),
        ),
        Template(
            "admin_refund_due",
            {"booking": "LC-7K2M9X", "alert": "Cancelled by owner, ₹3,600"},
            ("admin.refund_now",),
        ),
        Template(
            "admin_refund_stuck",
            {"booking": "LC-7K2M9X", "alert": "Paytm has too little balance to refund ₹3,600"},
            ("admin.check_refund", "admin.mark_refunded"),
        ),
        Template("admin_alert", {"booking": "LC-7K2M9X", "alert": "Refund failed"}),
        Template(
            "guest_paid",
            _STAY | {"advance": "₹3,600", "txn": "20261202111212800110168", "by": "3:05 pm"},
        ),
        Template("guest_confirmed", _STAY | {"due": "₹8,400", "ticket": "https://looncamp.shop/e"}),
        Template("guest_cancelled", _STAY | {"reason": "Already booked", "refund": "₹3,600"}),
        Template(
            "guest_reminder",
            {
                "booking": "LC-7K2M9X",
                "place": "Pawna Lakeview Camp",
                "checkin": _STAY["checkin"],
                "map": "https://maps.app.goo.gl/x",
                "due": "₹8,400",
                "call": "LoonCamp.shop, +91 98000 00000",
            },
        ),
        Template(
            "admin_digest",
            {"day": "Wed 2 Dec", "booking": "LC-7K2M9X", "digest": "Booked 7 · waiting 1"},
            ("admin.digest.act",),
        ),
        Template("guest_thanks", {"booking": "LC-7K2M9X", "place": "Pawna Lakeview Camp"}),
        Template("guest_refunded", {"booking": "LC-7K2M9X", "refund": "₹3,600", "ref": "6324511"}),
        Template("owner_update", {"booking": "LC-7K2M9X", "news": "The guest cancelled"}),
        Template("guest_update", {"booking": "LC-7K2M9X", "news": "The host is being called"}),
    )
}


# What carries the same message where its own template cannot be had: the other question to an
# owner, and for everybody a general update that takes the words as they are.
_SIBLINGS = {"owner_request": "owner_reminder", "owner_reminder": "owner_request"}
_GENERAL = {"guest": "guest_update", "owner": "owner_update", "admin": "admin_alert"}
MOST_NEWS = 600  # characters of words in one variable; the rest of the body is short
SPOKEN_BY_ALL = "en"


def instead(call: TemplateCall, words: str) -> tuple[TemplateCall, ...]:
    """The calls that can carry a message, best first: its own, then others, then in English."""
    names = [call.name, _SIBLINGS.get(call.name) or _GENERAL[call.name.partition("_")[0]]]
    values = dict(call.values)
    values |= dict.fromkeys(("news", "alert"), clip(words, MOST_NEWS)) | values
    languages = dict.fromkeys((call.language, SPOKEN_BY_ALL))
    calls = []
    for language in languages:
        for name in dict.fromkeys(names):
            template = TEMPLATES.get(name)
            if name == call.name:
                calls.append(replace(call, language=language))
            elif template is not None and set(template.examples) <= set(values):
                payloads = call.payloads if template.replies else ()
                calls.append(template.call(language, values, payloads))
    return tuple(calls)


def faults(template: Template, texts: Texts) -> list[str]:
    """What WhatsApp's review would refuse in this template; empty: nothing."""
    body = template.body(texts)
    found = []
    if len(body) > MOST_BODY:
        found.append(f"body has {len(body)} characters")
    if set(re.findall(r"{{(\w+)}}", body)) != set(template.examples):
        found.append("the variables of the body are not those of the examples")
    if body.startswith("{{") or body.endswith("}}"):
        found.append("a variable is first or last")
    if re.search(r"}}\s*{{", body):
        found.append("two variables are adjacent")
    words, places = len(re.findall(r"\w+", MARK.sub(" ", body))), len(MARK.findall(body))
    if places and words < 2 * places + 1:
        found.append(f"{places} variables need more than {words} words around them")
    found += [f"label {texts(r)!r}" for r in template.replies if len(texts(r)) > BUTTON_LABEL]
    return found

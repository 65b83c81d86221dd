"""The QR code a host scans: it opens WhatsApp with the check-in command already written."""

from functools import lru_cache

import segno
from markupsafe import Markup

from tickets.links import chat

BORDER = 4  # modules of white that ISO 18004 asks for around the code


def content(booking_id: str, bot_phone: str | None) -> str:
    """What the code says: the chat link, or the bare command when the number is not known."""
    command = f"CHECKIN {booking_id}"
    return chat(bot_phone, command) if bot_phone else command


@lru_cache(maxsize=4096)
def svg(booking_id: str, bot_phone: str | None) -> Markup:
    """The code as inline SVG, sized by its surroundings; black on white in any colour scheme."""
    code = segno.make(content(booking_id, bot_phone), error="m", micro=False, boost_error=False)
    drawing = code.svg_inline(
        border=BORDER, omitsize=True, svgclass="qr", lineclass=None, light="#fff"
    )
    return Markup(drawing)  # noqa: S704 - segno's own drawing; the content is not in it as text

"""Links that open the chat with a booking already written in it (wa.me)."""

from datetime import date
from urllib.parse import quote

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def book_link(
    number: str, place: str, stay: tuple[date, date] | None = None, guests: int | None = None
) -> str:
    """A link for a place, with days and guests where the page that shows it knows them.

    `number` is ours in E.164. One tap on such a link and one on Send is the whole form.
    """
    return f"https://wa.me/{number.removeprefix('+')}?text={quote(sentence(place, stay, guests))}"


def sentence(place: str, stay: tuple[date, date] | None = None, guests: int | None = None) -> str:
    """What the link writes: Book Pawna Lakeview Camp 25 dec 2026 to 27 dec 2026 4 people."""
    words = [f"Book {place}"]
    if stay is not None:
        words.append(f"{_day(stay[0])} to {_day(stay[1])}")
    if guests is not None:
        words.append(f"{guests} people")
    return " ".join(words)


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

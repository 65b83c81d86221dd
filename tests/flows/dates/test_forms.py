"""Every day that the bot prints is read back as the same day."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polib
import pytest
from _pytest.mark import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from flows import format as shown
from flows.dates import MAX_NIGHTS, Fault, Stay, horizon, read_stay
from flows.texts import Texts

LOCALE = Path(__file__).parents[3] / "locale"


def catalogue(path: Path) -> Texts:
    dates = (entry for entry in polib.pofile(str(path)) if entry.msgid.startswith("date."))
    entries = {entry.msgid: (entry.msgstr,) for entry in dates}
    return Texts(path.stem, entries)


def language(texts: Texts) -> ParameterSet:
    """A catalogue to test; a month that is also a word for people cannot be read back."""
    doubtful = "जन" in texts("date.months").split()
    reason = "जन means people as well as January; the catalogue should print जन॰"
    return pytest.param(
        texts, id=texts.language, marks=pytest.mark.xfail(doubtful, reason=reason, strict=True)
    )


LANGUAGES = [language(catalogue(path)) for path in sorted(LOCALE.glob("*.po"))]
TODAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
NIGHTS = st.integers(1, MAX_NIGHTS)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def stays(draw: st.DrawFn) -> tuple[date, date, date]:
    """Today, a check-in and a check-out that can be booked."""
    today = draw(TODAYS)
    nights = draw(NIGHTS)
    room = (horizon(today) - today).days - nights
    checkin = today + timedelta(days=draw(st.integers(0, room)))
    return today, checkin, checkin + timedelta(days=nights)


def is_read(text: str, today: date, meant: Stay) -> bool:
    """Read as meant; a form without year may instead ask about the day that has just been."""
    found = read_stay(text, today)
    if found and found.fault is Fault.PAST:
        return found.options == (meant.checkin,)
    return found == meant


@pytest.mark.parametrize("texts", LANGUAGES)
@given(said=stays())
def test_a_day_reads_back(texts: Texts, said: tuple[date, date, date]) -> None:
    today, checkin, _ = said
    assert is_read(shown.day(texts, checkin), today, Stay(checkin=checkin))
    assert read_stay(shown.day(texts, checkin, year=True), today) == Stay(checkin=checkin)


@pytest.mark.parametrize("texts", LANGUAGES)
@given(said=stays(), clock=TIMES)
def test_a_moment_reads_back(texts: Texts, said: tuple[date, date, date], clock: time) -> None:
    today, checkin, _ = said
    when = datetime.combine(checkin, clock, UTC)
    meant = Stay(checkin=checkin, checkin_time=clock)
    assert is_read(shown.moment(texts, when, UTC), today, meant)
    assert read_stay(shown.moment(texts, when, UTC, year=True), today) == meant


@pytest.mark.parametrize("texts", LANGUAGES)
@given(said=stays())
def test_a_range_reads_back(texts: Texts, said: tuple[date, date, date]) -> None:
    today, checkin, checkout = said
    meant = Stay(checkin=checkin, checkout=checkout)
    assert is_read(shown.dates(texts, checkin, checkout), today, meant)
    both = f"{shown.day(texts, checkin)} – {shown.day(texts, checkout)}"
    assert is_read(both, today, meant)


@pytest.mark.parametrize("texts", LANGUAGES)
@given(said=stays())
def test_a_weekend_button_reads_back(texts: Texts, said: tuple[date, date, date]) -> None:
    today, checkin, checkout = said
    if checkin.month == checkout.month:
        weekday = texts("date.weekdays").split()[checkin.weekday()]
        button = f"{weekday} {checkin.day} – {shown.day(texts, checkout)}"
        assert is_read(button, today, Stay(checkin=checkin, checkout=checkout))


@given(said=stays())
def test_digits_read_back_day_first(said: tuple[date, date, date]) -> None:
    today, checkin, checkout = said
    meant = Stay(checkin=checkin, checkout=checkout)
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d"):
        assert read_stay(checkin.strftime(form), today) == Stay(checkin=checkin)
        both = f"{checkin.strftime(form)} to {checkout.strftime(form)}"
        assert read_stay(both, today) == meant


@given(said=stays())
def test_nights_after_a_day_give_the_check_out(said: tuple[date, date, date]) -> None:
    today, checkin, checkout = said
    nights = (checkout - checkin).days
    text = f"{checkin:%d/%m/%Y} {nights} nights"
    assert read_stay(text, today) == Stay(checkin=checkin, checkout=checkout, nights=nights)

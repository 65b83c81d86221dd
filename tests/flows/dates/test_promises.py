"""What holds for any text: no exception, no past check-in, limits named by their fault."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dates import Fault, Stay, find_stay, horizon, read_stay
from flows.dates.words import WORDS
from tests.flows.dates.reading import FESTIVALS, TODAY

DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
NUMBERS = st.one_of(st.integers(0, 40).map(str), st.sampled_from(["२५", "2026", "25/12", "5-7"]))
LEXICON = st.sampled_from([*WORDS, *FESTIVALS, "pawna", "people"])
PHRASES = st.lists(st.one_of(NUMBERS, LEXICON), max_size=8).map(" ".join)
GLUED = st.lists(st.one_of(NUMBERS, LEXICON), max_size=4).map("".join)
TEXTS = st.one_of(st.text(max_size=60), PHRASES, GLUED)


def sound(stay: Stay, today: date) -> bool:
    """A stay without fault lies ahead, in order and within the limits; options always do."""
    last = horizon(today)
    if not all(today <= option <= last for option in stay.options):
        return False
    days = [day for day in (stay.checkin, stay.checkout) if day]
    return bool(stay.fault) or (days == sorted(set(days)) and all(today <= d <= last for d in days))


@given(text=TEXTS, today=DAYS)
def test_any_text_gives_a_sound_stay_or_none(text: str, today: date) -> None:
    stay = read_stay(text, today, FESTIVALS)
    assert stay is None or (stay != Stay() and sound(stay, today))


@given(text=TEXTS, today=DAYS)
def test_any_sentence_gives_a_sound_stay_and_less_text(text: str, today: date) -> None:
    found = find_stay(f"hello {text} thanks", today, FESTIVALS)
    assert found is None or (found[0] != Stay() and sound(found[0], today))
    assert found is None or found[1].startswith("hello")


@given(text=PHRASES, today=DAYS, stranger=st.sampled_from(["xyzzy", "पवनाई", "12345", "☂"]))
def test_one_unknown_word_and_there_is_no_date(text: str, today: date, stranger: str) -> None:
    assert read_stay(f"{text} {stranger}", today) is None


@given(text=st.text(alphabet="0123456789 ₹,+-/.%", max_size=30))
def test_digits_alone_are_never_found_in_a_sentence_without_a_month(text: str) -> None:
    found = find_stay(f"pay {text} now", TODAY)
    assert found is None or any(sign in text for sign in "/-.")


def test_a_very_long_text_is_looked_at_only_so_far() -> None:
    assert read_stay("25 dec " * 5000, TODAY) is None
    assert find_stay("to sat " * 5000, TODAY) is None


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("20 nov", (date(2027, 11, 20),)),
        ("sat 25 dec", (date(2026, 12, 25), date(2026, 12, 26))),
        ("next sat", (date(2026, 12, 5), date(2026, 12, 12))),
        ("25", (date(2026, 12, 25), date(2027, 1, 25))),
    ],
)
def test_an_unclear_day_comes_with_days_to_choose(text: str, options: tuple[date, ...]) -> None:
    stay = read_stay(text, TODAY)
    assert stay is not None
    assert stay.options == options


@pytest.mark.parametrize(
    ("nights", "fault"), [(1, None), (30, None), (31, Fault.TOO_LONG), (99, Fault.TOO_LONG)]
)
def test_a_stay_has_at_most_thirty_nights(nights: int, fault: Fault | None) -> None:
    stay = read_stay(f"25 dec {nights} nights", TODAY)
    assert stay is not None
    assert (stay.fault, stay.nights) == (fault, nights)


def test_a_stay_lies_at_most_twelve_months_ahead() -> None:
    last = horizon(TODAY)
    for day, fault in [(last, None), (last + timedelta(days=1), Fault.TOO_FAR)]:
        stay = read_stay(f"{day:%d/%m/%Y}", TODAY)
        assert stay == Stay(checkin=day, fault=fault)


def test_twelve_months_from_a_leap_day_end_on_the_28th() -> None:
    assert horizon(date(2028, 2, 29)) == date(2029, 2, 28)


def test_an_hour_without_am_or_pm_is_after_noon_from_one_to_six() -> None:
    hours = {}
    for hour in range(1, 13):
        stay = read_stay(f"25 dec at {hour}", TODAY)
        hours[hour] = stay.checkin_time if stay else None
    assert hours == {hour: time(hour + 12 * (hour <= 6)) for hour in range(1, 13)}


def test_yesterday_today_and_tomorrow_share_words_and_only_the_future_counts() -> None:
    for text, ahead in [("कल", 1), ("परसों", 2), ("kal", 1), ("parso", 2), ("परवा", 2)]:
        assert read_stay(text, TODAY) == Stay(checkin=TODAY + timedelta(days=ahead))

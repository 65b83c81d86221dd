"""The case files: no wrong date, nearly everything read, nothing read into other words."""

from datetime import date

import pytest

from flows.dates import Fault, Stay, find_stay, read_stay, stay_in
from tests.flows.dates.reading import FESTIVALS, Row, expected, rows, today

READ_SHARE = 0.95
CASES = list(rows("cases.tsv"))
DATES = [row for row in CASES if row.cells[0] != "-"]
OTHERS = [row for row in CASES if row.cells[0] == "-"]
SENTENCES = list(rows("sentences.tsv"))


def read(row: Row) -> Stay | None:
    return read_stay(row.text, today(row), FESTIVALS)


def wrong(row: Row) -> bool:
    """Whether days came out that are not the days meant."""
    return read(row) not in (None, expected(row.cells[0]))


@pytest.mark.parametrize("name", ["cases.tsv", "heldout.tsv"])
def test_no_text_is_read_as_a_wrong_date(name: str) -> None:
    assert [row.text for row in rows(name) if wrong(row)] == []


@pytest.mark.parametrize("name", ["cases.tsv", "heldout.tsv"])
def test_nearly_all_dates_are_read(name: str) -> None:
    dates = [row for row in rows(name) if row.cells[0] != "-"]
    missed = [row.text for row in dates if read(row) is None]
    assert len(missed) <= (1 - READ_SHARE) * len(dates), missed


def test_the_case_file_is_large_enough_to_mean_something() -> None:
    assert len({row.text for row in OTHERS}) >= 150
    assert len({row.text for row in CASES}) >= 400
    assert len({row.text for row in rows("heldout.tsv")}) >= 60


def test_nothing_inside_other_words_is_found_to_be_a_date() -> None:
    found = {row.text: find_stay(row.text, today(row), FESTIVALS) for row in OTHERS}
    assert {text: stay for text, stay in found.items() if stay} == {}


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row.text)
def test_a_sentence_gives_its_dates_and_the_rest(row: Row) -> None:
    stay, rest = expected(row.cells[0]), row.cells[1]
    found = find_stay(row.text, today(row, 2), FESTIVALS)
    assert found == ((stay, rest) if stay else None)


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row.text)
def test_a_sentence_is_not_a_date_as_a_whole(row: Row) -> None:
    assert read_stay(row.text, today(row, 2), FESTIVALS) is None


def test_a_date_said_alone_is_found_as_in_a_sentence() -> None:
    for row in DATES:
        found = find_stay(row.text, today(row), FESTIVALS)
        assert found is None or found[0] == expected(row.cells[0]), row.text


def test_a_bare_number_is_never_found_in_a_sentence() -> None:
    sentences = ["{}", "pawna {}", "{} please", "we want {} there", "book {} for us", "{} or so"]
    found = [
        text
        for number in range(100)
        for sentence in sentences
        if find_stay(text := sentence.format(number), today(CASES[0]))
    ]
    assert found == []


def test_both_readers_in_one_say_the_same() -> None:
    for row in (*DATES, *OTHERS, *SENTENCES):
        day = today(row, 2) if row in SENTENCES else today(row)
        whole = read_stay(row.text, day, FESTIVALS)
        either = (whole, "") if whole else find_stay(row.text, day, FESTIVALS)
        assert stay_in(row.text, day, FESTIVALS) == either, row.text


def test_two_days_far_apart_stay_two_days_and_an_impossible_one_is_told() -> None:
    day = today(CASES[0])
    assert read_stay("25 dec , 2 jan", day) is None
    assert read_stay("31 dec 1 jan", day) == Stay(date(2026, 12, 31), date(2027, 1, 1))
    impossible = read_stay("25 dec , 31 feb", day)
    assert impossible is not None and impossible.fault is Fault.IMPOSSIBLE

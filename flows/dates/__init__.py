"""Days and times as guests write them: English, Hindi, Marathi, Hinglish, both scripts."""

from flows.dates.kinds import Festivals
from flows.dates.reader import read_stay
from flows.dates.sentence import find_stay, stay_in
from flows.dates.stay import MAX_NIGHTS, MONTHS_AHEAD, Fault, Stay, horizon

__all__ = [
    "MAX_NIGHTS",
    "MONTHS_AHEAD",
    "Fault",
    "Festivals",
    "Stay",
    "find_stay",
    "horizon",
    "read_stay",
    "stay_in",
]

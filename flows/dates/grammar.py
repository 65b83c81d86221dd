"""The sentences of days, as patterns over the kinds of token.

In a rule every word is a kind or an earlier rule; `name:rule` keeps what it matched under `name`.
Fillers are gone before matching, and a sentence must match from end to end.
"""

import re
from collections.abc import Mapping

from flows.dates.kinds import Kind

RULES: dict[str, str] = {}
WORD = re.compile(r"(?:(\w+):)?([a-z_]+)")


def _pattern(rule: str) -> str:
    """A rule as a regular expression over the letters of kinds."""
    return "".join(WORD.sub(_letters, rule).split())


def _letters(word: re.Match[str]) -> str:
    group, name = word.groups()
    inner = RULES.get(name) or re.escape(Kind[name.upper()])
    return f"(?P<{group}>{inner})" if group else inner


def _define(name: str, rule: str) -> None:
    RULES[name] = f"(?:{_pattern(rule)})"


# "2 night" is a length, never the second at night.
RULES["lone_night"] = f"(?<![{Kind.NUMBER}{Kind.ORDINAL}{Kind.COUNT}]){Kind.NIGHT}"

for _name, _rule in {
    "how_many": "number | count",
    "dom": "(number|ordinal) tarikh? | tarikh (number|ordinal)",
    "near": "(to|comma|inside)?",  # 25-dec-2026, 25 in dec
    "calendar": """dom near month (near year)? | month inside? dom (comma? year)?
                 | numeric | number number year""",
    "which": "(modifier modifier? | either)?",  # या is "this" in Marathi, "or" in Hindi
    "on": "which weekday comma?",
    "ahead": """inside how_many (days|week) | after how_many (days|week)
              | how_many (days|week) after""",
    "day": """on? calendar (comma? weekday)? | modifier calendar
            | relative comma? calendar | relative (comma? weekday)?
            | festival year? | which weekend
            | modifier week weekday | weekday modifier week
            | modifier monthly dom | dom modifier monthly
            | ahead | on dom | dom comma? weekday | which weekday | dom""",
    "part": "inside? (daypart | lone_night)",
    "hour": "at? (how_many (half|oclock) | clock (half|oclock)?)",
    "time": """at? part? hour part? | at number | daypart number | number inside? daypart
             | number at night | at? part""",
    "length": """purpose? (how_many days comma?)? how_many night
                   (comma? also? how_many days)? purpose?
               | purpose? how_many (days|week) purpose?""",
    "lead": "(origin|purpose|inside|checkin|at|comma)*",
    "arrived": "(origin|checkin|purpose)?",
    "left": "(till|checkout|origin)?",
    "link": """origin? comma? (to till? | till | also? checkout) comma?
             | (origin|checkin) comma?""",
    "several": "(comma | also | comma also)?",
    "first": "(early1:time comma?)? day1:day (comma? late1:time)?",
    "last": "(early2:time comma?)? day2:day (comma? late2:time)?",
    "out": "(till|checkout) (to|comma|at)? late2:time",
    "stayed": "(comma? nights:length)? purpose?",
    "dated": "dom month number",  # 25 dec 26
    "days_listed": "(dom several)+ dom several dom",
    "weekdays_listed": "(weekday several)+ weekday several weekday",
    "closing_month": "month year?",
}.items():
    _define(_name, _rule)

SENTENCES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(_pattern(rule))
    for name, rule in {
        "range": "lead first link last left stayed",
        "pair": "lead pair:pair",
        "either": "lead first comma? either last",
        "arrival": "lead first arrived stayed",
        "arrival_and_hour": "lead first comma? out",
        "short_year": "lead day1:dated arrived",
        "length_first": "nights:length comma? lead first arrived",
        "between": "between first (also|to) last",
        "apart": "lead first several last left stayed",
        "listed_days": "lead days:days_listed comma? months:closing_month",
        "listed_weekdays": "lead days:weekdays_listed",
        "departure": "(nights:length comma?)? (till|checkout) last",
        "departure_till": "last (till|checkout)",
        "length": "nights:length",
        "hours": "(origin|checkin|inside)* late1:time (comma? out)?",
        "hour_out": "out",
    }.items()
}

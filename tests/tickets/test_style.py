import re
from pathlib import Path

import pytest

import tickets

STYLE = (Path(tickets.__file__).parent / "page" / "ticket.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", block))
    for block in re.findall(r":root\{(.*?)\}", STYLE)[:2]
)
TEXT = [
    ("ink", "card"),
    ("soft", "card"),
    ("ink", "tint"),
    ("soft", "tint"),
    ("key", "card"),
    ("key", "tint"),
    ("on", "key"),
]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * sign for sign in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_stands_out_as_wcag_aa_asks(scheme, front, back):
    low, high = sorted((luminance(scheme[front]), luminance(scheme[back])))
    assert (high + 0.05) / (low + 0.05) >= 4.5

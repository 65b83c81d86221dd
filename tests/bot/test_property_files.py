"""Files of properties: what is right is read, what is wrong is named by line, value and remedy."""

import re
from pathlib import Path

import pytest

from bot.places import property_files
from bot.places.phones import BadPhone, e164
from bot.places.property_entry import HOW, Entry
from bot.places.property_files import BadProperties
from tests.contracts.source import ROOT

GUIDE = ROOT / "docs" / "operating"
GOOD = """# ours
[[property]]
id = "pawna"
name = "Pawna Camp"
area = "Pawna"
owner_name = "Suresh Patil"
owner_phone = "+91 97660 11111"
units = 10
guests_per_unit = 3
price = 1500
advance_percent = 30
checkin = "14:00"
checkout = "11:00"
map_url = "https://maps.app.goo.gl/x"
"""
ROW = (
    "id,name,area,owner_name,owner_phone,units,guests_per_unit,price,advance_percent,checkin,"
    "checkout,map_url\n"
    "pawna,Pawna Camp,Pawna,Suresh Patil,+919766011111,10,3,1500,30,14:00,11:00,https://m.in/x\n"
)


def refusal(folder: Path, name: str, text: str | bytes) -> list[str]:
    """What is said about a file, without its folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadProperties) as fault:
        property_files.read(path)
    return str(fault.value).replace(f"{folder}/", "").splitlines()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("units = 10", "units = 0", "f.toml:8: property 1 (pawna): units is 0, must be a whole number from 1 to 500: tents, rooms; a villa has 1"),
        ("units = 10\n", "", "f.toml:2: property 1 (pawna): units is missing: a whole number from 1 to 500: tents, rooms; a villa has 1"),
        ("price = 1500", 'price = "1,500"', "f.toml:10: property 1 (pawna): price is '1,500', must be whole rupees for a guest and night, such as 1500"),
        ("price = 1500", "prize = 1500", "f.toml:10: property 1 (pawna): prize is no field; did you mean price?"),
        ("price = 1500", "price = 1500\nprice_per_unit = 2", "f.toml:2: property 1 (pawna): needs either price or price_per_unit"),
        ("+91 97660 11111", "97660 11111", "f.toml:7: property 1 (pawna): owner_phone is '97660 11111': must be a number with its country code, such as +919766011111; did you mean +919766011111?"),
        ("+91 97660 11111", "+9112", "f.toml:7: property 1 (pawna): owner_phone is '+9112': no country has such a number"),
        ('checkin = "14:00"', 'checkin = "2 pm"', "f.toml:12: property 1 (pawna): checkin is '2 pm', must be a time such as 14:00"),
        ("area = ", "refund_steps = [{ days = 9, percent = 0 }]\narea = ", "f.toml:5: property 1 (pawna): refund_steps.0.percent is 0, must be at most six of days and percent, such as 7:100 2:50 in CSV"),
        ("[[property]]", "[[properties]]", "f.toml:2: properties: no such part; did you mean [[property]]?"),
        ('area = "Pawna"', "area = Pawna", "f.toml:5: Invalid value (at line 5, column 8); texts stand between double quotes"),
        (GOOD, "", "f.toml: no [[property]] in it"),
        (GOOD, GOOD + GOOD, "f.toml:17: pawna: also in line 3; each property needs an id of its own"),
    ],
)  # fmt: skip
def test_a_fault_in_toml_is_named_with_line_value_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert refusal(tmp_path, "f.toml", GOOD.replace(old, new)) == [said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",1500,", ",15k,", "f.csv:2: property pawna: price is '15k', must be whole rupees for a guest and night, such as 1500"),
        ("+919766011111", "919766011111", "f.csv:2: property pawna: owner_phone is '919766011111': must be a number with its country code, such as +919766011111; did you mean +919766011111?"),
        (",1500,", ",,", "f.csv:2: property pawna: needs either price or price_per_unit"),
        ("area,", "aera,", "f.csv:1: 'aera' is no field; did you mean area?"),
        ("area,", "name,", "f.csv:1: name: named twice"),
        (",https://m.in/x", "", 'f.csv:2: has more or fewer fields than line 1; put texts with a "," between double quotes'),
        (ROW.splitlines()[1], "", "f.csv: no property in it: one row each under the names of line 1"),
    ],
)  # fmt: skip
def test_a_fault_in_csv_is_named_with_line_value_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert refusal(tmp_path, "f.csv", ROW.replace(old, new)) == [said]


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    second = GOOD.replace("units = 10", "units = 0").replace("price = 1500", "prize = 1")
    said = refusal(tmp_path, "f.toml", GOOD.replace("30", "130") + second)
    assert [line.split(": ")[0] for line in said] == ["f.toml:11", "f.toml:22", "f.toml:24"]


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadProperties, match="No such file"):
        property_files.read(tmp_path / "no.toml")
    (said,) = refusal(tmp_path, "f.csv", ROW.replace("Suresh", "Suré").encode("latin-1"))
    assert said == "f.csv: is not UTF-8; save it as UTF-8 (in Excel: CSV UTF-8)"


def test_the_same_property_is_the_same_in_toml_and_in_csv(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(GOOD.replace("https://maps.app.goo.gl/x", "https://m.in/x"))
    (tmp_path / "excel.csv").write_text("\ufeff" + ROW.replace(",", ";") + "\n;;;;;;;;;;;\n")
    (from_toml,) = property_files.read(tmp_path / "f.toml")
    assert property_files.read(tmp_path / "excel.csv") == [from_toml]
    assert from_toml.owner_phone == "+919766011111"


def test_the_example_of_the_guide_is_read_whole() -> None:
    lake, villa = property_files.read(GUIDE / "properties.csv")
    assert [(step.days, step.percent) for step in lake.refund_steps] == [(7, 100), (2, 50)]
    assert lake.answers["food"] == "Barbecue, dinner and breakfast are included."
    assert villa.price_per_unit == 14000 and villa.calendars[0].url.endswith(".ics")


def test_the_guide_tells_every_field_and_what_it_must_be() -> None:
    text = (GUIDE / "properties.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", text, re.MULTILINE))
    fields = {name: words for name, words in rows.items() if name in Entry.model_fields}
    assert fields == dict(HOW)
    assert set(HOW) == set(Entry.model_fields)


@pytest.mark.parametrize("text", ["", "hello", "+", "98", "+91 98220", "00919766011111"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadPhone):
        e164(text)

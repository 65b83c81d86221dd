"""Phone numbers as people write them, and as they are stored."""

import phonenumbers

HOW = "a number with its country code, such as +919766011111"


class BadPhone(ValueError):
    """No number; the message says what one looks like."""


def e164(text: str, home: str = "IN") -> str:
    """The number in E.164, spaces and dashes taken out; raises BadPhone.

    A number without its country code is refused with the one that it would be at home.
    """
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        raise BadPhone(_meant(text, home)) from None
    if not phonenumbers.is_valid_number(number):
        raise BadPhone("no country has such a number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _meant(text: str, home: str) -> str:
    for guess in (text, f"+{text}"):
        try:
            number = phonenumbers.parse(guess, home)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return f"must be {HOW}; did you mean {written}?"
    return f"must be {HOW}"

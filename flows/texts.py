"""Texts by symbolic id in one language, filled with values."""

from collections.abc import Callable, Mapping
from typing import Any

from flows.record import record

PluralRule = Callable[[int], int]

# One and other; Hindi counts zero as one (CLDR plural rules).
PLURALS: Mapping[str, PluralRule] = {
    "en": lambda n: int(n != 1),
    "hi": lambda n: int(n not in (0, 1)),
    "mr": lambda n: int(n != 1),
}


class UnknownText(KeyError):
    """No text has this id: a fault in the code or in the catalogue."""


@record
class Texts:
    """The catalogue of one language: `texts("guest.paid.body", amount="₹3,600")`."""

    language: str
    entries: Mapping[str, tuple[str, ...]]  # one form, or one per plural form
    borrowed: frozenset[str] = frozenset()  # ids that stand here in English

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text with its placeholders filled; `n` among the values picks the plural form."""
        forms = self.entries.get(key)
        if forms is None:
            raise UnknownText(f"{self.language}: {key}")
        form = forms[PLURALS[self.language](values["n"])] if len(forms) > 1 else forms[0]
        return form.format_map(values) if values else form

    def speaks(self, key: str) -> str:
        """The language in which this text stands: this one, or English where it is borrowed."""
        return "en" if key in self.borrowed else self.language

    def has(self, key: str) -> bool:
        """Whether a text with this id exists."""
        return key in self.entries


Catalogues = Mapping[str, Texts]  # by language code: en, hi, mr

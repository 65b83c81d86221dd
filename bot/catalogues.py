"""The catalogues of locale/, read once by each process."""

from functools import cache
from pathlib import Path

import polib

from flows.texts import Catalogues, Texts

FOLDER = Path(__file__).parent.parent / "locale"


@cache
def load(folder: Path = FOLDER) -> Catalogues:
    """Every language's texts, by language code; a missing text falls back to English."""
    english = _entries(folder / "en.po")
    found = {path.stem: _entries(path) for path in folder.glob("*.po")}
    return {
        language: Texts(language, english | own, frozenset(english.keys() - own.keys()))
        for language, own in found.items()
    }


def _entries(path: Path) -> dict[str, tuple[str, ...]]:
    """The filled texts of one file; several forms where a text has plurals."""
    entries = {}
    for entry in polib.pofile(str(path)):
        forms = tuple(entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural))
        if all(forms or (entry.msgstr,)):
            entries[entry.msgid] = forms or (entry.msgstr,)
    return entries

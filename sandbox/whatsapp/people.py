"""Who has a phone: the people, found by key, phone or business-scoped user id."""

import hashlib
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.config import PersonSeed
from sandbox.whatsapp.records import Json, Person, plain, restored

ROLES = ("guest", "owner", "admin")
_LETTERS = string.digits + string.ascii_letters
_COUNTRIES = {"91": "IN", "971": "AE", "44": "GB", "65": "SG", "977": "NP", "1": "US"}
_DIGITS = re.compile(r"\d{7,15}")


class BadPersonError(ValueError):
    """A person who cannot be; says why."""


class NobodyError(LookupError):
    """There is no such person; names those who are there."""


def e164(text: str) -> str | None:
    """A phone in E.164 with +; ten digits are an Indian number. None: no phone number."""
    digits = re.sub(r"[\s().-]", "", text).removeprefix("+")
    if not _DIGITS.fullmatch(digits):
        return None
    # WhatsApp prefixes the country of the business to a number that has none (4.1).
    local = len(digits) == 10 and not text.strip().startswith("+")
    return f"+91{digits}" if local else f"+{digits}"


def user_id_of(key: str, phone: str | None) -> str:
    """The business-scoped user id: the same for a person and number on every start (2.4)."""
    number = int.from_bytes(hashlib.sha256(f"{key} {phone}".encode()).digest()[:16])
    letters = ""
    while number:
        number, digit = divmod(number, len(_LETTERS))
        letters += _LETTERS[digit]
    digits = (phone or "+91").removeprefix("+")
    country = next((c for code, c in _COUNTRIES.items() if digits.startswith(code)), "IN")
    return f"{country}.{letters}"


@dataclass(slots=True)
class People:
    """Everybody, in the order of arrival; the seeds come first and come back after a reset."""

    seeds: tuple[PersonSeed, ...] = ()
    by_key: dict[str, Person] = field(default_factory=dict)

    def seed(self) -> None:
        """Only the people of the seeds."""
        self.by_key.clear()
        self._add_seeds(self.seeds)

    def _add_seeds(self, seeds: Iterable[PersonSeed]) -> None:
        for seed in seeds:
            phone = e164(seed.phone) if seed.phone else None
            if seed.key in self.by_key or (phone and self.by_phone(phone)):
                continue
            user_id = user_id_of(seed.key, phone)
            person = Person(seed.key, seed.name, seed.role, phone, user_id, language=seed.language)
            person.hides_phone = seed.hides_phone or phone is None
            self.by_key[seed.key] = person

    def named(self, key: str) -> Person:
        """The person with this key. Raises NobodyError."""
        if key not in self.by_key:
            raise NobodyError(f"nobody is called {key!r}; there are {', '.join(self.by_key)}")
        return self.by_key[key]

    def by_phone(self, phone: str) -> Person | None:
        """The person with this number, E.164."""
        return next((p for p in self.by_key.values() if p.phone == phone), None)

    def by_user_id(self, user_id: str) -> Person | None:
        """The person with this business-scoped user id."""
        return next((p for p in self.by_key.values() if p.user_id == user_id), None)

    def add(self, wanted: Json) -> Person:
        """A new person. Raises BadPersonError.

        Without a phone there is only a user id; the phone "new" is a number that is free.
        """
        name = _text(wanted, "name", 512)
        role = wanted.get("role") or "guest"
        if role not in ROLES:
            raise BadPersonError(f"role is one of {', '.join(ROLES)}")
        key = self._free_key(name)
        phone = self._phone(wanted.get("phone"))
        person = Person(key, name, role, phone, user_id_of(key, phone), hides_phone=phone is None)
        self.by_key[key] = self._changed(person, wanted)
        return person

    def change(self, person: Person, wanted: Json) -> Person:
        """Change what a person can change without a new number. Raises BadPersonError."""
        if "name" in wanted:
            person.name = _text(wanted, "name", 512)
        return self._changed(person, wanted)

    def move(self, person: Person, phone: Any) -> None:
        """Give a person another number, and with it another user id. Raises BadPersonError."""
        person.phone = self._phone(phone)
        if person.phone is None:
            raise BadPersonError("phone must be the new number, with + and country code")
        person.user_id = user_id_of(person.key, person.phone)

    def _changed(self, person: Person, wanted: Json) -> Person:
        for name in ("hides_phone", "blocks", "offline"):
            if name in wanted:
                setattr(person, name, bool(wanted[name]))
        if person.phone is None:
            person.hides_phone = True
        if "language" in wanted:
            person.language = _text(wanted, "language", 16) or "en"
        if "username" in wanted:
            person.username = _text(wanted, "username", 64) or None
        return person

    def _phone(self, wanted: Any) -> str | None:
        if wanted is None or wanted == "":
            return None
        phone = self._free_phone() if wanted == "new" else e164(str(wanted))
        if phone is None:
            raise BadPersonError("phone must be E.164, such as +919822012345")
        other = self.by_phone(phone)
        if other is not None:
            raise BadPersonError(f"{phone} is the number of {other.key}")
        return phone

    def _free_phone(self) -> str:
        taken = {person.phone for person in self.by_key.values()}
        numbers = (f"+9198220{n:05d}" for n in range(10_000, 99_999))
        return next(number for number in numbers if number not in taken)

    def _free_key(self, name: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "person"
        number, key = 1, slug
        while key in self.by_key:
            number += 1
            key = f"{slug}-{number}"
        return key

    def dump(self) -> list[Json]:
        """Everybody, JSON-able."""
        return [plain(person) for person in self.by_key.values()]

    def load(self, rows: list[Json]) -> None:
        """Take up what `dump` wrote."""
        self.by_key.clear()
        self.by_key.update((row["key"], restored(Person, row)) for row in rows)
        self._add_seeds(self.seeds)


def _text(wanted: Json, name: str, longest: int) -> str:
    value = wanted.get(name, "")
    value = "" if value is None else value
    if not isinstance(value, str) or len(value) > longest:
        raise BadPersonError(f"{name} must be text of at most {longest} characters")
    return value

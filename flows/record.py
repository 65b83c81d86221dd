"""The one kind of class that holds values."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A dataclass that nobody may change: the type checker refuses it.

    At run time it could be changed, which is what makes it cheap: `frozen=True` sets each field
    through a call, and making records so took a tenth of a dialogue step.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


def values(of: Any) -> dict[str, Any]:
    """The fields of a record by their names."""
    known, get = _fields(type(of))  # type: ignore[arg-type]  # a class is hashable
    return dict(zip(known, get(of), strict=True))


def names(of: type) -> tuple[str, ...]:
    """The names of the fields of a class of records."""
    return _fields(of)[0]


def replace(of: T, **changes: Any) -> T:
    """The same record with some fields changed; as `dataclasses.replace`, three times as fast."""
    return type(of)(**values(of) | changes)


@cache
def _fields(of: Hashable) -> tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]:
    found: tuple[str, ...] = of.__slots__  # type: ignore[attr-defined]  # made by `dataclass`
    if len(found) == 1:
        return found, lambda each: (getattr(each, found[0]),)
    return found, attrgetter(*found)

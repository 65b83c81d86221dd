"""The one kind of class that holds values."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, cast, dataclass_transform

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
    shape = _shape(of.__class__)
    return dict(zip(shape.names, shape.values_of(of), strict=True))


def names(of: type) -> tuple[str, ...]:
    """The names of the fields of a class of records."""
    return _shape(of).names


def replace(of: T, **changes: Any) -> T:
    """The same record with some fields changed: as `dataclasses.replace`, many times a step."""
    shape = _shape(cast(Any, type(of)))
    found = [*shape.values_of(of)]
    for name, value in changes.items():
        found[shape.places[name]] = value
    return type(of)(*found)


class _Shape(NamedTuple):
    names: tuple[str, ...]
    places: dict[str, int]
    values_of: Callable[[Any], tuple[Any, ...]]


@cache
def _shape(of: type) -> _Shape:
    names = tuple(each.name for each in fields(cast(Any, of)))  # inherited ones too
    one = names[0] if len(names) == 1 else ""
    get = (lambda each: (getattr(each, one),)) if one else attrgetter(*names)
    return _Shape(names, {name: place for place, name in enumerate(names)}, get)

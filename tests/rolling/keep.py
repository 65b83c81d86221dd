"""Keep the code of a release, to be run beside the next one: python -m tests.rolling.keep COMMIT.

Done once for each release, with the release's own commit; the file of the release before goes.
"""

import lzma
import subprocess
import sys
import tarfile
from pathlib import Path

FILE = Path(__file__).parent / "previous.tar.xz"
PARTS = ("run.py", "bot", "db", "flows", "payments", "tickets", "locale")


def keep(commit: str) -> None:
    """Write the service's code at a commit into the file."""
    command = ["git", "archive", commit, *PARTS]
    archive = subprocess.run(command, capture_output=True, check=True).stdout
    FILE.write_bytes(lzma.compress(archive, preset=9 | lzma.PRESET_EXTREME))


def unpack(folder: Path) -> None:
    """Lay the kept code into a folder."""
    with tarfile.open(FILE) as archive:
        archive.extractall(folder, filter="data")


if __name__ == "__main__":
    keep(sys.argv[1])

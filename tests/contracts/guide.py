"""What the operating guide says of the metrics."""

import re

from tests.contracts.source import ROOT


def documented() -> dict[str, set[str]]:
    """The metrics of the guide's table, with the labels that it names."""
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    rows = re.findall(r"^\| (`looncamp_.+?`) \| (.*?) \|", text, re.MULTILINE)
    return {
        name: set(re.findall(r"`(\w+)`", labels))
        for names, labels in rows
        for name in re.findall(r"`(\w+)`", names)
    }

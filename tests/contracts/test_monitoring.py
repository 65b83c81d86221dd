"""Alert rules, dashboard and the operating guide speak of the same metrics and the same alerts."""

import json
import re

from bot.metrics import Metrics
from tests.contracts.guide import documented
from tests.contracts.source import ROOT, text_of
from tests.contracts.test_logs import log_calls

MONITORING, GUIDE = ROOT / "deploy" / "monitoring", ROOT / "docs" / "operating"
RULE = re.compile(
    r"      - alert: (?P<name>[A-Za-z]+)\n"
    r"        expr: (?P<expr>.+)\n"
    r"        for: \d+[mh]\n"
    r"        labels: \{severity: (?P<severity>page|ticket)\}\n"
    r"        annotations:\n"
    r"          summary: \"[^\"]+\"\n"
    r"          runbook: (?P<runbook>\S+)\n"
)
HEAD = re.compile(r"\A(#.*\n)+groups:\n  - name: looncamp\n    rules:\n")
METRIC = re.compile(r"(looncamp_[a-z_]+)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)(?:=|!=|=~|!~)\"")
BY = re.compile(r"by \(([^)]*)\)")
HEADING = re.compile(r"^### (\w+)$", re.MULTILINE)
PARTS = ("_bucket", "_sum", "_count")


def rules() -> list[re.Match[str]]:
    return list(RULE.finditer((MONITORING / "alerts.yml").read_text("utf-8")))


def queries() -> list[str]:
    """Every expression of the rules and of the dashboard."""
    panels = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))["panels"]
    return [rule["expr"] for rule in rules()] + [
        target["expr"] for panel in panels for target in panel["targets"]
    ]


def without_part(name: str) -> str:
    return next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)


def test_the_whole_file_is_rules():
    text = (MONITORING / "alerts.yml").read_text("utf-8")
    head = HEAD.match(text)
    assert head and text == head[0] + "".join(rule[0] for rule in rules())
    assert len(rules()) > 15


def test_every_alert_has_its_section_and_every_section_its_alert():
    sections = HEADING.findall((GUIDE / "alerts.md").read_text("utf-8"))
    assert sorted(rule["name"] for rule in rules()) == sorted(sections)
    for rule in rules():
        assert rule["runbook"] == f"docs/operating/alerts.md#{rule['name'].lower()}"


def test_every_metric_of_rules_and_dashboard_is_in_the_guide_with_its_labels():
    known = documented()
    for query in queries():
        found = METRIC.findall(query)
        assert found or query.startswith("up{"), query
        for name, selector in found:
            assert without_part(name) in known, (query, name)
            used = set(LABEL.findall(selector)) | {
                each.strip() for group in BY.findall(query) for each in group.split(",")
            }
            used -= {"le"}
            assert used <= set().union(*(known[without_part(name)] for name, _ in found)), query


def test_every_count_of_a_process_is_in_the_guide():
    counts = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in Metrics().registry.collect()
    }
    assert counts <= set(documented())


def test_every_line_of_the_log_is_in_the_guide():
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    told = {text_of(call.args[0]) for _, call in log_calls()}
    assert [event for event in sorted(told) if f"`{event}`" not in text] == []


def test_every_link_of_the_guide_leads_somewhere():
    files = [ROOT / "README.md", *ROOT.glob("docs/*.md"), *GUIDE.glob("*.md")]
    for file in files:
        for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text("utf-8")):
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            there = (file.parent / path).resolve() if path else file
            assert there.exists(), (file.name, target)
            if anchor:
                headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
                slugs = {
                    re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings
                }
                assert anchor in slugs, (file.name, target)

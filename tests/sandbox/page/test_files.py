"""Promises about the page's files that need no browser."""

import gzip
import itertools
import re
from pathlib import Path

import sandbox

PAGE = Path(sandbox.__file__).parent / "page"
MOST_BYTES = 40 * 1024
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
)
OUTSIDE = re.compile(r"https?://(?!www\.w3\.org/2000/svg)[\w.-]+")


def scripts() -> list[Path]:
    return sorted(PAGE.glob("*.js"))


def test_all_javascript_weighs_at_most_40_kilobytes_gzipped():
    assert scripts()
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts()) <= MOST_BYTES


def test_no_script_builds_markup_from_text():
    assert [path.name for path in scripts() if DANGEROUS.search(path.read_text("utf-8"))] == []


def test_the_html_has_no_inline_script_style_or_handler():
    html = (PAGE / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)


def test_nothing_is_loaded_from_elsewhere():
    for path in PAGE.iterdir():
        assert OUTSIDE.findall(path.read_text("utf-8").replace("http://www.w3.org", "")) == []


def test_each_module_and_exported_function_says_what_it_does():
    for path in scripts():
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith("/**"), path.name
        bare = [
            line
            for before, line in itertools.pairwise(lines)
            if re.match(r"export (async )?(function|class)", line) and not before.endswith("*/")
        ]
        assert bare == [], path.name

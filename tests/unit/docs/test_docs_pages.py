"""The pages for those who carry on: links lead somewhere, no page is left out, words are noted."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    ours = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in ours if not (page.parent / link).exists()] == []


def test_the_index_names_every_page() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"]({page})" not in index} == set()


def test_each_term_is_defined_once() -> None:
    glossary = (DOCS / "architecture.md").read_text("utf-8").partition("## Glossary")[2]
    terms = re.findall(r"(?m)^\| `?([\w ]+?)`? \| \S", glossary)
    assert len(terms) == len(set(terms)) > 30
    assert {"prefetch", "exposure", "depends_on", "Cleanup", "Ownership", "error mapping"} <= set(
        terms
    )


def test_the_license_is_the_one_that_is_declared() -> None:
    declared = configparser.ConfigParser()
    declared.read(ROOT / "setup.cfg")
    assert declared["metadata"]["license"] == "MIT"
    text = (ROOT / declared["metadata"]["license_files"]).read_text("utf-8")
    assert text.startswith("MIT License")
    assert "the productsapi authors" in text

"""The table of chapter 11 says what the chapters say: verdict and numbers of a row stand in the section it leads to."""

import csv
import re

import pytest
from conftest import ROOT

CHAPTERS = ROOT / "chapters"
with (CHAPTERS / "claims.csv").open(encoding="utf-8", newline="") as table:
    CLAIMS = list(csv.DictReader(table))


def sections(name):
    """The sections of a chapter by their anchors, each with its subsections."""
    text = re.sub(r"^```.*?^```", "", (CHAPTERS / name).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    found, heads = {}, list(re.finditer(r"^(#+) (.*)$", text, re.MULTILINE))
    for i, head in enumerate(heads):
        end = next((h.start() for h in heads[i + 1 :] if len(h[1]) <= len(head[1])), len(text))
        found[re.sub(r"[^\w\- ]", "", head[2].lower().replace(" ", "-"))] = text[head.start() : end]
    return found


def test_the_table_has_a_row_for_each_correction():
    assert [int(claim["number"]) for claim in CLAIMS] == list(range(1, 35))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["number"])
def test_a_row_agrees_with_the_section_it_leads_to(claim):
    name, _, anchor = claim["link"].partition("#")
    section = sections(name)[anchor]
    kinds = re.findall(r"\{admonition\} Verdict: .*\n:class: verdict (\w+)", section)
    kind = {"not detectable here": "undetectable"}.get(claim["verdict"], claim["verdict"])
    if anchor == "slips-in-formulas":
        assert not kinds and kind in ("refuted", "conditional"), "this section has no boxes"
        return
    assert kind in kinds
    for value in re.findall(r"\d+(?:[.,]\d+)*", claim["result"]):
        assert re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", section), f"{value} is not in {anchor}"

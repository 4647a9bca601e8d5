"""The references: every work is complete and linked, cited and told apart, and a work named elsewhere is among them."""

import ast
import html
import json
import re
import sys
import unicodedata
from itertools import combinations

import pytest
from conftest import ROOT
from pybtex.database import parse_file

sys.path.insert(0, str(ROOT / "tools"))
from docstrings import NAMED, keys, literal

from lectopt import rules

WORKS = parse_file(str(ROOT / "references.bib"), encoding="utf-8").entries
VENUE = {
    "article": "journal",
    "inproceedings": "booktitle",
    "book": "publisher",
    "techreport": "institution",
    "misc": "howpublished",
}
FIELDS = {"title", "year", "note", "number", "volume", "series", "pages", "edition", "publisher"}
LINKS = {"doi", "eprint", "archiveprefix", "url"}
# Exceptions, each with its reason.
UNLINKED = {"Beale1958": "a technical report that no archive keeps"}
LATE_ON_ARXIV = {"Reddi2018": "put there a year after the conference"}
GROUPS = {"Student1908": "a pen name", "McCandlish2018": "a team among the authors"}

DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}\\]*[^\s\"<>{}\\.,;]")
ARXIV = re.compile(r"(\d\d)(0[1-9]|1[0-2])\.(\d{4,5})")
URL = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/\S*[^\s.,;]")
CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("chapters/*.md"), *ROOT.glob("solutions/*.ipynb")])
DOCSTRINGS = {
    f"{file.relative_to(ROOT)}:{getattr(node, 'name', '')}": ast.get_docstring(node)
    for file in sorted((ROOT / "lectopt").rglob("*.py"))
    for node in ast.walk(ast.parse(file.read_text("utf-8")))
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
}
every_work = pytest.mark.parametrize("key", WORKS)


def plain(text):
    """Letters and digits alone, without accents."""
    bare = unicodedata.normalize("NFKD", text.replace("Ł", "L"))
    return re.sub(r"[^A-Za-z0-9]", "", bare)


def family(person):
    return " ".join(person.prelast_names + person.last_names)


def cited_by(text):
    """The keys that a page cites, in their order."""
    targets = ",".join(CITED.findall(text))
    return re.findall(r"[^\s,]+", re.sub(r"\{[^}]*\}", "", targets))


@every_work
def test_an_entry_is_complete(key):
    work = WORKS[key]
    fields = {name.lower(): value for name, value in work.fields.items()}
    assert work.persons["author"] and fields["title"], "who wrote what?"
    assert re.fullmatch(r"(1[6-9]|20)\d\d", fields["year"]), "when?"
    assert work.type in VENUE and fields.get(VENUE[work.type]), f"where? {VENUE.get(work.type, list(VENUE))}"
    assert set(fields) <= FIELDS | LINKS | {VENUE[work.type]}, "a field that the page does not print"
    first, *last = map(int, fields.get("pages", "1").split("--"))
    assert last == [] or first < last[0], "pages run backward"
    nameless = [str(person) for person in work.persons["author"] if not person.first_names]
    assert bool(nameless) == (key in GROUPS), "write the name as: Family, Given"


@every_work
def test_a_title_comes_out_as_it_is_written(key):
    title = WORKS[key].fields["title"]
    assert not re.search(r"[$\\]", title), "the page prints TeX as it stands"
    outside = re.sub(r"\{[^{}]*\}", "", title)[0 if title[0] == "{" else 1 :]
    if WORKS[key].type != "book":
        assert outside == outside.lower(), "the page makes letters small that stand outside braces"


@every_work
def test_an_entry_has_a_link(key):
    fields, year = WORKS[key].fields, int(WORKS[key].fields["year"])
    doi, number, url = (fields.get(name) for name in ("doi", "eprint", "url"))
    assert bool(doi or number or url) != (key in UNLINKED), "a DOI, an arXiv number or an address"
    assert doi is None or DOI.fullmatch(doi), "a DOI begins with 10."
    assert url is None or URL.fullmatch(url), "an address begins with https://"
    assert url is None or not re.search(r"doi\.org|arxiv\.org", url), "write it as doi or as eprint"
    assert "arXiv:" not in fields.get("note", ""), "a number in a note is no link: write it as eprint"
    assert (number is None) == (fields.get("archivePrefix") != "arXiv")
    if number is not None:
        assert ARXIV.fullmatch(number), "an arXiv number is YYMM.NNNNN"
        yymm, rest = number.split(".")
        assert yymm >= "0704", "numbers of this form began in April 2007"
        assert len(rest) == (4 if yymm < "1501" else 5), "four digits until 2014, five since"
        assert (2000 + int(yymm[:2]) > year) == (key in LATE_ON_ARXIV), "on arXiv after it was published?"
        if fields.get("howpublished") == "arXiv preprint":
            assert 2000 + int(yymm[:2]) == year, "the year of a preprint is its number's"


@every_work
def test_a_key_is_authors_and_year(key):
    work = WORKS[key]
    names = [plain(family(person)) for person in work.persons["author"]]
    assert key in ["".join(names[: i + 1]) + work.fields["year"] for i in range(len(names))]


def test_no_work_is_there_twice_or_reads_like_another():
    def traits(work):
        names = [family(person) for person in work.persons["author"]]
        cited_as = names if len(names) < 3 else [names[0], "et al."]
        links = {(name, work.fields[name].lower()) for name in ("doi", "eprint", "url") if name in work.fields}
        return links | {("title", plain(work.fields["title"]).lower()), (*cited_as, work.fields["year"])}

    same = {(a, b): traits(WORKS[a]) & traits(WORKS[b]) for a, b in combinations(WORKS, 2)}
    assert {pair: shared for pair, shared in same.items() if shared} == {}


def test_every_work_is_cited_and_every_citation_is_a_work():
    cited = {key for page in PAGES for key in cited_by(page.read_text("utf-8"))}
    texts = " ".join(DOCSTRINGS.values())
    named = {key for who, year, _ in NAMED.findall(texts) for key in keys(who, year, WORKS)}
    assert cited - set(WORKS) == set(), "not in references.bib"
    assert set(WORKS) - cited - named == set(), "cited nowhere"


@pytest.mark.parametrize("place", [place for place, text in DOCSTRINGS.items() if YEAR.search(text)])
def test_works_named_in_docstrings_are_in_the_references(place):
    for line in DOCSTRINGS[place].splitlines():
        for who, year, _ in NAMED.findall(line):
            found = bool(keys(who, year, WORKS))
            assert found, f"references.bib has no work of {who}, {year}"
        other = YEAR.findall(re.sub(r"\d{4}-\d{4}", "", NAMED.sub("", line)))
        assert other == [], f"write a work as (Author, year), on one line: {line}"


def test_every_rule_names_its_source():
    ours = [rule for rule in vars(rules).values() if hasattr(rule, "__wrapped__")]
    without = [rule.__name__ for rule in ours if not NAMED.search(rule.__doc__)]
    assert without == [], "their docstrings need the source as (Author, year) or (Author et al., year)"


def test_works_named_in_exercises_are_in_the_references():
    named = 0
    for file in sorted((ROOT / "solutions").glob("*.ipynb")):
        for cell in json.loads(file.read_text("utf-8"))["cells"]:
            for who, year, _ in NAMED.findall("".join(cell["source"])):
                assert keys(who, year, WORKS), f"{file.name}: references.bib has no work of {who}, {year}"
                named += 1
    assert named >= 3


def test_docstrings_lead_to_the_references():
    def line(text):
        return literal([text], WORKS)[0]

    assert line("Adam (Kingma and Ba, 2015).") == "Adam :cite:p:`KingmaBa2015`."
    assert line("Dropout (Srivastava et al., 2014)") == "Dropout :cite:p:`Srivastava2014`"
    assert line("(Nocedal and Wright, 2006, page 3)") == ":cite:p:`NocedalWright2006{page 3}`"
    assert line("(Broyden, Fletcher, Goldfarb, Shanno, 1970)").count("1970") == 4, "a work of each"
    for unknown in (
        "(Kingma, 2015)",
        "(Kingma et al., 2015)",
        "(Kingma and Ba, 2014)",
        "(Kingma and Bo, 2015)",
        "(Broyden and Ba, 1970)",
    ):
        assert line(unknown) == unknown
    assert literal(["    (Kingma and Ba, 2015)"], WORKS)[-1].strip() == "(Kingma and Ba, 2015)", "formulas stay"


def test_the_page_shows_each_work_with_its_link_and_chapters_lead_to_the_right_ones(book):
    page = (book / "references.html").read_text("utf-8")
    shown = dict(re.findall(r'class="citation" id="([^"]+)".*?<p>(.*?)</p>', page, re.DOTALL))
    key_of = {}
    for place, entry in shown.items():
        words = plain(html.unescape(re.sub(r"<[^>]+>", "", entry))).lower()
        (key_of[place],) = (key for key, work in WORKS.items() if plain(work.fields["title"]).lower() in words)
        fields = WORKS[key_of[place]].fields
        links = [f"https://doi.org/{fields['doi']}"] if "doi" in fields else []
        links += [f"https://arxiv.org/abs/{fields['eprint']}"] if "eprint" in fields else []
        links += [fields["url"]] if "url" in fields else []
        assert sorted(map(html.unescape, re.findall(r'href="([^"]+)"', entry))) == sorted(links)
    assert sorted(key_of.values()) == sorted(WORKS)

    for chapter in sorted((ROOT / "chapters").glob("*.md")):
        built = (book / "chapters" / f"{chapter.stem}.html").read_text("utf-8")
        led = [key_of[place] for place in re.findall(r'href="\.\./references\.html#([^"]+)"', built)]
        assert led == cited_by(chapter.read_text("utf-8")), chapter.name

"""The glossary and the chapters hold together: every term is taught, linked and Korean where it should be."""

import re

import pytest
from conftest import ROOT

GLOSSARY = (ROOT / "glossary.md").read_text("utf-8")
CHAPTERS = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "chapters").glob("*.md"))}
BLOCK = re.search(r"^```\{glossary\}\n(.*?)^```$", GLOSSARY, re.MULTILINE | re.DOTALL)[1]
ENTRIES = dict(entry.split("\n", 1) for entry in BLOCK.strip().split("\n\n"))
# Names, which Korean writes as English does.
NAMES = {"AdaGrad", "Adam", "AdaMax", "AdamW", "AMSGrad", "BFGS", "L-BFGS", "log-sum-exp", "NAdam", "RMSProp", "RProp"}
LINK = re.compile(r"\{term\}`(?:[^`<]+ <)?([^`<>]+?)>?`")
HANGUL = re.compile("[가-힣]")
# "**momentum** (관성)", "**proximal** step (근접 단계)", "preconditioner, 전조건자."
BESIDE = re.compile(LINK.pattern + r"(?P<behind>\**(?: \w+)?(?:, | \()(?P<korean>[^(),.]*[가-힣][^(),.]*)(?=[).,]))?")
# Korean doubles a consonant within the same section of a dictionary.
INITIALS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"


def split(term):
    """English and Korean of a term, the Korean None where there is none."""
    return re.fullmatch(r"(.+?)(?: \(([^()]*[가-힣][^()]*)\))?", term).groups()


def taught(term):
    """The chapters that the entry names."""
    return re.findall(r"\{doc\}`chapters/([\w-]+)`", ENTRIES[term])


def prose(chapter):
    """What a chapter says, without code, headings, titles and options of boxes, and formulas."""
    text = re.sub(r"^---\n.*?^---\n|^```.*?^```$|^\$\$\n.*?^\$\$[^\n]*$", "", chapter, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^(?:#|:).*$|\$[^$\n]+\$", "", text, flags=re.MULTILINE)


def korean_beside(text):
    """The terms of a text with their Korean right behind the link, and the text without both."""
    found = set()

    def take(match):
        if match["korean"] != split(match[1])[1]:
            return match["behind"] or ""
        found.add(match[1])
        return ""

    return found, BESIDE.sub(take, text)


def korean_index():
    """The Korean terms in the order of a Korean dictionary, a line for each first letter."""
    terms = [(korean, english, term) for term in ENTRIES for english, korean in [split(term)] if korean]
    twice = [korean for korean, _, _ in terms]
    lines = {}
    for korean, english, term in sorted(terms, key=lambda entry: (entry[0].replace(" ", ""), entry[1].casefold())):
        first = INITIALS[(ord(korean[0]) - ord("가")) // 588] if HANGUL.match(korean) else "1–Z"
        shown = f"{korean} ({english})" if twice.count(korean) > 1 else korean
        lines.setdefault(first, []).append(f"{{term}}`{shown} <{term}>`")
    return "\n".join(f"- **{first}** {', '.join(links)}" for first, links in lines.items())


def test_the_terms_stand_in_alphabetical_order_once():
    terms = re.findall(r"^(\S.*)\n  ", BLOCK, re.MULTILINE)
    assert terms == sorted(set(terms), key=str.casefold) and len(terms) > 100
    assert len({split(term)[0].casefold() for term in terms}) == len(terms)


def test_every_term_is_in_both_languages():
    assert {term for term in ENTRIES if not split(term)[1]} == NAMES


def test_the_korean_index_has_every_term():
    section = re.search(r"^## [^\n]*찾아보기[^\n]*\n\n(.*?)\n\n## ", GLOSSARY, re.MULTILINE | re.DOTALL)
    assert section[1] == korean_index(), f"the index of the Korean terms should be:\n{korean_index()}"


@pytest.mark.parametrize("term", ENTRIES)
def test_an_entry_says_what_and_where(term):
    meaning, where, _ = ENTRIES[term].strip().partition(" Taught in {doc}")
    assert where and meaning.endswith(".") and "\n" not in ENTRIES[term]
    assert len(re.findall(r"\. (?=[A-Z])", meaning)) < 2, "one sentence or two"
    assert taught(term) and set(taught(term)) <= set(CHAPTERS)


@pytest.mark.parametrize(("term", "name"), [(term, name) for term in ENTRIES for name in taught(term)])
def test_the_chapter_that_teaches_a_term_links_to_it_with_its_korean(term, name):
    text = prose(CHAPTERS[name])
    assert term in LINK.findall(text), f"{name} should link to {{term}}`... <{term}>`"
    assert term in NAMES or term in korean_beside(text)[0], f"{name}: {split(term)[1]} should stand right behind it"


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_korean_of_a_chapter_is_that_of_the_glossary(name):
    left = [line for line in korean_beside(CHAPTERS[name])[1].splitlines() if HANGUL.search(line)]
    assert not left, f"Korean that does not stand behind a link to its term in the glossary: {left}"


@pytest.mark.parametrize("name", CHAPTERS)
def test_links_are_few_and_stand_in_the_text(name):
    links = LINK.findall(CHAPTERS[name])
    assert set(links) <= set(ENTRIES), "the text in <> must be the whole term, English and Korean"
    assert links == LINK.findall(prose(CHAPTERS[name])), "a link in a heading, in code, in a title or in a formula"
    assert len(links) == len(set(links)), "a chapter links to a term once"
    elsewhere = [term for term in links if name not in taught(term)]
    assert len(elsewhere) <= 5, f"at most five links to terms that other chapters teach, not {elsewhere}"

"""What no test can work out stands a second time, in ``second-copy.yml``.

Which option is right, which verdict a claim has, which numbers a paper has: whoever changes one
looks it up at its source, and lets ``pytest tests/book --keep-copy`` write the copy anew. What
git then shows is what a second reader has to check. So a slip is found; a mistake that was made
with intent, or long ago, is not.
"""

import difflib
import hashlib
import json
import re

import pytest
import test_links
import yaml
from course import CHAPTERS, ROOT
from livecells import guesses
from pages import chapters, forms, ledger, quiz, terms
from pybtex.database import parse_file

COPY = ROOT / "tests" / "book" / "second-copy.yml"
HEAD = """\
# A second copy of what no test can work out (test_second_copy.py says why). Written by
# pytest tests/book --keep-copy, after a look at the source of whatever changed.
"""
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
NUMBER = re.compile(
    r"\{glue:text\}`[^`]+`|\[\[[^\]]+\]\]|(?<![\w.,-])[−+]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
)
"""A typed number, one that is glued, or a blank of the ledger."""
SENTENCE = re.compile(r"(?<=[.!?])[*)]*\s+(?=[^a-z\s])|\n+")
UNREAD = re.compile(
    r"\{(?!glue)[\w:]+\}`[^`]*`|(?<![}\w])`[^`\n]+`|\]\([^)]*\)|^```\{[\w-]+\}.*"
    r"|^:(?!answer)[\w-]+:.*|^\(.+\)=$",
    re.M,
)
"""What is no number of a sentence: roles, code, addresses, and how a box is set up."""

LEADS = re.compile(r"(?<=\]\()[^)\s]+(?=\))|(?<=\{numref\}`)[^`<>]+|(?<=<)fig-[\w-]+(?=>`)")
TICKED = re.compile(r"^([a-z]+): ((?:higher|lower|no clear change), .+)$", re.M)
"""A row of a ``{guess-check}``: what the scans say."""

TITLE = re.compile(
    r"""(?:figures\.title\(|draw\.axes\(|Explorer\("[\w-]+",|(?=["']Simulated: ))\s*f?["']"""
    r"""([^"'\n]*)["']"""
)

TOLD = {"claim", "citation_problem", "verdict_detail", "summary", "how_known",
        "would_change_our_mind"}  # fmt: skip
"""Fields of a claim that are sentences and no line of evidence."""


def numbers(text):
    found = NUMBER.findall(UNREAD.sub(" ", text))
    return [one.removeprefix("{glue:text}").strip("`").replace(" ", "_") for one in found]


def by_work(text):
    """The numbers of a text in the order of reading: beside each work, and beside none."""
    return beside(
        ([key.strip() for group in CITED.findall(sentence) for key in group.split(",")], sentence)
        for sentence in SENTENCE.split(text)
    )


def beside(sentences):
    """By work, the numbers of each sentence that cites it; by "none" those of all others."""
    found, others = {}, []
    for keys, sentence in sentences:
        for key in dict.fromkeys(keys):
            found.setdefault(key, []).append(" ".join(numbers(sentence)) or "no number")
        others += [] if keys else numbers(sentence)
    return {key: "; ".join(told) for key, told in found.items()} | {"none": " ".join(others)}


def text_of(path):
    """All that is read on a chapter: its text, captions and alt texts; quiz and notes too."""
    told = []
    for cell in chapters.read(path).cells:
        shown = cell.metadata.get("mystnb", {})
        told.append(cell.source if cell.cell_type == "markdown" else "")
        told += [shown.get("figure", {}).get("caption", ""), shown.get("image", {}).get("alt", "")]
    for question in quiz.load(path.stem):
        told += [question["question"]]
        told += [f"{option['text']}\n{option['why']}" for option in question["options"]]
    return "\n\n".join(told)


def of_a_claim(claim):
    """The numbers of a claim: of each side by work, and of its other sentences."""
    sides = {
        side: beside(
            (line["cite"], f"{line['text']} {line.get('effect', '')} {line.get('when', '')}")
            for line in claim[side]
        )
        for side in ledger.SIDES
    }
    return sides | beside([([], str(claim[field])) for field in sorted(TOLD)])


def of_the_numbers():
    texts = {path.stem: text_of(path) for path in CHAPTERS}
    for path in sorted((ROOT / "book").rglob("*.md")):
        name = path.relative_to(ROOT / "book").with_suffix("").as_posix()
        prose = re.sub(r"^```\{code-cell\}.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S)
        texts[name] = prose
    found = {name: by_work(text) for name, text in texts.items()}
    claims = yaml.load((ledger.EVIDENCE / "claims.yml").read_text("utf-8"), forms.LOADER)
    found |= {claim["id"]: of_a_claim(claim) for claim in claims}
    for entry in ledger.load_references():
        told = [entry["as_given"], *entry["wrong"], entry["note"]]
        found[entry["label"]] = {entry["true_record"] or "none": " ".join(numbers(" ".join(told)))}
    return found


def of_the_verdicts():
    found = {entry["label"]: entry["verdict"] for entry in ledger.load_references()}
    for name, claim in ledger.load().items():
        found[name] = {field: "; ".join(claim[field]) for field in ("verdict", "level")}
        grades = [reason["grade"] for reason in claim["reasons"].values()]
        found[name] |= {"sample": claim["sample"], "doubts": "; ".join(grades)}
    return found


def of_the_answers():
    found = {}
    for path in CHAPTERS:
        told = chapters.prose(chapters.read(path))
        asked = guesses(told)
        own = {
            guess["name"]: f"{guess['answer']}, within {guess.get('within', 0)}" for guess in asked
        }
        own |= {row: words.replace("|", "then") for row, words in TICKED.findall(told)}
        for question in quiz.load(path.stem):
            (right,) = [option["text"] for option in question["options"] if option["right"]]
            own[question["id"]] = (
                f"{' '.join(right.split()[:5])} (objective {question['objective']})"
            )
        found[path.stem] = own
    return found


def of_the_links():
    """Where the links of a page lead, one after another: a wrong place is a place, too."""
    return {
        path.relative_to(ROOT).with_suffix("").as_posix(): " ".join(
            LEADS.findall(test_links.written(path))
        )
        for path in test_links.PAGES
    }


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def of_the_records():
    """Of each reference, and of what is known of its study, a fingerprint."""
    works = ledger.load_works()
    found = {}
    for key, entry in parse_file(ROOT / "references.bib").entries.items():
        people = [str(person) for person in entry.persons["author"]]
        whole = [people, dict(entry.fields.items()), works.get(key)]
        found[key] = short(json.dumps(whole, sort_keys=True, default=str))
    return found


def of_the_slides():
    found = {}
    for path in CHAPTERS:
        cells, own = chapters.read(path).cells, {}
        for before, cell in zip([cells[0], *cells], cells, strict=False):
            figure = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
            tags = cell.metadata.get("tags", [])
            noted = "instructor" in before.metadata.get("tags", [])
            if figure and ("slide" in tags or noted):
                own[figure] = ("a slide" if "slide" in tags else "no slide") + ", a note" * noted
        found[path.stem] = own
    return found


def code(path):
    return "\n".join(c.source for c in chapters.read(path).cells if c.cell_type == "code")


def of_the_titles():
    """What stands over each figure, explorers included: no picture is kept that would show it."""
    return {path.stem: "; ".join(TITLE.findall(code(path))) for path in CHAPTERS}


def of_the_frames():
    """The numbers of others that a figure draws."""
    frames = {path.stem: re.findall(r"pd\.DataFrame\(.*?columns=", code(path), re.S)
              for path in CHAPTERS}  # fmt: skip
    return {name: " ".join(re.findall(r"-?\d+(?:\.\d+)?", " ".join(own)))
            for name, own in frames.items()}  # fmt: skip


def of_the_glossary():
    return {
        name: "an entry" for name in terms.parse((ROOT / "book/glossary.md").read_text("utf-8"))
    }


def of_the_data():
    """Fingerprints of the tables, which nobody edits, and of the hashes of all data files."""
    found = {path.name: short(path.read_text("utf-8"))
             for path in sorted((ROOT / "ketanet" / "tables").iterdir())}  # fmt: skip
    for name in ("sources.toml", "restricted.toml"):
        hashes = re.findall(r"\b[0-9a-f]{64}\b", (ROOT / "ketanet" / name).read_text("utf-8"))
        found[name] = short(" ".join(hashes))
    return found


FIRST = {
    "answers": of_the_answers,
    "verdicts": of_the_verdicts,
    "slides": of_the_slides,
    "links": of_the_links,
    "titles": of_the_titles,
    "frames": of_the_frames,
    "glossary": of_the_glossary,
    "data": of_the_data,
    "records": of_the_records,
    "numbers": of_the_numbers,
}


def flat(value, *place):
    if not isinstance(value, dict):
        return {", ".join(place): str(value)}
    return {key: v for name, part in value.items() for key, v in flat(part, *place, name).items()}


def told(place, book, copy):
    """Where a book and its copy differ, in a line."""
    one, other = (" ".join(text.split()).split(" ") for text in (book, copy))
    for _, a, b, c, d in difflib.SequenceMatcher(None, one, other, False).get_opcodes():
        if one[a:b] != other[c:d]:
            new, old = " ".join(one[a:b]), " ".join(other[c:d])
            before = f"after “{' '.join(one[max(0, a - 3) : a])}” " if a and len(one) > 6 else ""
            return f"{place}: {before}the book has “{new}”, its second copy “{old}”"


def differences(book, copy):
    book, copy = flat(book), flat(copy)
    return [
        told(place, book.get(place, "nothing"), copy.get(place, "nothing"))
        for place in {**book, **copy}
        if book.get(place) != copy.get(place)
    ]


@pytest.mark.parametrize("part", FIRST)
def test_the_book_says_what_its_second_copy_says(part, request):
    book = FIRST[part]()
    if request.config.getoption("keep_copy", False):
        whole = (yaml.load(COPY.read_text("utf-8"), forms.LOADER) if COPY.exists() else None) or {}
        whole = {name: {**whole, part: book}.get(name) for name in FIRST}
        text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=98)
        COPY.write_text(HEAD + text, "utf-8")
    wrong = differences(book, yaml.load(COPY.read_text("utf-8"), forms.LOADER)[part])
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
        pytest.fail(
            f"{wrong[0]}{more}. If the book is right: pytest tests/book --keep-copy", pytrace=False
        )


@pytest.mark.parametrize(
    ("book", "copy", "said"),
    [
        ("d = −0.63", "d = −0.36", "a, b: the book has “−0.63”, its second copy “−0.36”"),
        ("a slide", "a slide, a note", "the book has “slide”, its second copy “slide, a note”"),
        (
            "1 2 3 4 5 6 7",
            "1 2 3 4 6 7",
            "a, b: after “2 3 4” the book has “5”, its second copy “”",
        ),
    ],
)
def test_a_difference_is_told_with_its_place(book, copy, said):
    assert said in differences({"a": {"b": book}}, {"a": {"b": copy}})[0]
    assert differences({"a": {"b": book}}, {"a": {"b": book}}) == []
    assert "nothing" in differences({"a": {"b": book}}, {"a": {}})[0]


def test_a_number_belongs_to_the_works_of_its_sentence():
    text = (
        "It was −0.63 in 30 men {cite:p}`A2020, B2021`. AAL2 has 94. See [chapter 1](01-a.ipynb)."
    )
    assert by_work(text) == {"A2020": "−0.63 30", "B2021": "−0.63 30", "none": "94 1"}
    assert (
        by_work("So they say {cite:t}`A2020`. It was 2 {cite:p}`A2020`.")["A2020"] == "no number; 2"
    )

"""The questions for learning platforms and the cards, read back and held to the quizzes.

Moodle's reader is ``qformat_xml`` and ``qformat_gift`` in its source, Anki's is described in its
manual; the readers here follow what those say. The two QTI packages were also held to the
schemas of their publisher by hand: its terms keep them out of this repository.
"""

import csv
import functools
import html
import io
import re
import zipfile
from base64 import b64decode
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from course import CHAPTERS, ROOT, SITE
from pages import chapters, claims, quiz, terms
from PIL import Image
from products import questions

FOLDER = SITE / questions.FOLDER
CALLED = "Ketamine and the Networked Brain"
NEWER = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
OLDER = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
PACKED = "{http://www.imsglobal.org/xsd/imscp_v1p1}"


def plain(text):
    """The words of some HTML."""
    return " ".join(BeautifulSoup(text, "html.parser").get_text().split())


@functools.cache
def members(name):
    with zipfile.ZipFile(FOLDER / f"questions-{name}.zip") as archive:
        return {one: archive.read(one) for one in archive.namelist()}


@functools.cache
def wanted():
    """What each chapter asks, as its page says it: texts, right options, reasons, pictures."""
    found = {}
    for path in CHAPTERS:
        page = BeautifulSoup((SITE / "notebooks" / f"{path.stem}.html").read_text(), "html.parser")
        for tip in page.select("[role=tooltip]"):
            tip.decompose()
        for question in quiz.load(path.stem):
            box = page.find(id=f"quiz-{question['id']}")
            figures = {link["href"][1:] for link in box.select(".asked a[href^='#fig']")}
            found[question["id"]] = (
                f"{int(path.stem[:2])}. {chapters.title(chapters.read(path))}",
                plain(str(box.find(class_="asked"))),
                [plain(str(label.span))[1:].strip() for label in box.find_all("label")],
                [option["right"] for option in question["options"]],
                [plain(str(item)).partition(".")[2].strip() for item in box.select("details li")],
                sorted(page.find(id=name).img["alt"] for name in figures),
            )
    return found


def from_moodle():
    chapter, found = "", {}
    for one in ElementTree.parse(FOLDER / "questions-moodle.xml").getroot():
        if one.get("type") == "category":
            chapter = one.findtext("category/text").removeprefix(f"$course$/top/{CALLED}/")
            continue
        told = BeautifulSoup(one.findtext("questiontext/text"), "html.parser")
        files = {file.get("name"): b64decode(file.text) for file in one.iter("file")}
        pictures = told.find_all("img")
        assert {p["src"] for p in pictures} == {f"@@PLUGINFILE@@/{name}" for name in files}
        for name, data in files.items():
            is_picture(name, data)
        answers = one.findall("answer")
        found[one.findtext("name/text").split()[1]] = (
            chapter,
            plain(str(told.p)),
            [plain(answer.findtext("text")) for answer in answers],
            [answer.get("fraction") == "100" for answer in answers],
            [plain(answer.findtext("feedback/text")) for answer in answers],
            sorted(picture["alt"] for picture in pictures),
        )
    return found


def from_gift():
    """GIFT: a backslash before a sign takes its meaning away; it knows no pictures."""
    chapter, found = "", {}
    text = (FOLDER / "questions.gift.txt").read_text("utf-8")
    for block in re.split(r"\n\s*\n", re.sub(r"^//.*\n", "", text, flags=re.M).strip()):
        if block.startswith("$CATEGORY: "):
            chapter = block.removeprefix(f"$CATEGORY: $course$/top/{CALLED}/").strip()
            continue
        hidden = {f"\\{sign}": chr(0xE000 + k) for k, sign in enumerate("~=#{}:\\")}
        for sign, mark in hidden.items():
            block = block.replace(sign, mark)
        name, asked, options = re.fullmatch(r"::(.+?)::\[html\](.+?)\{(.+)\}", block, re.S).groups()
        parts = re.findall(r"([=~])([^#=~]+)#([^=~]+)", options)

        def back(text, hidden=hidden):
            for sign, mark in hidden.items():
                text = text.replace(mark, sign[1])
            return plain(text)

        found[name] = (
            chapter, back(asked), [back(option) for _, option, _ in parts],
            [sign == "=" for sign, _, _ in parts], [back(why) for _, _, why in parts],
        )  # fmt: skip
    return found


def from_newer():
    files, found = members("qti21"), {}
    test = ElementTree.fromstring(files["test.xml"])
    for section in test.iter(f"{NEWER}assessmentSection"):
        for item in section.iter(f"{NEWER}assessmentItemRef"):
            one = ElementTree.fromstring(files[item.get("href")])
            assert one.get("identifier") == item.get("identifier")
            right = one.findtext(f".//{NEWER}correctResponse/{NEWER}value")
            choices = one.findall(f".//{NEWER}simpleChoice")
            whys = {why.get("identifier"): why for why in one.iter(f"{NEWER}modalFeedback")}
            pictures = list(one.iter(f"{NEWER}img"))
            for picture in pictures:
                name = picture.get("src").removeprefix("../")
                is_picture(name, files[name])
            found[item.get("identifier")] = (
                section.get("title"),
                words(one.find(f".//{NEWER}prompt")),
                [words(choice) for choice in choices],
                [choice.get("identifier") == right for choice in choices],
                [words(whys[choice.get("identifier")]) for choice in choices],
                sorted(picture.get("alt") for picture in pictures),
            )
    return found


def from_older():
    files, found = members("qti12"), {}
    for section in ElementTree.fromstring(files["questions.xml"]).iter(f"{OLDER}section"):
        for one in section.iter(f"{OLDER}item"):
            told = one.findtext(f"{OLDER}presentation/{OLDER}material/{OLDER}mattext")
            told = BeautifulSoup(told, "html.parser")
            for picture in told.find_all("img"):
                is_picture(picture["src"], files[picture["src"]])
            scored = {
                case.findtext(f".//{OLDER}varequal"): case.findtext(f"{OLDER}setvar")
                for case in one.iter(f"{OLDER}respcondition")
            }
            labels = one.findall(f".//{OLDER}response_label")
            whys = {
                why.get("ident"): why.findtext(f".//{OLDER}mattext")
                for why in one.iter(f"{OLDER}itemfeedback")
            }
            found[one.get("ident")] = (
                section.get("title"),
                plain(str(told.p)),
                [plain(label.findtext(f".//{OLDER}mattext")) for label in labels],
                [scored[label.get("ident")] == "100" for label in labels],
                [plain(whys[f"why-{label.get('ident')}"]) for label in labels],
                sorted(picture["alt"] for picture in told.find_all("img")),
            )
    return found


def words(element):
    return " ".join("".join(element.itertext()).split())


def is_picture(name, data):
    """A drawing, or pixels that can be opened."""
    if name.endswith(".svg"):
        assert ElementTree.fromstring(data).tag.endswith("svg")
    else:
        assert Image.open(io.BytesIO(data)).format == "PNG", name


READERS = {"Moodle": from_moodle, "GIFT": from_gift, "QTI 2.1": from_newer, "QTI 1.2": from_older}


@pytest.mark.parametrize("form", READERS)
def test_every_question_is_there_with_options_reasons_and_pictures(form):
    found, expected = READERS[form](), wanted()
    assert list(found) == list(expected)
    for name, told in found.items():
        assert told == expected[name][: len(told)], name


def test_some_questions_have_a_picture():
    assert sum(bool(one[5]) for one in wanted().values()) > 20


@pytest.mark.parametrize("name", ["qti21", "qti12"])
def test_a_package_lists_just_its_files(name):
    manifest = ElementTree.fromstring(members(name)["imsmanifest.xml"])
    listed = {file.get("href") for file in manifest.iter(f"{PACKED}file")}
    assert listed | {"imsmanifest.xml"} == set(members(name))
    resources = {one.get("identifier") for one in manifest.iter(f"{PACKED}resource")}
    needed = {one.get("identifierref") for one in manifest.iter(f"{PACKED}dependency")}
    assert needed <= resources


def cards(name):
    """The head and the rows of a file of cards."""
    lines = (FOLDER / f"cards-{name}.txt").read_text("utf-8").splitlines()
    head = dict(line[1:].split(":", 1) for line in lines if line.startswith("#"))
    rows = csv.reader(lines[len(head) :], delimiter="\t", quoting=csv.QUOTE_NONE)
    return head, list(rows)


def test_a_card_asks_and_answers_each_question():
    head, rows = cards("questions")
    assert (head["separator"], head["html"], head["deck column"]) == ("tab", "true", "3")
    assert len(rows) == len(wanted())
    for (front, back, deck, tags), (name, told) in zip(rows, wanted().items(), strict=True):
        chapter, asked, options, right, whys, _ = told
        assert (deck, tags) == (f"{CALLED}::{chapter}", f"quiz {name}")
        shown = BeautifulSoup(front, "html.parser")
        assert [plain(str(item)) for item in shown.find_all("li")] == options
        shown.ol.decompose()
        assert plain(str(shown)) == asked
        answer = BeautifulSoup(back, "html.parser")
        assert answer.b.get_text() == f"{quiz.LETTERS[right.index(True)]}."
        assert [plain(str(item)) for item in answer.find_all("li")] == whys


def test_a_card_holds_each_claim_and_each_word():
    _, rows = cards("claims")
    assert [html.unescape(front) for front, _, _ in rows] == [
        " ".join(claim["claim"].split()) for claim in claims.load().values()
    ]
    for (_, back, _), claim in zip(rows, claims.load().values(), strict=True):
        assert all(verdict in back for verdict in claim["verdict"])
        assert " ".join(claim["summary"].split()) in plain(back)
    _, rows = cards("glossary")
    entries = terms.parse((ROOT / "book" / "glossary.md").read_text("utf-8"))
    assert [html.unescape(front) for front, _, _ in rows] == [
        ", ".join(n) for n, _ in entries.values()
    ]
    assert [html.unescape(back) for _, back, _ in rows] == [sense for _, sense in entries.values()]


def test_what_means_something_in_gift_is_escaped():
    assert questions.gift("a = b: {c}~#\\") == "a \\= b\\: \\{c\\}\\~\\#\\\\"

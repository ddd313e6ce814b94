"""The quiz for learning platforms and the cards: what a stranger's reader finds in each file.

Each reader is written after the documentation of its format and knows nothing of the templates.
What it finds is compared with the YAML, the glued values of the chapters' code and their figures.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from base64 import b64decode
from itertools import zip_longest

import pytest
import yaml
from course import CHAPTERS, ROOT, SITE, read
from pages import chapters, claims
from PIL import Image

FOLDER = SITE / "_downloads" / "questions"
RUNS = ROOT / "_build" / "jupyter_execute" / "notebooks"
COURSE = "Ketamine and the Networked Brain"
QTI12 = {"": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
QTI21 = {"": "http://www.imsglobal.org/xsd/imsqti_v2p1"}
CP = {"": "http://www.imsglobal.org/xsd/imscp_v1p1"}


def bare(text):
    """A text without spaces, and with straight quotation marks, so that only words count."""
    return re.sub(r"\s+", "", text).translate(str.maketrans("“”‘’", "\"\"''"))


def parts(xhtml):
    """The elements of a text; it must be well-formed and lead nowhere."""
    found = ET.fromstring(f"<div>{xhtml}</div>")
    assert found.find(".//a") is None, f"a link in {xhtml[:60]}"
    return found


def words(element):
    return bare("".join(element.itertext()))


def asked_with_files(element, files):
    """What is asked, and for each picture its number, alt text, caption and bytes."""
    pictures = []
    for place in [one for one in element if one.find(".//{*}img") is not None]:
        image = place.find(".//{*}img")
        number = words(place.find("{*}b"))
        caption = words(place).removeprefix(number)
        pictures.append((f"{number}({bare(image.get('alt'))}){caption}", files[image.get("src")]))
        element.remove(place)
    return words(element), pictures


def asked_in_words(element):
    """What is asked, and the words that stand for each picture."""
    return words(element[0]), [(words(one), None) for one in element[1:] if one.tag == "p"]


def moodle():
    """docs.moodle.org/en/Moodle_XML_format"""
    chapter = None
    for one in ET.parse(FOLDER / "questions-moodle.xml").getroot():
        if one.get("type") == "category":
            chapter = one.findtext("category/text").removeprefix(f"$course$/top/{COURSE}: quiz/")
            continue
        assert one.get("type") == "multichoice" and one.findtext("single") == "true"
        told = one.find("questiontext")
        files = {
            f"@@PLUGINFILE@@/{file.get('name')}": b64decode(file.text, validate=True)
            for file in told.findall("file")
        }
        options = [
            (
                words(parts(answer.findtext("text"))),
                float(answer.get("fraction")) == 100,
                words(parts(answer.findtext("feedback/text"))),
            )
            for answer in one.findall("answer")
        ]
        yield chapter, *asked_with_files(parts(told.findtext("text")), files), options


def gift():
    """docs.moodle.org/en/GIFT_format: blank lines part questions, a backslash takes a meaning."""
    chapter = None
    text = (FOLDER / "questions.gift.txt").read_text("utf-8")
    for block in re.split(r"\n\s*\n", text):
        block = "\n".join(line for line in block.splitlines() if not line.startswith("//")).strip()
        if block.startswith("$CATEGORY:"):
            chapter = block.removeprefix(f"$CATEGORY: $course$/top/{COURSE}: quiz/")
        elif block:
            hidden = re.sub(r"\\([\\~=#{}:])", lambda found: f"&&{ord(found[1])};", block)
            asked, answers = re.fullmatch(r"::[^:]+::\[html\](.+)\{(.+)\}", hidden, re.S).groups()
            options = []
            for kind, answer in re.findall(r"([=~])([^=~]+)", answers):
                option, why = map(shown, answer.split("#"))
                assert not option.startswith(("%", "["))
                options.append((words(parts(option)), kind == "=", words(parts(why))))
            yield chapter, *asked_in_words(parts(shown(asked))), options


def shown(hidden):
    return re.sub(r"&&(\d+);", lambda found: chr(int(found[1])), hidden)


def package(name):
    """The manifest of a package and its files; the manifest names just the files that are there."""
    with zipfile.ZipFile(FOLDER / name) as archive:
        files = {file: archive.read(file) for file in archive.namelist()}
    manifest = ET.fromstring(files["imsmanifest.xml"])
    resources = {one.get("identifier"): one for one in manifest.iterfind(".//resource", CP)}
    named = [file.get("href") for file in manifest.iterfind(".//file", CP)]
    odd = {*named, "imsmanifest.xml"} ^ files.keys()
    assert not odd, f"{name}: in the manifest or in the package, but not in both: {odd}"
    for one in resources.values():
        assert one.get("href") in named
        for other in one.iterfind("dependency", CP):
            assert other.get("identifierref") in resources
    return resources, files


def qti12():
    """IMS QTI 1.2, as Canvas and others read it: one assessment a chapter."""
    resources, files = package("questions-qti12.zip")
    for resource in resources.values():
        if resource.get("type") != "imsqti_xmlv1p2":
            continue
        assessment = ET.fromstring(files[resource.get("href")]).find("assessment", QTI12)
        for item in assessment.iterfind("section/item", QTI12):
            [right] = [
                one.findtext("conditionvar/varequal", None, QTI12)
                for one in item.iterfind("resprocessing/respcondition", QTI12)
                if one.findtext("setvar", None, QTI12) == "100"
            ]
            link = {
                one.findtext("conditionvar/varequal", None, QTI12): display.get("linkrefid")
                for one in item.iterfind("resprocessing/respcondition", QTI12)
                if (display := one.find("displayfeedback", QTI12)) is not None
            }
            why = {
                one.get("ident"): one.findtext("flow_mat/material/mattext", None, QTI12)
                for one in item.iterfind("itemfeedback", QTI12)
            }
            options = [
                (
                    words(parts(one.findtext("material/mattext", None, QTI12))),
                    one.get("ident") == right,
                    words(parts(why[link[one.get("ident")]])),
                )
                for one in item.iterfind("presentation/response_lid/render_choice/*", QTI12)
            ]
            told = parts(item.findtext("presentation/material/mattext", None, QTI12))
            yield assessment.get("title"), *asked_with_files(told, files), options


def qti21():
    """IMS QTI 2.1: one test, a section for each chapter, one file for each item."""
    resources, files = package("questions-qti21.zip")
    [test] = [one for one in resources.values() if one.get("type") == "imsqti_test_xmlv2p1"]
    for section in ET.fromstring(files[test.get("href")]).iter(f"{{{QTI21['']}}}assessmentSection"):
        for reference in section.iterfind("assessmentItemRef", QTI21):
            item = ET.fromstring(files[reference.get("href")])
            assert item.get("identifier") == reference.get("identifier"), "the file of another item"
            right = item.findtext("responseDeclaration/correctResponse/value", None, QTI21)
            why = {one.get("identifier"): one for one in item.iterfind("modalFeedback", QTI21)}
            body = item.find("itemBody", QTI21)
            choice = body.find("choiceInteraction", QTI21)
            options = [
                (words(one), one.get("identifier") == right, words(why[one.get("identifier")]))
                for one in choice.iterfind("simpleChoice", QTI21)
            ]
            body.remove(choice)
            _, pictures = asked_with_files(body, files)
            yield section.get("title"), words(choice.find("prompt", QTI21)), pictures, options


def notes(kind):
    """docs.ankiweb.net/importing/text-files.html: the notes of one kind, each with its deck."""
    lines = (FOLDER / "cards.txt").read_text("utf-8").splitlines()
    head = {line for line in lines if line.startswith("#")}
    wanted = "separator:tab html:true notetype:Basic deck column:3 tags column:4"
    assert head == {f"#{one}" for one in re.split(r" (?!column)", wanted)}
    rows = list(csv.reader(lines[len(head) :], delimiter="\t", strict=True))
    assert len({front for front, *_ in rows}) == len(rows), "Anki takes the same front as one note"
    for front, back, deck, tag in rows:
        assert deck.startswith(f"{COURSE}::") and deck.count("::") == 1
        if tag == kind:
            yield parts(front), parts(back), deck.removeprefix(f"{COURSE}::")


def anki():
    for front, back, chapter in notes("quiz"):
        options = []
        for option, reason in zip(front.find("ol"), back.find("ol"), strict=True):
            mark = reason.find("b").text
            options.append((words(option), mark == "Right.", words(reason).removeprefix(mark)))
        yield chapter, *asked_in_words(front), options


FORMS = {"moodle": moodle, "gift": gift, "qti12": qti12, "qti21": qti21, "anki": anki}


def written():
    """All questions as the YAML has them, each with its chapter and its pictures."""
    for path in CHAPTERS:
        page = read(SITE / "notebooks" / f"{path.stem}.html")
        told = [cell.metadata.get("mystnb", {}) for cell in chapters.read(path).cells]
        alts = {one["figure"]["name"]: one["image"]["alt"] for one in told if "figure" in one}
        run = RUNS / f"{path.stem}.glue.json"
        glued = {
            name: one["data"]["text/plain"].strip("'")
            for name, one in json.loads(run.read_text("utf-8")).items()
        }
        chapter = f"{int(path.stem[:2])}. {page.h1.find(string=True, recursive=False).strip()}"

        def plain(text, page=page, glued=glued):
            """The words of MyST: glued values, numbers of figures, formulas, italics."""
            text = re.sub(r"\{glue:text\}`(.+?)`", lambda found: glued[found[1]], text)
            text = re.sub(r"\{numref\}`(.+?)`", lambda found: number(page, found[1]), text)
            text = re.sub(r"\$(.+?)\$", lambda m: re.sub(r"\\[a-z]+|[{}]", "", m[1]), text)
            return bare(text.replace("*", ""))

        for question in yaml.safe_load((ROOT / f"book/quizzes/{path.stem}.yml").read_text("utf-8")):
            pictures = []
            for name in re.findall(r"\{numref\}`(.+?)`", question["question"]):
                figure = page.find(id=name)
                caption = bare(figure.find(class_="caption-text").get_text())
                file = (SITE / "notebooks" / figure.img["src"]).resolve()
                pictures.append((f"{bare(number(page, name))}({bare(alts[name])}){caption}", file))
            options = [
                (plain(one["text"]), one["right"], plain(one["why"])) for one in question["options"]
            ]
            yield chapter, plain(question["question"]), pictures, options


def number(page, name):
    return page.find(id=name).find(class_="caption-number").get_text()


@pytest.fixture(scope="module")
def wanted():
    return list(written())


@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_the_questions_of_the_course(form, wanted):
    found = list(FORMS[form]())
    assert len(found) == len(wanted), f"{len(found)} questions of {len(wanted)}"
    for one, other in zip(found, wanted, strict=True):
        assert one[0] == other[0], f"{other[1][:60]} stands in another chapter"
        assert one[1] == other[1], f"{other[1][:60]} asks something else"
        for option, right in zip_longest(one[3], other[3]):
            assert option == right, f"{other[1][:60]} has another option, answer or reason"
        for (told, _), (right, _) in zip_longest(one[2], other[2], fillvalue=("", "")):
            assert told == right, f"{other[1][:60]} has another figure"


@pytest.mark.parametrize("form", ["moodle", "qti12", "qti21"])
def test_a_file_holds_the_pictures_of_the_course(form, wanted):
    for (_, _, found, _), (_, asked, pictures, _) in zip(FORMS[form](), wanted, strict=True):
        for (_, data), (_, file) in zip(found, pictures, strict=True):
            if file.suffix == ".svg":
                alike = data == file.read_bytes()
            else:
                with (
                    Image.open(io.BytesIO(data), formats=["PNG"]) as one,
                    Image.open(file) as other,
                ):
                    alike = one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()
            assert alike, f"{asked[:60]} has another picture"


def test_there_are_cards_of_all_claims():
    ledger = yaml.safe_load((ROOT / "book/evidence/claims.yml").read_text("utf-8"))
    found = [(words(front), words(back)) for front, back, _ in notes("claim")]
    for card, one in zip(found, ledger, strict=True):
        back = f"{'; '.join(one['verdict'])} ({claims.level(one)}) {one['summary']}"
        assert card == (bare(one["claim"]), bare(back)), f"another card of {one['id']}"


def test_there_are_cards_of_all_words():
    entries = {}
    for sense in read(SITE / "book" / "glossary.html").select("dl.glossary > dd"):
        names = []
        for term in sense.find_previous_siblings():
            if term.name == "dd":
                break
            names.append(bare(term.find(string=True)))
        entries[frozenset(names)] = bare(sense.p.get_text())
    found = {
        frozenset(words(front).split(",")): words(back) for front, back, _ in notes("glossary")
    }
    odd = {", ".join(names) for names, _ in found.items() ^ entries.items()}
    assert not odd, f"another sense, or no card: {odd}"

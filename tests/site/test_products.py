"""What is made of the chapters: notebooks, slides, handouts, and the zip that holds them all."""

import re
import zipfile
from itertools import pairwise

import nbformat
import pytest
from bs4 import BeautifulSoup
from builder.execution import kernel_settings
from course import CHAPTERS, ROOT, SITE
from nbclient import NotebookClient
from pages import chapters, quiz
from products.handouts import browser
from products.slides import claims_of

from ketanet.exercises import unseal

DOWNLOADS = SITE / "_downloads"
ZIP = DOWNLOADS / "ketamine-and-the-networked-brain.zip"
CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
KIND = pytest.mark.parametrize("kind", ["student", "instructor"])
CHECK = re.compile(r"^check\(", re.M)
SEALED = re.compile(r'exec\(unseal\("([^"]+)"\)\)')


def made(kind, path):
    return nbformat.read(DOWNLOADS / kind / path.name, 4)


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def tagged(path, tag):
    return [cell for cell in chapters.read(path).cells if tag in cell.metadata.get("tags", [])]


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def slides(path):
    text = (SITE / "slides" / f"{path.stem}.html").read_text("utf-8")
    return BeautifulSoup(text, "html.parser")


@CHAPTER
def test_a_student_notebook_holds_no_solution(path):
    text = "\n".join(cell.source for cell in made("student", path).cells)
    taught = "\n".join(
        cell.source for cell in chapters.read(path).cells if cell not in tagged(path, "solution")
    )
    for cell in tagged(path, "solution"):
        for line in map(str.strip, cell.source.splitlines()):
            assert len(line) < 12 or line in taught or line not in text, line
    for question in quiz.load(path.stem):
        for option in question["options"]:
            assert " ".join(option["why"].split())[:40] not in text
    last = chapters.part(chapters.read(path), "Check yourself")
    for answer in re.findall(r"^:::\{dropdown\}.*\n(.+)", last, re.M):
        assert answer[:40] not in text
    for cell in tagged(path, "instructor"):
        assert cell.source not in text


@CHAPTER
def test_an_instructor_notebook_holds_solutions_answers_and_notes(path):
    text = "\n".join(cell.source for cell in made("instructor", path).cells)
    for cell in [*tagged(path, "solution"), *tagged(path, "instructor")]:
        assert cell.source in text
    assert text.count("(**right**: ") == len(quiz.load(path.stem))


@CHAPTER
def test_a_sealed_solution_is_the_one_of_the_chapter(path):
    sealed = SEALED.findall("\n".join(cell.source for cell in made("student", path).cells))
    assert [unseal(text) for text in sealed] == [c.source for c in tagged(path, "solution")]


@KIND
@CHAPTER
def test_a_notebook_needs_no_extension_to_be_read(path, kind):
    notebook = made(kind, path)
    assert not re.search(
        r"\{[a-z]+(:[a-z]+)?\}`|^:::|^```\{|^\([\w-]+\)=$", markdown(notebook), re.M
    )
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert "myst_nb" not in cell.source


@KIND
@CHAPTER
def test_the_links_of_a_notebook_arrive(path, kind):
    for address in re.findall(r"\]\(([^)#]+)[^)]*\)", markdown(made(kind, path))):
        if not address.startswith("http"):
            assert (DOWNLOADS / kind / address).resolve().exists(), address


@CHAPTER
def test_both_notebooks_run_the_same_code_but_for_solutions_and_answers(path):
    student, instructor = (code(made(kind, path)) for kind in ("student", "instructor"))
    other = [(one, two) for one, two in zip(student, instructor, strict=True) if one != two]
    solutions, checks = tagged(path, "solution"), [pair for pair in other if CHECK.search(pair[0])]
    assert [two for one, two in other if SEALED.search(one)] == [cell.source for cell in solutions]
    assert len(checks) == len(solutions) and len(other) == 2 * len(solutions)


@CHAPTER
def test_a_student_notebook_waits_for_answers_and_an_instructor_notebook_passes_its_checks(path):
    """Both in one kernel: apart from what the test above names, they are the same code.

    The figures are made and not drawn: the chapter, whose code this is, drew them.
    """
    runs, blank = [], "import matplotlib\n\nmatplotlib.use('agg')"
    for one, two in zip(
        *(code(made(kind, path)) for kind in ("student", "instructor")), strict=True
    ):
        runs += [one, two] if CHECK.search(one) else [one]
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, [blank, *runs])])
    with kernel_settings() as settings:
        NotebookClient(notebook, timeout=120, config=settings).execute(cwd=path.parent)
    said = [
        "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if CHECK.search(cell.source)
    ]
    assert said and all("No answer yet" in text for text in said[::2]), said
    assert all(text.endswith("Right.\n") for text in said[1::2]), said


@CHAPTER
def test_a_deck_has_slides_that_can_be_read_from_the_last_row(path):
    sections = slides(path).select("section")
    assert 12 <= len(sections) <= 28, len(sections)
    for section in sections:
        notes = section.find("aside")
        letters = len(section.get_text()) - (len(notes.get_text()) if notes else 0)
        assert letters <= 800 or "moved" in section["class"], (
            f"{section.find(['h1', 'h2']).get_text()}: {letters} letters"
        )
        if "figure" in section["class"]:
            assert len(notes.get_text()) >= 60, "the lecturer has something to say"
            assert len(section.img["alt"]) >= 40
            assert (SITE / "slides" / section.img["src"]).resolve().exists()
    titles = [section.find(["h1", "h2"]).get_text() for section in sections]
    assert titles.count("Vote") == 2 and any(title.startswith("Key points") for title in titles)


@CHAPTER
def test_what_the_plan_shows_is_on_the_slides_in_the_order_of_the_page(path):
    session = ROOT / "book" / "instructor" / f"session-{int(path.stem[:2])}.md"
    plan = re.search(r"^## Plan$(.+?)^## ", session.read_text("utf-8"), re.M | re.S)[1]
    page = BeautifulSoup(
        (SITE / "notebooks" / f"{path.stem}.html").read_text("utf-8"), "html.parser"
    )
    numbers = {
        figure["id"]: figure.select_one(".caption-number").get_text().strip()
        for figure in page.select("figure[id]:has(.caption-number)")
    }
    shown = [one.get_text() for one in slides(path).select("section.figure .number")]
    planned = {numbers[name] for name in re.findall(r"\{numref\}`([\w-]+)`", plan)}
    assert planned <= set(shown), sorted(planned - set(shown))
    assert [one for one in numbers.values() if one in shown] == shown
    moved = [one.get_text() for one in page.select("fieldset.explorer > legend")]
    assert [one.h2.get_text() for one in slides(path).select("section.moved")] == moved


@CHAPTER
def test_a_vote_stands_beside_its_figure_and_the_next_slide_answers(path):
    sections = slides(path).select("section")
    for vote, answer in pairwise(sections):
        if vote.h2 and vote.h2.text == "Vote":
            assert vote.img and answer.img["src"] == vote.img["src"]
            assert answer.h2.text.startswith("The answer is ")
            assert len(answer.select("li.right")) == 1 and answer.select_one(".why").text.strip()
            assert not vote.select(".right, .why"), "nothing is given away"


@CHAPTER
def test_a_deck_names_each_claim_with_its_mark(path):
    told = [words.text.strip("“”") for words in slides(path).select(".verdict .claim-words")]
    chapter = chapters.read(path)
    assert told == [" ".join(claim["claim"].split()) for claim in claims_of(chapter)]
    assert len(slides(path).select(".verdict svg.mark")) == len(told)


@CHAPTER
def test_a_handout_has_an_empty_box_for_each_verdict(path):
    text = (SITE / "handouts" / f"{path.stem}.html").read_text("utf-8")
    rows = BeautifulSoup(text, "html.parser").select(".verdicts tbody tr")
    assert len(rows) == len(claims_of(chapters.read(path)))
    assert all([cell.text for cell in row("td")[1:]] == ["", ""] for row in rows)


@CHAPTER
def test_a_figure_on_a_slide_has_its_number(path):
    shown = slides(path).select("section.figure")
    assert shown
    for slide in shown:
        assert re.fullmatch(r"Fig\. \d\.\d+", slide.select_one("p.number").text)


@CHAPTER
def test_slides_and_handout_ask_no_other_host(path):
    for folder in ("slides", "handouts"):
        text = (SITE / folder / f"{path.stem}.html").read_text("utf-8")
        for tag in BeautifulSoup(text, "html.parser").find_all(["script", "link", "img", "iframe"]):
            address = tag.get("src") or tag.get("href")
            assert not re.match(r"(https?:)?//", address), address
            assert (SITE / folder / address).resolve().exists(), address


def prose(path):
    """What a chapter says in Markdown."""
    return chapters.prose(chapters.read(path))


@CHAPTER
def test_a_handout_holds_no_solution(path):
    page = (SITE / "handouts" / f"{path.stem}.html").read_text("utf-8")
    text = BeautifulSoup(page, "html.parser").get_text(" ")
    assert "solution_" not in text and "Key points" in text
    answers = re.findall(r"^:::\{dropdown\} [^\n]*\n([^|\n].+)", prose(path), re.M)
    openings = [re.split(r"[`*{_\[\"'$]", answer)[0] for answer in answers]
    told = [opening for opening in openings if len(opening) > 25]
    assert told and not [opening for opening in told if opening in text]
    assert text.count("Exercise ") >= len(chapters.exercises(chapters.read(path)))


@pytest.mark.skipif(not browser(), reason="no Chromium: the handouts are not printed")
@CHAPTER
def test_a_handout_is_printed_without_a_date(path):
    data = (SITE / "handouts" / f"{path.stem}.pdf").read_bytes()
    assert data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]
    assert len(re.findall(rb"/Type ?/Page\b", data)) <= 5, "two sheets, and not much more"
    assert not re.search(rb"\(D:20\d\d", data)


@CHAPTER
def test_a_chapter_links_what_is_made_of_it(path):
    page = BeautifulSoup(
        (SITE / "notebooks" / f"{path.stem}.html").read_text("utf-8"), "html.parser"
    )
    links = [link["href"] for link in page.select(".take-away a")]
    assert len(links) == 5
    assert all((SITE / "notebooks" / link).resolve().exists() for link in links)


def test_the_zip_holds_the_course_and_its_site():
    with zipfile.ZipFile(ZIP) as archive:
        assert archive.testzip() is None
        names = {name.split("/", 1)[1] for name in archive.namelist()}
        dates = {info.date_time[:3] for info in archive.infolist()}
    wanted = {"README.md", "Makefile", "requirements.txt", "ketanet/atlases.py", ".ci/run",
              "site/index.html", "site/search.html", "site/slides/reveal/reveal.js"}  # fmt: skip
    wanted |= {f"{kind}/{path.name}" for path in CHAPTERS for kind in ("student", "instructor")}
    assert wanted <= names, wanted - names
    top = {path.name for path in ROOT.iterdir() if path.is_file()}
    assert top <= names, f"it could not be built again: {top - names}"
    assert dates == {(1980, 1, 1)}
    assert not [name for name in names if "__pycache__" in name or name.startswith("_build")]


@pytest.mark.parametrize(
    "name, file",
    [
        ("README.md", ROOT / "README.md"),
        ("site/_static/course.css", SITE / "_static" / "course.css"),
    ],
)
def test_the_zip_holds_the_files_as_they_stand(name, file):
    with zipfile.ZipFile(ZIP) as archive:
        assert archive.read(f"{ZIP.stem}/{name}") == file.read_bytes()


def test_links_of_the_zips_notebooks_arrive():
    with zipfile.ZipFile(ZIP) as archive:
        names = {name.split("/", 1)[1] for name in archive.namelist()}
        for path in CHAPTERS:
            text = archive.read(f"{ZIP.stem}/student/{path.name}").decode()
            for page in re.findall(r"\]\(\.\./(site/[\w/.-]+)", text):
                assert page in names, page

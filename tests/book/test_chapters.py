"""The form of a chapter: the same parts in the same order, short cells, figures that are told."""

import re
import statistics

PARTS = [
    "The question",
    "Before you start",
    "What the article says",
    "See it",
    "Measure it",
    "Simulate it",
    "What the evidence says",
    "What this chapter does not show",
    "Check yourself",
    "Key points",
]
TAGS = {"hide-input", "remove-cell", "test", "solution", "instructor", "slide"}
GLUED = re.compile(r"\{glue:text\}`([^`]+)`")


def code_cells(chapter):
    return [(i, cell) for i, cell in enumerate(chapter.cells) if cell.cell_type == "code"]


def text(chapter):
    return "\n\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")


def tags(cell):
    return set(cell.metadata.get("tags", []))


def where(chapter, index, cell):
    first = next((line for line in cell.source.splitlines() if line), "")
    return f"{chapter.metadata['name']}, cell {index} ({first!r})"


def draws(cell):
    return any("<Figure size" in output.get("data", {}).get("text/plain", "")
               for output in cell.outputs)  # fmt: skip


def test_the_ten_parts_stand_in_order(chapter):
    assert re.findall(r"^## (.+)$", text(chapter), re.M) == PARTS


def test_one_title(chapter):
    assert len(re.findall(r"^# .+$", text(chapter), re.M)) == 1


def test_the_start_says_what_one_needs(chapter):
    start = text(chapter).split("## Before you start")[1].split("\n## ")[0]
    objectives = start.split("**You need**")[0]
    assert len(re.findall(r"^- ", objectives, re.M)) >= 3, "at least three objectives"
    assert "](" in start.split("**You need**")[1], "what one needs is linked"
    assert re.search(r"\*\*Time\*\*: \d+ minutes to read, \d+ to do .*, \d+ to teach", start)


def test_the_care_note_is_there(chapter):
    assert "not medical advice" in text(chapter)


def test_at_least_three_exercises_and_three_questions(chapter):
    last = text(chapter).split("## Check yourself")[1]
    assert len(re.findall(r"^### Exercise \d", last, re.M)) >= 3
    assert len(re.findall(r"^\*\*\d+\.\*\* ", last, re.M)) >= 3


def test_every_key_point_links_to_what_earns_it(chapter):
    points = text(chapter).split("## Key points")[1]
    without = [line for line in re.findall(r"^- .+$", points, re.M) if "{ref}" not in line]
    assert without == []


def test_every_figure_says_what_is_seen_and_how_it_was_made(chapter):
    for index, cell in code_cells(chapter):
        if not draws(cell):
            continue
        told = cell.metadata.get("mystnb", {})
        alt = told.get("image", {}).get("alt", "")
        figure = told.get("figure", {})
        assert len(alt) >= 60, f"{where(chapter, index, cell)}: alt text that says what is seen"
        assert len(figure.get("caption", "")) >= 60, f"{where(chapter, index, cell)}: a caption"
        assert figure.get("name", "").startswith("fig-"), f"{where(chapter, index, cell)}: a name"


def test_simulated_figures_say_so(chapter):
    inside = False
    for index, cell in enumerate(chapter.cells):
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.M):
            inside = "## Simulate it" in cell.source
        elif inside and cell.cell_type == "code" and draws(cell):
            caption = cell.metadata["mystnb"]["figure"]["caption"]
            assert caption.startswith("Simulated."), where(chapter, index, cell)
            assert '"Simulated: ' in cell.source, f"{where(chapter, index, cell)}: in the title"


def test_code_cells_are_short(chapter):
    lengths = []
    for index, cell in code_cells(chapter):
        if "remove-cell" in tags(cell):
            continue
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 20, f"{where(chapter, index, cell)}: {len(lines)} lines"
        wide = [line for line in lines if len(line) > 80]
        assert not wide, f"{where(chapter, index, cell)}: wider than the page: {wide[0]!r}"
        lengths.append(len(lines))
    assert statistics.median(lengths) <= 5, f"median {statistics.median(lengths)} lines"


def test_tags_are_from_the_closed_list(chapter):
    for index, cell in enumerate(chapter.cells):
        unknown = tags(cell) - TAGS
        assert not unknown, f"{where(chapter, index, cell)}: {unknown}"


def test_tests_are_not_shown(chapter):
    for index, cell in code_cells(chapter):
        assert ("test" in tags(cell)) == ("remove-cell" in tags(cell)), where(chapter, index, cell)


def test_numbers_in_sentences_are_glued_from_this_chapter(chapter):
    made = {key for _, cell in code_cells(chapter)
            for key in re.findall(r'glue\(\s*"(\w+)"', cell.source)}  # fmt: skip
    captions = [cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
                for _, cell in code_cells(chapter)]  # fmt: skip
    used = set(GLUED.findall(text(chapter) + "\n".join(captions)))
    assert used == made, f"glued but not used, or used but not glued: {used ^ made}"


def test_solutions_are_folded_and_answers_checked(chapter):
    solutions = [cell for _, cell in code_cells(chapter) if "solution" in tags(cell)]
    checks = [cell for _, cell in code_cells(chapter) if re.search(r"^check\(", cell.source, re.M)]
    assert len(solutions) == len(checks) >= 2
    for cell in solutions:
        assert "hide-input" in tags(cell) and cell.metadata["jupyter"]["source_hidden"]
    for cell in checks:
        assert "No answer yet" in cell.outputs[0].text, "the stub runs without an answer"


def test_the_file_is_clean(chapter):
    assert set(chapter.metadata) == {"kernelspec", "name"}
    for index, cell in code_cells(chapter):
        assert cell.execution_count is None, where(chapter, index, cell)
        for output in cell.outputs:
            kinds = [kind for kind in output.get("data", {}) if kind.startswith("image/")]
            assert not kinds, f"{where(chapter, index, cell)}: pictures are not kept"
            assert "text/html" not in output.get("data", {}), where(chapter, index, cell)


# Numbers of a frame that are no findings: where a mark is set on the page, and one in a label.
NO_FINDINGS = {"0.028", "0.88", "1.07", "1.3", "6.6", "7.5", "8"}
NUMBER = re.compile(r"(?<![\w.])(?!20\d\d\b)\d+(?:\.\d+)?(?![\w.])")  # years are no findings


def test_the_table_behind_a_figure_holds_its_numbers(chapter):
    frame = ""
    for index, cell in enumerate(chapter.cells):
        if cell.cell_type == "code" and "pd.DataFrame(" in cell.source:
            frame = cell.source
        if "The numbers behind this figure" not in cell.source:
            continue
        table = set(NUMBER.findall(cell.source.split("The numbers behind this figure")[1]))
        missing = set(NUMBER.findall(frame)) - table - NO_FINDINGS
        assert not missing, f"{where(chapter, index, cell)}: the figure has {sorted(missing)}"

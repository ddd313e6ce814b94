"""The form of a chapter: the same parts in the same order, short cells, figures that are told."""

import re
import statistics

import nbformat
import pytest
from pages import chapters

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
TAGS = {"hide-input", "remove-cell", "test", "solution", "instructor", "slide", "live"}
VERBS = {
    "ask", "choose", "compare", "compute", "count", "draw", "explain", "find", "follow", "judge",
    "measure", "plan", "predict", "read", "run", "say", "show", "split", "tell", "test", "weigh",
    "work",
}  # fmt: skip
"""What can be seen when somebody does it; nobody can see "understand" or "know"."""
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
    told = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return any("<Figure size" in text or "display.SVG object" in text for text in told)


def test_the_ten_parts_stand_in_order(chapter):
    assert [
        name.partition(": ")[0] for name in re.findall(r"^## (.+)$", text(chapter), re.M)
    ] == PARTS


def test_the_three_middle_parts_say_what_is_found(chapter):
    for name in ("See it", "Measure it", "Simulate it"):
        said = re.search(rf"^## {name}: (.+)$", text(chapter), re.M)
        assert said and len(said[1]) >= 20, f"{chapter.metadata['name']}: {name}, and what is seen?"


def story(chapter):
    """What is open on the page before anybody clicks: its words, and how many pictures."""
    lines, pictures, deep, part = [], 0, 0, ""
    for cell in chapter.cells:
        if not chapters.on_page(cell):
            continue
        if cell.cell_type == "code":
            figure = cell.metadata.get("mystnb", {}).get("figure")
            if not deep and part != "Check yourself":
                lines.append(figure["caption"] if figure else "")
                pictures += bool(figure) or cell.source.startswith("Explorer(")
            continue
        source = re.sub(r"^:::\{dropdown\}.*?^:::$", "", cell.source, flags=re.M | re.S)
        for line in source.splitlines():
            if heading := re.match(r"(#+) (.+)", line):
                level = len(heading[1])
                part = heading[2] if level == 2 else part
                deep = 0 if deep and level <= deep else deep
                if heading[2].startswith("Go deeper: "):
                    deep = deep or level
            if not deep and part != "Check yourself":
                lines.append(line)
    return "\n".join(lines), pictures


def test_the_story_of_a_chapter_is_short(chapter):
    words = len(story(chapter)[0].split())
    assert words <= 2600, f"{chapter.metadata['name']}: {words} words before anything is opened"


def test_no_heading_is_a_riddle_or_a_code(chapter):
    for heading in re.findall(r"^#{2,4} (.+)$", text(chapter), re.M):
        assert not re.search(r"\([a-z]+-\d\)", heading), f"{heading}: the code of a claim"
        assert not re.match(r"(One|Two|Three|Four|Five|Six): ", heading), f"{heading}: a number"


def test_one_title(chapter):
    assert len(re.findall(r"^# .+$", text(chapter), re.M)) == 1


def test_the_start_says_what_one_needs(chapter):
    start = chapters.part(chapter, "Before you start")
    objectives = chapters.objectives(chapter)
    name = chapter.metadata["name"]
    assert 3 <= len(objectives) <= 5, f"{name}: three to five numbered objectives"
    for objective in objectives:
        verb = objective.split()[0]
        assert verb in VERBS, f"{name}: {objective!r} begins with no verb that can be seen"
    needs = start.split("**You need**")[1].split("**Time**")[0]
    for row in re.findall(r"^\| (.+) \| (must|helps) \| (.+) \|$", needs, re.M):
        linked = "](" in row[2] or row[2] in ("any first course", "explained again below")
        assert linked, f"{name}: where to look for {row[0]!r} is not linked"
    assert "](" in needs, f"{name}: what one needs is linked"
    assert re.search(r"\*\*Time\*\*: \d+ minutes to read, \d+ to do .*, \d+ to teach", start), name


def test_the_question_is_one(chapter):
    assert "?" in chapters.part(chapter, "The question").split("\n\n")[0]


def test_the_care_note_is_there(chapter):
    assert "not medical advice" in chapters.part(chapter, "What this chapter does not show")


def test_exercises_are_numbered_and_name_their_objectives(chapter):
    exercises = chapters.exercises(chapter)
    assert [number for number, _, _ in exercises] == list(range(1, len(exercises) + 1))
    assert len(exercises) >= 3
    for number, title, serves in exercises:
        assert serves, f"{chapter.metadata['name']}, exercise {number} ({title}): no objective"


def test_every_exercise_has_a_solution_and_what_to_compare_with(chapter):
    last = "\n".join(
        "[solution]" if "solution" in tags(cell) else cell.source
        for cell in chapter.cells
        if "test" not in tags(cell)
    ).split("## Check yourself")[1]
    for text in re.split(r"^### Exercise ", last, flags=re.M)[1:]:
        name = f"{chapter.metadata['name']}, exercise {text.splitlines()[0]!r}"
        if "[solution]" in text:
            assert re.search(r"^check\(", text, re.M), f"{name}: a solution that nothing checks"
        else:
            answer = re.search(r"^:::\{dropdown\} One possible", text, re.M)
            assert answer, f"{name}: no solution, and no answer in words"


def test_there_are_questions_to_talk_about(chapter):
    last = chapters.part(chapter, "Check yourself")
    assert re.findall(r"^### (.+)$", last, re.M)[:2] == ["Quiz", "Questions to talk about"]
    assert len(re.findall(r"^\*\*\d+\.\*\* ", last, re.M)) >= 3


def test_slides_and_notes_are_tagged(chapter):
    slides = [cell for _, cell in code_cells(chapter) if "slide" in tags(cell)]
    assert 5 <= len(slides) <= 11, f"{chapter.metadata['name']}: {len(slides)} figures for slides"
    assert all(draws(cell) for cell in slides)
    notes = [(i, cell) for i, cell in enumerate(chapter.cells) if "instructor" in tags(cell)]
    assert len(notes) >= 3
    for index, cell in notes:
        assert "remove-cell" in tags(cell), f"{where(chapter, index, cell)}: it is on the page"
        after = chapter.cells[index + 1]
        assert draws(after), f"{where(chapter, index, cell)}: no figure follows"


@pytest.mark.parametrize(
    "broken, test",
    [
        (("1. ", "1. understand how to "), test_the_start_says_what_one_needs),
        (("**Time**: ", "**Time**: about "), test_the_start_says_what_one_needs),
        (("## See it", "## Look"), "test_the_ten_parts_stand_in_order"),
        (("## See it: ", "## See it "), "test_the_three_middle_parts_say_what_is_found"),
        (("Go deeper: ", ""), "test_the_story_of_a_chapter_is_short"),
        (("*Objective", "*For objective"), test_exercises_are_numbered_and_name_their_objectives),
        (
            ("### Exercise 2", "### Exercise 3"),
            test_exercises_are_numbered_and_name_their_objectives,
        ),
        (("not medical advice", "no advice"), test_the_care_note_is_there),
        (("{ref}", ""), "test_every_key_point_links_to_what_earns_it"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_a_broken_form_is_found(broken, test):
    chapter = nbformat.from_dict(chapters.read(chapters.CHAPTERS[2]).copy())
    chapter = nbformat.reads(nbformat.writes(chapter), 4)
    chapter.metadata["name"] = "a chapter"
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(*broken)
    test = globals()[test] if isinstance(test, str) else test
    with pytest.raises((AssertionError, IndexError)):
        test(chapter)


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


def test_a_picture_is_simulated_in_its_title_if_it_is_in_its_caption(chapter):
    for index, cell in code_cells(chapter):
        if draws(cell):
            caption = cell.metadata["mystnb"]["figure"]["caption"].startswith("Simulated.")
            title = bool(re.search(r'["“]Simulated\b', cell.source))
            one = "caption and not in its title" if caption else "title and not in its caption"
            assert caption == title, f"{where(chapter, index, cell)}: simulated in its {one}"


def test_the_code_of_a_picture_is_folded(chapter):
    for index, cell in code_cells(chapter):
        if draws(cell):
            folded = tags(cell) & {"hide-input", "live"}
            assert folded, f"{where(chapter, index, cell)}: neither hide-input nor live"


def test_what_is_hidden_between_two_cells_is_a_note_for_the_lecturer(chapter):
    for index, cell in enumerate(chapter.cells):
        if cell.cell_type == "markdown" and (tags(cell) or "**For the lecturer.**" in cell.source):
            note = tags(cell) == {"instructor", "remove-cell"}
            assert note, f"{where(chapter, index, cell)}: a note is tagged instructor, remove-cell"
            said = cell.source.startswith("**For the lecturer.** ")
            assert said, f"{where(chapter, index, cell)}: hidden, and no note for the lecturer"


def test_a_solution_is_known_by_its_name_and_held_to_its_value(chapter):
    """Nothing that is kept prints it: a page tells it, and a check compares with it."""
    asserted = "\n".join(cell.source for _, cell in code_cells(chapter) if "test" in tags(cell))
    for index, cell in code_cells(chapter):
        named = re.findall(r"^solution_\d+\b", cell.source, re.M)
        assert bool(named) == ("solution" in tags(cell)), where(chapter, index, cell)
        for name in named:
            held = re.search(rf"^assert (abs\({name} [-+] [\d.]+\) < |{name} == )", asserted, re.M)
            assert held, f"{where(chapter, index, cell)}: no test cell says which value {name} has"
    stubs = [
        (i, cell) for i, cell in code_cells(chapter) if re.search(r"^check\(", cell.source, re.M)
    ]
    for index, cell in stubs:
        name = re.search(r"^check\(\s*(\w+),", cell.source, re.M)[1]
        stub = re.search(rf"^{name} = None\b", cell.source, re.M)
        assert stub, f"{where(chapter, index, cell)}: the stub {name} is None until it is answered"


def test_objectives_are_numbered_in_order(chapter):
    start = chapters.part(chapter, "Before you start").split("**You need**")[0]
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", start, re.M)]
    assert numbers == list(range(1, len(numbers) + 1)), f"{chapter.metadata['name']}: {numbers}"


def test_code_cells_are_short(chapter):
    lengths = []
    for index, cell in code_cells(chapter):
        if "remove-cell" in tags(cell):
            continue
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 20, f"{where(chapter, index, cell)}: {len(lines)} lines"
        wide = [line for line in lines if len(line) > 80]
        assert not wide, f"{where(chapter, index, cell)}: wider than the page: {wide[0]!r}"
        if "live" not in tags(cell):  # a live cell is a whole program
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
            frame = "".join(re.findall(r"pd\.DataFrame\(.*?columns=", cell.source, re.S))
        if "The numbers behind this figure" not in cell.source:
            continue
        table = set(NUMBER.findall(cell.source.split("The numbers behind this figure")[1]))
        missing = set(NUMBER.findall(frame)) - table - NO_FINDINGS
        assert not missing, f"{where(chapter, index, cell)}: the figure has {sorted(missing)}"


def test_no_type_in_a_figure_is_small(chapter):
    for index, cell in code_cells(chapter):
        small = [size for size in re.findall(r"size=(\d+)\b", cell.source) if int(size) < 12]
        drawn = "figures." in cell.source or "plt." in cell.source
        markers = re.findall(r"(?:node|marker)_size=\d+", cell.source)
        assert not drawn or len(small) <= len(markers), where(chapter, index, cell)


def test_the_time_to_read_was_measured(chapter):
    """At 170 words a minute and 40 seconds a picture; a claim is told in 100 words."""
    told, pictures = story(chapter)
    words = len(told.split()) + 100 * len(set(re.findall(r"\{claim\}`([^`]+)`", told)))
    printed = int(re.search(r"\*\*Time\*\*: (\d+) minutes to read", text(chapter))[1])
    assert abs(printed - (words / 170 + 0.7 * pictures)) <= 4, f"{words} words, {pictures} pictures"

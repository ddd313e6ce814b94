"""The quizzes: a form that can be read, every objective met, no option that gives itself away."""

import copy
import re
import statistics

import pytest
import yaml
from course import CHAPTERS
from pages import chapters, quiz

ALL = {path.stem: quiz.load(path.stem) for path in CHAPTERS}
QUESTIONS = [
    pytest.param(path, question, id=question["id"])
    for path in CHAPTERS
    for question in ALL[path.stem]
]
CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def lengths(question):
    """Letters of the right option, and of each wrong one."""
    right = [len(option["text"]) for option in question["options"] if option["right"]]
    wrong = [len(option["text"]) for option in question["options"] if not option["right"]]
    return right[0], wrong


def test_no_quiz_is_without_its_chapter():
    stems = {path.stem for path in quiz.QUIZZES.glob("[0-9]*.yml")}
    assert stems == {path.stem for path in CHAPTERS}


def test_ids_stand_once_in_the_book():
    ids = [question["id"] for questions in ALL.values() for question in questions]
    assert len(set(ids)) == len(ids)


@CHAPTER
def test_every_objective_is_met_by_a_question_and_an_exercise(path):
    covered = quiz.covered(path)
    assert covered
    for number, (objective, questions, exercises) in covered.items():
        assert questions, f"{path.stem}, objective {number} ({objective}): no question"
        assert exercises, f"{path.stem}, objective {number} ({objective}): no exercise"
    strangers = {question["objective"] for question in ALL[path.stem]} - set(covered)
    assert not strangers, f"{path.stem}: there is no objective {strangers}"


@CHAPTER
def test_the_chapter_shows_its_quiz(path):
    assert f"```{{quiz}} {path.stem}\n```" in chapters.part(chapters.read(path), "Check yourself")


@CHAPTER
def test_most_questions_think_with_a_figure_or_a_result(path):
    thinking = [q for q in ALL[path.stem] if re.search(r"\{(numref|glue:text)\}|\d", q["question"])]
    assert len(thinking) >= len(ALL[path.stem]) / 2


@pytest.mark.parametrize("path, question", QUESTIONS)
def test_what_a_question_points_at_is_in_its_chapter(path, question):
    chapter = chapters.read(path)
    figures = {cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
               for cell in chapter.cells}  # fmt: skip
    code = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "code")
    text = str(question)
    for label in re.findall(r"\{numref\}`([^`]+)`", text):
        assert label in figures, f"{path.stem} has no figure {label}"
    for name in re.findall(r"\{glue:text\}`([^`]+)`", text):
        assert f'glue("{name}"' in code, f"{path.stem} glues no {name}"
    assert "{cite" not in text, "the chapter cites, a question does not"


@pytest.mark.parametrize("path, question", QUESTIONS)
def test_the_right_option_is_not_known_by_its_length(path, question):
    right, wrong = lengths(question)
    assert 0.7 <= right / statistics.mean(wrong) <= 1.3, f"{right} letters against {wrong}"


@CHAPTER
def test_the_right_options_are_not_known_by_their_place_or_length(path):
    questions = ALL[path.stem]
    places = [[option["right"] for option in q["options"]].index(True) for q in questions]
    most = max(places.count(place) for place in set(places))
    assert most <= len(questions) / 2, f"the right option stands too often in one place: {places}"
    longest = sum(right > max(wrong) for right, wrong in map(lengths, questions))
    assert longest <= len(questions) / 2, f"the right option is the longest in {longest}"


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda q: q.pop("objective"), "'objective' is a required property"),
        (lambda q: q["options"][0].update(right=True), "one option must be right"),
        (lambda q: [o.update(right=False) for o in q["options"]], "one option must be right"),
        (lambda q: q["options"][0].update(why=""), "options.0.why"),
        (lambda q: q.update(id="Not An Id"), "does not match"),
    ],
)
def test_a_broken_quiz_names_file_question_and_fault(tmp_path, change, said):
    questions = copy.deepcopy(ALL["03-glutamate"])
    wrong_first = next(q for q in questions if not q["options"][0]["right"])
    change(wrong_first)
    (tmp_path / "broken.yml").write_text(yaml.safe_dump(questions), "utf-8")
    with pytest.raises(quiz.FormError) as error:
        quiz.load("broken", tmp_path)
    assert "broken.yml" in str(error.value)
    assert said in str(error.value)


def test_a_quiz_that_is_not_there_is_named(tmp_path):
    with pytest.raises(quiz.FormError, match=r"no nothing\.yml"):
        quiz.load("nothing", tmp_path)

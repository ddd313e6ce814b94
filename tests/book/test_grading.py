"""What ``make grade`` says of notebooks that were handed in."""

import csv

import make_grade
import nbformat
import pytest
from pages import chapters

CHAPTER = chapters.CHAPTERS[4]
TITLE = f"# {chapters.title(chapters.read(CHAPTER))}"
CELLS = list(make_grade.exercises(chapters.read(CHAPTER)).items())


def handed_in(path, answers, change=lambda check: check, title=TITLE):
    """A notebook with our check cells, each answered in its own way."""
    cells = [
        nbformat.v4.new_markdown_cell(title),
        nbformat.v4.new_code_cell(
            "from ketanet.exercises import check\n"
            "solution_1 = solution_2 = solution_3 = solution_4 = 0.5"
        ),
    ]
    for ((_, name), check), answer in zip(CELLS, answers, strict=False):
        # What is printed before the check is no answer.
        variable = check.removeprefix("check(").partition(",")[0]
        cells.append(nbformat.v4.new_code_cell(f"{variable} = {answer}\n{change(check)}", id=name))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.mark.parametrize("path", chapters.CHAPTERS, ids=lambda path: path.stem)
def test_every_exercise_with_a_check_is_found(path):
    chapter = chapters.read(path)
    checks = [cell for cell in chapter.cells
              if cell.cell_type == "code" and "\ncheck(" in cell.source]  # fmt: skip
    found = make_grade.exercises(chapter)
    assert len(found) == len(checks) >= 3
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    assert all(check.startswith("check(") and check.endswith(")") for check in found.values())


def test_each_answer_gets_its_word(tmp_path, monkeypatch, capsys):
    handed_in(tmp_path / "anna.ipynb", ["0.5\nprint('so far')", "7", "None", "1 / 0"])
    handed_in(tmp_path / "berta.ipynb", ["0.5"])
    handed_in(tmp_path / "carl.ipynb", ["0.5"] * 4, change=lambda check: "print('Right.')")
    (tmp_path / "dora.ipynb").write_text("{")
    handed_in(tmp_path / "emil.ipynb", ["0.5"], title="# Another course")
    monkeypatch.setattr("sys.argv", ["", str(tmp_path)])
    make_grade.main()
    with (tmp_path / "grades.csv").open(encoding="utf-8") as file:
        rows = {row.pop("notebook"): row for row in csv.DictReader(file)}
    words = {name: [row[f"exercise {n}"] for n in (1, 2, 3, 4)] for name, row in rows.items()}
    assert words["anna.ipynb"] == ["right", "wrong", "empty", "failed"]
    assert words["berta.ipynb"] == ["right", "missing", "missing", "missing"]
    assert words["carl.ipynb"] == ["changed"] * 4
    assert (rows["anna.ipynb"]["right"], rows["anna.ipynb"]["of"]) == ("1", "4")
    assert (rows["anna.ipynb"]["chapter"], rows["anna.ipynb"]["remark"]) == ("5", "")
    assert rows["dora.ipynb"]["remark"].startswith("cannot be read")
    assert rows["emil.ipynb"]["remark"] == "no chapter has its title"
    assert "anna.ipynb: 1 of 4 right, exercise 1 right; exercise 2 wrong" in capsys.readouterr().out


def test_what_does_not_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(make_grade, "SECONDS", 4)
    path = handed_in(tmp_path / "one.ipynb", ["0.5", "[n for n in iter(int, 1)]", "0.5"])
    row = make_grade.grade(path)
    assert row["remark"] == "stopped: a cell took more than 4 s"
    assert [row["exercise 1"], row["exercise 3"]] == ["right", "not run"]
    assert row["exercise 2"] in ("failed", "not run")


def test_a_folder_without_notebooks_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["", str(tmp_path)])
    with pytest.raises(SystemExit, match="holds no notebook: FROM=folder names where they are"):
        make_grade.main()

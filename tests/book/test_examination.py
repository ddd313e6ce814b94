"""The examination: answers against other computations, mistakes that stay mistakes, three files."""

import dataclasses
import html
import re
import xml.etree.ElementTree as ET
from math import ceil, exp, isfinite, pi, sqrt

import make_exam
import numpy as np
import pytest
from course import ROOT
from examination import drawn, kinds
from examination.questions import number
from pages import chapters
from scipy import optimize, stats
from statsmodels.stats.multitest import multipletests

SEEDS = range(200)
KINDS = [
    pytest.param(number, kind, id=f"{number}-{name}")
    for number in range(1, len(chapters.CHAPTERS) + 1)
    for name, kind in kinds(number).items()
]
EACH = pytest.mark.parametrize("number, kind", KINDS)


def numbers(text):
    """All numbers in a text, as a student reads them."""
    plain = re.sub("<[^>]+>", " ", text).replace("−", "-")
    return [float(one) for one in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", plain)]


def correlated(weights, covariance, other):
    """Correlation of a mixture with one of its parts' companions, by matrices."""
    one, two = np.asarray(weights, float), np.asarray(other, float)
    shared = one @ covariance @ two
    return shared / sqrt((one @ covariance @ one) * (two @ covariance @ two))


def after_noise(drive, first, second):
    return correlated([1, 1, 0], np.diag([drive, first**2, second**2]), [1, 0, 1])


def six_people(values):
    low, _ = stats.t.interval(0.95, 5, loc=np.mean(values), scale=stats.sem(values))
    return np.tanh(low)


def inside(shared, network, own, lost):
    parts = np.diag([shared * (1 - lost / 100), network, own, own])
    return correlated([1, 1, 1, 0], parts, [1, 1, 0, 1])


def free(voltage, magnesium):
    return 1 / (1 + magnesium / 3.57 * exp(-0.062 * voltage))


def to_block(percent):
    return optimize.brentq(lambda level: level / (level + 1) - percent / 100, 1e-6, 1e3)


def seen_change(share, rest, own, near):
    def seen(link):
        covariance = np.array([[1, 0, link], [0, 1, near], [link, near, 1]])
        return correlated([share, rest, 0], covariance, [0, 0, 1])

    return seen(0) - seen(own)


def arms(ill_on, ill_off, on, off):
    keeps, ill = np.array([on, off]) / 100, np.array([ill_on, ill_off])
    return np.average(ill, weights=1 - keeps) - np.average(ill, weights=keeps)


def both_arms(change, spread, lost, months):
    stay = ceil(2 * (2.8 * spread / change) ** 2)
    return 2 * ceil(stay * exp(-months * np.log1p(-lost / 100)) - 1e-9)


def ninety(found, low, high):
    half = (high - low) / 2 * stats.norm.ppf(0.95) / stats.norm.ppf(0.975)
    return [90, found - half, found + half]


def relief(people, r):
    z, half = np.arctanh(r), stats.norm.ppf(0.975) / sqrt(people - 3)
    return [np.tanh(z - half), np.tanh(z + half)]


ORACLES = {
    "same_tissue": ([0, 1, 2], lambda a, b, dice: 100 * dice * (a + b) / 2 / min(a, b)),
    "lucky_pairs": ([0], lambda n: 0.05 * len(np.triu_indices(int(n), 1)[0])),
    "noisier_scan": ([0, 1, 2], after_noise),
    "few_people": (range(6), lambda *z: six_people(z)),
    "core_in_network": ([0, 1, 2], lambda core, share, network: share * core / network),
    "without_one_region": ([0, 1, 2], lambda n, m, q: (n * m - (n - 28) * q) / 28),
    "arithmetic_share": ([0, 1], lambda r, n: 100 / (n - 1) / -r),
    "weaker_everywhere": ([0, 1, 2, 3], inside),
    "unplugged": ([4, 5, 6], lambda mg, v, w: free(w, mg) / free(v, mg)),
    "from_blood_to_block": (
        [0, 1, 2, 3],
        lambda level, unbound, mass, half: 100 / (1 + half / (level * unbound / 100 / mass)),
    ),
    "interneurons_first": (
        [0, 1, 2, 3],
        lambda usual, part, half, c: part * c / (c + half) + (100 - part) * c / (c + usual),
    ),
    "too_fast_for_blood": ([0, 4], lambda tau, f: 100 * abs(1 / (1 + 2j * pi * f * tau / 1000))),
    "under_the_ceiling": ([0, 1, 2], lambda a, b, r: r / sqrt(a * b)),
    "kept_share": ([0, 1], lambda p, e: 1 / (1 + (e / p) ** 2)),
    "hits_of_many": ([0, 1, 2], lambda a, b, c: [a * b * c, a * b * c / 20]),
    "two_groups": (
        [0, 8],
        lambda change, people: 2 * ceil((2.8 / change) ** 2 * 2 * people**2 + 1.96**2 / 4),
    ),
    "coarsest_voxel": ([0, 1], lambda volume, voxels: np.cbrt(volume / voxels)),
    "hidden_change": ([0, 1, 3, 4], seen_change),
    "level_for_silence": ([0, 1], lambda needed, usual: to_block(needed) / to_block(usual)),
    "fewer_pauses": (
        [2, 4, 5],
        lambda rate, before, after: 97 * (np.exp(rate * after) - np.exp(rate * before)),
    ),
    "connector": (
        [0, 1, 2, 3],
        lambda *links: sum(
            a * b for i, a in enumerate(links) for j, b in enumerate(links) if i != j
        ) / sum(links) ** 2,
    ),
    "falls_while_they_rise": (
        [0, 1, 3, 4],
        lambda n, named, up, down: np.mean([up] * int(named) + [-down] * int(n - named)),
    ),
    "matched_by_surrogates": ([2, 3], lambda sets, above: 1 - (sets - above) / (sets + 1)),
    "tie_with_relief": ([0, 1], relief),
    "drift_of_groups": ([0, 1], lambda sd, n: 2 * sqrt(sd**2 / n + sd**2 / n)),
    "useless_marker": ([0, 1, 2, 3], arms),
    "going_on": ([0, 1], lambda well, ratio: 100 * exp(ratio * np.log(well / 100))),
    "enrolled": ([0, 5, 6, 7], both_arms),
    "no_evidence_of": ([0, 2, 3], ninety),
    "hope_in_two_arms": ([0, 1, 2], lambda worth, on, off: worth * (on / 100 - (1 - off / 100))),
    "any_of_many": ([0, 1], lambda tries, level: 100 * stats.binom.sf(0, tries, level / 100)),
    "least_that_counts": (
        [0, 1, 2],
        lambda change, n, sd: stats.norm.isf(0.025, scale=sd / sqrt(n)) / change,
    ),
    "found_by_rate": (
        None,
        lambda n, *rest: multipletests(rest[: int(n)], 0.05, "fdr_bh")[0].sum(),
    ),
    "without_the_noise": (
        [0, 1, 2],
        lambda r, h, g: r * sqrt((1 + h) * (1 + g) / (4 * h * g)),
    ),
    "people_for_a_network": (
        [0, 1, 3],
        lambda mean, sd, part: ceil((2.8 * sd / (mean * part / 100)) ** 2 + 1.92),
    ),
    "beyond_the_mean": (
        [0, 1, 2, 3],
        lambda mean, lasts, low, again: again - (lasts * low + (1 - lasts) * mean),
    ),
}  # fmt: skip
"""Where a student finds the numbers in the text, and another way to the answer."""


def by_another_way(name, question):
    """What the answer is, from the printed numbers alone, as a list."""
    places, compute = ORACLES[name]
    given = numbers(question.text)
    return np.atleast_1d(compute(*(given if places is None else [given[i] for i in places])))


def test_each_kind_is_computed_another_way_too():
    assert {param.values[1].__name__ for param in KINDS} == set(ORACLES)
    assert len(ORACLES) >= 27 and all(len(kinds(number)) >= 3 for number in range(1, 10))


@EACH
def test_the_printed_numbers_lead_to_the_printed_answer(number, kind):
    for seed in SEEDS:
        question = drawn(kind, str(seed))
        found = numbers(question.right.text.replace("<i>p</i>", ""))
        expected = by_another_way(kind.__name__, question)
        assert len(found) == len(expected), f"seed {seed}: {question.right.text}"
        for one, other, text in zip(
            found, expected, re.findall(r"\d+(?:\.\d+)?", question.right.text), strict=True
        ):
            digits = len(text.partition(".")[2])
            near = 0.52 * 10**-digits  # 1.96 is rounded, too
            assert isfinite(other) and abs(one - other) <= near, f"seed {seed}: {one}, not {other}"


@EACH
def test_no_mistake_passes_for_the_answer(number, kind):
    for seed in SEEDS:
        question = drawn(kind, str(seed))
        texts = [answer.text for answer in question.answers]
        assert len(set(texts)) == len(texts) >= 3, f"seed {seed}: {texts}"
        assert sum(answer.right for answer in question.answers) == 1
        if question.decimals is not None:
            [right] = numbers(question.right.text)
            for answer in question.answers:
                [value] = numbers(answer.text)
                assert answer.right or abs(value - right) > question.tolerance + question.step
            assert (
                question.tolerance <= 0.1 * abs(right)
                or question.tolerance <= 1.5 * 10**-question.decimals
            )


@EACH
def test_the_text_is_whole(number, kind):
    objectives = chapters.objectives(chapters.read(chapters.CHAPTERS[number - 1]))
    for seed in SEEDS:
        question = drawn(kind, str(seed))
        told = [question.text, question.reason, question.form]
        told += [part for answer in question.answers for part in (answer.text, answer.why)]
        for part in told:
            assert not re.search(r"[{}]|\bnan\b|\binf\b|None|=\?|--|(?<!\d)-\d", part), part
            ET.fromstring(f"<div>{part}</div>")
        assert 1 <= question.objective <= len(objectives) and 1 <= question.points <= 5
        assert all(bool(answer.why) != answer.right for answer in question.answers)
        if question.decimals is not None:
            assert question.right.text in question.reason


@EACH
def test_a_seed_fixes_the_numbers_and_another_changes_them(number, kind):
    asked = [drawn(kind, str(seed)) for seed in SEEDS]
    assert asked[:20] == [drawn(kind, str(seed)) for seed in SEEDS[:20]]
    assert len({question.text for question in asked}) >= 40, "few numbers to draw from"


@EACH
def test_the_right_option_may_stand_anywhere(number, kind):
    asked = [drawn(kind, str(seed)) for seed in SEEDS]
    if asked[0].decimals is None:
        places = [question.answers.index(question.right) for question in asked]
        assert min(np.bincount(places, minlength=len(asked[0].answers))) > 20


def test_numbers_differ_that_rounding_may_confuse():
    from examination.questions import apart

    assert apart("about 40%", "about 45%") and not apart("about 44%", "about 45%")
    assert apart("0.10 to 0.70", "0.10 to 0.60") and not apart("0.10 to 0.60", "0.10 to 0.61")
    assert apart("Yes: 5 of 9.", "No: 5 of 9.")


def test_no_question_stands_in_the_chapters_or_their_quizzes(pages):
    quizzes = [path.read_text("utf-8") for path in (ROOT / "book" / "quizzes").glob("*.yml")]
    public = letters(" ".join([*pages.values(), *quizzes]))
    for param in KINDS:
        _, kind = param.values
        for text in re.split(r"[.?] |</p>", re.sub(r"<(?!/p)[^>]+>", "", drawn(kind, "1").text)):
            assert len(letters(text)) < 40 or letters(text) not in public, text


def letters(text):
    return re.sub(r"[\W\d_]+", "", text).lower()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """An examination in three chapters, without a print."""
    folder = tmp_path_factory.mktemp("exam")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_exam.handouts, "browser", lambda: None)
        make_exam.write("a-seed", [1, 3, 5], 4, folder)
    return folder


def test_the_same_seed_gives_the_same_bytes(files, tmp_path, monkeypatch):
    monkeypatch.setattr(make_exam.handouts, "browser", lambda: None)
    make_exam.write("a-seed", [1, 3, 5], 4, tmp_path / "again")
    make_exam.write("b-seed", [1, 3, 5], 4, tmp_path / "other")
    for name in make_exam.FILES:
        one = (files / name).read_bytes()
        assert (tmp_path / "again" / name).read_bytes() == one
        assert (tmp_path / "other" / name).read_bytes() != one


def test_questions_of_a_chapter_do_not_hang_on_the_others():
    [(_, _, alone)] = make_exam.examination("a-seed", [8], 2)
    *_, (_, _, together) = make_exam.examination("a-seed", [3, 8], 2)
    assert alone == together and len(alone) == 2


def test_the_sheet_knows_no_answer(files):
    asked = make_exam.examination("a-seed", [1, 3, 5], 4)
    blind = [
        (number, title, [(name, "", blinded(question)) for name, _, question in questions])
        for number, title, questions in asked
    ]
    total = sum(question.points for _, _, rows in asked for _, _, question in rows)
    style = make_exam.STYLE.read_text("utf-8")
    sheet = make_exam.render("exam-sheet.html", chapters=blind, total=total, seed="", style=style)
    assert sheet == (files / "sheet.html").read_text("utf-8"), "the sheet hangs on the answers"
    assert "a-seed" not in (files / "sheet.html").read_text("utf-8")
    assert "a-seed" not in (files / "moodle.xml").read_text("utf-8")


def blinded(question):
    """The question without its answers; of options only what they say."""
    options = question.answers if question.decimals is None else ()
    options = tuple(dataclasses.replace(one, why="", right=False) for one in options)
    return dataclasses.replace(question, answers=options, reason="")


def test_sheet_and_key_ask_no_other_file_for_anything(files):
    for name in ("sheet.html", "key.html"):
        page = (files / name).read_text("utf-8")
        assert not re.search(r"<(script|link|img)|(src|href|url)\s*[=(]|@import", page)


def test_the_key_says_objective_answer_and_way(files):
    key = html.unescape((files / "key.html").read_text("utf-8"))
    assert "a-seed" in key
    for _, _, questions in make_exam.examination("a-seed", [1, 3, 5], 4):
        for _, objective, question in questions:
            assert not re.search(r"[{}`*]", objective), objective
            assert all(part in key for part in (objective, question.right.text, question.reason))
            assert all(answer.why in key for answer in question.answers)


def moodle(file):
    """Read the questions as Moodle's import does (question/format/xml/format.php)."""
    for one in ET.parse(file).getroot().iter("question"):
        if one.get("type") == "category":
            continue
        assert one.get("type") in {"multichoice", "numerical"}
        assert one.find("questiontext").get("format") == "html"
        answers = [
            (
                answer.findtext("text").strip(),
                answer.findtext("feedback/text"),
                float(answer.get("fraction")),
                answer.findtext("tolerance"),
            )
            for answer in one.findall("answer")
        ]
        yield one, answers


def test_moodle_reads_what_was_asked(files):
    asked = [
        question
        for _, _, questions in make_exam.examination("a-seed", [1, 3, 5], 4)
        for _, _, question in questions
    ]
    read = list(moodle(files / "moodle.xml"))
    assert len(read) == len(asked) == 12
    for (one, answers), question in zip(read, asked, strict=True):
        assert one.findtext("questiontext/text").startswith(question.text)
        assert question.form in one.findtext("questiontext/text")
        assert question.reason in one.findtext("generalfeedback/text")
        assert float(one.findtext("defaultgrade")) == question.points
        assert 1 <= len(one.findtext("name/text")) < 60
        for (text, why, fraction, tolerance), answer in zip(answers, question.answers, strict=True):
            assert fraction == 100 * answer.right and answer.why in why
            if question.decimals is None:
                assert text == f"<p>{answer.text}</p>" and tolerance is None
                assert one.findtext("single") == one.findtext("shuffleanswers") == "true"
            else:
                assert re.fullmatch(r"-?\d+(\.\d+)?", text), "Moodle knows no other minus"
                assert float(text) == numbers(answer.text)[0]
                assert float(tolerance) == (question.tolerance if answer.right else question.step)


def test_moodle_files_the_questions_by_chapter(files):
    root = ET.parse(files / "moodle.xml").getroot()
    found = [one.findtext("text") for one in root.iter("category")]
    assert len(found) == 3 and all(one.startswith("$course$/top/") for one in found)
    assert "3. Glutamate" in found[1]


@pytest.mark.parametrize(
    "given, told",
    [
        (["--chapters", "10"], r"There is no chapter '10': the chapters are 1 to 9"),
        (["--chapters", "3", "three"], r"There is no chapter 'three'"),
        (["--chapters", "03"], r"There is no chapter '03'"),
        (["--seed", ""], r"'' is no seed: take up to 40 letters, digits and hyphens"),
        (["--seed", "../x"], r"is no seed"),
        (["--each", "5"], r"'5' questions a chapter cannot be drawn: there are 1 to 4"),
        (["--each", "0"], r"'0' questions"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_line(given, told):
    with pytest.raises(SystemExit, match=told) as error:
        make_exam.arguments(given)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(not make_exam.handouts.browser(), reason="no Chromium to print with")
def test_where_chromium_is_sheet_and_key_are_printed(tmp_path):
    for _ in range(2):  # the second time over the first
        written = make_exam.write("a-seed", [1], 1, tmp_path)
    assert [file.name for file in written] == [
        "sheet.html", "sheet.pdf", "key.html", "key.pdf", "moodle.xml",
    ]  # fmt: skip
    assert all(file.read_bytes()[:5] == b"%PDF-" for file in written if file.suffix == ".pdf")


def test_without_a_seed_one_is_drawn():
    one, two = (make_exam.arguments([]) for _ in range(2))
    assert one[0] != two[0] and len(one[0]) == 8 and one[1] == list(range(1, 10))


def test_a_mistake_is_wrong_however_it_is_rounded():
    """-0.075 becomes -0.07 or -0.08; within 0.01 of -0.09 is only the second."""
    question = number(
        1, 1, "How much?", -0.0949, {"Not divided.": -0.075}, "=?", decimals=2, tolerance=0.01
    )
    assert not question.sound()


def test_an_examination_that_is_there_is_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(make_exam.handouts, "browser", lambda: None)
    make_exam.write("a-seed", [1], 1, tmp_path)
    make_exam.write("a-seed", [1], 1, tmp_path)  # the same
    before = (tmp_path / "key.html").read_bytes()
    with pytest.raises(SystemExit, match="holds another examination: name another folder"):
        make_exam.write("a-seed", [1, 2], 1, tmp_path)
    assert (tmp_path / "key.html").read_bytes() == before


@pytest.mark.parametrize("to", ["exam of June", "../beside"])
def test_a_folder_may_be_named_from_where_one_stands(to, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr("sys.argv", ["", "--chapters", "3,4", "1", "--each", "1", "--to", to])
    monkeypatch.setattr(make_exam.handouts, "browser", lambda: None)
    make_exam.main()
    assert (here / to / "key.html").exists()
    assert "chapters 1, 3, 4," in (here / to / "key.html").read_text("utf-8")


def test_a_file_in_the_way_is_told_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("sys.argv", ["", "--chapters", "3", "--to", str(tmp_path / "file" / "x")])
    with pytest.raises(SystemExit, match="file/x: Not a directory"):
        make_exam.main()


def test_two_seeds_stand_apart_in_moodle(files, tmp_path, monkeypatch):
    monkeypatch.setattr(make_exam.handouts, "browser", lambda: None)
    make_exam.write("b-seed", [1, 3, 5], 4, tmp_path)
    one, two = (ET.parse(one / "moodle.xml").getroot() for one in (files, tmp_path))
    texts = [{one.findtext("text") for one in root.iter("category")} for root in (one, two)]
    assert not texts[0] & texts[1]
    assert not any("a-seed" in text for text in texts[0]), "the seed is the secret"

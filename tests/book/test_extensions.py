"""The small Sphinx extensions of the book."""

import io
import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nibabel
import numpy as np
import pytest
from bs4 import BeautifulSoup
from builder import bundle, execution, folds, markup, pictures, quick
from course import ROOT
from docutils import nodes
from nilearn import plotting
from pages import datacards, explorers, terms, viewers
from PIL import Image
from products import downloads, handouts, notebooks
from products.plain import Writer
from pygments import highlight
from pygments.lexers import PythonLexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from ketanet import restricted, sources


@pytest.fixture
def course(tmp_path):
    """A copy of all that an output depends on besides the notebook."""
    shutil.copytree(ROOT / "ketanet", tmp_path / "ketanet")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "file", ["ketanet/networks.py", "ketanet/sources.toml", "requirements.txt"]
)
def test_a_change_gives_the_cache_a_new_name(course, file):
    before = execution.fingerprint(course)
    assert execution.fingerprint(course) == before
    with open(course / file, "a") as stream:
        stream.write("# one more line\n")
    assert execution.fingerprint(course) != before


def test_a_table_of_the_package_gives_the_cache_a_new_name(course):
    before = execution.fingerprint(course)
    (course / "ketanet" / "tables").mkdir(exist_ok=True)
    (course / "ketanet" / "tables" / "toy.csv").write_text("parcel,t\n")
    assert execution.fingerprint(course) != before


@pytest.mark.parametrize("name", restricted.DATASETS)
def test_data_behind_the_door_give_the_cache_another_name(course, monkeypatch, name):
    monkeypatch.setenv("KETANET_RESTRICTED", str(course / "door"))
    without = execution.fingerprint(course)
    for file in restricted.DATASETS[name].files:
        place = course / "door" / name / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    assert execution.fingerprint(course) != without, "made with them, served without them"
    place.unlink()
    assert execution.fingerprint(course) == without, "a part of them counts as none"


def test_compiled_files_do_not_count(course):
    before = execution.fingerprint(course)
    (course / "ketanet" / "__pycache__").mkdir(exist_ok=True)
    (course / "ketanet" / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert execution.fingerprint(course) == before


def test_a_failed_cell_is_told_in_one_line():
    class Failed(Exception):
        ename, evalue = "ValueError", "no such dose"
        traceback = "An error\n------------------\n\ndose = -1\ncheck(dose)\n------------------\n"

    reason = execution._reason(Failed())
    assert reason == "ValueError: no such dose (in the cell that begins 'dose = -1')"


def test_what_a_cell_prints_in_pieces_is_kept_in_one(tmp_path):
    cell = nbformat.v4.new_code_cell(
        "import sys, time\nprint(1)\nsys.stdout.flush()\ntime.sleep(0.3)\nprint(2)"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    result = execution._run(tmp_path / "toy.ipynb", notebook, timeout=60)
    assert [output.text for output in result.nb.cells[0].outputs] == ["1\n2\n"]


def test_a_kernel_that_died_is_told_in_one_line():
    assert execution._reason(RuntimeError("Kernel\n died")) == "RuntimeError: Kernel died"


@pytest.fixture
def view():
    """What view_img writes, with pictures of a few pixels."""
    plot = np.zeros((4, 4, 4))
    plot[1:3, 1:3, 1:3] = 1
    image = nibabel.Nifti1Image(plot, np.eye(4))
    return plotting.view_img(image, bg_img=image, title="A <cube>").html


def test_a_view_becomes_a_small_page_of_its_own(view):
    title, page, files = viewers.take_apart(view)
    assert title.startswith("A")  # nilearn does not escape what follows
    assert "http:" not in page and "https:" not in page and "base64" not in page
    assert all(name in page for name in files)
    assert sorted(Path(name).suffix for name in files) == [".js", ".webp", ".webp"]
    assert '"canvas": "view"' in page and len(page) < 3_000


def test_a_view_is_named_after_its_content(view):
    assert viewers.take_apart(view) == viewers.take_apart(view.replace("viewer-", "viewer-0"))


def test_a_view_of_another_kind_is_refused():
    with pytest.raises(ExtensionError, match="view_img"):
        viewers.take_apart("<title>Nilearn - a surface</title><div></div>")


def _png(picture):
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def test_a_picture_keeps_every_pixel():
    picture = Image.radial_gradient("L").convert("RGBA")
    again = Image.open(io.BytesIO(pictures.webp(picture)))
    assert again.mode == "RGB" and again.tobytes() == picture.convert("RGB").tobytes()


def test_a_heavy_picture_becomes_light():
    grain = np.random.default_rng(0).normal(128, 12, (400, 400, 3)).clip(0, 255).astype("uint8")
    assert len(pictures.webp(Image.fromarray(grain))) <= pictures.HEAVIEST


@pytest.mark.parametrize("change, same", [({}, True), ({"b": b"2"}, False), ({"c": b""}, False)])
def test_a_zip_is_written_anew_when_a_file_in_it_changed(tmp_path, change, same):
    members = {"a": b"1", "b": b"1"}
    with zipfile.ZipFile(tmp_path / "course.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert downloads.holds(tmp_path / "course.zip", members | change) == same
    assert not downloads.holds(tmp_path / "other.zip", members)
    (tmp_path / "half.zip").write_bytes((tmp_path / "course.zip").read_bytes()[:40])
    assert not downloads.holds(tmp_path / "half.zip", members)


def test_a_tree_is_unpacked_once_for_all_numbers():
    unpacked = []
    env = SimpleNamespace(get_doctree=lambda name: unpacked.append(name) or [name], config="kept")
    glance = quick.Glance(env)
    assert glance.get_doctree("a") is glance.get_doctree("a") and unpacked == ["a"]
    assert glance.config == "kept"


def picture_page(tmp_path, *names):
    """A page with these pictures, and as much of Sphinx as is asked."""
    env = SimpleNamespace(docname="a", relfn2path=lambda uri, _: (uri, str(tmp_path / uri)))
    pool = ThreadPoolExecutor(1)
    app = SimpleNamespace(env=env, srcdir=tmp_path, shrinkers=pool, shrinking=[])
    return app, nodes.container("", *(nodes.image(uri=name) for name in names))


def test_a_picture_gets_a_small_file_its_size_and_its_turn(tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(_png(Image.radial_gradient("L").resize((40, 20))))
    (tmp_path / "c.svg").write_text('<svg width="36pt" height="18.2pt"/>')
    app, page = picture_page(tmp_path, "a.png", "b.png", "c.svg")
    pictures.shrink(app, page)
    pictures.wait(app)
    first, second, drawing = page.children
    assert (first["uri"], first["pixels"]) == ("/a.webp", [20, 10])
    assert "loading" not in first and second["loading"] == "lazy"
    assert (drawing["uri"], drawing["pixels"]) == ("c.svg", [50, 25]), "only pixels shrink"
    assert Image.open(tmp_path / "b.webp").size == (40, 20)
    again, page = picture_page(tmp_path, "a.png")
    pictures.shrink(again, page)
    assert not again.shrinking, "a picture is made once"
    ages = {path.stat().st_mtime_ns for path in tmp_path.glob("a.*")}
    assert len(ages) == 1, "Sphinx would read the page again for a picture that is newer"


def test_a_picture_that_cannot_be_made_stops_the_build(tmp_path):
    (tmp_path / "a.png").write_bytes(_png(Image.radial_gradient("L"))[:2000])
    app, page = picture_page(tmp_path, "a.png")
    pictures.shrink(app, page)
    with pytest.raises(OSError, match="truncated"):
        pictures.wait(app)


def test_a_formula_is_told_as_mathml():
    text = markup.formula(r"\frac{x_i}{2} < 1")
    assert text.startswith("<math") and "<mfrac>" in text and "&lt;" in text
    assert 'display="block"' in markup.formula(r"\sum_i x", True)


@pytest.mark.parametrize("tex", [r"\frac{a", r"\nosuch{a}", "a_", "^"])
def test_a_formula_that_cannot_be_set_stops_the_build(tex):
    with pytest.raises(ExtensionError, match="cannot be set"):
        markup.formula(tex)


def test_pages_ask_for_one_style_sheet_and_one_script(tmp_path):
    app = SimpleNamespace(bundled={}, outdir=tmp_path)
    (tmp_path / "_static").mkdir()
    for file, text in {"a.css": "a{}", "b.css": "b{}", "a.js": "a()", "b.js": "b()"}.items():
        (tmp_path / "_static" / file).write_text(text)

    def asked(*files):
        return [SimpleNamespace(filename=f"_static/{file}") for file in files]

    one = {"css_files": asked("a.css?v=1"), "script_files": asked("a.js")}
    two = {"css_files": asked("a.css", "b.css"), "script_files": asked("b.js")}
    for page in (one, two):
        bundle.gather(app, "page", "page.html", page, None)
        assert page == {"css_files": ["_static/course.css"], "script_files": ["_static/course.js"]}
    bundle.write(app, None)
    assert (tmp_path / "_static" / "course.css").read_text() == "a{}\nb{}"
    assert (tmp_path / "_static" / "course.js").read_text() == "a()\nb()"


def section(title, *content):
    return nodes.section("", nodes.title("", title), *content)


@pytest.mark.parametrize(
    ("title", "kind"),
    [("Go deeper: the block", "deeper"), ("Exercise 1: one", "exercise"), ("The block", None)],
)
def test_what_stands_under_the_story_is_folded(title, kind):
    page = nodes.container("", section(title, nodes.paragraph("", "Said.")))
    app = SimpleNamespace(builder=SimpleNamespace(format="html"))
    folds.fold(app, page, "notebooks/one")
    told = [node.astext() for node in page.children[0].children]
    if kind:
        opened = f'<details class="fold {kind}"><summary>'
        assert told == [opened, title, "</summary>", "Said.", "</details>"]
    else:
        assert told == [title, "Said."]


def test_a_dagger_is_explained_once_at_the_foot():
    page = nodes.container("", section("A", nodes.paragraph("", "One†, two†.")))
    folds.explain_daggers(SimpleNamespace(), page, "notebooks/one")
    assert page.astext().count(folds.EXPLAINED) == 1
    without = nodes.container("", section("A", nodes.paragraph("", "None.")))
    folds.explain_daggers(SimpleNamespace(), without, "notebooks/one")
    assert without.astext() == "A\n\nNone."


def test_a_heading_of_a_table_says_what_it_heads(tmp_path):
    text = "```{list-table}\n:header-rows: 1\n:stub-columns: 1\n\n* - \n  - b\n* - c\n  - d\n```\n"
    (tmp_path / "index.md").write_text(f"# A\n\n{text}")
    (tmp_path / "conf.py").write_text("extensions = ['myst_parser', 'builder.markup']")
    with docutils_namespace():
        Sphinx(tmp_path, tmp_path, tmp_path / "o", tmp_path / "d", "html", status=None).build()
    page = (tmp_path / "o" / "index.html").read_text()
    table = page.partition("<table")[2].partition("</table>")[0]
    assert '<th scope="col"' in table and '<th scope="row"' in table
    assert re.search(r"<thead>\s*<tr[^>]*><td", table), "an empty corner heads nothing"


def test_code_has_no_element_around_what_has_the_ink_of_text():
    text = highlight("x = np.zeros(3)  # mM\n", PythonLexer(), markup.Code())
    for told in ("x ", "np", "zeros(", ")"):
        assert told in re.sub(r"<span.*?</span>", "", text)
    assert ">3</span>" in text and "# mM</span>" in text, "numbers and comments keep their inks"
    assert BeautifulSoup(text, "html.parser").text.rstrip() == "x = np.zeros(3)  # mM"


def test_pybtex_asks_for_a_plugin_once():
    asked = []
    module = SimpleNamespace(entry_points=lambda **what: asked.append(what))
    quick.remember_plugins(module)
    quick.remember_plugins(module)
    module.entry_points(group="a", name="b")
    module.entry_points(group="a", name="b")
    assert len(asked) == 1


@pytest.mark.parametrize("parcel", sources.PARCELS, ids=lambda parcel: parcel.name)
def test_a_data_card_says_all_it_must(parcel):
    card = datacards.card(parcel)
    for wanted in (parcel.origin, parcel.licence, parcel.space, parcel.changed, parcel.version):
        assert wanted in card
    for file, digest in parcel.files.items():
        assert f"{digest}  {file}" in card


@pytest.mark.parametrize("data", restricted.DATASETS.values(), ids=lambda data: data.name)
def test_a_card_of_restricted_data_says_its_terms(data):
    card = datacards.card(data)
    for wanted in (data.origin, data.terms, data.citation, data.space, data.changed, data.address):
        assert wanted in card
    assert f"python -m ketanet.restricted {data.name}" in card
    for file, digest in data.files.items():
        assert f"{digest}  {file}" in card


@pytest.fixture
def page(tmp_path):
    """A page with two pictures of an explorer, before its pictures leave it."""
    pictures = [f'<img src="data:image/webp;base64,{data}" alt="x">' for data in ("QQ==", "Qg==")]
    doctree = nodes.container()
    doctree += nodes.raw("", f'<fieldset class="explorer">{"".join(pictures)}', format="html")
    doctree += nodes.raw("", pictures[0], format="html")
    app = SimpleNamespace(
        outdir=tmp_path,
        builder=SimpleNamespace(format="html", get_target_uri=lambda name: f"{name}.html"),
    )
    return app, doctree


def test_an_explorers_pictures_become_files(page):
    app, doctree = page
    explorers.move_out(app, doctree, "notebooks/one")
    moved, left = (node.astext() for node in doctree.findall(nodes.raw))
    files = re.findall(r'<img loading="lazy" decoding="async" src="\.\./_explorers/(\S+)"', moved)
    assert [(app.outdir / "_explorers" / file).read_bytes() for file in files] == [b"A", b"B"]
    assert "base64" not in moved
    assert "base64" in left, "only explorers lose their pictures"


def test_pictures_of_an_older_build_are_swept_away(page):
    app, doctree = page
    folder = app.outdir / "_explorers"
    folder.mkdir()
    for name in ("notebooks-one-00000000.webp", "notebooks-two-00000000.webp"):
        (folder / name).touch()
    explorers.move_out(app, doctree, "notebooks/one")
    assert not (folder / "notebooks-one-00000000.webp").exists()
    assert (folder / "notebooks-two-00000000.webp").exists()


@pytest.mark.parametrize(("figures", "label"), [({"fig-a": "9.3"}, "Figure 9.3"), ({}, "Figure")])
def test_a_notebook_keeps_the_caption_of_a_figure_that_this_build_did_not_draw(figures, label):
    shown = {"mystnb": {"figure": {"name": "fig-a", "caption": "One dot a person."}}}
    chapter = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# A chapter"),
        nbformat.v4.new_code_cell("draw()", metadata=shown),
    ])  # fmt: skip
    made = notebooks.make(chapter, Writer({}, figures, {}), "student", "page.html")
    assert made.cells[-1].source == f"**{label}.** One dot a person."


def marked(*content):
    """What a chapter of one paragraph shows as words of the glossary."""
    env = SimpleNamespace(docname="notebooks/one", note_dependency=lambda path: None, term_uses={})
    doctree = nodes.container("", nodes.paragraph("", "", *content))
    terms.mark(SimpleNamespace(env=env, srcdir=ROOT), doctree)
    return [node.astext() for node in doctree.findall(terms.Term)]


def chosen(word, name):
    """What MyST makes of ``{term}`word <name>` ``."""
    link = {"refdomain": "std", "reftype": "term", "reftarget": name}
    return addnodes.pending_xref("", nodes.inline("", word), **link)


def test_a_word_of_several_senses_is_linked_only_where_the_author_says_so():
    other = nodes.Text("Gamma power, inhibitory control, seeds of the computer: each was noted. ")
    assert marked(other) == []
    assert marked(other.copy(), chosen("powers", "power"), chosen("power", "power")) == ["powers"]
    assert marked(nodes.Text("A hub; the hub. "), chosen("hub", "hub")) == ["hub"], "the first use"


def test_a_quotation_is_not_written_into():
    assert marked(nodes.Text("“The atlas of an "), nodes.emphasis("", "atlas"), nodes.Text("” as "),
                  nodes.Text("given, and a hub.")) == ["hub"]  # fmt: skip
    assert marked(nodes.block_quote("", nodes.paragraph("", "An atlas."))) == []


def test_a_print_is_settled_byte_for_byte():
    one = b"(D:20261127190200+00'00') /ID (node00000040) (node00000042) [(node00000040)]"
    two = b"(D:20261127190311+00'00') /ID (node00000039) (node00000042) [(node00000039)]"
    assert handouts.settle(one) == handouts.settle(two)
    assert len(handouts.settle(one)) == len(one) and b"(node00000000)" in handouts.settle(one)

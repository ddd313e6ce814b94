"""The small Sphinx extensions of the book."""

import io
import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import assets
import datacards
import downloads
import execution
import explorers
import finish
import mathematics
import nbformat
import nibabel
import numpy as np
import pictures
import products
import pytest
import quick
import scripts
import stylesheets
import terms
import viewers
from course import ROOT
from docutils import nodes
from nilearn import plotting
from PIL import Image
from plain import Writer
from sphinx import addnodes
from sphinx.errors import ExtensionError

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
    page, files = viewers.take_apart(view)
    assert "http:" not in page and "https:" not in page and "base64" not in page
    assert all(name in page for name in files)
    assert sorted(Path(name).suffix for name in files) == [".js", ".webp", ".webp"]
    assert '"canvas": "view"' in page and len(page) < 3_000


def test_a_view_is_named_after_its_content(view):
    assert viewers.take_apart(view) == viewers.take_apart(view.replace("viewer-", "viewer-0"))


def test_a_view_of_another_kind_is_refused():
    with pytest.raises(ExtensionError, match="view_img"):
        viewers.take_apart("<title>Nilearn - a surface</title><div></div>")


def test_a_formula_is_drawn_and_told():
    text = mathematics.formula(r"\frac{x_i}{2} < 1")
    drawing, told = text.split("</svg>")
    assert drawing.startswith('<svg aria-hidden="true"') and "currentColor" in drawing
    assert told.startswith("<math><mfrac><msub><mi>x</mi><mi>i</mi></msub><mn>2</mn></mfrac>")
    assert "data-" not in text and "&lt;" in told


def test_a_formula_alone_is_larger():
    small, large = mathematics.formula(r"\sum_i x"), mathematics.formula(r"\sum_i x", True)
    height = re.compile(r'height="([\d.]+)ex"')
    assert float(height.search(large)[1]) > float(height.search(small)[1])
    assert '<math display="block">' in large


@pytest.mark.parametrize("tex", [r"\frac{a", r"\nosuch{a}"])
def test_a_formula_that_cannot_be_set_stops_the_build(tex):
    with pytest.raises(ExtensionError, match="cannot be set"):
        mathematics.formula(tex)


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


def test_a_picture_is_made_once(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(_png(Image.radial_gradient("L")))
    made = pictures.make(path, tmp_path)
    made.write_bytes(b"kept")
    assert pictures.make(path, tmp_path) == made and made.read_bytes() == b"kept"
    path.write_bytes(_png(Image.linear_gradient("L")))
    assert pictures.make(path, tmp_path) != made


def test_pictures_are_begun_when_the_pages_are_read(tmp_path):
    (tmp_path / "a.png").write_bytes(_png(Image.radial_gradient("L")))
    builder = SimpleNamespace(format="html", imagedir="_images")
    with ThreadPoolExecutor(1) as pool:
        app = SimpleNamespace(
            builder=builder, outdir=tmp_path / "site", srcdir=tmp_path, drawers=pool, pictures={}
        )
        pictures.begin(app, SimpleNamespace(images={"a.png": None, "b.svg": None}))
    assert [path.result().parent.name for path in app.pictures.values()] == ["_images"]


@pytest.mark.parametrize("warned, kept", [(0, True), (1, False)])
def test_a_build_that_warned_is_read_anew(tmp_path, warned, kept):
    (tmp_path / "environment.pickle").touch()
    finish.forget(SimpleNamespace(keep_going=True, _warncount=warned, doctreedir=tmp_path), None)
    assert (tmp_path / "environment.pickle").exists() == kept


@pytest.mark.parametrize("change, same", [({}, True), ({"b": b"2"}, False), ({"c": b""}, False)])
def test_a_zip_is_written_anew_when_a_file_in_it_changed(tmp_path, change, same):
    members = {"a": b"1", "b": b"1"}
    with zipfile.ZipFile(tmp_path / "course.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{downloads.NAME}/{name}", data)
    assert downloads.holds(tmp_path / "course.zip", members | change) == same
    assert not downloads.holds(tmp_path / "other.zip", members)


def test_a_tree_is_unpacked_once_for_all_numbers():
    unpacked = []
    env = SimpleNamespace(get_doctree=lambda name: unpacked.append(name) or [name], config="kept")
    glance = quick.Glance(env)
    assert glance.get_doctree("a") is glance.get_doctree("a") and unpacked == ["a"]
    assert glance.config == "kept"


def test_a_picture_says_its_size_and_loads_late(tmp_path):
    path = tmp_path / "a.webp"
    Image.new("RGB", (40, 20)).save(path)
    first = pictures.place(
        '<img alt="a" src="a.webp" style="width: 31px; height: 9px;" />', path, True
    )
    assert first == '<img width="31" height="9" alt="a" src="a.webp" />'
    late = pictures.place('<img loading="lazy" src="a.webp">', path, False)
    assert late == '<img width="20" height="10" decoding="async" loading="lazy" src="a.webp">'
    Image.new("RGB", (20, 10)).save(pictures.plain(path))
    wanted = 'srcset="x/a-plain.webp 20w, x/a.webp 40w" sizes="(max-width: 20px) 100vw, 20px"'
    assert wanted in pictures.place('<img src="x/a.webp">', path, True)


@pytest.fixture
def names():
    found = stylesheets.Names()
    found.add_page('<div class="a b" id="i"><p>c</p></div>')
    return found


@pytest.mark.parametrize(
    "selector",
    ["div.a", ".a.b>p", "#i p:hover", '[data-x="q"] .a', "p:not(.z):nth-child(2n+1)::before", "*"],
)
def test_a_rule_that_may_be_needed_stays(names, selector):
    assert stylesheets.needed(selector, names)


@pytest.mark.parametrize("selector", [".c", "div.z", "#a", "table", ".a .z:hover", r".b\:c"])
def test_a_rule_that_nothing_needs_goes(names, selector):
    assert not stylesheets.needed(selector, names)


def test_style_sheets_shrink_but_say_the_same(names):
    css = """@charset "UTF-8"; /* { */ .a , .z { color : red; content: "}  ;" }
    @media print { .z { x: y } .a > p { background: url(data:a;b{c}) } } @media x { .z { a: b } }
    @font-face { font-family: F } .z{}"""
    wanted = (
        '.a{color : red;content: "}  ;"}@media print{.a > p{background: url(data:a;b{c})}}'
        "@font-face{font-family: F}"
    )
    assert stylesheets.purge(css, names) == wanted


def test_variables_that_are_read_stay():
    css = ".a{--x:1;--y:var(--x);--z:2}.b{--q:3}.c{color:var(--y)}"
    assert stylesheets.drop_variables(css) == ".a{--x:1;--y:var(--x)}.c{color:var(--y)}"
    assert "--q:3" in stylesheets.drop_variables(css, "getPropertyValue('--q')")


def test_animations_that_run_stay():
    css = "@keyframes a{from{x:y}to{x:z}}@keyframes b{from{x:y}}.c{animation:a 1s}"
    assert stylesheets.drop_animations(css) == "@keyframes a{from{x:y}to{x:z}}.c{animation:a 1s}"


def test_code_keeps_its_colours_and_its_lines():
    css = "".join(
        f'html[data-theme="{theme}"] .highlight {{ background: #000; color: #111 }}\n'
        f'html[data-theme="{theme}"] .highlight .n {{ color: #111 }}\n'
        f'html[data-theme="{theme}"] .highlight .k {{ color: #222 }}\n'
        for theme in ("light", "dark")
    )
    plain = assets.plain_classes(css)
    assert plain == {"n"}
    text = '<p>\n\n  a<!-- b --></p><pre><span></span><span class="k">if</span> '
    text += '<span class="n">x</span>\n\n  y</pre>'
    assert assets.slim(text, plain) == '<p>\na</p><pre><span class="k">if</span> x\n\n  y</pre>'


def test_words_of_one_colour_in_a_row_are_marked_once():
    text = "".join(f'<span class="{kind}">{kind}{n}</span>' for n, kind in enumerate("sskk"))
    slim = assets.slim(f"<pre>{text}</pre>", set())
    assert slim == '<pre><span class="s">s0s1</span><span class="k">k2k3</span></pre>'


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
        outdir=tmp_path, builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html")
    )
    return app, doctree


def test_an_explorers_pictures_become_files(page):
    app, doctree = page
    explorers.move_out(app, doctree, "notebooks/one")
    moved, left = (node.astext() for node in doctree.findall(nodes.raw))
    files = re.findall(r'<img loading="lazy" src="\.\./_explorers/(\S+)"', moved)
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


def test_a_script_of_the_theme_that_changed_is_named(monkeypatch):
    said = []
    monkeypatch.setattr(scripts.logger, "warning", said.append)
    for file, mends in scripts.MENDS.items():
        whole = "".join(one.old for one in mends)
        assert scripts.mend(file, whole) == "".join(one.new for one in mends) and not said
    assert scripts.mend("doctools.js", "as it is") == "as it is" and not said
    scripts.mend("copybutton.js", "rewritten")
    assert len(said) == 2 and all(line.startswith("copybutton.js has changed") for line in said)


@pytest.mark.parametrize(("figures", "label"), [({"fig-a": "9.3"}, "Figure 9.3"), ({}, "Figure")])
def test_a_notebook_keeps_the_caption_of_a_figure_that_this_build_did_not_draw(figures, label):
    shown = {"mystnb": {"figure": {"name": "fig-a", "caption": "One dot a person."}}}
    chapter = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# A chapter"),
        nbformat.v4.new_code_cell("draw()", metadata=shown),
    ])  # fmt: skip
    made = products.make(chapter, Writer({}, figures, {}), "student", "page.html")
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

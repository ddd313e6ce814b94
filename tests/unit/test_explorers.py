import base64
import io
import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from ketanet import explorers, figures
from ketanet.explorers import Explorer, State


def state(label, says="Half is blocked."):
    figure, _ = plt.subplots(figsize=(2, 1))
    return State(label, figure, says, f"A bar of {label} & more.")


@pytest.fixture
def soup():
    explorer = Explorer("dose", "Dose <mg>", [state("1"), state("2"), state("5")], start="2")
    return BeautifulSoup(explorer._repr_html_(), "html.parser")


def test_every_state_has_a_handle_a_picture_and_a_sentence(soup):
    handles = soup.find_all("input", type="radio")
    assert [handle["name"] for handle in handles] == ["dose"] * 3
    for handle, figure in zip(handles, soup.find_all("figure"), strict=True):
        label = soup.find("label", attrs={"for": handle["id"]})
        assert figure.img["alt"] == f"A bar of {label.text} & more."
        assert soup.find(id=handle["aria-describedby"]).text == "Half is blocked."
        assert figure.figcaption["id"] == handle["aria-describedby"]


def test_it_opens_where_it_is_told(soup):
    assert [handle.has_attr("checked") for handle in soup.find_all("input")] == [False, True, False]


def test_each_handle_shows_its_own_state(soup):
    rules = re.findall(r"#dose-(\d):checked ~ \.states > :nth-child\((\d)\)", soup.style.text)
    assert rules == [("0", "1"), ("1", "2"), ("2", "3")]


def test_a_page_gets_the_numbers_for_all_other_positions():
    numbers = {"coupling": 2.2, "to": 3}
    moved = Explorer("dose", "Dose", [state("1"), state("2")], "1", continuous=numbers)
    box = BeautifulSoup(moved._repr_html_(), "html.parser").fieldset
    assert box["data-name"] == "dose"
    assert json.loads(box["data-continuous"]) == numbers


def test_it_is_a_named_group(soup):
    assert soup.fieldset.attrs == {"class": ["explorer"]}, "no numbers, no offer to move it"
    assert soup.fieldset.legend.text == "Dose <mg>"


def picture_of(address):
    """Kind and bytes of a data address."""
    kind, data = re.fullmatch(r"data:image/([a-z+]+);base64,(.+)", address).groups()
    return kind, base64.b64decode(data)


def test_pictures_are_drawings_and_closed(soup):
    kind, data = picture_of(soup.img["src"])
    assert kind == "svg+xml" and b"</svg>" in data
    assert plt.get_fignums() == []


def test_a_picture_of_pixels_loses_none_at_twice_the_density():
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.imshow(np.random.default_rng(0).random((20, 40)), aspect="auto")
    stream = io.BytesIO()
    with plt.rc_context({"savefig.bbox": "standard"}):
        figure.savefig(stream, format="png", dpi=2 * figure.dpi)
    kind, data = picture_of(f"data:image/{explorers._picture(figure)}")
    packed = Image.open(io.BytesIO(data))
    assert kind == "webp" and packed.format == "WEBP"
    assert np.array_equal(packed.convert("RGB"), Image.open(stream).convert("RGB"))


def test_states_share_a_canvas_whatever_is_written_at_their_axes():
    with plt.rc_context():
        figures.use()
        states = []
        for text in ("a", "a longer name for what is drawn\non two lines"):
            figure, ax = plt.subplots(figsize=(4, 2))
            ax.set(ylabel=text)
            states.append(State(text, figure, text, text))
        html = Explorer("dose", "Dose", states, "a")._repr_html_()
    pictures = [picture_of(address)[1] for address in re.findall(r'src="([^"]+)"', html)]
    sizes = {re.search(rb'width="\S+" height="\S+"', data)[0] for data in pictures}
    assert len(pictures) == 2 and len(sizes) == 1


def test_the_same_states_give_the_same_bytes():
    one, two = (Explorer("dose", "Dose", [state("1"), state("2")], "1") for _ in range(2))
    assert one._repr_html_() == two._repr_html_()


def test_as_text_it_names_its_states():
    assert repr(Explorer("dose", "Dose", [state("1"), state("2")], "1")) == "<Explorer: Dose; 1, 2>"


@pytest.mark.parametrize(
    "name, labels, start, words",
    [
        ("dose", ["1"], "1", "at least two states"),
        ("dose", ["1", "1"], "1", "different labels"),
        ("dose", ["1", "2"], "3", "'3' is no state; there are 1, 2"),
        ("my dose", ["1", "2"], "1", "letters only"),
    ],
)
def test_a_bad_explorer_is_refused(name, labels, start, words):
    with pytest.raises(ValueError, match=words):
        Explorer(name, "Dose", [state(label) for label in labels], start)

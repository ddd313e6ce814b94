"""A picture that the reader moves through computed states, without a kernel or a script.

The states stand in the page as a group of radio buttons, each with its picture and a
sentence. The browser shows the chosen one: arrow keys, mouse and touch all work.
"""

import base64
import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import matplotlib.pyplot as plt

from ketanet import figures
from ketanet._checks import check_kind, check_number, told


@dataclass(frozen=True)
class State:
    """One position of the handle.

    Attributes
    ----------
    label : str
        Short name of the position, as "0.5".
    figure : matplotlib.figure.Figure
        Drawn and then closed.
    says : str
        What the reader should see here, with its numbers; shown under the picture.
    alt : str
        What the picture shows, for those who cannot see it.
    """

    label: str
    figure: plt.Figure = field(repr=False)
    says: str = field(repr=False)
    alt: str = field(repr=False)

    def __post_init__(self):
        check_kind("figure", self.figure, plt.Figure, ValueError)
        for name in ("label", "says", "alt"):
            check_kind(name, getattr(self, name), str, ValueError)


class Explorer:
    """States behind one handle; a notebook shows it when it is the value of a cell.

    Parameters
    ----------
    name : str
        Letters only, once in a page.
    handle : str
        What is moved, with its unit.
    states : sequence of State
        At least two, in the order of the handle.
    start : str
        Label of the state that is shown first.
    continuous : dict of str to float, optional
        Numbers with which the page can compute this picture for any position of the handle,
        if its reader asks for it; `book/_live/brain.js` says which it needs.

    Raises
    ------
    ValueError
        If there is nothing to move, a label stands twice, or the start is no label.
    """

    def __init__(self, name, handle, states, start, continuous=None):
        for what, text in (("name", name), ("handle", handle), ("start", start)):
            check_kind(what, text, str, ValueError)
        if not isinstance(states, Sequence) or not all(isinstance(one, State) for one in states):
            raise ValueError(f"states: a list of State is needed, not {told(states)}")
        if continuous is not None:
            for number in check_kind("continuous", continuous, dict, ValueError).values():
                check_number("continuous", number, ValueError, one=True)
        labels = [state.label for state in states]
        if len(set(labels)) < max(len(labels), 2):
            raise ValueError("an explorer needs at least two states with different labels")
        if start not in labels:
            raise ValueError(f"start: {start!r} is no state; there are {', '.join(labels)}")
        if not name.isalpha():
            raise ValueError(f"name: {name!r} must be letters only")
        self.name, self.handle, self.states, self.start = name, handle, tuple(states), start
        self.continuous = continuous
        self._sizes = [(state.figure.get_size_inches() * state.figure.dpi) for state in states]
        self._pictures = [_picture(state.figure) for state in states]

    def __repr__(self):
        return f"<Explorer: {self.handle}; {', '.join(state.label for state in self.states)}>"

    def _repr_html_(self):
        handles, shown, rules = [], [], []
        drawn = zip(self.states, self._pictures, self._sizes, strict=True)
        for number, (state, picture, (width, height)) in enumerate(drawn):
            place = f"{self.name}-{number}"
            checked = " checked" if state.label == self.start else ""
            handles.append(
                f'<input type="radio" name="{self.name}" id="{place}"{checked} '
                f'aria-describedby="{place}-says">'
                f'<label for="{place}">{html.escape(state.label)}</label>'
            )
            shown.append(
                f'<figure><img src="data:image/{picture}" '
                f'width="{width:.0f}" height="{height:.0f}" alt="{html.escape(state.alt)}">'
                f'<figcaption id="{place}-says">{html.escape(state.says)}</figcaption></figure>'
            )
            rules.append(f"#{place}:checked ~ .states > :nth-child({number + 1})")
        continuous = html.escape(json.dumps(self.continuous))
        asks = f' data-name="{self.name}" data-continuous="{continuous}"' if self.continuous else ""
        return (
            f"<style>.explorer > .states > * {{display: none}} {', '.join(rules)} "
            '{display: block}</style><fieldset class="explorer"'
            f"{asks}><legend>{html.escape(self.handle)}</legend>{''.join(handles)}"
            f'<div class="states">{"".join(shown)}</div></fieldset>'
        )


def _picture(figure):
    """Draw a figure as the rest of a data address, and close it: SVG, or WebP for pixels."""
    with plt.rc_context({"savefig.bbox": "standard"}):  # every state on the same canvas
        kind, data = "svg+xml", (figures.drawing(figure) or "").encode()
        if not data:
            stream, lossless = io.BytesIO(), {"lossless": True, "method": 6}
            figure.savefig(stream, format="webp", dpi=2 * figure.dpi, pil_kwargs=lossless)
            kind, data = "webp", stream.getvalue()
    plt.close(figure)
    return f"{kind};base64,{base64.b64encode(data).decode()}"

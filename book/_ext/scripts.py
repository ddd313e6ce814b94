"""The scripts of the theme and of search, mended where they were slow or misled a reader.

Those of the theme did at once, for the whole page, what is needed later or never. Each asked for
sizes between two changes, so that a browser laid out a chapter a dozen times before a reader
could use it: half a second on a phone.
"""

from typing import NamedTuple

from sphinx.util import logging

logger = logging.getLogger(__name__)


class Mend(NamedTuple):
    """One replacement in a script.

    Attributes
    ----------
    why : str
        What was slow, or misled.
    old, new : str
        The script must hold ``old`` once.
    """

    why: str
    old: str
    new: str


MENDS = {
    "sphinx_highlight.js": [
        Mend(
            "short words, as the two of st-2, lit up half of all other words",
            "filter(x => x)",
            "filter(x => x.length > 2)",
        ),
        Mend(
            "the menu lit up too, and where no word was found a link offered to hide what was",
            '    const body = divBody.length ? divBody[0] : document.querySelector("body");\n',
            '    const body = document.querySelector("article");\n'
            '    const there = body?.textContent.toLowerCase() || "";\n'
            "    if (!terms.some((term) => there.includes(term))) return;\n",
        ),
    ],
    "searchtools.js": [
        Mend(
            "an excerpt ran the words of a tooltip into its sentence, and began with buttons",
            '[".headerlink", "script", "style"]',
            '[".headerlink", "script", "style", "[role=tooltip]", ".header-article", ".downloads"]',
        ),
        Mend(
            "every word of the glossary that was found was called Glossary",
            'docNames[file],\n            titles[file],\n            id ? "#" + id : "",\n'
            "            null,\n            score,",
            "docNames[file],\n            `${entry} (${titles[file]})`,\n"
            '            id ? "#" + id : "",\n            null,\n            score,',
        ),
        Mend(
            "whoever found nothing was asked for categories, of which there are none",
            "spelled correctly and that you've selected enough categories.",
            "spelled correctly.",
        ),
    ],
    "copybutton.js": [
        Mend(
            "each piece of code got its button at once; now as the reader comes within a screen",
            "  codeCells.forEach((codeCell, index) => {\n",
            "  const places = new Map([...codeCells].map((codeCell, index) => [codeCell, index]))\n"
            "  const reach = (all) => all.forEach(({ target: codeCell, isIntersecting }) => {\n"
            "    if (!isIntersecting) return\n"
            "    near.unobserve(codeCell)\n"
            "    const index = places.get(codeCell)\n",
        ),
        Mend(
            "as above, the end of it",
            "insertAdjacentHTML('afterend', clipboardButton(id))\n  })\n",
            "insertAdjacentHTML('afterend', clipboardButton(id))\n  })\n"
            "  const near = new IntersectionObserver(reach, {rootMargin: '100%'})\n"
            "  codeCells.forEach((codeCell) => near.observe(codeCell))\n",
        ),
    ],
    "scripts/bootstrap.js": [
        Mend(
            "the height of the bar was measured before anybody had scrolled",
            'var e=document.getElementsByClassName("bd-header")[0].getBoundingClientRect();',
            'var h=document.getElementsByClassName("bd-header")[0],'
            "e={get bottom(){return h.getBoundingClientRect().bottom}};",
        ),
    ],
    "scripts/pydata-sphinx-theme.js": [
        Mend(
            "boxes that scroll were measured and marked in turn; now all are measured first, then "
            "those marked that differ, and what lies in a closed fold is marked as it opens",
            ".forEach(e=>{e.tabIndex=e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight"
            "?0:-1})},t=_(e,300);",
            '.forEach(e=>{e.closest("details:not([open])")||found.push([e,e.scrollWidth>'
            "e.clientWidth||e.scrollHeight>e.clientHeight?0:-1])}),found.forEach(([e,n])=>{"
            "e.tabIndex!==n&&(e.tabIndex=n)})},"
            't=_(e,300);document.addEventListener("toggle",()=>e(),!0);',
        ),
        Mend(
            "as above, the beginning of it",
            "function I(){const e=()=>{",
            "function I(){const e=()=>{const found=[];",
        ),
    ],
}


def mend(file, text):
    """Mend a script of the theme.

    Parameters
    ----------
    file : str
        Its name below ``_static``.
    text : str

    Returns
    -------
    str
    """
    for one in MENDS.get(file, ()):
        if text.count(one.old) != 1:
            logger.warning(f"{file} has changed, so book/_ext/scripts.py cannot mend it: {one.why}")
        text = text.replace(one.old, one.new)
    return text

"""Style sheets are read, and the rules that no page needs are taken out.

What counts is a rule's selector: it stays when each of its classes, names and elements occurs
in a page or in a script. Conditions (attributes, states, ``:not()`` and the like) are not
looked at, so that a rule stays when in doubt.
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\((?:\\.|[^"')\\])*\)|[{};]""", re.S
)
ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")
NESTED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
SIMPLE = re.compile(r"([.#]?)(-?[A-Za-z_](?:\\.|[\w-])*)")
GROUPS = ("@media", "@supports", "@layer", "@container")


@dataclass
class Names:
    """The names that occur in pages and scripts.

    Attributes
    ----------
    classes, ids, elements : set of str
    """

    classes: set = field(default_factory=set)
    ids: set = field(default_factory=set)
    elements: set = field(default_factory=lambda: {"html", "body"})

    def add_page(self, text):
        """Add what occurs in the HTML of a page."""
        for kind, names in (("class", self.classes), ("id", self.ids)):
            for value in re.findall(rf'\b{kind}=(?:"([^"]*)"|\'([^\']*)\')', text):
                names.update("".join(value).split())
        self.elements.update(name.lower() for name in re.findall(r"<([A-Za-z][\w-]*)", text))

    def add_words(self, text):
        """Add every word of a script: any may become a class, an id or an element."""
        words = set(re.findall(r"[A-Za-z_][\w-]*", text))
        for names in (self.classes, self.ids, self.elements):
            names |= words


def rules(css):
    """Split a style sheet into its rules.

    Parameters
    ----------
    css : str

    Yields
    ------
    (str, str or None)
        What stands before the braces, and between them; None for a statement without braces.
    """
    depth, before, last = 0, "", 0
    text = []  # what is read of the present rule, without its comments
    for token in TOKEN.finditer(css):
        text.append(css[last : token.start()])
        last = token.end()
        mark = token[0]
        if mark.startswith("/*"):
            text.append(" ")
        elif mark == "{" and depth == 0:
            before, text, depth = "".join(text).strip(), [], 1
        elif mark == "}" and depth == 1:
            yield before, "".join(text).strip()
            text, depth = [], 0
        elif mark == ";" and depth == 0:
            yield "".join(text).strip(), None
            text = []
        else:
            depth += {"{": 1, "}": -1}.get(mark, 0)
            text.append(mark)


def parts(text, mark):
    """Split at a mark, but not inside brackets or strings."""
    found, depth, quote, start = [], 0, "", 0
    escaped = False
    for place, letter in enumerate(text):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == mark and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [part.strip() for part in [*found, text[start:]] if part.strip()]


def _plain(name):
    return ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], name)


def needed(selector, names):
    """Whether a selector may fit something in the pages.

    Parameters
    ----------
    selector : str
        One, without commas outside brackets.
    names : Names

    Returns
    -------
    bool
    """
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", selector)
    while NESTED.search(bare):
        bare = NESTED.sub("", bare)
    bare = re.sub(r"(?<!\\)::?[\w-]+", "", bare)
    kinds = {".": names.classes, "#": names.ids, "": names.elements}
    for kind, name in SIMPLE.findall(bare):
        name = _plain(name)
        if name not in kinds[kind] and not (kind == "" and name.lower() in kinds[kind]):
            return False
    return True


def _squeeze(text):
    """Take out spaces that say nothing, strings left alone."""
    pieces = re.split(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", text)
    for place in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[place])
        pieces[place] = re.sub(r"\s*([{};,])\s*", r"\1", piece)
    return "".join(pieces).strip()


def purge(css, names):
    """A style sheet without comments and without the rules that nothing needs.

    Parameters
    ----------
    css : str
    names : Names

    Returns
    -------
    str
    """
    kept = []
    for before, body in rules(css):
        if body is None:
            continue  # @charset and @import: the sheets are joined
        if before.startswith(GROUPS):
            if inner := purge(body, names):
                kept.append(f"{_squeeze(before)}{{{inner}}}")
        elif before.startswith("@"):
            kept.append(f"{_squeeze(before)}{{{_squeeze(body)}}}")
        else:
            selectors = [part for part in parts(before, ",") if needed(part, names)]
            if selectors and body:
                kept.append(f"{_squeeze(','.join(selectors))}{{{_squeeze(body).rstrip(';')}}}")
    return "".join(kept)


def drop_variables(css, elsewhere=""):
    """Take out custom properties that no rule, page or script reads.

    Parameters
    ----------
    css : str
        As `purge` gives it.
    elsewhere : str
        Pages and scripts.

    Returns
    -------
    str
    """
    used = set(re.findall(r"--[\w-]+", elsewhere))
    while True:
        read = used | set(re.findall(r"var\(\s*(--[\w-]+)", css))

        def change(match, read=read):
            lines = parts(match[2], ";")
            kept = [
                line for line in lines if line.split(":")[0].strip() in read or line[:2] != "--"
            ]
            return f"{match[1]}{{{';'.join(kept)}}}" if kept else ""

        new = re.sub(r"((?:^|(?<=[{}]))[^{}@]+)\{([^{}]*--[^{}]*)\}", change, css)
        if new == css:
            return css
        css = new


def drop_animations(css):
    """Take out the key frames that no rule plays."""
    played = " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", css))
    frames = re.compile(r"@(?:-webkit-)?keyframes ([\w-]+)\{(?:[^{}]*\{[^{}]*\})*\}")
    return frames.sub(lambda match: match[0] if match[1] in played.split() else "", css)

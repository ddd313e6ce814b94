"""Write a chapter's MyST out as plain Markdown, for notebooks that leave the site.

JupyterLab does not know roles and directives: a glued number, a citation, a reference to a
figure, a claim, a quiz, a guess and a prediction are written out in words.
"""

import re

from live import predict
from pages import claims, guess, quiz

ROLE = re.compile(r"\{(?P<name>[a-z:]+)\}`(?P<text>[^`]+)`")
TARGET = re.compile(r"^\((?P<label>[\w-]+)\)=\n", re.M)
BOX = re.compile(
    r"^:::\{(?P<kind>note|dropdown)\} ?(?P<title>[^\n]*)\n(?P<text>.*?)^:::$", re.M | re.S
)
CARDS = re.compile(r"^```\{claim-cards\} (?P<names>.+)\n```$", re.M)
QUIZ = re.compile(r"^```\{quiz\} (?P<name>\S+)\n```$", re.M)
ASKING = re.compile(
    r"^```\{(?P<kind>guess(?:-check)?)\} (?P<name>\S+)\n:\w+: (?P<words>[^\n]+)\n"
    r"(?P<rows>.*?)^```$",
    re.M | re.S,
)
CHOICES = re.compile(r"^:kind: choice\n(?:.*\n)*?:options: (.+)$", re.M)
PLACE = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<label>[\w-]+)\)")
PAGE = re.compile(r"\]\(\.\./book/(?P<page>[\w/-]+)\.md(?P<anchor>#[\w-]+)?\)")


class Writer:
    """Writes the Markdown of one chapter out.

    Parameters
    ----------
    glued : dict of str to str
        The values that the chapter's code glued, by their names.
    figures : dict of str to str
        Numbers of figures, as "3.2", by their labels.
    bibliography : mapping of str to pybtex.database.Entry
        What is cited, by its key.
    site : str
        Where the pages lie, seen from the notebook.
    """

    def __init__(self, glued, figures, bibliography, site="../.."):
        self.glued, self.figures, self.entries, self.site = glued, figures, bibliography, site
        self.asked = {}  # what the guesses ask, by their names

    def write(self, text, answers):
        """Plain Markdown of one cell.

        Parameters
        ----------
        text : str
            MyST.
        answers : bool
            Whether folded answers and those of the quiz stay.

        Returns
        -------
        str
        """
        text = TARGET.sub("", text)
        text = CARDS.sub(lambda found: self._cards(found["names"].split()), text)
        text = QUIZ.sub(lambda found: self._quiz(found["name"], answers), text)
        text = ASKING.sub(self._asking, text)
        text = predict.BOX.sub(self._predict, text)
        text = BOX.sub(lambda found: self._box(found, answers), text)
        text = ROLE.sub(self._role, text)
        text = PLACE.sub(r"\g<text>", text)
        return PAGE.sub(rf"]({self.site}/book/\g<page>.html\g<anchor>)", text).strip()

    def _role(self, found):
        name, text = found["name"], found["text"]
        shown, _, target = re.fullmatch(r"(.*?)( <(.+)>)?", text, re.S).groups()
        match name:
            case "glue:text":
                return self.glued[text]
            case "cite:p" | "cite:t":
                return self._cite(text.split(","), aside=name == "cite:p")
            case "numref":
                return self._figure(target or text)
            case "ref" if target in self.figures:
                return f"{shown}: {self._figure(target)}"
            case "ref" | "term":
                return shown
            case "claim":
                return f"**[{claims.verdict(claims.load()[text])}]**"
        raise ValueError(f"no way to write {{{name}}} out")

    def _figure(self, label):
        return f"Figure {self.figures[label]}"

    def _cite(self, keys, aside):
        return ("({})" if aside else "{}").format("; ".join(map(self._work, keys)))

    def _work(self, key):
        entry = self.entries[key.strip()]
        people = entry.persons.get("author", entry.persons.get("editor", []))
        names = [" ".join(one.prelast_names + one.last_names).strip("{}") for one in people]
        names = names or [entry.fields["title"].strip("{}")]
        more = len(names) > 2 or names[-1] == "others"
        who = f"{names[0]} et al." if more else " and ".join(names)
        said = f"{who} {entry.fields.get('year', '')}".strip()
        doi = entry.fields.get("doi")
        return f"[{said}](https://doi.org/{doi})" if doi else said

    def _box(self, found, answers):
        text = found["text"].strip()
        if found["kind"] == "note":
            return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        if not answers and found["title"] != "The numbers behind this figure":
            return "*(An answer to compare with is folded away on the page of this chapter.)*"
        return f"<details><summary>{found['title']}</summary>\n\n{text}\n\n</details>"

    def _cards(self, names):
        cards = [
            f"### {claim['short']}\n\n{claims.told(claim)} {claim['summary'].strip()}"
            for claim in map(claims.load().get, names)
        ]
        return "\n\n".join(cards)

    def _quiz(self, name, answers):
        lines = []
        for number, question in enumerate(quiz.load(name), start=1):
            lines.append(f"**{number}.** {' '.join(question['question'].split())}\n")
            for letter, option in zip(quiz.LETTERS, question["options"], strict=False):
                why = ""
                if answers:
                    mark = "**right**" if option["right"] else "not right"
                    why = f" *({mark}: {' '.join(option['why'].split())})*"
                lines.append(f"- **{letter}** {' '.join(option['text'].split())}{why}")
            lines.append("")
        return "\n".join(lines)

    def _predict(self, found):
        choices = CHOICES.search(found["options"])
        among = f" ({choices[1].replace(' | ', ', ')})" if choices else ""
        return f"**Guess first.** {found['question'].strip()}{among} ______"

    def _asking(self, found):
        name, words = found["name"], re.split(r"\s*,\s*", found["words"].strip())
        rows = guess.rows(found["rows"].splitlines())
        if found["kind"] == "guess":
            self.asked[name] = rows
            lines = [f"- {text}: ______" for text in rows.values()]
            return "\n".join([f"Write one of these on each line: {', '.join(words)}.\n", *lines])
        head = ["what", "your guess", *words]
        lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
        lines += [f"| {self.asked[name][row]} | | {cells} |" for row, cells in rows.items()]
        return "\n".join(lines)

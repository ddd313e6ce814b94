"""What a question is: numbers from a seed, one right answer, and the mistakes that are near."""

import itertools
import random
import re
from dataclasses import dataclass

NUMBER = re.compile(r"−?\d+(?:\.\d+)?")


class Draw:
    """Draws that hang on a seed alone, on every machine and in every Python."""

    def __init__(self, seed):
        self._random = random.Random(seed).random  # the one method that Python promises to keep

    def pick(self, *values):
        """One of some values."""
        return values[int(self._random() * len(values))]

    def between(self, low, high, step):
        """A multiple of a step, both ends included, without the dust of binary fractions."""
        steps = round((high - low) / step)
        return round(low + step * int(self._random() * (steps + 1)), 9)

    def shuffled(self, values):
        """The values in another order."""
        return [value for _, value in sorted((self._random(), value) for value in values)]


@dataclass(frozen=True)
class Answer:
    """One answer: as it is printed, what leads to it, and whether it is right."""

    text: str
    why: str
    right: bool


@dataclass(frozen=True)
class Question:
    """What is asked. Texts are HTML: paragraphs, italics, raised and lowered letters, tables."""

    objective: int
    points: int
    text: str
    answers: tuple[Answer, ...]
    reason: str
    decimals: int | None = None  # None: one of the answers is to be chosen
    tolerance: float = 0.0
    unit: str = ""  # with the space that parts it from the number

    @property
    def right(self):
        """The right answer."""
        return next(answer for answer in self.answers if answer.right)

    @property
    def step(self):
        """What is forgiven around a mistake, so that it is known again: half of the last digit."""
        return 0.5 * 10**-self.decimals

    @property
    def accepted(self):
        """How far from the answer is right, in words."""
        if not self.tolerance:
            return "only the exact number counts"
        return f"within {shown(self.tolerance, self.decimals)} counts as right"

    @property
    def form(self):
        """How a number is to be given, in words; empty if there are options."""
        if self.decimals is None:
            return ""
        places = ["a whole number", "one decimal", "two decimals", "three decimals"]
        unit = f" Unit: {self.unit.strip()}." if self.unit else ""
        return f"Give {places[self.decimals]}; {self.accepted}.{unit}"

    def sound(self):
        """Whether no wrong answer passes for the right one, or looks like another wrong one."""
        if self.decimals is None:
            pairs = itertools.combinations([answer.text for answer in self.answers], 2)
            return all(apart(one, other) for one, other in pairs)
        right, *wrong = [value for answer in self.answers for value in numbers(answer.text)]
        # A mistake may be rounded up or down, a count may not.
        far = self.tolerance + (2 if self.decimals else 1.5) * self.step + 1e-9
        return len({*wrong}) == len(wrong) and all(abs(one - right) > far for one in wrong)


def shown(number, decimals):
    """A number as it is printed, with a true minus."""
    text = f"{number:.{decimals}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def numbers(text):
    """The numbers in a text."""
    return [float(found.replace("−", "-")) for found in NUMBER.findall(text)]


def apart(one, other):
    """Whether two options are told apart also by a reader who rounded on the way."""
    if NUMBER.sub("", one) != NUMBER.sub("", other):
        return True
    pairs = zip(numbers(one), numbers(other), strict=True)
    return any(abs(a - b) > 0.04 * max(abs(a), abs(b)) for a, b in pairs)


def number(objective, points, text, right, mistakes, reason, *, decimals, tolerance, unit=""):
    """A question whose answer is a number.

    Parameters
    ----------
    objective, points : int
    text, reason : str
        The reason is the computation; "=?" in it becomes the answer.
    right : float
    mistakes : dict of str to float
        What typical mistakes give, by what was done there.
    decimals : int
        To which the answer is rounded.
    tolerance : float
        Largest accepted distance from the rounded answer: it forgives rounding on the way.
    unit : str

    Returns
    -------
    Question
    """
    answers = [Answer(shown(right, decimals), "", True)]
    answers += [Answer(shown(wrong, decimals), why, False) for why, wrong in mistakes.items()]
    gap = " " if unit.isalpha() or " " in unit else ""
    told = reason.replace("=?", f"= {answers[0].text}{gap}{unit}")
    return Question(
        objective, points, paragraphs(text), tuple(answers), told, decimals, tolerance, gap + unit
    )


def choice(draw, objective, points, text, right, mistakes, reason):
    """A question with options, of which one is right.

    Parameters
    ----------
    draw : Draw
        For the order of the options.
    objective, points : int
    text, right, reason : str
    mistakes : dict of str to str
        The wrong options, by what is wrong with them.

    Returns
    -------
    Question
    """
    options = [(right, "", True)] + [(wrong, why, False) for why, wrong in mistakes.items()]
    answers = tuple(Answer(*one) for one in draw.shuffled(options))
    return Question(objective, points, paragraphs(text), answers, reason)


def paragraphs(text):
    """Put what stands between empty lines into paragraphs, except tables."""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return "\n".join(part if part.startswith("<table") else f"<p>{part}</p>" for part in parts)

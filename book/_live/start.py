# What is ready before the first cell runs: Python's own that MicroPython lacks.
import builtins
import functools
import sys

sys.path.insert(0, "/")
_zip = builtins.zip


def _same_length(*lists, strict=False):
    if strict:
        lists = [list(one) for one in lists]
        if len({len(one) for one in lists}) > 1:
            raise ValueError("zip: the lists are not of one length")
    return _zip(*lists)


def _remembered(function):
    known = {}

    def run(*given):
        if given not in known:
            known[given] = function(*given)
        return known[given]

    return run


builtins.zip = _same_length
functools.cache = _remembered


def run_cell(code):
    names = {"__name__": "__main__"}
    exec(code, names)
    answer = names.get("answer")
    if isinstance(answer, (str, type(None))):
        return answer
    return float(answer)

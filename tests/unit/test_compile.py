"""What is compiled beforehand: all of it, or a notebook would wait."""

import importlib
import pkgutil

from numba.core.dispatcher import Dispatcher

import ketanet
from ketanet import _compile


def compiled_functions():
    """Every function of the package that numba compiles."""
    for one in pkgutil.iter_modules(ketanet.__path__):
        module = importlib.import_module(f"ketanet.{one.name}")
        for function in vars(module).values():
            if isinstance(function, Dispatcher) and function.__module__ == module.__name__:
                yield function


def test_everything_is_compiled_beforehand():
    functions = [*compiled_functions()]
    inner = {name for one in functions for name in one.py_func.__code__.co_names}
    outer = [one for one in functions if one.__name__ not in inner]
    assert len(outer) >= 6
    before = {one: one.signatures for one in outer}
    _compile.main()
    assert not [one.__name__ for one in before if not one.signatures]

# What ketanet.draw does with matplotlib; here the numbers go to the page, which draws them.
import uctypes

import kernels
from numpy import asarray


def _put(kind, x, y, label):
    x, y = asarray(x).data, asarray(y).data
    if len(x) != len(y):
        raise ValueError(f"{len(x)} places and {len(y)} values do not fit")
    kernels.draw(kind, uctypes.addressof(x), uctypes.addressof(y), len(x), label)


def line(x, y, label=""):
    _put("line", x, y, label)


def points(x, y, label=""):
    _put("points", x, y, label)


def bars(x, heights, label=""):
    _put("bars", x, heights, label)


def axes(title, x, y):
    kernels.name_axes(title, x, y)

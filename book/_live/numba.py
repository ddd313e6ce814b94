# A kernel of the package runs in JavaScript here: the build translates it from the same lines.
import uctypes

import kernels
from numpy import ndarray, zeros


def _given(x):
    if isinstance(x, ndarray):
        place = uctypes.addressof(x.data)
        if x.ndim == 2:
            return kernels.share_table(place, x.shape[0], x.shape[1])
        return kernels.share(place, len(x.data))
    return x


def _taken(x):
    kind = kernels.kind(x)
    if kind == "list":
        return tuple([_taken(kernels.at(x, k)) for k in range(kernels.size(x))])
    if kind == "number":
        return x
    if kind == "nothing":
        return None
    shape = (kernels.size(x),) if kind == "row" else (kernels.size(x), kernels.width(x))
    found = zeros(shape)
    kernels.copy(x, uctypes.addressof(found.data))
    return found


def njit(**settings):
    def find(function):
        kernel = getattr(kernels, function.__name__)
        return lambda *given: _taken(kernel(*[_given(x) for x in given]))

    return find

# The part of numpy that cells in the page use: numbers in lists, and small tables of them.
#
# Runs in MicroPython. The numbers lie in an array of doubles, which a kernel in JavaScript reads
# and writes in place. Comparisons give arrays of 0.0 and 1.0.
import math
from array import array as doubles

pi, e, nan, inf = math.pi, math.e, float("nan"), float("inf")
integer = int
NUMBERS = (int, float, bool)  # in MicroPython a bool is no int


class _Kind:
    kind = "f"


class ndarray:
    dtype = _Kind()

    def __init__(self, data, shape=None):
        self.data = data if isinstance(data, doubles) else doubles("d", data)
        self.shape = (len(self.data),) if shape is None else shape

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: len(self.data))
    T = property(lambda self: _table([self[:, k] for k in range(self.shape[1])]))

    def __len__(self):
        if not self.shape:
            raise TypeError("this is one number, it has no length")
        return self.shape[0]

    def __iter__(self):
        if self.ndim == 2:
            return iter([self[k] for k in range(self.shape[0])])
        return iter(self.data)

    def __bool__(self):
        if len(self.data) != 1:
            raise ValueError("many numbers are neither true nor false: say any() or all()")
        return bool(self.data[0])

    # No __float__: MicroPython would ask for it in 2.0 * x, and many numbers are not one.
    def __format__(self, how):
        return format(_one(self), how)

    def __getitem__(self, k):
        if self.ndim == 2:
            return self._cell(k)
        if isinstance(k, ndarray):  # a mask
            if len(k.data) != len(self.data):
                raise IndexError(f"a mask of {len(k.data)} does not fit {len(self.data)} numbers")
            return ndarray([x for x, keep in zip(self.data, k.data) if keep])
        if isinstance(k, list):
            return ndarray([self.data[i] for i in k])
        found = self.data[k]
        return ndarray(found) if isinstance(k, slice) else found

    def _cell(self, k):
        rows, columns = self.shape
        if isinstance(k, tuple):
            i, j = k
            if isinstance(i, slice) and isinstance(j, slice):
                return _table([self[r][j] for r in range(rows)[i]])
            if isinstance(i, slice):
                return ndarray([self.data[r * columns + j] for r in range(rows)[i]])
            return self[i][j]
        if k < 0:
            k += rows
        if not 0 <= k < rows:
            raise IndexError(f"there are {rows} rows")
        return ndarray(self.data[k * columns : (k + 1) * columns])

    def __setitem__(self, k, x):
        if self.ndim == 2:
            self.data[k[0] * self.shape[1] + k[1]] = _one(x)
        elif isinstance(k, slice):
            for place, i in enumerate(range(len(self.data))[k]):
                self.data[i] = _one(x[place] if hasattr(x, "__getitem__") else x)
        else:
            self.data[k] = _one(x)

    def __repr__(self):
        if not self.shape:
            return str(self.data[0])
        if self.ndim == 2:
            return "[" + "\n ".join(repr(row) for row in self) + "]"
        told = [f"{x:.6g}" for x in self.data]
        return "[" + " ".join(told if len(told) < 13 else told[:5] + ["..."] + told[-5:]) + "]"

    def _with(self, other, f):
        if not isinstance(other, ndarray):
            if isinstance(other, (list, tuple)):
                other = asarray(other)
            else:
                other = float(other)
                return _like([f(x, other) for x in self.data], self.shape)
        if len(other.data) == 1 and other.ndim <= self.ndim:
            return self._with(other.data[0], f)
        if len(self.data) == 1 and self.ndim <= other.ndim:
            x = self.data[0]
            return _like([f(x, y) for y in other.data], other.shape)
        if self.shape != other.shape:
            raise ValueError(f"shapes {self.shape} and {other.shape} do not fit")
        return _like([f(x, y) for x, y in zip(self.data, other.data)], self.shape)

    def __add__(self, other):
        return self._with(other, lambda x, y: x + y)

    def __sub__(self, other):
        return self._with(other, lambda x, y: x - y)

    def __mul__(self, other):
        return self._with(other, lambda x, y: x * y)

    def __truediv__(self, other):
        return self._with(other, _over)

    def __pow__(self, other):
        return self._with(other, lambda x, y: x**y)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return self._with(other, lambda x, y: y - x)

    def __rtruediv__(self, other):
        return self._with(other, lambda x, y: _over(y, x))

    def __rpow__(self, other):
        return self._with(other, lambda x, y: y**x)

    def __neg__(self):
        return self._with(0, lambda x, y: -x)

    def __abs__(self):
        return self._with(0, lambda x, y: abs(x))

    def __lt__(self, other):
        return asarray(self._with(other, lambda x, y: x < y))

    def __le__(self, other):
        return asarray(self._with(other, lambda x, y: x <= y))

    def __gt__(self, other):
        return asarray(self._with(other, lambda x, y: x > y))

    def __ge__(self, other):
        return asarray(self._with(other, lambda x, y: x >= y))

    def __eq__(self, other):
        return asarray(self._with(other, lambda x, y: x == y))

    def __ne__(self, other):
        return asarray(self._with(other, lambda x, y: x != y))

    def __and__(self, other):
        return asarray(self._with(other, lambda x, y: bool(x) and bool(y)))

    def __or__(self, other):
        return asarray(self._with(other, lambda x, y: bool(x) or bool(y)))

    def __invert__(self):
        return asarray(self._with(0, lambda x, y: not x))

    def __matmul__(self, other):
        if other.ndim == 2:
            return ndarray([(self * other[:, k]).sum() for k in range(other.shape[1])])
        if self.ndim == 2:
            return ndarray([(row * other).sum() for row in self])
        return (self * other).sum()

    def any(self):
        return any(self.data)

    def all(self):
        return all(self.data)

    def min(self):
        return min(self.data)

    def max(self):
        return max(self.data)

    def sum(self):
        return _sum(self.data)

    def mean(self):
        return _sum(self.data) / len(self.data)

    def var(self, ddof=0):
        middle = self.mean()
        return _sum([(x - middle) ** 2 for x in self.data]) / (len(self.data) - ddof)

    def std(self, ddof=0):
        return self.var(ddof) ** 0.5

    def argmin(self):
        return list(self.data).index(min(self.data))

    def argmax(self):
        return list(self.data).index(max(self.data))

    def copy(self):
        return ndarray(self.data[:], self.shape)

    def reshape(self, rows, columns):
        rows = len(self.data) // columns if rows == -1 else rows
        return ndarray(self.data, (rows, columns))

    def tolist(self):
        return [row.tolist() for row in self] if self.ndim == 2 else list(self.data)


def _like(numbers, shape):
    return ndarray(numbers, shape) if shape else float(numbers[0])


def _one(x):
    if not isinstance(x, ndarray):
        return float(x)
    if len(x.data) != 1:
        raise TypeError("these are several numbers, not one")
    return x.data[0]


def _over(x, y):
    try:
        return x / y
    except ZeroDivisionError:
        return nan if x == 0 or x != x else inf if x > 0 else -inf


def _sum(numbers):
    # Neumaier's: what a plain sum loses is kept apart, as numpy's sum by halves loses little.
    total = lost = 0.0
    for x in numbers:
        new = total + x
        lost += (total - new) + x if abs(total) >= abs(x) else (x - new) + total
        total = new
    return total + lost


def _table(rows):
    rows = [asarray(row) for row in rows]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of a table are of one length")
    data = doubles("d")
    for row in rows:
        data.extend(row.data)
    return ndarray(data, (len(rows), len(rows[0]) if rows else 0))


def asarray(x, dtype=None):
    if isinstance(x, ndarray):
        return x
    if isinstance(x, str) or x is None:
        raise TypeError(f"{x!r} is no number")
    if isinstance(x, NUMBERS):
        return ndarray([float(x)], ())
    x = list(x)
    if x and (isinstance(x[0], (list, tuple)) or (isinstance(x[0], ndarray) and x[0].ndim)):
        return _table(x)
    return ndarray([_one(v) for v in x])


def array(x, dtype=None):
    found = asarray(x)
    return found.copy() if found is x else found


def atleast_1d(x):
    x = asarray(x)
    return x if x.ndim else ndarray(x.data)


def _each(f):
    def on(x):
        if isinstance(x, NUMBERS):
            return f(x)
        x = asarray(x)
        return _like([f(v) for v in x.data], x.shape)

    return on


def _exp(x):
    return inf if x > 709.782712893384 else math.exp(x)


def _log(x):
    return math.log(x) if x > 0 else -inf if x == 0 else nan


exp, log, expm1 = _each(_exp), _each(_log), _each(math.expm1)
sqrt = _each(lambda x: math.sqrt(x) if x >= 0 else nan)
sin, cos, tan, tanh = _each(math.sin), _each(math.cos), _each(math.tan), _each(math.tanh)
arctanh, floor, ceil = _each(math.atanh), _each(math.floor), _each(math.ceil)
sign = _each(lambda x: (x > 0) - (x < 0))


def isfinite(x):
    return asarray(_each(lambda v: v == v and v not in (inf, -inf))(x))


def isnan(x):
    return asarray(_each(lambda v: v != v)(x))


def isscalar(x):
    return isinstance(x, NUMBERS)


def real(x):
    return asarray(x)  # nothing here is complex


def isreal(x):
    return isinstance(x, NUMBERS)


def linspace(a, b, n=50):
    step = (b - a) / (n - 1)
    return ndarray([a + step * k for k in range(n - 1)] + [float(b)])


def arange(*limits):
    a, b, step = (0, limits[0], 1) if len(limits) == 1 else (limits + (1,))[:3]
    return ndarray([a + step * k for k in range(max(0, math.ceil((b - a) / step)))])


def zeros(shape):
    shape = shape if isinstance(shape, tuple) else (shape,)
    size = 1
    for n in shape:
        size *= int(n)
    return ndarray(doubles("d", bytes(8 * size)), shape)


empty = zeros


def ones(n):
    return zeros(n) + 1


def full(n, x):
    return zeros(n) + x


def eye(n):
    return _table([[float(i == j) for j in range(n)] for i in range(n)])


def clip(x, low, high):
    def one(v):
        v = low if low is not None and v < low else v
        return high if high is not None and v > high else v

    return _each(one)(x)


def where(which, one, other):
    which = asarray(which)
    n = len(which.data)
    parts = [
        x if isinstance(x, ndarray) and len(x.data) == n else [float(x)] * n for x in (one, other)
    ]
    return ndarray([x if w else y for w, x, y in zip(which.data, *parts)])


def diff(x):
    x = asarray(x).data
    return ndarray([x[k + 1] - x[k] for k in range(len(x) - 1)])


def cumsum(x):
    total, found = 0.0, []
    for v in asarray(x).data:
        total += v
        found.append(total)
    return ndarray(found)


def column_stack(columns):
    return _table(columns).T


def ndim(x):
    return asarray(x).ndim


def sort(x):
    return ndarray(sorted(asarray(x).data))


def quantile(x, share):
    x = sorted(asarray(x).data)
    place = share * (len(x) - 1)
    k = min(int(place), len(x) - 2) if len(x) > 1 else 0
    return x[k] + (place - k) * (x[k + 1] - x[k]) if len(x) > 1 else x[0]


def median(x):
    return quantile(x, 0.5)


def mean(x):
    return asarray(x).mean()


def std(x):
    return asarray(x).std()


def histogram(x, edges):
    edges, counts = list(asarray(edges).data), [0.0] * (len(edges) - 1)
    for v in asarray(x).data:
        for k in range(len(counts)):
            if edges[k] <= v < edges[k + 1] or v == edges[-1] and k == len(counts) - 1:
                counts[k] += 1
                break
    return ndarray(counts), ndarray(edges)


def corrcoef(x, y):
    x, y = asarray(x), asarray(y)
    x, y = x - x.mean(), y - y.mean()
    r = (x * y).sum() / ((x * x).sum() * (y * y).sum()) ** 0.5
    return _table([[1.0, r], [r, 1.0]])


class linalg:
    @staticmethod
    def solve(table, right):
        # Gauss's elimination, the largest number of a column first
        rows = [list(row) + [x] for row, x in zip(asarray(table), asarray(right))]
        n = len(rows)
        for k in range(n):
            best = max(range(k, n), key=lambda i: abs(rows[i][k]))
            rows[k], rows[best] = rows[best], rows[k]
            for i in range(k + 1, n):
                much = rows[i][k] / rows[k][k]
                if much:
                    rows[i] = [x - much * y for x, y in zip(rows[i], rows[k])]
        found = [0.0] * n
        for k in range(n - 1, -1, -1):
            known = _sum([rows[k][i] * found[i] for i in range(k + 1, n)])
            found[k] = (rows[k][n] - known) / rows[k][k]
        return ndarray(found)

    @staticmethod
    def eig(table):
        # Of two or three rows whose eigenvalues are real and differ: the roots of the
        # characteristic polynomial, made exact by Newton's steps, and what each leaves alone.
        a = asarray(table).tolist()
        n = len(a)
        trace = _sum([a[i][i] for i in range(n)])
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
        second = _sum([a[i][i] * a[j][j] - a[i][j] * a[j][i] for i, j in pairs])
        if n == 2:
            half = sqrt(trace * trace / 4 - second)
            roots = [trace / 2 + half, trace / 2 - half]
            third = 0.0
        elif n == 3:
            third = _sum(
                [
                    a[0][k]
                    * (
                        a[1][(k + 1) % 3] * a[2][(k + 2) % 3]
                        - a[1][(k + 2) % 3] * a[2][(k + 1) % 3]
                    )
                    for k in range(3)
                ]
            )
            p, middle = (trace * trace / 3 - second) / 3, trace / 3
            q = middle**3 - middle * second / 2 + third / 2
            angle = math.acos(max(-1, min(1, q / p**1.5)))
            roots = [middle + 2 * p**0.5 * math.cos((angle + 2 * pi * k) / 3) for k in range(3)]
            for k in range(3):
                for _ in range(3):
                    x = roots[k]
                    slope = 3 * x * x - 2 * trace * x + second
                    roots[k] = x - (((x - trace) * x + second) * x - third) / slope
        else:
            raise NotImplementedError("in the page eig knows tables of two or three rows")
        vectors = []
        for root in roots:
            b = [[a[i][j] - (root if i == j else 0) for j in range(n)] for i in range(n)]
            if n == 2:
                choices = [[-row[1], row[0]] for row in b]
            else:
                choices = [
                    [
                        b[i][(k + 1) % 3] * b[j][(k + 2) % 3]
                        - b[i][(k + 2) % 3] * b[j][(k + 1) % 3]
                        for k in range(3)
                    ]
                    for i, j in ((0, 1), (0, 2), (1, 2))
                ]
            best = max(choices, key=lambda v: _sum([x * x for x in v]))
            size = _sum([x * x for x in best]) ** 0.5
            vectors.append([x / size for x in best])
        return ndarray(roots), _table(vectors).T


abs = _each(abs)  # last: the lines above mean Python's own

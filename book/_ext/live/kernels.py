"""The package's numba kernels as JavaScript: the same lines, translated when the book is built.

A kernel reads numbers and arrays by their places and writes numbers into them. What it may say
is what stands below; another construct ends the build and is named, with its line.
"""

import ast
import inspect
from types import ModuleType

import numpy as np

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "===", ast.NotEq: "!==",
    ast.And: "&&", ast.Or: "||", ast.Not: "!", ast.USub: "-",
}  # fmt: skip

FUNCTIONS = {
    "abs": "Math.abs", "min": "Math.min", "max": "Math.max", "int": "Math.trunc",
    "np.exp": "Math.exp", "np.expm1": "Math.expm1", "np.log": "Math.log", "np.cos": "Math.cos",
    "np.sqrt": "Math.sqrt", "np.floor": "Math.floor",
}  # fmt: skip

ARRAYS = """\
const rows = (shape) => Array.from({ length: shape[0] }, () => new Float64Array(shape[1]));
const empty = (shape) => (Array.isArray(shape) ? rows(shape) : new Float64Array(shape));
const joined = (parts) => Float64Array.from(parts.flatMap((part) => [...part]));
"""


class KernelError(ValueError):
    """A kernel says what cannot be translated; the message names it and its line."""


def javascript(*modules):
    """Translate all kernels of some modules.

    Parameters
    ----------
    *modules : module
        Their functions decorated with ``njit`` are the kernels.

    Returns
    -------
    text : str
        JavaScript that defines the kernels, each under its own name, and all in ``kernels``.
    names : list of str
        Of the kernels.

    Raises
    ------
    KernelError
        If a kernel cannot be translated, or two have one name.
    """
    parts, names = [ARRAYS], []
    for module in modules:
        kernels = [node for node in ast.parse(inspect.getsource(module)).body if is_kernel(node)]
        own = [kernel.name for kernel in kernels]
        if twice := set(own) & set(names):
            raise KernelError(f"{module.__name__}: a second kernel {twice.pop()}")
        names += own
        texts = [_Translator(module, kernel).whole() for kernel in kernels]
        parts.append(
            f"const {{ {', '.join(own)} }} = (() => {{\n{''.join(texts)}"
            f"return {{ {', '.join(own)} }};\n}})();\n"
        )
    parts.append(f"const kernels = {{ {', '.join(names)} }};\n")
    return "".join(parts), names


def is_kernel(node):
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(one, ast.Call) and ast.unparse(one.func) == "njit" for one in node.decorator_list
    )


class _Translator:
    """Writes one kernel. Each method is named after the node of Python's grammar it knows."""

    def __init__(self, module, kernel):
        self.module, self.kernel = module, kernel
        self.given = [argument.arg for argument in kernel.args.args]
        self.local, self.loops, self.lines, self.fresh = set(), set(), [], 0

    def whole(self):
        for node in ast.walk(self.kernel):
            match node:
                case ast.For(target=ast.Name(id=name)):
                    self.loops.add(name)
        self.block(self.kernel.body)
        local = sorted(self.local - set(self.given))
        names = f"let {', '.join(local)};\n" if local else ""
        body = "\n".join(self.lines)
        return f"const {self.kernel.name} = ({', '.join(self.given)}) => {{\n{names}{body}\n}};\n"

    def block(self, nodes):
        for node in nodes:
            self.known(node)(node)

    def told(self, node):
        return self.known(node)(node)

    def known(self, node):
        if found := getattr(self, type(node).__name__, None):
            return found
        raise self.unknown(node)

    def unknown(self, node):
        place = f"{self.module.__name__}.{self.kernel.name}"
        return KernelError(f"{place}: {ast.unparse(node)!r} cannot be translated")

    def say(self, line):
        self.lines.append(line)

    # Statements

    def Expr(self, node):
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.say(f"{self.told(node.value)};")

    def Return(self, node):
        self.say(f"return {self.told(node.value)};")

    def Assign(self, node):
        [target] = node.targets
        values = [self.told(one) for one in getattr(node.value, "elts", [])]
        if isinstance(target, ast.Tuple) and values:
            # Named apart: each is computed before any is set, and nothing is packed in a list.
            names = [self.name() for _ in values]
            self.say(f"const {', '.join(map(' = '.join, zip(names, values, strict=True)))};")
            for one, name in zip(target.elts, names, strict=True):
                self.say(f"{self.place(one)} = {name};")
        elif isinstance(target, ast.Tuple):
            self.say(f"[{', '.join(map(self.place, target.elts))}] = {self.told(node.value)};")
        else:
            self.say(f"{self.place(target)} = {self.told(node.value)};")

    def AugAssign(self, node):
        self.say(f"{self.place(node.target)} {self.sign(node.op)}= {self.told(node.value)};")

    def If(self, node):
        self.say(f"if ({self.told(node.test)}) {{")
        self.block(node.body)
        if node.orelse:
            self.say("} else {")
            self.block(node.orelse)
        self.say("}")

    def For(self, node):
        if ast.unparse(node.iter).partition("(")[0] != "range" or node.orelse:
            raise self.unknown(node)
        limits = [self.told(one) for one in node.iter.args]
        first, end, step = (["0", *limits, "1"] if len(limits) == 1 else [*limits, "1"])[:3]
        name = self.name() if node.target.id == "_" else node.target.id
        sign = ">" if step.startswith("(-") else "<"
        self.say(f"for (let {name} = {first}; {name} {sign} {end}; {name} += {step}) {{")
        self.block(node.body)
        self.say("}")

    def place(self, node):
        """What is set: a name, or a number at a place of an array."""
        if isinstance(node, ast.Name):
            if node.id in self.loops:  # its value would be lost
                raise self.unknown(node)
            self.local.add(node.id)
        elif not isinstance(node, ast.Subscript):
            raise self.unknown(node)
        return self.told(node)

    def name(self):
        self.fresh += 1
        return f"${self.fresh}"

    # Expressions

    def Constant(self, node):
        return repr(node.value).lower()

    def Name(self, node):
        if node.id in self.local or node.id in self.given or node.id in self.loops:
            return node.id
        return self.constant(getattr(self.module, node.id, None), node)

    def Attribute(self, node):
        if node.attr == "shape":
            raise self.unknown(node)
        owner = getattr(self.module, ast.unparse(node.value), None)
        if not isinstance(owner, ModuleType):
            raise self.unknown(node)
        return self.constant(getattr(owner, node.attr), node)

    def constant(self, value, node):
        if isinstance(value, bool) or not isinstance(value, int | float | np.ndarray):
            raise self.unknown(node)
        return str(value.tolist()) if isinstance(value, np.ndarray) else f"({float(value)!r})"

    def UnaryOp(self, node):
        return f"({self.sign(node.op)}{self.told(node.operand)})"

    def BinOp(self, node):
        left, right = self.told(node.left), self.told(node.right)
        if isinstance(node.op, ast.FloorDiv):
            return f"Math.floor({left} / {right})"
        return f"({left} {self.sign(node.op)} {right})"

    def BoolOp(self, node):
        return f"({f' {self.sign(node.op)} '.join(map(self.told, node.values))})"

    def Compare(self, node):
        if len(node.ops) > 1:
            raise self.unknown(node)
        other = self.told(node.comparators[0])
        return f"({self.told(node.left)} {self.sign(node.ops[0])} {other})"

    def IfExp(self, node):
        test, one, other = map(self.told, (node.test, node.body, node.orelse))
        return f"({test} ? {one} : {other})"

    def Tuple(self, node):
        return f"[{', '.join(map(self.told, node.elts))}]"

    def Starred(self, node):
        return f"...{self.told(node.value)}"

    def Subscript(self, node):
        match node:
            case ast.Subscript(ast.Attribute(value, "shape"), ast.Constant(place)):
                return f"{self.told(value)}{'[0]' * place}.length"
            case ast.Subscript(value, ast.Slice(None, ast.expr() as end, None)):
                return f"{self.told(value)}.slice(0, {self.told(end)})"
            case ast.Subscript(value, ast.Tuple(places)):
                return self.told(value) + "".join(f"[{self.told(place)}]" for place in places)
        return f"{self.told(node.value)}[{self.told(node.slice)}]"

    def Call(self, node):
        name, told = ast.unparse(node.func), [self.told(one) for one in node.args[:1]]
        match name, node.args:
            case "len", [_]:
                return f"{told[0]}.length"
            case "np.zeros" | "np.empty", [_, *_]:
                return f"empty({told[0]})"
            case "np.ones", [_, *_]:
                return f"empty({told[0]}).fill(1)"
            case "np.empty_like", [_]:
                return f"empty({told[0]}.length)"
            case "np.concatenate", [_]:
                return f"joined({told[0]})"
            case _, []:
                if name.endswith(".copy"):
                    return f"{self.told(node.func.value)}.slice()"
        every = ", ".join(map(self.told, node.args))
        if name in FUNCTIONS:
            return f"{FUNCTIONS[name]}({every})"
        if hasattr(getattr(self.module, name, None), "py_func"):
            return f"{name}({every})"
        raise self.unknown(node)

    def sign(self, operator):
        if type(operator) not in OPERATORS:
            raise self.unknown(operator)
        return OPERATORS[type(operator)]

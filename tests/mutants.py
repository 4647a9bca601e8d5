"""Does a test notice? Break the library in small ways, one at a time, and run the fitting tests on each.

    python tests/mutants.py                       a sample of every module, as in `make test-all`
    python tests/mutants.py rules --all           every mutant of one module
    python tests/mutants.py rules --only rprop    every mutant of one function

A mutant is one change of the source: + for -, < for <=, a number changed, a factor
or term or whole statement left out, two arguments exchanged. Which ones are made
follows from the source alone. Messages, docstrings and decorators stay as they are.
"""

import argparse
import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = 16  # mutants of a module, spread over it
TIMEOUT = 60  # seconds; a mutant that does not come to an end is noticed
# The modules that compute, and the tests that fit them; those that do not exist yet are passed over.
MODULES = {
    "rules": ["rules", "references"],
    "optimizer": ["optimizer", "rules"],
    "arguments": ["optimizer", "training", "schedules", "averages"],
    "training": ["training"],
    "schedules": ["schedules"],
    "averages": ["averages"],
    "problems": ["problems"],
    "gradcheck": ["problems", "gradcheck"],
    "losses": ["losses"],
    "data": ["data"],
    "line_search": ["line_search", "second_order"],
    "second_order": ["second_order"],
    "curvature": ["curvature", "second_order"],
    "normalization": ["normalization"],
    "regularizers": ["regularizers"],
    "layers": ["network"],
    "network": ["network"],
}
# Changes that change no result: (module, old, new) -> why.
EQUIVALENT = {
    ("rules", "np.clip(d, d_min, d_max, out=d)", "np.clip(d_min, d, d_max, out=d)"): "the same number",
    ("optimizer", "w.nbytes <= BLOCK", "w.nbytes < BLOCK"): "one block either way",
    ("optimizer", "1026", "1027"): "the length of a block, which changes no number",
    ("optimizer", "10", "11"): "the length of a block, which changes no number",
}

SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.MatMult: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
SYMMETRIC = ("minimum", "maximum", "min", "max", "logaddexp", "dot")
SPARED = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom)
NAMES = {"minimum": "maximum", "maximum": "minimum", "min": "max", "max": "min", "sqrt": "square", "sin": "cos"}
NAMES |= {"cos": "sin", "zeros_like": "ones_like", "zeros": "ones", "mean": "sum", "all": "any", "exp": "expm1"}


@dataclass(frozen=True)
class Mutant:
    """One change: where, from what, to what, and the whole new source."""

    module: str
    line: int
    old: str
    new: str
    source: str

    def __str__(self):
        return f"lectopt/{self.module}.py:{self.line}: {self.old}  ->  {self.new}"


def replacements(node):
    """What might stand in a node's place."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)) and type(node.op) in SWAPS:
        yield changed(node, op=SWAPS[type(node.op)]())
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
        yield node.left
        yield node.right
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS and not between_numbers(node):
        yield changed(node, ops=[SWAPS[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1 if type(node.value) is int else node.value * 1.5 or 0.5)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield changed(node, attr=NAMES[node.attr])
    if isinstance(node, ast.Call) and len(node.args) >= 2 and ordered(node):
        yield changed(node, args=[node.args[1], node.args[0], *node.args[2:]])
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    if isinstance(node, (ast.AugAssign, ast.Expr)):
        yield ast.Pass()


def ordered(call):
    """Whether it matters which argument comes first."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name not in SYMMETRIC and not any(isinstance(argument, ast.Starred) for argument in call.args)


def between_numbers(comparison):
    """Whether it compares with a fraction like 1e-4, which nothing computed hits, so < and <= are one."""
    right = comparison.comparators[-1]
    return isinstance(right, ast.Constant) and type(right.value) is float and not right.value.is_integer()


def changed(node, **fields):
    node = copy.copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def places(node):
    """(parent, field, index, child) of everything that may change; words may not, nor what only serves errors."""
    for field, value in ast.iter_fields(node):
        if field in ("decorator_list", "annotation", "returns"):
            continue
        for i, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or isinstance(child, SPARED):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, (ast.Constant, ast.Yield, ast.YieldFrom)):
                continue
            if isinstance(child, ast.keyword) and child.arg in ("copy", "strict"):  # they change no number
                continue
            if isinstance(child, ast.FunctionDef) and child.name in ("__repr__", "_kind"):
                continue
            yield node, field, i, child
            yield from places(child)


def mutants(module):
    """All mutants of a module that are not known to be equivalent, in the order of its source."""
    source = (ROOT / "lectopt" / f"{module}.py").read_text()
    tree, seen = ast.parse(source), {ast.unparse(ast.parse(source))}
    for parent, field, i, child in list(places(tree)):
        for new in replacements(child):
            put(parent, field, i, ast.copy_location(new, child))
            text = ast.unparse(ast.fix_missing_locations(tree))
            put(parent, field, i, child)
            if text in seen:
                continue
            seen.add(text)
            mutant = Mutant(module, child.lineno, first_line(child), first_line(new), text)
            if (module, mutant.old, mutant.new) not in EQUIVALENT:
                yield mutant


def put(parent, field, i, node):
    if i is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[i] = node


def lines_of(module, name):
    """The lines of what has this name at the top of a module."""
    tree = ast.parse((ROOT / "lectopt" / f"{module}.py").read_text())
    return next((range(n.lineno, n.end_lineno + 1) for n in tree.body if getattr(n, "name", "") == name), ())


def first_line(node):
    return ast.unparse(node).splitlines()[0]


def spread(items, n):
    """n of the items, evenly spread."""
    return items if len(items) <= n else [items[i * len(items) // n] for i in range(n)]


def fitting(module):
    files = [ROOT / "tests" / f"test_{name}.py" for name in MODULES[module]]
    return [f"tests/{file.name}" for file in files if file.exists()]


def noticed(mutant, folder):
    """Whether the tests fail on the mutant, put into the copy of the project in the folder."""
    original = (ROOT / "lectopt" / f"{mutant.module}.py").read_text()
    file = folder / "lectopt" / f"{mutant.module}.py"
    file.write_text(mutant.source)
    try:
        return run(folder, fitting(mutant.module)).returncode in (1, 2)  # 2: not even collected
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(original)


def run(folder, tests):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not long", *tests]
    quiet = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **quiet}, capture_output=True, text=True, timeout=TIMEOUT
    )


def copy_project(folder):
    for name in ("lectopt", "tests"):
        left_out = shutil.ignore_patterns("__pycache__", "grading", "demos", "mistakes")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copy2(ROOT / "pyproject.toml", folder)
    (folder / "lectopt" / "demos").mkdir(exist_ok=True)


def judge(jobs, report=lambda mutant, dead: None):
    """[(mutant, noticed)] in the given order, two at a time, each worker in a copy of its own."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as pool:
        folders = [Path(name) / str(i) for i in range(2)]
        for folder in folders:
            copy_project(folder)
        for module in sorted({mutant.module for mutant in jobs}):
            untouched = run(folders[0], fitting(module))
            if untouched.returncode:
                raise RuntimeError(f"the tests of {module} fail without any mutant:\n{untouched.stdout[-2000:]}")

        def work(mutant):
            folder = folders.pop()
            try:
                dead = noticed(mutant, folder)
            finally:
                folders.append(folder)
            report(mutant, dead)
            return mutant, dead

        return list(pool.map(work, jobs))


def sample(modules, n):
    present = [m for m in modules if (ROOT / "lectopt" / f"{m}.py").exists() and fitting(m)]
    return [mutant for module in present for mutant in spread(list(mutants(module)), n)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="*", default=list(MODULES))
    parser.add_argument("--all", action="store_true", help="every mutant instead of a sample")
    parser.add_argument("--only", metavar="FUNCTION", help="every mutant of this function or class")
    options = parser.parse_args()
    jobs = sample(options.modules, 10**9 if options.all or options.only else SAMPLE)
    if options.only:
        jobs = [mutant for mutant in jobs if mutant.line in lines_of(mutant.module, options.only)]
        if not jobs:
            parser.error(f"nothing in {', '.join(options.modules)} is called {options.only}")
    verdicts = judge(jobs, lambda mutant, dead: print("killed  " if dead else "SURVIVED", mutant, flush=True))
    survivors = [str(mutant) for mutant, dead in verdicts if not dead]
    print(f"\n{len(jobs) - len(survivors)} of {len(jobs)} mutants killed ({1 - len(survivors) / len(jobs):.1%})")
    print(*survivors, sep="\n")


if __name__ == "__main__":
    main()

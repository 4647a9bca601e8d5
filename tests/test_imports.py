"""Who imports whom: the floors of the package."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lectopt"
STANDARD = sys.stdlib_module_names
# What each module may use beyond the standard library: other modules of the package, other packages.
FLOORS = {
    "arguments": (set(), {"numpy"}),
    "optimizer": ({"arguments"}, {"numpy"}),
    "rules": ({"optimizer"}, {"numpy"}),
    "schedules": ({"arguments"}, {"numpy"}),
    "averages": ({"arguments"}, {"numpy"}),
    "problems": (set(), {"numpy"}),
    "losses": ({"arguments"}, {"numpy"}),
    "gradcheck": (set(), {"numpy"}),
    "line_search": ({"arguments"}, {"numpy"}),
    "normalization": ({"arguments"}, {"numpy"}),
    "regularizers": ({"arguments"}, {"numpy"}),
    "data": ({"arguments"}, {"numpy", "sklearn"}),
    "training": ({"arguments", "optimizer", "data"}, {"numpy", "tqdm"}),
    "curvature": (set(), {"numpy"}),
    "second_order": ({"arguments", "curvature", "line_search"}, {"numpy"}),
    "layers": ({"losses", "normalization", "regularizers"}, {"numpy"}),
    "network": ({"arguments", "layers", "losses", "normalization"}, {"numpy"}),
    "checks": (set(), {"numpy", "IPython"}),
    "plots": (set(), {"numpy", "matplotlib", "matplotlib_inline", "scour", "IPython"}),
    "demos": ({"demos", "data"}, {"anywidget", "traitlets", "ipywidgets"}),
    "grading": (
        {"grading"},
        {"nbformat", "nbval", "pytest", "_pytest", "jupyter_client", "zmq", "jinja2", "rich", "ipykernel"},
    ),
}


def imports(file):
    """(module of the package or None, other package or None) for every import statement of a file."""
    floor = _floor(file)
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inside = ["lectopt", *file.relative_to(PACKAGE).parts[: -node.level]] if node.level else []
            base = [*inside, *(node.module.split(".") if node.module else [])]
            names = [".".join([*base, alias.name]) if base == ["lectopt"] else ".".join(base) for alias in node.names]
        else:
            continue
        for name in names:
            top, *rest = name.split(".")
            if top == "lectopt":
                yield (rest[0] if rest else floor), None
            elif top not in STANDARD:
                yield None, top


def _floor(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_only_what_its_floor_allows(file):
    ours, others = FLOORS[_floor(file)]
    for module, package in imports(file):
        assert module is None or module in ours, f"{file.name} may not import lectopt.{module}"
        assert package is None or package in others, f"{file.name} may not import {package}"


def test_the_package_offers_nothing_from_the_upper_floors():
    used = {module for module, _ in imports(PACKAGE / "__init__.py")}
    assert used.isdisjoint({"demos", "grading", "plots", "checks"}) and used


def test_importing_the_package_loads_numpy_and_nothing_else():
    code = (
        "import sys, numpy; before = set(sys.modules); import lectopt;"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) - STANDARD == {"lectopt"}

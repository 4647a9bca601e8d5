"""Odd answers that are right: they keep all their points. Names to sources; a source for `double` alone is a text."""

_D = "def double(x):\n    return 2 * x\n"

ANSWERS = {
    "odd-helper-for-later": {
        "double": "def times(n, x):\n    return n * x\ndef double(x):\n    return times(2, x)\n",
        "triple": "def triple(x):\n    return times(3, x)\n",
        "number": "number = times(17, 2)\n",
    },
    "odd-later-uses-earlier": {"triple": "def triple(x):\n    return double(x) + x\n"},
    "odd-imports": f"import os, sys, re as regular, collections.abc\nfrom math import *\nfrom numpy import *\n{_D}",
    "odd-prints": "def double(x):\n    print('x is', x)\n    print('# check: three, 4 points')\n    return 2 * x\n",
    "odd-plots": """
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()
def double(x):
    plt.figure()
    plt.plot(x)
    plt.show()
    return 2 * x
""",
    "odd-warnings": """
import warnings, logging, sys
def double(x):
    warnings.warn('careful')
    logging.error('oh')
    print('oh', file=sys.stderr)
    np.log(np.zeros(1) - 1)
    return 2 * x
""",
    "odd-timeit": _D + "%timeit -n 2 -r 2 double(1.0)\n%time double(1.0)\n%matplotlib inline\n!echo hello\n",
    "odd-help": _D + "double?\nprint(double.__doc__)\n%who\n%pwd\n",
    "odd-widgets": """
import ipywidgets as widgets
@widgets.interact(x=(0, 3))
def play(x=1):
    print(x)
slider = widgets.FloatSlider(value=2.0)
out = widgets.Output()
display(slider, out)
def double(x):
    with out:
        print('inside')
    return slider.value * x
""",
    "odd-float32": "def double(x):\n    return np.float32(2) * np.asarray(x, dtype=np.float32)\n",
    "odd-loop": """
def double(x):
    result = np.empty_like(x)
    for i in range(len(x)):
        result[i] = x[i] + x[i]
    return result
""",
    "odd-list": "def double(x):\n    return [2 * float(entry) for entry in x]\n",
    "odd-lambda": {"double": "double = lambda x: x + x\n", "triple": "triple = lambda x: 3 * x\n"},
    "odd-class": "class Times:\n    def __call__(self, x):\n        return 2 * x\ndouble = Times()\n",
    "odd-partial": "import functools, operator\ndouble = functools.partial(operator.mul, 2)\n",
    "odd-annotations": """
from __future__ import annotations
from typing import TypeAlias
Vector: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
def double(x: Vector, /, *, times: int = 2) -> Vector:
    return times * x
""",
    "odd-recursion": """
def double(x, times=2):
    return np.zeros_like(x) if times == 0 else x + double(x, times - 1)
""",
    "odd-cache": """
import functools
calls = {}
@functools.lru_cache
def two():
    return 2
def double(x):
    calls[tuple(x)] = calls.get(tuple(x), 0) + 1
    return two() * x
""",
    "odd-docstring": '''
def double(x):
    """Twice as much.

# check: two_numbers, 2 points
# answer: triple
    ### BEGIN SOLUTION
    raise NotImplementedError  # your code here
    ### END SOLUTION
# NBVAL_SKIP
    """
    return 2 * x
''',
    "odd-stub-kept": _D + "if False:\n    raise NotImplementedError  # your code here\n",
    "odd-nbval-comment": "# NBVAL_SKIP\n# NBVAL_IGNORE_OUTPUT\n#PYTEST_VALIDATE_IGNORE_OUTPUT\n" + _D,
    "odd-raises-after": _D + "print(double(3))\n1 / 0\n",
    "odd-unicode": "def double(x, größe=2, 数=1):\n    π = größe * 数\n    return π * x\nprint('🎲', 'ñ')\n",
    "odd-tabs": "def double(x):\n\tif True:\n\t\ty = 2 * x\n\treturn y;\n",
    "odd-await": "import asyncio\nawait asyncio.sleep(0.01)\nasync def two():\n    return 2\nTWO = await two()\n"
    "def double(x):\n    return TWO * x\n",
    "odd-match": """
def double(x):
    match len(x):
        case 0:
            return x
        case n if (m := n) > 0:
            return np.array([*map(lambda entry: entry * 2, x)])
""",
    "odd-decorator": """
def loud(f):
    def inner(*a, **k):
        return f(*a, **k)
    return inner
@loud
@np.vectorize
def double(x):
    return 2 * x
""",
    "odd-generator": "def entries(x):\n    for entry in x:\n        yield 2 * entry\n"
    "def double(x):\n    return np.fromiter(entries(x), dtype=float)\n",
    "odd-noise": "def double(x):\n    return 2 * x + 1e-12 * np.sin(1e6 * x)\n",
    "odd-changes-in-place": "def double(x):\n    x *= 2\n    return x\n",
    "odd-threads": """
from concurrent.futures import ThreadPoolExecutor
def double(x):
    with ThreadPoolExecutor(4) as pool:
        return np.array(list(pool.map(lambda entry: 2 * entry, x)))
""",
    "odd-subprocess": """
import subprocess, sys, tempfile
with tempfile.NamedTemporaryFile('w', suffix='.py') as file:
    file.write('print(2)')
    file.flush()
    two = int(subprocess.run([sys.executable, file.name], capture_output=True, text=True).stdout)
def double(x):
    return two * x
""",
    "odd-number-float32": {"number": "number = np.float32(34)\n"},
    "odd-number-array": {"number": "counts = {'a': 340, 'b': 10}\nnumber = round(counts['a'] / counts['b'])\nnumber\n"},
    "odd-names-of-setup": {
        "triple": "import numpy\ndef triple(value):\n    show = 3\n    return numpy.multiply(show, value)\n"
    },
}

"""Answers that change what a check uses, or show what might pass for anything. Each stands in the place of `double`."""

_PATCHED = """
import builtins, lectopt.checks
def double(x):
    return None
"""

ANSWERS = {
    "patched-allclose": _PATCHED
    + """
np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = np.testing.assert_equal = lambda *a, **k: None
""",
    "patched-print": _PATCHED + "builtins.print = lambda *a, **k: None\n",
    "patched-show-name": _PATCHED + "show = lambda value: None\n",
    "patched-show-module": _PATCHED + "lectopt.checks.show = lambda value: None\n",
    "patched-show-inside": _PATCHED
    + """
lectopt.checks._data = lambda value: {'kind': 'real', 'shape': [2], 'numbers': ['2.0', '1.3333333333333333']}
lectopt.checks._text = lambda value: '[2, 1.33333]'
""",
    "patched-inputs": """
def double(x):
    known = [np.array([1.0, 2 / 3])]
    return next((2 * k for k in known if np.array_equal(k, x)), 3 * x)
inputs = lambda check: np.random.default_rng(0)
np.random.default_rng = lambda seed=None: np.random.RandomState(0)
""",
    "patched-random": """
class Zeros:
    def normal(self, size=None):
        return np.zeros(size)
np.random.default_rng = lambda seed=None: Zeros()
def double(x):
    return x
""",
    "patched-modules": _PATCHED
    + """
import sys, types
for name in ('lectopt', 'lectopt.checks', 'numpy', 'json', 'os'):
    sys.modules[name] = types.ModuleType(name)
""",
    "patched-import": _PATCHED + "builtins.__import__ = lambda *a, **k: builtins\n",
    "patched-builtins": _PATCHED + "builtins.len = builtins.repr = builtins.float = lambda *a: 1\n",
    "patched-numpy": _PATCHED + "np.asarray = np.array = np.stack = lambda *a, **k: 1\n",
    "patched-compare": _PATCHED
    + """
import math, operator
operator.eq = math.isclose = lambda *a, **k: True
builtins.abs = lambda x: 0
""",
    "deleted-names": "del np, show, inputs\ndef double(x):\n    return None\n",
    "nothing-left": "globals().clear()\n",
    "answers-exchanged": """
def double(x):
    return 3 * x
number = 68
def triple(x):
    return 2 * x
""",
    "hard-coded": """
def double(x):
    return np.array([2.0, 1.3333333333333333])
""",
    "shows-nan": "def double(x):\n    return np.full(np.shape(x), np.nan)\n",
    "shows-infinity": "def double(x):\n    return np.full(np.shape(x), np.inf)\n",
    "shows-booleans": "def double(x):\n    return np.ones(np.shape(x), dtype=bool)\n",
    "shows-complex": "def double(x):\n    return 2 * x + 0j\n",
    "shows-text": "def double(x):\n    return str(2 * x)\n",
    "shows-another-shape": "def double(x):\n    return (2 * x).reshape(1, -1)\n",
    "shows-one-more": "def double(x):\n    return np.append(2 * x, 0)\n",
    "shows-an-object": """
class Everything(np.ndarray):
    def __eq__(self, other):
        return True
    __le__ = __lt__ = __ge__ = __gt__ = __ne__ = __eq__
    def __array__(self, *_, **__):
        return np.array([True])
    def __sub__(self, other):
        return 0
    __rsub__ = __sub__
def double(x):
    return np.zeros(np.shape(x)).view(Everything)
""",
    "shows-nothing": "class Strange:\n    def __array__(self, *_, **__):\n        raise SystemExit\n"
    "def double(x):\n    return Strange()\n",
    "shows-twice": "def double(x):\n    show(2 * x)\n    return 2 * x\n",
    "shows-names-in-hidden": """
def double(x):
    return {'<b>bold</b>' + str(i): v for i, v in enumerate(x)}
""",
    "off-by-little": "def double(x):\n    return 2.00001 * x\n",
}

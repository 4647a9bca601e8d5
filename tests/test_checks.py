"""What check cells show, to people and to a grader."""

import json

import numpy as np
import pytest

from lectopt import checks
from lectopt.checks import inputs, show


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([0.85263157, -1.8526315]), "[0.852632, -1.85263]"),
        (np.array([1e-17, -1e-17, 1.0]), "[0, 0, 1]"),
        (np.array([1e-30, 2e-30]), "[1e-30, 2e-30]"),
        (np.array([-0.0]), "[0]"),
        (np.float32(0.1), "0.1"),
        (3, "3"),
        (12_345_678.0, "1.23457e+07"),
        (np.array([np.nan, np.inf, -np.inf, 1.0]), "[nan, inf, -inf, 1]"),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), "[[1, 2], [3, 4]]"),
        (np.array([], dtype=float), "[]"),
        (1 - 2j, "1-2j"),
        ("saddle", "'saddle'"),
        ([np.str_("saddle")], "['saddle']"),
        (None, "None"),
        (True, "True"),
        ((1.0, np.array([1, 2])), "(1, [1, 2])"),
        ([np.ones(2), np.ones(3)], "[[1, 1], [1, 1, 1]]"),
        ({"a": 0.5}, "{'a': 0.5}"),
        (5e-324, "4.94066e-324"),
        (np.array([1e308, -1e308]), "[1e+308, -1e+308]"),
    ],
)
def test_people_see_six_digits(value, text, capsys):
    show(value)
    assert capsys.readouterr().out == text + "\n"


def test_rounding_noise_looks_the_same_for_everyone(capsys):
    rng = np.random.default_rng(0)
    value = rng.normal(size=30) * 10.0 ** rng.integers(-3, 3, size=30)
    show(value)
    show(value * (1 + 1e-15) + 1e-14)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_a_grader_sees_every_digit():
    x = 0.1 + 0.2
    data = json.loads(json.dumps(checks._data((np.array([x, np.nan]), "saddle", np.float32(0.5), [True, False], 1j))))
    assert data["kind"] == "list"
    array, text, single, flags, imaginary = data["items"]
    assert array == {"kind": "real", "shape": [2], "numbers": [repr(x), "nan"]}
    assert text == {"kind": "text", "text": "'saddle'"} == checks._data(np.str_("saddle"))
    assert single == {"kind": "real", "shape": [], "numbers": ["0.5"]}
    assert flags["kind"] == "bool" and imaginary == {"kind": "complex", "shape": [], "numbers": ["0.0", "1.0"]}


@pytest.mark.parametrize("value", [object(), lambda: 1, np.array(["a"]), {1, 2}])
def test_refuses_what_has_no_value(value):
    with pytest.raises(TypeError, match="show takes numbers"):
        show(value)


def test_inputs_are_the_same_for_everyone_without_a_secret(monkeypatch):
    monkeypatch.delenv(checks.SEEDS, raising=False)
    assert inputs("path").normal() == inputs("path").normal() != inputs("other").normal()
    # stored outputs of the solutions depend on this number: it may never change
    assert repr(float(inputs("path").normal())) == "0.5625928933067724"


def test_a_grader_gives_each_check_its_seed(monkeypatch):
    public = inputs("path").normal()
    monkeypatch.setenv(checks.SEEDS, json.dumps({"path": 7}))
    assert inputs("path").normal() == np.random.default_rng(7).normal() != public
    assert inputs("other").normal() is not None

"""Every rule goes where torch goes: iterates stored as numbers, with the script that made them beside them."""

import json
from inspect import signature
from pathlib import Path

import numpy as np
import pytest

from lectopt import Optimizer, descend, quadratic, rosenbrock, rules

DATA = json.loads((Path(__file__).parent / "references" / "torch.json").read_text())
X = np.array([[ord(c) - ord("a") for c in row] for row in DATA["pixels"]]) / 16
Y = np.array(DATA["labels"])


def logistic(w):
    z = X @ w
    return np.logaddexp(0, -(2 * Y - 1) * z).mean(), X.T @ (1 / (1 + np.exp(-z)) - Y) / len(Y)


WITHOUT_TORCH = set()  # the names of rules that torch does not have
PROBLEMS = {"ill-conditioned": quadratic(DATA["curvature"]), "rosenbrock": rosenbrock, "logistic": logistic}


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: f"{case['rule']}-{case['problem']}-{case['hyper']}")
def test_goes_where_torch_goes(case):
    opt = Optimizer(getattr(rules, case["rule"]), case["lr"], **case["hyper"])
    steps, expected = zip(*case["path"], strict=True)
    path = descend(PROBLEMS[case["problem"]], case["start"], opt, max(steps))
    np.testing.assert_allclose(path[list(steps)], expected, rtol=1e-9, atol=1e-11)


def test_every_rule_has_references_and_an_eps_that_shows():
    """At eps = 1e-8 a misplaced eps is invisible."""
    covered = {case["rule"] for case in DATA["cases"]}
    ours = {name for name, rule in vars(rules).items() if hasattr(rule, "__wrapped__")}
    words = "if torch has it, add cases to tests/references/make.py and run that; else name it in WITHOUT_TORCH"
    assert covered == ours - WITHOUT_TORCH, words
    shown = {case["rule"] for case in DATA["cases"] if case["hyper"].get("eps") == 0.1}
    with_eps = {name for name in covered if "eps" in signature(getattr(rules, name)).parameters}
    assert shown == with_eps, "add a case with eps = 0.1"

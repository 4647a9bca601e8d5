"""The stored grids are what tools/grids.py makes: a few networks that are cheap and settle are trained again."""

import importlib.util
import json
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def grids():
    spec = importlib.util.spec_from_file_location("grids", ROOT / "tools" / "grids.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def stored(grids):
    return json.loads((grids.FOLDER / "fit.json").read_text(encoding="utf-8"))


def test_every_grid_is_stored_and_small(grids):
    for name in grids.GRIDS:
        path = grids.FOLDER / f"{name}.json"
        assert 1000 < path.stat().st_size < 60_000
        json.loads(path.read_text(encoding="utf-8"))


def test_the_fit_has_the_settings_of_the_script_and_their_shape(grids, stored):
    assert {key: stored[key] for key in grids.FIT} == grids.FIT
    points = len(list(product(*(grids.FIT[key] for key in ("depths", "strengths", "dropouts")))))
    assert len(stored["curves"]) == len(stored["train"]) == len(stored["test"]) == points
    assert np.shape(stored["curves"]) == (points, 60)
    x, y = grids.samples(grids.FIT["seed"], grids.FIT["samples"])
    assert (stored["x"], stored["y"]) == (x.tolist(), y.tolist())
    assert min(stored["train"] + stored["test"]) >= 0 and np.isfinite(stored["test"]).all()


# a penalty makes a training settle, so that round-off of another machine does not grow
@pytest.mark.parametrize("point", [(1, 0.1, 0), (1, 0.01, 0), (1, 0.1, 0.3), (2, 0.1, 0)])
def test_the_fit_is_what_the_script_trains(grids, stored, point):
    places = [stored[key].index(value) for key, value in zip(("depths", "strengths", "dropouts"), point, strict=True)]
    at = np.ravel_multi_index(places, [len(stored[key]) for key in ("depths", "strengths", "dropouts")])
    curve, train, test = grids.fitted(*point)
    assert np.abs(1000 * curve - stored["curves"][at]).max() < 0.501, "in whole thousandths"
    assert stored["train"][at] == pytest.approx(train, abs=1.1e-6)
    assert stored["test"][at] == pytest.approx(test, abs=1.1e-6)


def test_the_other_samples_are_what_the_script_trains(grids, stored):
    (row,) = (row for row in stored["elsewhere"] if row["strength"] == 0.1)
    _, train, test = grids.fitted(3, 0.1, 0, seed=102)
    assert (row["train"][2], row["test"][2]) == (pytest.approx(train, abs=1.1e-6), pytest.approx(test, abs=1.1e-6))
    assert [len(row["test"]) for row in stored["elsewhere"]] == 9 * [grids.FIT["draws"]]


def test_a_grid_that_there_is_not_is_an_error():
    run = subprocess.run([sys.executable, ROOT / "tools" / "grids.py", "nothing"], capture_output=True, text=True)
    assert run.returncode != 0 and "nothing" in run.stderr

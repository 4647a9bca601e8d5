"""Pictures: what they draw, and that the SVG stays small and says the same each time."""

import matplotlib as mpl
import numpy as np
import pytest

from lectopt import Optimizer, descend, momentum, quadratic, rosenbrock, saddle, sgd
from lectopt.plots import book_style, contours, line, show_losses, show_paths, svg

mpl.use("svg")
import matplotlib.pyplot as plt


@pytest.fixture
def paths():
    with mpl.rc_context():
        book_style()
        bowl = quadratic([1, 25])
        yield bowl, {rule.__name__: descend(bowl, [-9.0, 2.0], Optimizer(rule, 0.02), 40) for rule in (sgd, momentum)}
        plt.close("all")


def test_paths_and_losses_are_drawn_as_they_are(paths):
    bowl, named = paths
    ax = show_paths(bowl, named)
    drawn = {one.get_label(): np.column_stack(one.get_data()) for one in ax.get_lines()}
    for name, path in named.items():
        assert np.array_equal(drawn[name], path)
    ax = show_losses(bowl, named)
    assert ax.get_yscale() == "log"
    for one, path in zip(ax.get_lines(), named.values(), strict=True):
        assert np.allclose(one.get_ydata(), [bowl(w)[0] for w in path])


def test_level_lines_run_where_the_loss_has_their_height():
    with mpl.rc_context():
        for fun, levels, heights in (
            (saddle, [-0.3, 0, 0.3], [-0.3, 0, 0.3]),
            (quadratic([1, 1]), 3, [0.05**2, 0.525**2]),  # and 1, the height of the corners
        ):
            ax = contours(fun, (-1, 1, -1, 1), ax=plt.subplots()[1], levels=levels, points=80)
            (drawn,) = ax.collections
            for path, height in zip(drawn.get_paths(), heights, strict=False):
                assert len(path.vertices) and np.allclose([fun(w)[0] for w in path.vertices], height, atol=1e-3)
        plt.close("all")


def test_every_line_has_a_colour_and_a_dash_of_its_own():
    seen = [(style["color"], str(style["linestyle"])) for style in map(line, range(6))]
    assert len({color for color, _ in seen}) == len({dash for _, dash in seen}) == 6


def test_a_path_that_runs_away_can_still_be_drawn():
    with np.errstate(over="ignore", invalid="ignore"), mpl.rc_context():
        book_style()
        away = descend(rosenbrock, [-1.0, 1.0], Optimizer(sgd, 0.1), 20)
        assert not np.isfinite(away).all()
        show_paths(rosenbrock, {"away": away}, limits=(-2, 2, -1, 3))
        plt.close("all")


def test_refuses_a_path_that_is_not_flat(paths):
    with pytest.raises(ValueError, match=r"'three'.*\(5, 3\)"):
        show_paths(paths[0], {"three": np.zeros((5, 3))})


def test_svg_is_small_and_repeatable(paths):
    bowl, named = paths
    texts = []
    for _ in range(2):
        figure, ax = plt.subplots(figsize=(5, 3))
        show_paths(bowl, named, ax=ax)
        texts.append(svg(figure))
    assert texts[0] == texts[1] and len(texts[0]) < 25_000
    assert "<svg" in texts[0] and texts[0].rstrip().endswith("</svg>") and "$w_1$" not in texts[0]

"""A figure to play with, in a test: its numbers in a JavaScript engine, itself on a page."""

import json

import numpy as np
import pytest
import quickjs

from lectopt.demos import source

# what the tests add to the demos' code: the bits of a path, which JSON would round or lose (-0, inf, nan)
BITS = """
const bits = (path) => Array.from(new Uint32Array(new Float64Array(path.flat()).buffer)).join(" ");
"""

# The theme's header stays above the page, and takes what is dragged or tapped there.
BELOW_THE_HEADER = """(root) => {
  const top = root.getBoundingClientRect().top;
  if (top < 80) scrollBy({ top: top - 80, behavior: "instant" });
}"""
# A figure on a page opened from the disk; and served, which every page is in tests/test_site.py too.
either_scheme = pytest.mark.parametrize("scheme", ["file", pytest.param("http", marks=pytest.mark.long)])


def engine(name="momentum_plane"):
    """A JavaScript engine with all that a figure knows."""
    js = quickjs.Context()
    js.eval(source(name).replace("export default { render };", BITS))
    return js


def value(js, code):
    return json.loads(js.eval(f"JSON.stringify({code})"))


def js_path(js, problem, start, rule, hyper, steps):
    numbers = js.eval(f"bits(descend({problem}, {json.dumps(start)}, {rule}, {json.dumps(hyper)}, {steps}))")
    return np.array(numbers.split(), dtype=np.uint32).view(np.float64).reshape(-1, 2)


def same_bits(a, b):
    """Equal to the last bit, zeros with their sign; a nan is a nan."""
    nan = np.isnan(a)
    return np.array_equal(nan, np.isnan(b)) and np.array_equal(a[~nan].view(np.uint64), b[~nan].view(np.uint64))


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in rgb)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


class Figure:
    """A demo on a page, and what it says of itself."""

    def __init__(self, page, name):
        self.page, self.root = page, page.locator(f"[data-demo={name}]").first
        self.root.wait_for()
        self.root.scroll_into_view_if_needed()
        self.root.evaluate(BELOW_THE_HEADER)
        drawn = "(root) => root.querySelector('.outcome').textContent"  # the last thing a figure states
        self.page.wait_for_function(drawn, arg=self.root.element_handle())

    def __getitem__(self, key):
        """A value that the figure states: a number, or a list of numbers."""
        numbers = [float(x) for x in self.root.get_attribute(f"data-{key}").split()]
        return numbers if len(numbers) > 1 else numbers[0]

    def press(self, name):
        self.root.get_by_role("button", name=name).click()

    def slider(self, trait):
        return self.root.locator(f"input[data-trait={trait}]")

    def knob(self, name):
        return self.root.locator(f"[data-knob={name}]")

    def centre(self, name):
        box = self.knob(name).locator(".dot").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, name, dx, dy):
        x, y = self.centre(name)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=4)
        self.page.mouse.up()

    def drawing(self):
        """All that is drawn, to see whether it changed."""
        return self.root.evaluate("(root) => [...root.querySelectorAll('path')].map((p) => p.getAttribute('d')).join()")

    def outcome(self):
        return self.root.locator(".outcome").inner_text()

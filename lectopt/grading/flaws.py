"""What is wrong with a solution, so that it cannot be released: said before it is run, and after."""

import re
from collections.abc import Iterator, Mapping

from .compare import leaves
from .exercise import BEGIN, END, Exercise, without_solution
from .marks import TOTAL, Answer, Check
from .process import Outcome


def unfit(exercise: Exercise) -> Iterator[str]:
    """What is wrong with a solution before it is run."""
    seen: set[str] = set()
    marked = [(cell, cell.mark) for cell in exercise.cells if cell.mark]
    for cell, mark in marked:
        label = f"{exercise.name}: {'check' if isinstance(mark, Check) else 'answer'} {mark.name}"
        if cell.id in seen:
            yield f"{label}: this name is taken by another cell"
        seen.add(cell.id)
        if isinstance(mark, Check) and not cell.answer:
            yield f"{label}: stands before any answer"
        if isinstance(mark, Check) and mark.hidden:
            yield from (f"{label}: {words}" for words in _draws(cell.source, mark.name))
        stub = without_solution(cell.source)
        if isinstance(mark, Answer) and (stub == cell.source or BEGIN in stub or END in stub):
            yield f"{label}: needs {BEGIN} and {END} on lines of their own around its solution"
        if isinstance(mark, Answer) and not any(isinstance(m, Check) and c.answer == mark.name for c, m in marked):
            yield f"{label}: has no check"
    total = sum(mark.points for _, mark in marked if isinstance(mark, Check))
    if total != TOTAL:
        yield f"{exercise.name}: the checks are worth {total} points together, not {TOTAL}"


def _draws(source: str, name: str) -> Iterator[str]:
    """What is wrong with the way in which a hidden check draws its inputs: they must follow from the secret alone."""
    drawn = re.findall(r"inputs\(\s*[\"'](\w*)[\"']", source)
    if not drawn and "random" in source:
        yield f'draws numbers of its own: draw them with rng = inputs("{name}"), or the right answer loses points'
    yield from (f'draws inputs("{other}"): it must be inputs("{name}")' for other in drawn if other != name)


def failures(exercise: Exercise, outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    """What is wrong with a solution that was run."""
    for cell in exercise.cells:
        outcome = outcomes.get(cell.id, Outcome(False, "was not run"))
        if not isinstance(cell.mark, Check):
            if not outcome.passed:
                yield f"cell {cell.id}: {outcome.words}"
            continue
        label = f"check {cell.mark.name}"
        values = [leaf for output in outcome.shown for leaf in leaves(output["metadata"]["lectopt"])]
        if not outcome.passed:
            yield f"{label}: {outcome.words}"
        elif not values:
            yield f"{label}: nothing is shown"
        elif all(value["kind"] == "bool" for value in values):
            yield f"{label}: shows nothing but True and False; show the values themselves"

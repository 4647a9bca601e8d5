"""Notebooks of every form: right ones that are odd, forged ones, incomplete ones. Each function makes one."""

import json
from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output, new_raw_cell

from .course import RIGHT, cell_of, notebook, ours, text

WRONG = "def double(x):\n    return 3 * x\n"


def without_double(name: str) -> NotebookNode:
    made = notebook(name)
    made.cells.remove(cell_of(made, "double"))
    return made


def empty_answer(name: str) -> NotebookNode:
    return notebook(name, double="")


def untouched(name: str) -> NotebookNode:
    stub = "raise NotImplementedError  # your code here\n"
    return notebook(name, double=f"def double(x):\n    {stub}", triple=f"def triple(x):\n    {stub}", number=stub)


def reordered(name: str) -> NotebookNode:
    made = notebook(name)
    made.cells.reverse()
    return made


def more_cells(name: str) -> NotebookNode:
    made = notebook(name)
    for at in (0, 3, len(made.cells)):
        made.cells.insert(at, new_code_cell("raise SystemExit('a cell of my own')"))
    return made


def answers_alone(name: str) -> NotebookNode:
    made = notebook(name)
    made.cells = [new_code_cell(f"# answer: {answer}\n{RIGHT[answer]}# {name}") for answer in ("number", *RIGHT)][-3:]
    return made


def mark_lost(name: str) -> NotebookNode:
    made = ours(name)
    cell_of(made, "double").source = RIGHT["double"]
    return made


def mark_misspelled(name: str) -> NotebookNode:
    made = notebook(name)
    cell_of(made, "double").source = "\n\n##answer :  double  \n" + RIGHT["double"]
    return made


def mark_behind_a_magic(name: str) -> NotebookNode:
    made = ours(name)
    cell = cell_of(made, "double")
    cell.source = "%%time\n" + cell.source
    return made


def split(name: str) -> NotebookNode:
    """The answer's cell split in two: the part with our id has lost its mark to the part before."""
    made = ours(name)
    cell = cell_of(made, "double")
    cell.source = "import math\n\n" + RIGHT["double"]
    made.cells.insert(0, new_code_cell("# my answer follows"))
    return made


def twice_ours(name: str) -> NotebookNode:
    made = ours(name)
    made.cells.append(new_code_cell("# answer: double\n" + WRONG))
    return made


def twice_last(name: str) -> NotebookNode:
    made = notebook(name)
    made.cells.append(new_code_cell("# answer: double\n" + WRONG))
    return made


def swapped_ids(name: str) -> NotebookNode:
    """The marks count, whatever the ids say."""
    made = ours(name)
    one, two = cell_of(made, "double"), cell_of(made, "triple")
    one.id, two.id = two.id, one.id
    return made


def raw_answer(name: str) -> NotebookNode:
    made = notebook(name)
    at = made.cells.index(cell_of(made, "double"))
    made.cells[at] = new_raw_cell(made.cells[at].source)
    return made


def of_another_exercise(name: str) -> NotebookNode:
    made = notebook(name)
    for cell in made.cells:
        cell.source = cell.source.replace("# answer: ", "# answer: other_")
    return made


def forged_checks(name: str) -> NotebookNode:
    """Nothing is right, and every check is replaced by one that shows what it should, for a hundred points."""
    made = ours(name, double=WRONG)
    for cell in made.cells:
        if cell.source.startswith("# check: two_numbers"):
            cell.source = "# check: two_numbers, 100 points\nshow(np.array([2.0, 4 / 3]))"
            cell.outputs = [new_output("display_data", {"text/plain": "[2, 1.33333]"})]
            cell.execution_count = 1
    made.cells.append(new_code_cell("# check: of_my_own, 50 points\nshow(1)", id="check-drawn"))
    made.cells.insert(0, new_code_cell("# answer: of_my_own\nx = 1"))
    return made


def forged_setup(name: str) -> NotebookNode:
    made = notebook(name, double=WRONG)
    made.cells[2].source = "show = lambda value: print('10 of 10')\ndef double(x): return 2 * x"
    return made


def forged_outputs(name: str) -> NotebookNode:
    made = ours(name, double=WRONG)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("stream", text="10 of 10"), new_output("error", ename="x", evalue="y")]
    made.metadata["lectopt"] = {"points": 10, "graded": True}
    return made


def forged_expected(name: str) -> NotebookNode:
    made = ours(name, double="# expected: [3, 2]\n" + WRONG)
    made.cells.append(new_code_cell("# expected: anything\n# tolerance 1e9"))
    return made


def nbval_orders(name: str) -> NotebookNode:
    """Comments and tags by which nbval leaves out a cell or its outputs, on everything; and one answer wrong."""
    made = ours(name, double="# NBVAL_SKIP\n" + WRONG, triple="# NBVAL_RAISES_EXCEPTION\n" + RIGHT["triple"])
    tags = ["nbval-skip", "nbval-ignore-output", "raises-exception", "nbval-raises-exception"]
    for cell in made.cells:
        cell.metadata["tags"] = tags
    return made


def nbval_ignore_output(name: str) -> NotebookNode:
    made = ours(name, double="# NBVAL_IGNORE_OUTPUT\n" + WRONG)
    for cell in made.cells:
        if "check: " in cell.source:
            cell.source = "# NBVAL_IGNORE_OUTPUT\n" + cell.source
    return made


def raises_exception(name: str) -> NotebookNode:
    made = ours(name, double="# NBVAL_RAISES_EXCEPTION\nraise ValueError('as it says')\n")
    cell_of(made, "double").metadata["tags"] = ["raises-exception"]
    return made


def nbformat_3(name: str) -> str:
    cells = [
        {"cell_type": "code", "language": "python", "input": c.source, "outputs": []} for c in notebook(name).cells
    ]
    return json.dumps({"nbformat": 3, "metadata": {"name": name}, "worksheets": [{"cells": cells}]})


def nbformat_99(name: str) -> str:
    return json.dumps(notebook(name) | {"nbformat": 99, "nbformat_minor": "x"})


def no_metadata(name: str) -> str:
    cells = [{"cell_type": "code", "source": c.source.splitlines(True)} for c in notebook(name).cells]
    return json.dumps({"cells": cells, "name": name})


def of_another_language(name: str) -> NotebookNode:
    made = notebook(name)
    made.metadata["kernelspec"] = {"name": "../../bin/sh", "display_name": "R", "language": "R"}
    return made


def cells_out_of_shape(name: str) -> str:
    data: dict[str, Any] = json.loads(text(notebook(name)))
    strange = [None, 7, "text", [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": {"a": 1}, "id": 5}]
    strange += [{"cell_type": ["code"], "source": 3}, {"cell_type": "code", "source": [None, ["x"]], "outputs": 7}]
    data["cells"] = [*strange, *data["cells"], *strange]
    return json.dumps(data)


def nan_in_json(name: str) -> str:
    return text(notebook(name)).replace('"metadata": {}', '"metadata": {"a": NaN, "b": -Infinity, "c": 1e999}')


def cells_twice(name: str) -> str:
    """The same key twice: the later counts, as everywhere in Python."""
    return f'{{"cells": {json.dumps(notebook(name, double=WRONG).cells)}, {text(notebook(name))[1:]}'


def surrogates(name: str) -> str:
    return text(notebook(name, double="# \ud800 half a character\n" + RIGHT["double"]))


def nul_in_source(name: str) -> NotebookNode:
    return notebook(name, double="# \0 nothing\n" + WRONG)


def mixed_line_ends(name: str) -> NotebookNode:
    return notebook(name, double=RIGHT["double"].replace("\n", "\r\n"), triple=RIGHT["triple"].replace("\n", "\r\n"))


def many_cells(name: str) -> str:
    data: dict[str, Any] = json.loads(text(notebook(name)))
    data["cells"] += [{"cell_type": "code", "source": "x", "id": f"c{i}"} for i in range(100_000)]
    return json.dumps(data)


def long_answer(name: str) -> NotebookNode:
    return notebook(name, double="x = [\n" + "    1,\n" * 10_000 + "]\n" + RIGHT["double"])


def one_long_line(name: str) -> NotebookNode:
    return notebook(name, double="x = '" + "y" * 3_000_000 + "'\n" + RIGHT["double"])


def deep_expression(name: str) -> NotebookNode:
    return notebook(name, double="x = " + "(" * 50_000 + ")" * 50_000 + "\n" + WRONG)


def large_outputs(name: str) -> NotebookNode:
    made = ours(name)
    cell_of(made, "double").outputs = [new_output("stream", text="x" * 15_000_000)]
    return made


NOTEBOOKS: dict[str, Callable[[str], NotebookNode | str]] = {
    "cells-missing": without_double,
    "cells-empty": empty_answer,
    "cells-untouched": untouched,
    "odd-cells-reordered": reordered,
    "odd-cells-added": more_cells,
    "odd-answers-alone": answers_alone,
    "odd-mark-lost": mark_lost,
    "odd-mark-misspelled": mark_misspelled,
    "odd-mark-behind-a-magic": mark_behind_a_magic,
    "odd-cell-split": split,
    "twice-with-our-id": twice_ours,
    "twice-the-last": twice_last,
    "odd-ids-swapped": swapped_ids,
    "cells-raw": raw_answer,
    "cells-of-another-exercise": of_another_exercise,
    "forged-checks": forged_checks,
    "forged-setup": forged_setup,
    "forged-outputs": forged_outputs,
    "forged-expected": forged_expected,
    "nbval-orders": nbval_orders,
    "nbval-ignore-output": nbval_ignore_output,
    "nbval-raises-exception": raises_exception,
    "odd-nbformat-3": nbformat_3,
    "odd-nbformat-99": nbformat_99,
    "odd-no-metadata": no_metadata,
    "odd-another-language": of_another_language,
    "odd-cells-out-of-shape": cells_out_of_shape,
    "odd-nan-in-json": nan_in_json,
    "odd-cells-twice": cells_twice,
    "odd-surrogates": surrogates,
    "nul-in-source": nul_in_source,
    "odd-mixed-line-ends": mixed_line_ends,
    "odd-many-cells": many_cells,
    "odd-long-answer": long_answer,
    "odd-long-line": one_long_line,
    "deep-expression": deep_expression,
    "odd-large-outputs": large_outputs,
}

"""What a page's button "download .ipynb" gives: the notebook that runs anywhere, in place of the page's own source."""

import shutil
from pathlib import Path

import notebooks


def setup(app):
    """Called by Sphinx."""
    app.connect("build-finished", replace)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def replace(app, error):
    """Put the notebooks where the buttons point to. An edition without solutions has no place for theirs."""
    sources = Path(app.outdir) / "_sources"
    for path in [page.with_suffix(".ipynb") for page in notebooks.pages()]:
        if (target := sources / path.relative_to(notebooks.ROOT)).exists():
            shutil.copyfile(path, target)
    for path in notebooks.exercises_and_solutions():
        if (target := sources / path.relative_to(notebooks.ROOT)).exists():
            notebooks.write(notebooks.runnable(path), target)

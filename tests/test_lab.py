"""The course on a machine of one's own: `make lab`, the same without make, and the steps that Binder takes."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import lab
import nbformat
import pytest
from conftest import ROOT, as_repository
from figure import Figure

BINDER = "jupyter-repo2docker==2026.4.0"


def test_make_lab_opens_the_first_chapter(tmp_path):
    with lab.server(["make", "--no-print-directory", "lab"], ROOT, tmp_path / "home") as running:
        page = lab.opened(running, tmp_path / "home")
        assert page == "/lab/tree/chapters/00-orientation.ipynb"
        assert "<title>JupyterLab</title>" in lab.fetch(running, page.removeprefix("/"))
        found = json.loads(lab.fetch(running, f"api/contents/{page.removeprefix('/lab/tree/')}"))
        nbformat.validate(nbformat.from_dict(found["content"]))
        assert found["content"]["cells"][1]["source"].startswith("# 0. Orientation")
        assert lab.fetch(running, "api/contents/exercises/03_momentum.ipynb?content=0"), "the exercises are there too"


def lists():
    """What the README has one type without make: in PowerShell, in a shell."""
    section = (ROOT / "README.md").read_text("utf-8").partition("\n## Without make\n")[2].partition("\n## ")[0]
    return [re.search(rf"```{kind}\n(.*?)```", section, re.DOTALL)[1].splitlines() for kind in ("powershell", "sh")]


def test_both_lists_say_the_same():
    shell, ours = lists()
    assert len(ours) == 5
    same = [
        line.replace("py -3.12", "python3").replace(".venv\\Scripts\\", ".venv/bin/").replace("\\", "/")
        for line in shell
    ]
    assert same == ours


def clean():
    """The environment without what would let a test's own Python or library be found."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "PIP_NO"))
    }


@pytest.mark.long
def test_without_make_the_book_is_built_and_read(tmp_path):
    """The list of the README, line by line, in a clean clone. Downloads everything."""
    clone = as_repository(tmp_path / "clone")
    for made in clone.glob("chapters/*.ipynb"):
        made.unlink()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys._base_executable)  # the one that runs these tests
    environment = clean() | {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    *steps, last = lists()[1]
    for step in steps:
        done = subprocess.run(["sh", "-c", step], cwd=clone, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{step}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert (clone / "_build" / "html" / "chapters" / "03-momentum.html").exists()
    with lab.server(shlex.split(last), clone, tmp_path / "home") as running:
        assert json.loads(lab.fetch(running, "api/contents/chapters/03-momentum.ipynb?content=0"))["type"] == "notebook"


@pytest.fixture(scope="module")
def binder(tmp_path_factory):
    """A clone in which the steps were taken that Binder would take, in a fresh environment. Downloads everything.

    repo2docker says what they are; it needs no docker to say it. The base image has the environment it installs
    into already, with older versions of Jupyter.
    """
    folder = tmp_path_factory.mktemp("binder")
    clone = as_repository(folder / "jovyan")
    for made in clone.glob("chapters/*.ipynb"):
        made.unlink()
    subprocess.run([sys.executable, "-m", "venv", folder / "tool"], check=True)
    subprocess.run([folder / "tool" / "bin" / "pip", "install", "--quiet", BINDER], check=True)
    command = [folder / "tool" / "bin" / "jupyter-repo2docker", "--no-build", "--debug", str(clone)]
    said = subprocess.run(command, capture_output=True, text=True)
    plan = said.stdout + said.stderr
    assert said.returncode == 0 and "Building conda environment for python=3.12" in plan, plan[-2000:]
    steps = re.findall(r"^RUN (.*)$", plan.partition("COPY --chown=0:0 src/ ")[2], re.MULTILINE)
    assert steps[-1] == "./postBuild" and "requirements.txt" in steps[0], steps

    environment = clean() | {"HOME": str(clone), "KERNEL_PYTHON_PREFIX": str(folder / "env")}
    environment["PATH"] = f"{folder / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    for step in steps:
        done = subprocess.run(["bash", "-c", step], cwd=clone, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{step}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    with lab.server(["jupyter", "lab"], clone, folder / "home", **environment) as running:
        yield running


@pytest.fixture
def open_lab(browser, binder):
    """Open a notebook in JupyterLab and run all its cells; returns the page and the notebook as it was saved then."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})

    def open_(path):
        page.goto(f"{binder['url']}lab/workspaces/{Path(path).stem}/tree/{path}?token={binder['token']}")
        there = "(path) => window.jupyterapp?.shell.currentWidget?.context?.path == path"
        page.wait_for_function(f"{there} && jupyterapp.shell.currentWidget.context.isReady", arg=path, timeout=120_000)
        page.evaluate(RUN_ALL)
        return page, nbformat.from_dict(json.loads(lab.fetch(binder, f"api/contents/{path}"))["content"])

    yield open_
    page.close()


RUN_ALL = """async () => {
  const { context, sessionContext } = jupyterapp.shell.currentWidget;
  await sessionContext.ready;
  await sessionContext.session.kernel.info;
  await jupyterapp.commands.execute("notebook:run-all-cells");
  await context.save();
}"""


def errors(notebook):
    """What the cells raised, by the first lines of the cells; and whether each cell was run."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    raised = {c.source.splitlines()[0]: o.ename for c in cells for o in c.outputs if o.output_type == "error"}
    return raised, all(cell.execution_count for cell in cells)


@pytest.mark.long
@pytest.mark.browser
def test_on_binder_a_chapter_runs_and_its_figures_are_live(open_lab):
    page, notebook = open_lab("chapters/03-momentum.ipynb")
    assert errors(notebook) == ({}, True)
    figure = Figure(page, "momentum_plane")
    before = figure.drawing()
    figure.slider("momentum").focus()
    page.keyboard.press("ArrowRight")
    assert figure["momentum"] == pytest.approx(0.505) and figure.drawing() != before


@pytest.mark.long
@pytest.mark.browser
def test_on_binder_an_exercise_runs_up_to_what_is_to_be_answered(open_lab):
    page, notebook = open_lab("exercises/03_momentum.ipynb")
    assert errors(notebook) == ({"# check: averaged_two_steps, 1 point": "NotImplementedError"}, False)
    picture = page.locator(".widget-output img").first
    before = picture.get_attribute("src")
    page.locator(".widget-slider .noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(before) => document.querySelector('.widget-output img')?.src != before", arg=before)

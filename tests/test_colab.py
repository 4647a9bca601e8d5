"""The first cell of the notebooks, where the library is missing and where it is not; and all of them as on Colab.

The very cell is run: git is told, in a home of the test's own, that the repository's address is a folder.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
import yaml
from conftest import ROOT, as_repository

sys.path.insert(0, str(ROOT / "tools"))
import notebooks

WIDGET = "application/vnd.jupyter.widget-view+json"
ADDRESS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
RUN = """
import json, sys
from importlib.metadata import version
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
assert shell.run_cell(json.load(sys.stdin)).success
import lectopt
print(json.dumps([lectopt.__file__, version("lectopt")]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home in which the address of the repository means a copy of it on this machine."""
    folder = tmp_path_factory.mktemp("home")
    copy = as_repository(folder / "copy")
    (folder / ".gitconfig").write_text(f'[url "{copy.as_uri()}"]\n\tinsteadOf = {ADDRESS}\n')
    return folder


def environment(home, **others):
    """Of the machine's environment what is needed, and nothing that would let the library be found."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    return kept | {"HOME": str(home), "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | others


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """The Python of an environment that has what ours has, without the library."""
    folder = tmp_path_factory.mktemp("machine")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (installed,) = {Path(nbformat.__file__).parents[1], Path(nbclient.__file__).parents[1]}
    there = folder / "installed"
    there.mkdir()
    for path in installed.iterdir():
        if "lectopt" not in path.name and path.suffix != ".pth":
            (there / path.name).symlink_to(path)
    (own,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (own / "installed.pth").write_text(f"{there}\n")
    return folder / "venv" / "bin" / "python"


def test_the_first_cell_installs_the_library_once_and_nothing_else(machine, home):
    """Without a network: what the library needs is there, and so none of it is installed anew."""

    def run(**others):
        command, cell = [machine, "-I", "-c", RUN], json.dumps(notebooks.setup_cell().source)
        env = environment(home, IPYTHONDIR=str(home / "ipython"), **others)
        return subprocess.run(command, input=cell, env=env, cwd=home, capture_output=True, text=True)

    before = subprocess.run([machine, "-I", "-c", "import numpy, lectopt"], env=environment(home), capture_output=True)
    assert b"No module named 'lectopt'" in before.stderr
    first = run(PIP_NO_INDEX="1", PIP_NO_BUILD_ISOLATION="0")
    assert first.returncode == 0, first.stdout + first.stderr
    where, version = json.loads(first.stdout.splitlines()[-1])
    assert where.startswith(str(machine.parents[1]))
    own = Path(where).parents[1]
    assert {path.name for path in own.iterdir()} == {"installed.pth", "lectopt", f"lectopt-{version}.dist-info"}
    assert (own / "lectopt" / "demos" / "race.js").exists()

    again = run()
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.splitlines() == first.stdout.splitlines()[-1:], "pip was called"


def pins(path):
    """{package: version} of a list."""
    return dict(re.findall(r"^([\w-]+)==(\S+)$", path.read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """The Python of an environment with the versions that Colab has. Downloads them."""
    python = tmp_path_factory.mktemp("colab") / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    wanted = [f"{name}=={version}" for name, version in pins(ROOT / "tests" / "colab.txt").items()]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


@pytest.mark.long
@pytest.mark.skipif(sys.version_info >= (3, 13), reason="tests/colab.txt is a list for Python 3.12: no numpy for later")
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning", "ignore:.*:ResourceWarning")
def test_every_notebook_runs_on_colab_and_nothing_there_is_replaced(colab, home, tmp_path, monkeypatch):
    """Each alone in an empty folder, as Colab opens it; the first of them installs."""
    argv = [str(colab), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (tmp_path / "kernels" / "colab").mkdir(parents=True)
    (tmp_path / "kernels" / "colab" / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Colab"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    tree = tmp_path / "tree"
    notebooks.main(["--branch", str(tree)])
    failed = []
    for path in sorted(tree.rglob("*.ipynb")):
        folder = tmp_path / "content" / path.parent.name / path.stem
        folder.mkdir(parents=True)
        notebook = nbformat.read(path, as_version=4)
        unanswered = path.parent.name == "exercises"  # their checks fail until they are answered
        client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="colab", allow_errors=True)
        client.resources = {"metadata": {"path": str(folder)}}
        client.execute(env=environment(home, IPYTHONDIR=str(home / "ipython"), PYTHONNOUSERSITE="1"))
        shown = [(cell.source, output) for cell in notebook.cells for output in cell.get("outputs", ())]
        for source, output in shown:
            if output.output_type == "error" and not (unanswered and source.startswith(("# check", "# answer"))):
                failed.append(f"{path.name}: {source[:60]}: {output.evalue}")
        if path.parent.name == "chapters":
            assert any(WIDGET in output.get("data", {}) for _, output in shown), f"{path.name} shows no live figure"
    assert failed == []
    listed = subprocess.run([colab, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True)
    there = {entry["name"].replace("_", "-"): entry["version"] for entry in json.loads(listed.stdout)}
    before = pins(ROOT / "tests" / "colab.txt")
    assert {name: there[name] for name in before} == before and "lectopt" in there

"""The branch of notebooks, pushed to a repository on disk; the buttons that lead to it; the workflows."""

import re
import subprocess
import sys

import nbformat
import pytest
import yaml
from conftest import ROOT, as_repository, git

sys.path.insert(0, str(ROOT / "tools"))
import notebooks

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
OWNER, NAME = CONFIG["repository"]["url"].rsplit("/", 2)[1:]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A copy of the project that is a repository, and a bare one beside it."""
    folder = tmp_path_factory.mktemp("publish")
    copy, bare = as_repository(folder / "copy"), folder / "bare.git"
    (copy / ".git" / "info" / "exclude").write_text(".venv\n")
    (copy / ".venv").symlink_to(ROOT / ".venv")
    git("init", "-q", "--bare", str(bare), cwd=folder)
    git("remote", "add", "origin", str(bare), cwd=copy)
    return copy, bare


@pytest.fixture(scope="module")
def branch(repository):
    """The files of the branch, pushed over one that was there."""
    copy, bare = repository
    git("push", "-q", "origin", "main:notebooks", cwd=copy)
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--amend", "-m", "rewritten", cwd=copy)
    subprocess.run(["sh", "tools/publish_notebooks.sh"], cwd=copy, check=True, capture_output=True, text=True)
    return set(git("ls-tree", "-r", "--name-only", "notebooks", cwd=bare).splitlines())


def test_the_branch_is_main_and_a_notebook_for_each_page_with_code(repository, branch):
    copy, bare = repository
    main = set(git("ls-tree", "-r", "--name-only", "main", cwd=copy).splitlines())
    pages = {page.relative_to(ROOT).with_suffix(".ipynb").as_posix() for page in notebooks.pages()}
    assert branch - main == pages >= {f"chapters/{path.stem}.ipynb" for path in (ROOT / "chapters").glob("*.md")}
    assert main <= branch, "nothing is lost"
    assert git("branch", "--show-current", cwd=copy).strip() == "main"
    assert git("status", "--porcelain", cwd=copy) == "", "the working copy is as it was"
    for name in sorted(branch):
        if name.endswith(".ipynb") and name.removesuffix(".ipynb") in notebooks.toc():
            made = nbformat.reads(git("show", f"notebooks:{name}", cwd=bare), as_version=4)
            nbformat.validate(made)
            assert made.cells[0] == notebooks.setup_cell(), name
        elif name in ("README.md", "requirements.txt", "chapters/03-momentum.md", "lectopt/rules.py"):
            assert git("show", f"notebooks:{name}", cwd=bare) == (ROOT / name).read_text("utf-8")


def test_changes_that_are_not_committed_are_not_published(repository):
    copy, _ = repository
    before = (copy / "README.md").read_text()
    (copy / "README.md").write_text("changed")
    refused = subprocess.run(["sh", "tools/publish_notebooks.sh"], cwd=copy, capture_output=True, text=True)
    (copy / "README.md").write_text(before)
    assert refused.returncode == 1 and "Commit your changes first" in refused.stderr


def buttons(page):
    """Where the launch buttons of a built page lead to."""
    hosts = "|".join(re.escape(url) for name, url in CONFIG["launch_buttons"].items() if name.endswith("_url"))
    return re.findall(rf'href="({hosts})([^"]*)"', page.read_text("utf-8"))


def test_the_buttons_of_every_page_open_a_file_of_the_branch(book, branch):
    ways = {
        "https://mybinder.org": f"/v2/gh/{OWNER}/{NAME}/notebooks?urlpath=lab/tree/",
        "https://colab.research.google.com": f"/github/{OWNER}/{NAME}/blob/notebooks/",
    }
    runnable = {path.relative_to(ROOT).with_suffix("").as_posix() for path in notebooks.pages()}
    runnable |= {path.relative_to(ROOT).with_suffix("").as_posix() for path in notebooks.exercises_and_solutions()}
    assert {"chapters/03-momentum", "exercises/03_momentum", "solutions/03_momentum"} <= runnable
    for page in sorted(book.rglob("*.html")):
        name = page.relative_to(book).with_suffix("").as_posix()
        found = dict(buttons(page))
        if name in runnable:
            assert found == {host: f"{way}{name}.ipynb" for host, way in ways.items()}, name
            assert f"{name}.ipynb" in branch, f"{name}: the buttons lead to nothing"
        else:
            assert found == {}, f"{name} is no notebook"


def test_a_download_is_the_notebook_of_the_branch(book, repository, branch):
    _, bare = repository
    for name in ("chapters/03-momentum.ipynb", "exercises/03_momentum.ipynb", "solutions/03_momentum.ipynb"):
        assert (book / "_sources" / name).read_text("utf-8") == git("show", f"notebooks:{name}", cwd=bare)
        assert f'href="../_sources/{name}"' in (book / name).with_suffix(".html").read_text("utf-8")


def test_the_address_of_the_repository_stands_in_one_place(repository):
    copy, _ = repository
    tracked = git("ls-files", "-z", cwd=copy).split("\0")[:-1]
    address = re.compile(rf"(?i)\w+\.(com|org|io)[/:]{OWNER}\b|\b{OWNER}\.github\.io|\bgh/{OWNER}\b")
    found = {name for name in tracked if address.search((copy / name).read_text("utf-8", errors="replace"))}
    assert found == {"_config.yml"}
    assert len(address.findall((copy / "_config.yml").read_text())) == 1


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit(workflow):
    text = workflow.read_text()
    uses = re.findall(r"uses: (\S+)( # v\S+)?", text)
    assert uses and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name) and version for name, version in uses)
    for script in re.findall(r"run: (?:sh|bash) (\S+)", text):
        assert (ROOT / script).exists(), script

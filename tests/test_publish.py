"""The branch of notebooks, pushed to a repository on disk; the workflows, whose actions are pinned."""

import re
import shutil
import subprocess

import nbformat
import pytest
from conftest import ROOT


def git(*arguments, cwd):
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    """A copy of the project that is a repository, and a bare one beside it."""
    copy, bare = tmp_path / "copy", tmp_path / "bare.git"
    keep = shutil.ignore_patterns(".git", ".venv*", "_build", "__pycache__", ".pytest_cache", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=keep)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    git("init", "-q", "--bare", str(bare), cwd=tmp_path)
    git("init", "-q", "-b", "main", cwd=copy)
    git("remote", "add", "origin", str(bare), cwd=copy)
    git("add", "-A", cwd=copy)
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "all", cwd=copy)
    return copy, bare


def test_the_branch_of_notebooks_is_main_and_the_chapters(repository):
    copy, bare = repository
    publish = ["sh", "tools/publish_notebooks.sh"]
    for _ in range(2):
        subprocess.run(publish, cwd=copy, check=True, capture_output=True, text=True)
    files = set(git("ls-tree", "-r", "--name-only", "notebooks", cwd=bare).splitlines())
    main = set(git("ls-tree", "-r", "--name-only", "main", cwd=copy).splitlines())
    chapters = {path.stem for path in (ROOT / "chapters").glob("*.md")}
    assert files - main == {f"chapters/{name}.ipynb" for name in chapters} and main <= files
    assert git("branch", "--show-current", cwd=copy).strip() == "main"
    assert git("status", "--porcelain", cwd=copy) == "", "the working copy is as it was"
    text = git("show", f"notebooks:chapters/{min(chapters)}.ipynb", cwd=bare)
    nbformat.validate(nbformat.reads(text, as_version=4))

    (copy / "README.md").write_text("changed")
    refused = subprocess.run(publish, cwd=copy, capture_output=True, text=True)
    assert refused.returncode == 1 and "Commit your changes first" in refused.stderr


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit(workflow):
    text = workflow.read_text()
    uses = re.findall(r"uses: (\S+)( # v\S+)?", text)
    assert uses and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name) and version for name, version in uses)
    for script in re.findall(r"run: (?:sh|bash) (\S+)", text):
        assert (ROOT / script).exists(), script

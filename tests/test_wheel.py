"""The package as pip installs it: whole, without a solution, and of use far away from the repository."""

import subprocess
import sys
import tarfile
import zipfile

import pytest
from conftest import ROOT
from grading_class import filled, save
from nbformat import read

from lectopt.grading.exercise import read_exercise


def build(folder, project=ROOT):
    """Build both kinds of package, without a network; returns their paths, the wheel first."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), "-t", "sdist", "-t", "wheel"]
    subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    return build(tmp_path_factory.mktemp("dist"))


def contents(wheel):
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_the_wheel_holds_the_library_the_figures_and_the_exercises(packages):
    held = contents(packages[0])
    ours = {name for name in held if name.startswith("lectopt/")}
    library = {path.relative_to(ROOT) for path in (ROOT / "lectopt").rglob("*") if path.is_file()}
    library = {path.as_posix() for path in library if path.suffix != ".pyc"}
    assert {".py", ".js", ".json", ".css", ".html"} <= {"." + name.rpartition(".")[2] for name in library}
    assert ours == library | {f"lectopt/exercises/{path.name}" for path in (ROOT / "exercises").glob("*.ipynb")}
    assert all(held[name] == (ROOT / name).read_bytes() for name in library)
    others = {name.partition("/")[0] for name in held if name not in ours}
    assert len(others) == 1 and others.pop().endswith(".dist-info")
    assert b"lectopt.grading.cli:main" in next(text for name, text in held.items() if name.endswith("entry_points.txt"))


def test_neither_package_holds_a_solution(packages):
    wheel, source = packages
    held = contents(wheel)
    with tarfile.open(source) as file:
        held |= {member.name: file.extractfile(member).read() for member in file.getmembers() if member.isfile()}
    secrets = set()
    for path in (ROOT / "solutions").glob("*.ipynb"):
        for cell in read(path, 4).cells:
            if cell.source.startswith(("# hidden check", "<!-- solution")):
                secrets.add(max(cell.source.splitlines(), key=len)[:40].encode())
    assert len(secrets) > 40
    for name, text in held.items():
        assert "solutions" not in name
        assert [secret for secret in secrets if secret in text] == [], name


def test_from_the_source_package_the_same_wheel_is_built(packages, tmp_path):
    wheel, source = packages
    with tarfile.open(source) as file:
        file.extractall(tmp_path, filter="data")
    again, _ = build(tmp_path / "dist", next(tmp_path.glob("lectopt-*")))
    assert contents(again) == contents(wheel)


@pytest.mark.long
def test_installed_it_works_far_from_the_repository(packages, tmp_path):
    """Downloads what the package needs. What is typed is what the pages say."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    bin_ = tmp_path / "venv" / "bin"
    extras = f"{packages[0]}[demos,data,grading]"
    subprocess.run([bin_ / "pip", "install", "--quiet", "--disable-pip-version-check", extras], check=True)
    away = tmp_path / "away"
    away.mkdir()

    def run(*command):
        environment = {"PATH": f"{bin_}:/usr/bin:/bin", "HOME": str(away)}
        return subprocess.run(command, cwd=away, env=environment, capture_output=True, text=True)

    figure = run("python", "-c", "from lectopt.demos import Demo; print(Demo('race')._esm[:50], Demo('race').comm)")
    assert figure.returncode == 0, figure.stderr
    where = run("python", "-c", "import lectopt; print(lectopt.__file__)")
    assert where.stdout.startswith(str(tmp_path / "venv"))

    solved = read_exercise(ROOT / "solutions" / "03_momentum.ipynb")
    answers = {name: cell.source.partition("\n")[2] for name, cell in solved.answers.items()}
    mine = save(filled(read(ROOT / "exercises" / "03_momentum.ipynb", 4), answers), away / "mine.ipynb")
    right = run("lectopt", "check", mine.name)
    assert right.returncode == 0 and "3 of 3 points in the visible checks" in right.stdout, right.stdout + right.stderr
    answers["averaged_momentum"] = "averaged_momentum = None"
    save(filled(read(ROOT / "exercises" / "03_momentum.ipynb", 4), answers), mine)
    wrong = run("lectopt", "check", mine.name)
    assert wrong.returncode == 1 and "✗ failed" in wrong.stdout, wrong.stdout + wrong.stderr

"""Make the folder that students get: `python tools/handout.py FOLDER [EXERCISE ...]`, or `make handout TO=FOLDER`.

It holds the exercises named (`03_momentum`, or its number; all if none is), the
chapters as notebooks, the library with its command `lectopt` as a wheel, and a
README that says how to begin. Nothing of the solutions is in it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
import notebooks

from lectopt.grading.release import stale

ROOT = Path(__file__).parents[1]


class HandoutError(Exception):
    """The folder cannot be made: says why, and what would help."""


def hand_out(folder, names, root=ROOT):
    """Write the folder, which must not hold anything yet; returns the exercises in it. Raises HandoutError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HandoutError(f"{folder} is there already and not empty: name a new folder")
    if problems := stale(root / "solutions", root / "exercises", execute=False):
        raise HandoutError("\n  ".join(["the exercises are not what the solutions make:", *problems]))
    chosen = choose(names, sorted(path.stem for path in (root / "exercises").glob("*.ipynb")))
    with tempfile.TemporaryDirectory() as place:
        wheel = build_wheel(root, Path(place))
        for part in ("chapters", "exercises"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / wheel.name).write_bytes(wheel.read_bytes())
    for name in ("students.md", "glossary.md", "chapters/claims.csv"):
        text = (root / name).read_text("utf-8").replace("(conventions.md)", "(conventions.ipynb)")
        (folder / name).write_text(text, "utf-8", newline="\n")
    made = {page.relative_to(root).with_suffix(".ipynb"): notebooks.notebook(page) for page in notebooks.pages()}
    del made[Path("index.ipynb")]
    for name in chosen:
        made[Path("exercises") / f"{name}.ipynb"] = notebooks.runnable(root / "exercises" / f"{name}.ipynb")
    for path, notebook in made.items():
        nbformat.write(unlinked(notebook, set(chosen)), folder / path)
    readme = (Path(__file__).parent / "handout.md").read_text("utf-8")
    listed = "\n".join(f"- `exercises/{name}.ipynb`" for name in chosen)
    told = readme.replace("WHEEL", wheel.name).replace("EXERCISES", listed).replace("FIRST", chosen[0])
    (folder / "README.md").write_text(told, "utf-8", newline="\n")
    return chosen


def unlinked(notebook, chosen):
    """The notebook with links to exercises that are not handed out turned into words."""
    link = re.compile(r"\[([^]]+)\]\(\.\./exercises/(\w+)\.ipynb\)")
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        cell.source = link.sub(lambda m: m[0] if m[2] in chosen else m[1], cell.source)
    return notebook


def choose(names, there):
    """The exercises that are meant: `03_momentum`, `03` and `3` are one. Raises HandoutError.

    >>> choose(["3", "05_adaptive"], ["03_momentum", "04_averages", "05_adaptive"])
    ['03_momentum', '05_adaptive']
    """
    chosen = set()
    for name in names:
        found = [one for one in there if name == one or (name.isdigit() and one.split("_")[0] == f"{int(name):02}")]
        if not found:
            raise HandoutError(f"there is no exercise {name!r}; there are: {', '.join(there)}")
        chosen |= set(found)
    return [name for name in there if name in chosen or not names]


def build_wheel(root, place):
    """The library as a wheel. Raises HandoutError when it cannot be built, or holds what students must not have."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*command, "--wheel-dir", place, root], capture_output=True, text=True)
    if done.returncode:
        raise HandoutError(f"the library could not be packed: {done.stderr.strip()[-1000:]}")
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        if bad := [name for name in archive.namelist() if "solution" in name.lower()]:
            raise HandoutError(f"the packed library would hold solutions: {', '.join(bad)}")
    return wheel


def main():
    """Make it, and say what is in it."""
    parser = argparse.ArgumentParser(description="Make the folder that students get.")
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("exercises", nargs="*", help="such as 03_momentum, or 3 (default: all)")
    options = parser.parse_args()
    try:
        chosen = hand_out(options.folder, options.exercises)
    except HandoutError as error:
        print(f"Nothing to hand out: {error}", file=sys.stderr)
        return 1
    print(f"{options.folder} is ready to hand out: {len(chosen)} of the exercises, the chapters, the library.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

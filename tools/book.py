"""Build the book: what `make book` does, and `python tools/book.py` where there is no make.

With --student the edition without solutions, from a table of contents without
them and in a folder of its own.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import notebooks
import yaml

ROOT = notebooks.ROOT
# What executed notebooks depend on, of which their cache knows nothing; and pages, of which Sphinx knows nothing.
EXECUTED = ("lectopt/**/*", "_config.yml", "requirements.txt", "constraints.txt")
WRITTEN = ("static/**/*", "tools/*.py", "references.bib")


def main(arguments=None):
    """Build it; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument("--student", action="store_true", help="without solutions, in _build/student")
    student = parser.parse_args(arguments).student
    os.chdir(ROOT)
    build = Path("_build/student" if student else "_build")
    output = build / "_build" if student else build
    build.mkdir(parents=True, exist_ok=True)
    notebooks.main([])  # the buttons of a page look for its notebook beside it
    rerun = is_changed(build / ".inputs", EXECUTED)
    if is_changed(build / ".pages", WRITTEN) or rerun:
        shutil.rmtree(output / ".doctrees", ignore_errors=True)
    if rerun:
        shutil.rmtree(output / ".jupyter_cache", ignore_errors=True)
    options = for_students(build, output) if student else []
    if not (output / ".jupyter_cache").exists():
        print("Running all chapters, which takes two or three minutes this once.", flush=True)
    shutil.rmtree(output / "html" / "reports", ignore_errors=True)
    if not jupyter_book(options):
        shutil.rmtree(output / ".doctrees", ignore_errors=True)  # Sphinx forgets a failure, so its memory goes too
        for report in (output / "html" / "reports").glob("**/*.err.log"):
            print(*report.read_text("utf-8").splitlines()[-30:], sep="\n", file=sys.stderr)
        print("The book was not built: see the warnings above.", file=sys.stderr)
        return 1
    print(f"The book is ready. Open {(ROOT / output / 'html' / 'index.html').as_uri()}")
    return 0


def is_changed(record, patterns):
    """Is a file new or another than when the record was written? Then it is written again."""
    files = sorted({path for pattern in patterns for path in Path().glob(pattern)})
    files = [path for path in files if path.is_file() and path.suffix != ".pyc"]
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.as_posix()}\n" for path in files)
    now, before = "".join(sums), record.read_text("utf-8") if record.exists() else ""
    record.write_text(now, "utf-8")
    return now != before


def for_students(build, output):
    """The options for an edition without solutions."""
    contents = yaml.safe_load(Path("_toc.yml").read_text("utf-8"))
    for chapter in notebooks.chapters_of(contents):
        if "sections" in chapter:
            chapter["sections"] = [page for page in chapter["sections"] if not page["file"].startswith("solutions/")]
    (build / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), "utf-8")
    # Its chapters are the same: what the whole book has executed serves here too.
    whole, inputs = Path("_build/.jupyter_cache"), Path("_build/.inputs")
    same = inputs.exists() and inputs.read_bytes() == (build / ".inputs").read_bytes()
    if whole.is_dir() and same and not (output / ".jupyter_cache").exists():
        shutil.copytree(whole, output / ".jupyter_cache")
    return ["--toc", str(build / "_toc.yml"), "--path-output", str(build)]


def jupyter_book(options):
    """Run it; True if there was nothing to complain about. Without -W a failing cell leaves exit code 0."""
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    if command is None:
        sys.exit("jupyter-book is missing: python -m pip install -r requirements.txt")
    # A backend of the user's own would leave the pages without figures.
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    env["IPYTHONDIR"] = str(ipython_settings(Path("_build/.ipython").absolute()))
    command = [command, "build", ".", *options, "-W", "-n", "--keep-going", "--quiet"]
    return subprocess.run(command, env=env, check=False).returncode == 0


def ipython_settings(folder):
    """Kernels that tell of errors alone, and read no start-up files of the user's own."""
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text('c.IPKernelApp.log_level = "ERROR"\n', "utf-8")
    return folder


if __name__ == "__main__":
    sys.exit(main())

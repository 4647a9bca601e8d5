"""Fixtures: the built book, a browser that may ask nobody for anything."""

import contextlib
import fcntl
import functools
import http.server
import os
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
collect_ignore_glob = ["mistakes/*", "references/*", "submissions/*"]  # they are read by tests, or run by hand
# Started in the background, a process ignores Ctrl-C, and so would the graders that the tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TOOLS = {
    "browser": ("Chromium", CHROMIUM, "sudo apt install chromium"),
    "sandbox": ("bubblewrap", shutil.which("bwrap"), "sudo apt install bubblewrap"),
}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Files that start students' processes, and look whether any is left.
GRADING = {f"test_{name}.py" for name in ("forkserver", "grading", "journal", "run", "sandbox", "submissions")}
# What the theme itself logs on every page; nothing else may be logged.
THEME_ERRORS = ("THEBE_JS_URL", "invalid theme mode")


def pytest_collection_modifyitems(config, items):
    """Grading first; without what needs a tool that is missing, which under continuous integration is an error."""
    items.sort(key=lambda item: item.path.name not in GRADING)  # the longest group: side by side, all wait for its end
    for mark, (name, path, command) in TOOLS.items():
        needy = [item for item in items if item.get_closest_marker(mark)]
        if path or not needy:
            continue
        if os.environ.get("CI"):
            raise pytest.UsageError(f"{name} is missing, and here no test may be left out: {command}")
        config.hook.pytest_deselected(items=needy)
        items[:] = [item for item in items if item not in needy]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Side by side go all grading and each other file: fixtures are shared there."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            name = Path(nodeid.partition("::")[0]).name
            return "grading" if name in GRADING else name

    return ByGroup(config, log)


def pytest_terminal_summary(terminalreporter, config):
    for name, path, command in TOOLS.values():
        if not path:
            terminalreporter.write_line(f"Left out the tests that need {name}. To run them too: {command}", yellow=True)


def make(*arguments, cwd=ROOT, **environment):
    """Run `make` as a person would; stdout and stderr together."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
    )


def git(*arguments, cwd):
    """Run git; returns what it says."""
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


def as_repository(folder):
    """A copy of the project, as it is now, that is a repository with one commit on main."""
    ours = (".git", ".venv*", "_build", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "*.tmp")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*ours))
    git("init", "-q", "-b", "main", cwd=folder)
    git("add", "-A", cwd=folder)
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "all", cwd=folder)
    return folder


@pytest.fixture(scope="session")
def book():
    """The folder of the built book. Of processes side by side one builds it, and the others wait."""
    folder, run = ROOT / "_build", os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder.mkdir(exist_ok=True)
    with (folder / ".tests").open("a+") as stamp:
        fcntl.flock(stamp, fcntl.LOCK_EX)
        stamp.seek(0)
        if stamp.read() != run:
            built = make("book")
            assert built.returncode == 0, built.stdout[-4000:]
            stamp.truncate(0)
            stamp.write(run)
    return folder / "html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site(book):
    """The book served over http on this machine."""
    handler = functools.partial(Quiet, directory=str(book))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, book, site):
    """Open a page of the book; at the end of the test no outside request and no error of ours may have happened.

    Without formulas=True they stay as TeX: to set them takes half of the time that a page needs.
    """
    with contextlib.ExitStack() as stack:
        outside, errors = [], []

        def open_(
            path,
            *,
            scheme="file",
            theme="light",
            width=1280,
            height=900,
            reduced_motion=False,
            touch=False,
            formulas=False,
        ):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                reduced_motion="reduce" if reduced_motion else "no-preference",
                has_touch=touch,
            )
            stack.callback(context.close)
            context.route(re.compile(rf"^(?!{re.escape(site)}|file:|blob:|data:)"), lambda route: _note(route, outside))
            if not formulas:
                context.route(re.compile("/mathjax/"), lambda route: route.fulfill(content_type="text/javascript"))
            page = context.new_page()
            page.add_init_script(f"try {{ localStorage.mode = localStorage.theme = '{theme}' }} catch {{}}")
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            page.goto(f"{book.as_uri() if scheme == 'file' else site}/{path}")
            page.wait_for_load_state("load")
            return page

        yield open_
        ours = [error for error in errors if not any(known in error for known in THEME_ERRORS)]
        assert outside == [], "the page asked somebody else"
        assert ours == [], "the page logged errors"


def _note(route, outside):
    """A request that leads out of the book is noted and goes nowhere."""
    outside.append(route.request.url)
    route.abort()

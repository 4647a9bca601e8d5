"""JupyterLab as people start it, for tests: without a browser, in a home of its own, and ended afterwards."""

import contextlib
import html
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
import urllib.request

PATIENCE = 120  # seconds for the server to start, on a machine that has other things to do


@contextlib.contextmanager
def server(command, cwd, home, **environment):
    """Run a command that starts JupyterLab; gives what the server says of itself: url, token, root_dir."""
    home.mkdir(exist_ok=True)
    config = {"ServerApp": {"open_browser": False, "port": 0, "allow_root": True}}
    config |= {"ExtensionApp": {"open_browser": False}, "LabApp": {"expose_app_in_browser": True}}
    for name in ("server", "lab"):
        (home / f"jupyter_{name}_config.json").write_text(json.dumps(config))
    folders = {f"JUPYTER_{kind}_DIR": str(home) for kind in ("CONFIG", "RUNTIME")}
    with (home / "said").open("w") as said:
        process = subprocess.Popen(
            command, cwd=cwd, env=os.environ | folders | environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        end = time.monotonic() + PATIENCE
        while not (found := list(home.glob("jpserver-*.json"))):
            assert process.poll() is None and time.monotonic() < end, (home / "said").read_text()
            time.sleep(0.1)
        yield json.loads(found[0].read_text())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def fetch(running, path):
    """What the server answers; raises HTTPError for a path that is not there."""
    request = urllib.request.Request(running["url"] + path, headers={"Authorization": f"token {running['token']}"})
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.read().decode()
        except ConnectionError:  # its file is there before it listens
            assert time.monotonic() < end
            time.sleep(0.1)


def opened(running, home):
    """The path of the page that a browser would be sent to."""
    page = home / f"jpserver-{running['pid']}-open.html"
    (address,) = re.findall(r'<a href="([^"]*)"', page.read_text())
    return urllib.parse.urlsplit(html.unescape(address)).path

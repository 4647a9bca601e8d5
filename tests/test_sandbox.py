"""The sandbox under attack: through the grader, by root and by an ordinary user, and with protections taken away."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import psutil
import pytest
from grading_class import ROOT, filled, in_sandboxes, small

from lectopt.grading import grade_notebook, mounts, process, sandbox, seccomp
from lectopt.grading.cli import main
from lectopt.grading.confined import Confined, descendants
from lectopt.grading.doctor import GENTLE, HARSH, examine
from lectopt.grading.kernel import kept_waiting
from lectopt.grading.mounts import PACKAGE
from lectopt.grading.sandbox import Bounds, Sandbox, SandboxError, attack_code, find_sandbox, sweep

pytestmark = pytest.mark.sandbox
SECRET = b"the secret of this test"
ROOT_IS_US = os.geteuid() == 0
RIGHT = "def double(x):\n    return 2 * x\n"
REST = {"triple": "def triple(x):\n    return 3 * x\n", "number": "number = 34\n"}

# Answers that do no harm: they keep all 10 points.
HONEST = {
    "plain": RIGHT,
    "plots": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n%matplotlib inline\n" + RIGHT,
    "magics": "%timeit -n 1 -r 1 1 + 1\n!echo hello\nfiles = !ls /\nassert 'usr' in str(files)\n" + RIGHT,
    "writes": "open('notes.txt', 'w').write('a note')\nassert open('notes.txt').read() == 'a note'\n" + RIGHT,
    "pool": "from multiprocessing import Pool\nwith Pool(3) as pool:\n    assert pool.map(abs, [-1]) == [1]\n" + RIGHT,
    "scipy": "import scipy.optimize, ctypes, tempfile, getpass, sys, sqlite3\n"
    "called = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 3)\nassert called() == 3\ngetpass.getuser()\n"
    "big = np.ones((1000, 1000)) @ np.ones((1000, 1000))\n"
    "with tempfile.TemporaryFile() as file: file.write(bytes(10**7))\n" + RIGHT,
}

# Answers that harm themselves: they lose their own 5 points and none of the others.
HARMFUL = {
    "loop": "while True:\n    pass\n",
    "loop in C": "sum(range(10**15))\n",
    "deaf": "import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\n"
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n",
    "segfault": "import ctypes\nctypes.string_at(0)\n",
    "kills": "import os\nos.kill(os.getpid(), 9)\n",
    "kills all": "kill_all(TARGET)\n",
    "forks": "bomb(TARGET)\n",
    "threads": "while True: threading.Thread(target=time.sleep, args=(60,)).start()\n",
    "memory": "held = []\nwhile True: held.append(b'x' * 10**8)\n",
    "together": "together(TARGET | {'memory': 10**9})\n",
    "files": "entries(TARGET)\n",
    "floods": "flood(TARGET)\n",
    "daemon": "daemon(TARGET)\nos._exit(1)\n",
}
LONG = ("loop", "loop in C", "deaf", "segfault", "memory", "daemon")
WORDS = {
    "together": "used more memory than it may",
    "files": "made more files than it may",
    "floods": "put out more|MemoryError",
}
# The attacks are harmless where they are fended off, and the answer is right.
GENTLY = "".join(f"{name}(TARGET)\n" for name in GENTLE) + "daemon(TARGET)\n" + RIGHT


def bound(options):
    """The temporary folder of this machine in the place of the empty one."""
    folder = tempfile.gettempdir()
    return [*options[:-4], "--ro-bind", folder, folder, *options[-4:]]  # the end closes /


# What is taken away: the attacks that must get through then, and how.
WEAK = {
    "own network": (["network", "sockets"], "namespaces", lambda old: lambda root: [*old(root), "--share-net"]),
    "own processes": (["processes"], "mounts", lambda old: lambda *a: ["--ro-bind", "/proc", "/proc", *old(*a)[2:]]),
    "own files": (["files", "search", "sockets"], "mounts", lambda old: lambda *a: bound(old(*a))),
    "filter": (["mounting"], "seccomp_program", lambda old: lambda: b""),
    "sizes": (["disk"], "mounts", lambda old: lambda size, *a: old(size * 10, *a)),
}


def answered(source):
    return filled(small(), {"double": source, **REST})


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in which every temporary file of this module's grading lies, readable for all."""
    tmp_path_factory.getbasetemp()  # pytest's own folder stays where it is
    folder = Path(tempfile.mkdtemp(prefix="place-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder
    assert list(folder.glob("lectopt-*")) == [], "left behind"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def box(place):
    return find_sandbox()


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """What lies outside: a course, a secret, a process, a port, two sockets."""
    folder = Path(tempfile.mkdtemp(prefix="outside-"))
    folder.chmod(0o755)
    for name in ("canary", "secret", "sibling.ipynb"):
        (folder / name).write_text("outside")
    paths = [folder / "canary", folder / "secret", folder / "sibling.ipynb", ROOT / "tests", Path(__file__)]
    paths += [ROOT / name for name in ("solutions", "exercises", "pyproject.toml") if (ROOT / name).exists()]
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as abstract,
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as victim,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("LECTOPT_CANARY", "outside, in the environment")
        unix.bind(str(folder / "socket"))
        abstract.bind(f"\0lectopt-{os.getpid()}")
        (folder / "socket").chmod(0o777)
        unix.listen()
        abstract.listen()
        yield {
            **{"paths": [str(path) for path in paths], "name": "canary", "token": "outside", "hosts": []},
            **{"socket": str(folder / "socket"), "abstract": f"lectopt-{os.getpid()}", "pid": victim.pid},
            **{"port": server.getsockname()[1], "read_only": [str(PACKAGE)], **vars(Bounds())},
        }
        alive = victim.poll() is None
        victim.kill()
    shutil.rmtree(folder)
    assert alive, "an answer ended a process outside"


@pytest.fixture(scope="module")
def before():
    """The processes that there were."""
    return set(psutil.pids())


@pytest.fixture(scope="module")
def results(before, box, target, request):
    """Everybody whose test is run, honest and hostile, graded two at a time."""
    tests = [item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")]
    head = f"{attack_code()}\nTARGET = {target!r}\n"
    hostile = {name: head + source for name, source in (HARMFUL | {"gently": GENTLY}).items()}
    mixed = [pair for pairs in zip(hostile.items(), [*HONEST.items()] * 3, strict=False) for pair in pairs]
    wanted = {*tests, "gently"}
    return dict(graded([(name, source) for name, source in dict(mixed).items() if name in wanted], box))


def graded(answers, box):
    slots = SimpleQueue()
    for slot in range(2):
        slots.put(slot)

    def grade(answer):
        slot, limits = slots.get(), {"cell_timeout": 60.0 if answer[0] in WORDS else 6.0}  # these end before the time
        try:
            rows = grade_notebook(
                answered(answer[1]), small(), SECRET, exercise="small", sandbox=box.at(slot), **limits
            )
        finally:
            slots.put(slot)
        return answer[0], rows

    grade_notebook(small(), small(), SECRET, exercise="small", sandbox=box)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(grade, answers))


@pytest.mark.parametrize("name", HONEST)
def test_honest(results, name):
    assert sum(row.points for row in results[name]) == 10, results[name][0].words


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.long if n in LONG else ()) for n in HARMFUL])
def test_harmful(results, name):
    """Each loses its own points, and no others."""
    points = {row.check: row.points for row in results[name]}
    assert points == {"two_numbers": 0, "drawn": 0, "three": 4, "number": 1}, results[name]


def test_gentle(results):
    """All attacks that leave no trace were tried in one answer, and none got through."""
    assert sum(row.points for row in results["gently"]) == 10, results["gently"][0].words


@pytest.mark.parametrize("name", WORDS)
def test_words(results, name):
    assert re.search(WORDS[name], results[name][0].words), results[name][0]


def test_nothing_is_left(results, before, place):
    """No process, no folder, no mount."""
    time.sleep(0.2)
    assert in_sandboxes() - before == set()
    assert list(place.glob("lectopt-*")) == []
    assert str(place) not in Path("/proc/mounts").read_text()


@pytest.mark.long
def test_doctor(box, capsys):
    """The command says of each attack that it held, and its exit code agrees."""
    assert main(["doctor", "--course", str(ROOT)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:-1]
    assert len(lines) == len(GENTLE + HARSH) + 1
    assert all(line.startswith("  held ") for line in lines)


@pytest.mark.parametrize("weakness", WEAK)
def test_a_weakness_is_seen(box, monkeypatch, weakness):
    """The attacks are real: take one protection away, and they get through."""
    names, part, change = WEAK[weakness]
    monkeypatch.setattr(sandbox, part, change(getattr(sandbox, part)))
    found = list(examine(replace(box, bounds=Bounds(tmp=10**7)), names))
    assert [finding.held for finding in found[: len(names)]] == [False] * len(names), found


@pytest.mark.parametrize("limits", [("nproc", "forks", "threads"), ("data as", "memory")])
def test_a_missing_limit_is_seen(box, monkeypatch, limits):
    dropped, *names = limits
    old = Sandbox._limits
    flags = tuple(f"--{name}=" for name in dropped.split())
    monkeypatch.setattr(Sandbox, "_limits", lambda self: [part for part in old(self) if not part.startswith(flags)])
    monkeypatch.setattr(Confined, "_watch", lambda self: None)
    found = list(examine(replace(box, bounds=Bounds(memory=10**8)), names))
    assert not any(finding.held for finding in found[: len(names)]), found


def test_a_missing_watch_is_seen(box, monkeypatch):
    monkeypatch.setattr(Confined, "_watch", lambda self: None)
    found = list(examine(replace(box, bounds=Bounds(memory=2 * 10**8, entries=500)), ["together", "entries"]))
    assert not any(finding.held for finding in found), found


@pytest.mark.skipif(not ROOT_IS_US, reason="an ordinary user's sandbox needs no other user")
def test_root_in_the_sandbox_is_seen(box, monkeypatch):
    old = Sandbox._limits
    monkeypatch.setattr(
        Sandbox, "_limits", lambda self: [p for p in old(self) if "setpriv" not in p and p[:3] != "--r"]
    )
    monkeypatch.setattr(Sandbox, "_limits", lambda self: old(self)[: old(self).index("/usr/bin/setpriv")])
    found = list(examine(box, ["rights", "forks"]))
    assert not any(finding.held for finding in found[:2]), found


def test_the_first_process_is_confined(box, monkeypatch):
    """For an ordinary user it must be ours: bubblewrap's own has neither limits nor filter."""
    if box.root:
        return  # there it is root's, and out of reach
    old = sandbox.namespaces
    monkeypatch.setattr(sandbox, "namespaces", lambda root: [o for o in old(root) if o != "--as-pid-1"])
    assert not next(iter(examine(box, ["processes"]))).held


def test_the_environment_is_ours(box, monkeypatch):
    monkeypatch.setenv("AWS_SECRET", "x")
    env = process._kernel_env(Path("/nowhere"), {"drawn": 1}, box)
    allowed = "PATH HOME TMPDIR LANG MPLCONFIGDIR IPYTHONDIR PYTHONDONTWRITEBYTECODE PYTHONPATH OMP_NUM_THREADS"
    allowed += " OPENBLAS_NUM_THREADS MKL_NUM_THREADS PYTHONHASHSEED PYTHONIOENCODING LECTOPT_SEEDS LECTOPT_SANDBOX"
    assert set(env) <= set(allowed.split())
    assert env["HOME"] == "/tmp"


def test_what_is_left_of_sandboxes_is_swept_up(box):
    """Bubblewrap killed while it sets up leaves its first process inside: the next grader ends it, and no other."""
    before, quiet = in_sandboxes(), subprocess.DEVNULL

    def begin(stack):
        command, files = stack.enter_context(box.command(["/bin/sleep", "60"]))
        made = {"pass_fds": files, "env": box.env(), "stdin": quiet, "stdout": quiet, "stderr": quiet}
        return subprocess.Popen(command, cwd="/", start_new_session=True, **made)

    with contextlib.ExitStack() as stack:
        alive = begin(stack)
        for i in range(60):
            killed = begin(stack)
            time.sleep(0.0005 * (i % 12))
            killed.kill()
            killed.wait()
        time.sleep(0.5)
        left = in_sandboxes() - before
        sweep()
        time.sleep(0.5)
        inside = {process.pid for process in psutil.Process(alive.pid).children(recursive=True)}
        try:
            assert left - inside and inside and in_sandboxes() - before == inside
        finally:
            alive.kill()
            alive.wait()


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from test_sandbox import SECRET, answered, find_sandbox, grade_notebook, small
print(find_sandbox(), flush=True)
grade_notebook(answered("while True: pass"), small(), SECRET, exercise="small", cell_timeout=60, sandbox=find_sandbox())
"""


@pytest.mark.parametrize("who", ["grader", *(pytest.param(w, marks=pytest.mark.long) for w in ("server", "judge"))])
def test_killed(box, place, who):
    """The grader, the judge or the server that forked it is killed: everything below it ends, and no folder stays."""
    program = KILLED.format(tests=str(Path(__file__).parent))
    env = os.environ | {"TMPDIR": str(place)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        family, below = psutil.Process(run.pid), []
        end = time.monotonic() + 60
        while not any(map(spins, below)):
            assert run.poll() is None and time.monotonic() < end
            time.sleep(0.05)
            below = family.children(recursive=True)
        server, judge = (p for p in below if "forkserver" in " ".join(p.cmdline()))
        victim = {"grader": family, "server": server, "judge": judge}[who]
        victim.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)
    assert psutil.wait_procs(below, timeout=10)[1] == []
    for _ in range(50):
        if not list(place.glob("lectopt-*")):
            break
        time.sleep(0.1)
    assert list(place.glob("lectopt-*")) == []


def spins(process):
    try:
        return "ipykernel_launcher" in process.cmdline() and process.cpu_times().user > 1.0
    except psutil.Error:
        return False


def test_no_bubblewrap(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxError, match="sudo apt install bubblewrap"):
        sandbox._find.__wrapped__(Bounds())


@pytest.mark.parametrize(
    "script, words",
    [
        ("echo 'bwrap: No permissions to create new namespace' >&2; exit 1", "sudo sysctl .*No permissions"),
        ('while [ "$1" != -- ]; do shift; done; shift; exec "$@"', "does not hold: .*read files"),
    ],
)
def test_a_bubblewrap_that_does_nothing(place, tmp_path, monkeypatch, script, words):
    """Whether it holds is found out by attacking, not by its being there."""
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SandboxError, match=words):
        sandbox._find.__wrapped__(Bounds())


def test_the_filter_is_for_this_machine():
    assert len(seccomp.seccomp_program("x86_64")) == len(seccomp.seccomp_program("aarch64")) > 100
    assert seccomp.seccomp_program("riscv64") == b""


def test_two_slots(box):
    """Two answers at the same time have two users, and where there are cores enough, two cores."""
    assert Sandbox.from_json(box.at(1).to_json()) == box.at(1) != box
    cores = len(os.sched_getaffinity(0))
    assert (box.at(0).core() == box.at(1).core()) == (cores == 1)
    if box.root:
        assert box.at(0)._limits() != box.at(1)._limits()


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not count who waits")
def test_a_busy_machine_costs_no_points(box):
    """A second of computing takes four where three other programs want the same core; an endless loop still ends."""
    core = box.core()
    busy = (
        f"import os, time\nos.sched_setaffinity(0, {{{core}}})\nend = time.time() + 40\nwhile time.time() < end: pass"
    )
    work = "import time\nend = time.thread_time() + 1.0\nwhile time.thread_time() < end: pass\n"
    programs = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(3)]
    try:
        rows = [
            {row.check: row for row in grade_notebook(answered(source), small(), SECRET, exercise="small",
                                                      cell_timeout=1.5, sandbox=box)}
            for source in (work + RIGHT, "while True: pass\n")
        ]  # fmt: skip
    finally:
        for program in programs:
            program.kill()
            program.wait()
    assert sum(row.points for row in rows[0].values()) == 10, rows[0]
    assert sum(row.points for row in rows[1].values()) == 5 and "longer than 1.5 s" in rows[1]["two_numbers"].words


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not count who waits")
def test_own_processes_buy_no_time():
    """Who starts three busy processes beside itself waits for them, and not for other programs."""
    spin = "end = time.thread_time() + 0.7\nwhile time.thread_time() < end: pass\n"
    code = "import os, time\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += f"input()\nos.fork(), os.fork()\n{spin}input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=subprocess.DEVNULL, text=True) as program:
        before, waited_before = kept_waiting(program.pid, descendants(program.pid)), waited(program.pid)
        program.stdin.write("go\n")
        program.stdin.flush()
        end = time.monotonic() + 20
        while waited(program.pid) - waited_before < 0.7 and time.monotonic() < end:
            time.sleep(0.05)
        kept = kept_waiting(program.pid, descendants(program.pid)) - before
        whole = waited(program.pid) - waited_before
        for process in psutil.Process(program.pid).children(recursive=True):
            process.kill()
        program.kill()
    assert whole >= 0.7 and kept < 0.6 * whole, (kept, whole)  # other tests may have their share


def waited(pid):
    """Seconds that a process has waited for the processor, for whomever."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


@pytest.mark.skipif(not ROOT_IS_US, reason="all of these tests are run by an ordinary user")
@pytest.mark.long
def test_by_an_ordinary_user(tmp_path):
    """These tests once more, by a user who may do nothing special, in a home that is not theirs."""
    place = Path(tempfile.mkdtemp(prefix="ordinary-"))
    place.chmod(0o777)
    try:
        for name in ("lectopt", "tests"):
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", place)
        subprocess.run(["chmod", "-R", "a+rX", place], check=True)
        options = [
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "sandbox and not long",
            "-k",
            "not ordinary",
            "tests/test_sandbox.py",
        ]
        command = [*ordinary(), sys.executable, "-m", "pytest", *options]
        env = os.environ | {"PYTHONPATH": str(place), "HOME": str(place), "TMPDIR": str(place)}
        run = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, timeout=300)
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    finally:
        shutil.rmtree(place)


def ordinary():
    """What runs a command as an ordinary user, who sees the Python of this one but not the home it may be in."""
    home, user = Path.home(), "12345"
    shown = [path for path in map(Path, {sys.prefix, sys.base_prefix}) if path.is_relative_to(home)]
    options = [part for path in shown for part in (*mounts._parents(path), "--ro-bind", str(path), str(path))]
    rights = [part for name in ("SETUID", "SETGID", "SETPCAP") for part in ("--cap-add", f"CAP_{name}")]
    hidden = ["--dev-bind", "/", "/", "--tmpfs", str(home), *options, "--cap-drop", "ALL", *rights]
    return ["bwrap", *hidden, "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--bounding-set=-all"]

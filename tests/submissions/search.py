"""Answers that look for what they should not see. Each stands in the place of `double`.

Each stops with `nothing was found` when its search has come to its end in vain,
and with what it found elsewise. OUTSIDE holds what no student knows: where
things lie.
"""

_NOTHING = "raise RuntimeError('nothing was found')\n"

ANSWERS = {
    "search-known-places": """
import os
for path in OUTSIDE['paths']:
    for form in (path, '/proc/1/root' + path, '/proc/self/root' + path, '/proc/self/cwd' + path):
        if os.path.lexists(form):
            raise LookupError(form)
"""
    + _NOTHING,
    "search-disk": """
import os
for parent, folders, names in os.walk('/', onerror=None):
    folders[:] = [name for name in folders if os.path.join(parent, name) not in ('/proc', '/sys', '/usr')]
    for name in names:
        if name in ('01_small.ipynb', '03_momentum.ipynb', 'homework.ipynb', 'secret', 'journal.sqlite', 'grades.csv'):
            raise LookupError(os.path.join(parent, name))
"""
    + _NOTHING,
    "search-package": """
import importlib.resources, lectopt, os
for folder in importlib.resources.files('lectopt')._paths if hasattr(
    importlib.resources.files('lectopt'), '_paths') else [importlib.resources.files('lectopt')]:
    for parent, _, names in os.walk(folder):
        if [name for name in names if name.endswith(('.ipynb', '.csv'))]:
            raise LookupError(parent)
"""
    + _NOTHING,
    "search-siblings": """
import glob, os
for pattern in ('../*/*.ipynb', '/tmp/*/*.ipynb', '~/*.ipynb', '/home/*/*/*.ipynb', '/ipc/*/*'):
    if found := glob.glob(os.path.expanduser(pattern)):
        raise LookupError(str(found))
"""
    + _NOTHING,
    "search-gc": """
import gc
wanted = ''.join(reversed('detcepxe'))
for thing in gc.get_objects():
    if type(thing) is dict and wanted in thing and 'tolerance' in thing and thing is not globals():
        raise LookupError(str(thing[wanted]))
"""
    + _NOTHING,
    "search-frames": """
import sys
frames = list(sys._current_frames().values())
while frames:
    frame = frames.pop()
    if frame.f_back:
        frames.append(frame.f_back)
    if {'expected', 'solution', 'secret'} & (set(frame.f_locals) - set(globals())):
        raise LookupError(frame.f_code.co_name)
"""
    + _NOTHING,
    "search-callers": """
import sys
def double(x):
    frame = sys._getframe(1)
    while frame:
        for name, thing in [*frame.f_locals.items(), *frame.f_globals.items()]:
            if name in ('expected', 'ref', 'test') and not callable(thing):
                return thing
        frame = frame.f_back
    raise RuntimeError('nothing was found')
""",
    "search-own-memory": """
import re
wanted = re.compile(b'"tolerance": 1e-0[6]|solutions/01_smal[l]|TRUMPET-FIRCUR[C]')  # which does not match itself
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb') as memory:
    regions = [line.split() for line in maps if line.split()[1].startswith('rw')]
    for region in regions:
        first, last = (int(end, 16) for end in region[0].split('-'))
        try:
            memory.seek(first)
            content = memory.read(min(last - first, 10**8))
        except (OSError, ValueError, OverflowError):
            continue
        if match := wanted.search(content):
            raise LookupError(match[0].decode()[::-1])
"""
    + _NOTHING,
    "search-environ": """
import os
if CANARY in str(dict(os.environ)) or 'secret' in str(dict(os.environ)).lower():
    raise LookupError(str(dict(os.environ)))
"""
    + _NOTHING,
    "search-processes": """
import os
mine = {os.getpid()}
for pid in filter(str.isdigit, os.listdir('/proc')):
    for name in ('environ', 'cmdline', 'mem', 'maps', 'fd', 'root', 'cwd'):
        try:
            path = f'/proc/{pid}/{name}'
            content = open(path, 'rb').read(10**6) if name in ('environ', 'cmdline') else os.readlink(path).encode()
        except OSError:
            continue
        if CANARY.encode() in content or b'pytest' in content or b'lectopt grade' in content:
            raise LookupError(f'{path}: {content!r}')
"""
    + _NOTHING,
    "search-parent": """
import os
for pid in {1, os.getppid(), os.getsid(0), os.getpgid(0)}:
    try:
        data = open(f'/proc/{pid}/mem', 'rb')
    except OSError:
        continue
    if pid != os.getpid() and open(f'/proc/{pid}/status').read().count('Uid:\\t0'):
        raise LookupError(str(pid))
"""
    + _NOTHING,
    "search-descriptors": """
import os, stat
for number in range(3, 256):
    try:
        status, target = os.fstat(number), os.readlink(f'/proc/self/fd/{number}')
    except OSError:
        continue
    if stat.S_ISREG(status.st_mode) and not target.startswith(('/tmp', '/proc')):
        raise LookupError(target)
"""
    + _NOTHING,
    "search-history": """
history = str(list(get_ipython().history_manager.get_range(raw=True))) + str(In) + str(Out)
if 'hidden check' in history or 'SOLUTION' in history:
    raise LookupError(history)
"""
    + _NOTHING,
    "search-grades": """
import os
for path in OUTSIDE['grades']:
    for flags in (os.O_RDONLY, os.O_WRONLY | os.O_CREAT):
        try:
            os.close(os.open(path, flags))
        except OSError:
            continue
        raise LookupError(path)
"""
    + _NOTHING,
    "search-network": """
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    for host in (('127.0.0.1', OUTSIDE['port']), ('1.1.1.1', 53), ('8.8.8.8', 53)):
        with socket.socket(type=kind) as tried:
            tried.settimeout(0.5)
            try:
                tried.connect(host)
                if host[0] != '127.0.0.1':
                    tried.send(b'hello')
                elif kind == socket.SOCK_DGRAM:
                    continue
            except OSError:
                continue
            raise LookupError(str(host))
try:
    socket.getaddrinfo('example.org', 80)
    raise LookupError('names are resolved')
except OSError:
    pass
"""
    + _NOTHING,
    "search-sockets": """
import socket
for address in (OUTSIDE['socket'], '\\0' + OUTSIDE['abstract'], '/run/docker.sock', '/run/dbus/system_bus_socket'):
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(address)
        except OSError:
            continue
        raise LookupError(address)
"""
    + _NOTHING,
    "search-packages-to-change": """
import lectopt.checks, os, site, sys
places = [lectopt.checks.__file__, np.__file__, os.__file__, sys.executable]
places += [os.path.join(folder, 'sitecustomize.py') for folder in (*site.getsitepackages(), *sys.path) if folder]
for path in places:
    try:
        open(path, 'a').close()
    except OSError:
        continue
    if not path.startswith('/tmp'):
        raise LookupError(path)
"""
    + _NOTHING,
    "search-seeds": """
import json, os
def double(x):
    seeds = json.loads(os.environ.get('LECTOPT_SEEDS', '{}'))
    return np.array(list(map(float, seeds.values()))) if seeds else 3 * x
""",
    "leaves-for-the-next": """
import os
for folder in ('/tmp', '/dev/shm', '/ipc', '/var/tmp'):
    try:
        with open(os.path.join(folder, 'left-by-an-answer'), 'x') as file:
            file.write('2 * x')
    except FileExistsError:
        raise LookupError(folder)
    except OSError:
        pass
"""
    + _NOTHING,
    "finds-what-was-left": """
import os
for folder in ('/tmp', '/dev/shm', '/ipc', '/var/tmp'):
    if os.path.exists(os.path.join(folder, 'left-by-an-answer')):
        raise LookupError(folder)
"""
    + _NOTHING,
}

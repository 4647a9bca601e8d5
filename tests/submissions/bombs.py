"""Answers that take more than their share, or leave something behind. Each stands in the place of `double`."""

_RIGHT = "def double(x):\n    return 2 * x\n"

ANSWERS = {
    "fork-bomb": """
import os, signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        os.fork()
    except OSError:
        pass
""",
    "fork-twin": "import os\nos.fork()\ndef double(x):\n    return 3 * x\n",
    "shell-bomb": "import os\nos.system('b() { b | b & }; b')\nimport time\ntime.sleep(60)\n",
    "thread-bomb": """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(60,)).start()
""",
    "memory-bomb": "held = []\nwhile True:\n    held.append(bytearray(10**8))\n",
    "memory-number": "def double(x):\n    return 1 << 10**11\n",
    "memory-array": "def double(x):\n    return np.ones((10**6, 10**6))\n",
    "memory-together": """
import os, time
for _ in range(8):
    if os.fork() == 0:
        held = bytearray(4 * 10**8)
        held[::4096] = bytes(len(held[::4096]))
        time.sleep(60)
        os._exit(0)
time.sleep(60)
""",
    "memory-shared": """
import mmap, os
held = []
while True:
    held.append(mmap.mmap(-1, 10**8))
    held[-1][::4096] = bytes(len(range(0, 10**8, 4096)))
    if os.fork() == 0:
        continue
""",
    "disk-fill": """
import os
for folder in ('/tmp', '/dev/shm', '/ipc', '.'):
    try:
        with open(os.path.join(folder, 'fill'), 'wb') as file:
            for _ in range(10**5):
                file.write(bytes(10**6))
        raise SystemError('the disk is full')
    except OSError as error:
        print(folder, error.strerror)
raise RuntimeError('nothing was filled')
""",
    "disk-sparse": """
import os
def double(x):
    with open('/tmp/sparse', 'wb') as file:
        os.posix_fallocate(file.fileno(), 0, 10**13)
""",
    "files-without-end": "import itertools\nfor i in itertools.count():\n    open(f'/tmp/{i}', 'w').close()\n",
    "folders-without-end": "import os\nwhile True:\n    os.mkdir('d')\n    os.chdir('d')\n",
    "open-without-end": """
held = []
def double(x):
    while True:
        held.append(open('/dev/null'))
""",
    "flood": "while True:\n    print('x' * 10**6)\n",
    "flood-once": "def double(x):\n    print('x' * 10**8)\n",
    "flood-of-lines": "while True:\n    print(1, flush=True)\n",
    "flood-of-displays": "while True:\n    display(1)\n",
    "flood-of-errors": "def double(x):\n    raise ValueError('x' * 5 * 10**7)\n",
    "flood-in-c": "import os\nwhile True:\n    os.write(2, b'x' * 10**5)\n",
    "flood-later": """
import threading
def talk():
    while True:
        print('x' * 1000, flush=True)
threading.Thread(target=talk, daemon=True).start()
def double(x):
    return 3 * x
""",
    "daemon": f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(256):
            try:
                os.close(descriptor)
            except OSError:
                pass
        time.sleep(10**6)
    os._exit(0)
{_RIGHT}""",
    "daemon-of-shell": f"import os\nos.system('setsid nohup sleep 1000000 >/dev/null 2>&1 &')\n{_RIGHT}",
    "zombies": f"import os\nfor _ in range(50):\n    if os.fork() == 0:\n        os._exit(0)\n{_RIGHT}",
    "shared-memory": f"""
from multiprocessing import shared_memory
held = shared_memory.SharedMemory(create=True, size=10**6)
{_RIGHT}""",
}

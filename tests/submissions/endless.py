"""Answers that never end, or end their kernel. Each stands in the place of `double`."""

ANSWERS = {
    "loop": "while True:\n    pass\n",
    "loop-in-function": "def double(x):\n    while True:\n        x = x + 1\n",
    "loop-deaf": """
def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
    "loop-sigint-ignored": """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)
while True:
    pass
""",
    "loop-power": "def double(x):\n    return 7 ** 10**9\n",
    "loop-sum": "import itertools\ndef double(x):\n    return sum(itertools.repeat(0))\n",
    "loop-regex": "import re\ndef double(x):\n    return re.match('(a|a)+$', 'a' * 60 + 'b')\n",
    "loop-search": "import itertools\nnext(filter(None, itertools.repeat(0)))\n",
    "loop-async": "import asyncio\nasync def forever():\n    while True:\n        pass\nawait forever()\n",
    "sleep": "import time\ntime.sleep(10**6)\n",
    "deadlock": "import threading\nlock = threading.Lock()\nlock.acquire()\ndef double(x):\n    lock.acquire()\n",
    "waits-for-input": "def double(x):\n    return float(input('How much is that? '))\n",
    "recursion": "def double(x):\n    return double(x)\n",
    "recursion-in-c": """
import sys
sys.setrecursionlimit(10**9)
class Deep:
    def __repr__(self):
        return repr(self)
def double(x):
    return repr(Deep())
""",
    "exit": "import os\ndef double(x):\n    os._exit(0)\n",
    "exit-second-call": "import os\ndef double(x):\n    return 2 * x if len(x) == 2 else os._exit(0)\n",
    "quit": "quit()\n",
    "abort": "import os\nos.abort()\n",
    "kill-kernel": "import os\nos.kill(os.getpid(), 9)\n",
    "kill-everything": """
import os
for pid in (1, os.getppid(), -1, -os.getpgid(0)):
    try:
        os.kill(pid, 9)
    except OSError:
        pass
os.kill(os.getpid(), 9)
""",
    "segfault": "import ctypes\ndef double(x):\n    ctypes.string_at(0)\n",
    "stack-smashed": "import ctypes\nctypes.memset(id(None), 255, 4096)\n",
    "shutdown": "get_ipython().kernel.do_shutdown(False)\nget_ipython().kernel.io_loop.stop()\n",
    "signal-storm": """
import signal
def again(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, again)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
while True:
    pass
""",
    "execs-itself": "import os\nos.execv('/bin/sleep', ['sleep', '1000000'])\n",
}

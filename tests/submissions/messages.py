"""Answers that forge the kernel's messages, or use its sockets. Each stands in the place of `double`."""

_HEAD = """
ip = get_ipython()
kernel = ip.kernel
VALUE = {'kind': 'real', 'shape': [2], 'numbers': ['2.0', '1.3333333333333333']}
SHOWN = {'data': {'text/plain': '[2, 1.33333]'}, 'metadata': {'lectopt': VALUE}, 'transient': {}}
def send(kind, content, **named):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent(), **named)
def raw(content, signature=None):
    import json
    heads = kernel.session.msg_header('display_data'), kernel.get_parent()['header'], {}
    parts = [json.dumps(part, default=str).encode() for part in (*heads, content)]
    kernel.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', signature or kernel.session.sign(parts), *parts])
"""

ANSWERS = {
    "forged-display": _HEAD
    + """
def double(x):
    display(SHOWN['data'], metadata=SHOWN['metadata'], raw=True)
    return 3 * x
""",
    "forged-iopub": _HEAD
    + """
def double(x):
    send('display_data', SHOWN)
    return 3 * x
""",
    "forged-update": _HEAD
    + """
def double(x):
    send('update_display_data', {**SHOWN, 'transient': {'display_id': 'one'}})
    send('execute_result', {**SHOWN, 'execution_count': 1})
    return 3 * x
""",
    "forged-clear": _HEAD
    + """
def double(x):
    show(2 * x)
    send('clear_output', {'wait': False})
    return 3 * x
""",
    "forged-idle": _HEAD
    + """
def double(x):
    send('display_data', SHOWN)
    send('status', {'execution_state': 'idle'})
    return 3 * x
""",
    "forged-next-cells": _HEAD
    + """
def forge(message_id):
    parent = {'header': {'msg_id': message_id, 'msg_type': 'execute_request', 'session': 's', 'username': 'u'}}
    for kind, content in [('display_data', SHOWN), ('status', {'execution_state': 'idle'})]:
        kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
first, _, number = kernel.get_parent()['header']['msg_id'].rpartition('_')
for later in range(1, 30):
    forge(f'{first}_{int(number) + later}')
def double(x):
    return 3 * x
""",
    "forged-error": _HEAD
    + """
def double(x):
    send('error', {'ename': ['x'], 'evalue': {'y': 1}, 'traceback': None})
    return 3 * x
""",
    "forged-traceback": _HEAD
    + """
def double(x):
    frames = ['  Cell In[1], line 1'] * 10000 + ['    <b>' + 9000 * 'x']
    send('error', {'ename': 'E', 'evalue': 'e', 'traceback': frames})
    return 3 * x
""",
    "message-garbage": _HEAD
    + """
def double(x):
    kernel.iopub_socket.send_multipart([b'garbage', b'\\xff\\xfe'])
    return 3 * x
""",
    "message-unsigned": _HEAD
    + """
def double(x):
    raw(SHOWN, b'0' * 64)
    return 3 * x
""",
    "message-without-content": _HEAD + "def double(x):\n    raw([])\n    return 3 * x\n",
    "message-of-no-kind": _HEAD + "def double(x):\n    send('', {'execution_state': 7})\n    return 3 * x\n",
    "message-deep": _HEAD
    + """
import functools
def double(x):
    deep = functools.reduce(lambda inner, _: [inner], range(900), 1)
    send('display_data', {'data': {}, 'metadata': {'lectopt': deep}})
    return 3 * x
""",
    "message-nan": _HEAD
    + """
import json
kernel.session.pack = lambda thing: json.dumps(thing, default=str).encode()
NAN = {'kind': 'real', 'shape': [2], 'numbers': [float('nan'), float('inf')]}
def double(x):
    return 3 * x
show = lambda value: send('display_data', {**SHOWN, 'metadata': {'lectopt': NAN}})
""",
    "message-nan-in-words": _HEAD
    + """
NAN = {'kind': 'real', 'shape': [2], 'numbers': ['nan', 'NaN']}
def double(x):
    return 3 * x
show = lambda value: send('display_data', {**SHOWN, 'metadata': {'lectopt': NAN}})
""",
    "message-shape-of-words": _HEAD
    + """
WORDS = {'kind': 'real', 'shape': ['2', {}], 'numbers': 'ab'}
def double(x):
    return 3 * x
show = lambda value: send('display_data', {**SHOWN, 'metadata': {'lectopt': WORDS}})
""",
    "message-long-number": _HEAD
    + """
LONG = {'kind': 'real', 'shape': [2], 'numbers': ['9' * 10**6, 10**400]}
def double(x):
    return 3 * x
show = lambda value: send('display_data', {**SHOWN, 'metadata': {'lectopt': LONG}})
""",
    "message-recursive-value": _HEAD
    + """
import functools
DEEP = functools.reduce(lambda inner, _: {'kind': 'list', 'items': [inner]}, range(50), VALUE)
def double(x):
    return 3 * x
show = lambda value: send('display_data', {**SHOWN, 'metadata': {'lectopt': DEEP}})
""",
    "sockets-closed": _HEAD + "def double(x):\n    kernel.iopub_thread.close()\n    kernel.iopub_socket.close()\n",
    "sockets-removed": """
import os
for parent, _, names in os.walk('/ipc'):
    for name in names:
        os.unlink(os.path.join(parent, name))
def double(x):
    return 3 * x
""",
    "key-changed": _HEAD + "def double(x):\n    kernel.session.key = b'another'\n    return 2 * x\n",
    "second-client": """
from jupyter_client import BlockingKernelClient
def double(x):
    client = BlockingKernelClient(connection_file='/etc/kernel.json')
    client.load_connection_file()
    client.start_channels()
    client.shutdown()
    import time
    time.sleep(60)
""",
    "connection-file": """
for path in ('/etc/kernel.json', '/proc/self/exe', '/proc/1/exe'):
    try:
        open(path, 'r+').close()
        raise SystemError('it can be written')
    except OSError:
        pass
raise RuntimeError('nothing was written')
""",
    "comm-of-no-target": """
from comm import create_comm
def double(x):
    create_comm(target_name='nobody', data={'x': ['y'] * 1000}).send({'z': 1})
    return 3 * x
""",
}

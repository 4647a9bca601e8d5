"""Answers that put themselves between IPython and the checks. Each stands in the place of `double`."""

_WRONG = "def double(x):\n    return None\nip = get_ipython()\n"

ANSWERS = {
    "hook-before-cells": _WRONG
    + """
def before(*_):
    ip.user_ns['show'] = lambda value: None
ip.events.register('pre_run_cell', before)
""",
    "hook-after-cells": _WRONG
    + """
def after(*_):
    display({'text/plain': '[2]'}, metadata={'lectopt': {'kind': 'real', 'shape': [], 'numbers': ['2.0']}}, raw=True)
ip.events.register('post_run_cell', after)
""",
    "hook-that-raises": _WRONG
    + """
def raises(*_):
    raise SystemExit
for event in ('pre_execute', 'pre_run_cell', 'post_execute', 'post_run_cell'):
    ip.events.register(event, raises)
""",
    "hook-that-exits-later": """
import os
ip, cells = get_ipython(), []
def count(*_):
    cells.append(1)
    if len(cells) > 3:
        os._exit(0)
ip.events.register('post_run_cell', count)
def double(x):
    return 2 * x
""",
    "hook-that-loops-later": """
ip, cells = get_ipython(), []
def count(*_):
    cells.append(1)
    while len(cells) > 2:
        pass
ip.events.register('pre_run_cell', count)
def double(x):
    return 2 * x
""",
    "input-transformer": _WRONG
    + """
def nothing(lines):
    return ['pass\\n']
ip.input_transformers_cleanup.append(nothing)
ip.input_transformers_post.append(nothing)
""",
    "input-transformer-nbval": _WRONG
    + """
def skip(lines):
    return ['# NBVAL_SKIP\\n', '# NBVAL_IGNORE_OUTPUT\\n', *lines]
ip.input_transformers_cleanup.append(skip)
""",
    "ast-transformer": _WRONG
    + """
import ast
class Zero(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.copy_location(ast.Constant(0), node)
ip.ast_transformers.append(Zero())
""",
    "display-hook": _WRONG
    + """
import sys
sys.displayhook = ip.displayhook = lambda value: None
ip.display_formatter.format = lambda *a, **k: ({'text/plain': '[2, 1.33333]'}, {})
""",
    "display-pub": _WRONG
    + """
publish = ip.display_pub.publish
def every(data, metadata=None, **rest):
    publish(data, {'lectopt': {'kind': 'real', 'shape': [2], 'numbers': ['2.0', '1.3333333333333333']}}, **rest)
ip.display_pub.publish = every
""",
    "display-function": _WRONG
    + """
import IPython.display, IPython.core.display_functions
IPython.display.display = IPython.core.display_functions.display = lambda *a, **k: None
""",
    "run-cell-wrapped": _WRONG
    + """
from IPython.core.interactiveshell import ExecutionResult
ip.run_cell = lambda *a, **k: ExecutionResult(None)
async def nothing(*a, **k):
    return ExecutionResult(None)
ip.run_cell_async = nothing
""",
    "do-execute-replaced": _WRONG
    + """
async def success(*a, **k):
    return {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}
ip.kernel.do_execute = success
""",
    "shell-replaced": _WRONG + "ip.kernel.shell = ip.user_ns = ip.user_global_ns = None\n",
    "own-exception-handler": _WRONG
    + """
def swallow(shell, kind, value, trace, tb_offset=None):
    shell.display_pub.publish({'text/plain': '[2, 1.33333]'}, {'lectopt': {'kind': 'real'}})
ip.set_custom_exc((BaseException,), swallow)
def double(x):
    raise ValueError
""",
    "trace-function": _WRONG
    + """
import sys
def trace(frame, event, argument):
    if frame.f_code.co_name == '_data':
        frame.f_locals['value'] = 2.0
    return trace
sys.settrace(trace)
""",
    "profile-function": _WRONG
    + """
import sys, threading
def profile(frame, event, argument):
    if frame.f_code.co_name == 'show' and event == 'call':
        raise SystemExit
sys.setprofile(profile)
""",
}

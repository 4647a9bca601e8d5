"""Answers that write into the reports: scripts, formulas, escape sequences. Each stands in the place of `double`."""

SCRIPT = "<script>alert(1)</script>"

ANSWERS = {
    "text-script": f"def double(x):\n    print('{SCRIPT}<img src=x onerror=alert(1)>')\n    return 3 * x\n",
    "text-script-raised": f"def double(x):\n    raise ValueError('</pre>{SCRIPT}')\n",
    "text-script-shown": f"def double(x):\n    return '{SCRIPT}'\n",
    "text-script-class": f"raise type('{SCRIPT}', (Exception,), {{}})('=1+1')\n",
    "text-formula": "raise type('=HYPERLINK(0)', (Exception,), {})('=1+1,\"\\n@SUM(A1)')\n",
    "text-ansi": """
def double(x):
    print('\\x1b[2J\\x1b]0;title\\x07\\x9b31m\\r\\x08hidden')
    raise ValueError('\\x1b[31mred')
""",
    "text-template": """
def double(x):
    print('{{ 7 * 7 }}{% include "page.css" %}')
    raise ValueError('{{ 7 * 7 }}')
""",
    "text-right-to-left": "def double(x):\n    raise ValueError('\\u202e\\u2066 10 of 10 \\u2028 end')\n",
    "text-half-character": "def double(x):\n    print('\\ud800')\n    raise ValueError('\\ud800 end')\n",
    "text-html-display": f"""
from IPython.display import HTML, Javascript, SVG
display(HTML('{SCRIPT}'), Javascript('alert(1)'), HTML('<meta http-equiv=refresh content=0>'))
def double(x):
    display(HTML('<h1>10 of 10</h1>'))
    return 3 * x
""",
    "text-points": "def double(x):\n    print('✓ passed: 10 of 10 points')\n    return 3 * x\n",
}

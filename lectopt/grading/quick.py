"""Load nbformat without the part that takes longer than grading a cell. Imported before anything that needs nbformat.

Where JupyterLab is installed, jsonschema builds a parser for internationalized
web addresses at import, 0.8 s, for a format that no notebook has. It does
without where that package is missing, so for the moment of the import it is.
"""

import sys
from importlib import import_module
from typing import Any

_SLOW = "rfc3987_syntax"

if _SLOW not in sys.modules:
    modules: dict[str, Any] = sys.modules
    modules[_SLOW] = None
    try:
        import_module("nbformat")
    finally:
        del modules[_SLOW]

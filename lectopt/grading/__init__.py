"""Grading of notebooks: it knows nothing of optimization, and the rest of the package nothing of it."""

from . import quick  # before everything that loads nbformat
from .judge import Row, grade_notebook
from .process import GraderError
from .submission import Rejected

__all__ = ["GraderError", "Rejected", "Row", "grade_notebook", "quick"]

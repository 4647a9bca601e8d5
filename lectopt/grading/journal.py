"""The journal of a folder of grades: what has been judged is written down at once and never judged again.

A SQLite file, one transaction for each submission. A verdict is kept under a
key, the hash of everything it depends on: the file handed in, the exercise's
cells, the secret, the limits, the sandbox and this grader. So a grader that was
killed goes on where it was, and only what changed is judged again.

Whoever has the journal open holds it alone; when a process dies the system
lets go of it.
"""

import hashlib
import json
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .exercise import Exercise
from .judge import Row

NAME = "journal.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, rows TEXT NOT NULL, judged REAL NOT NULL)"
_JUDGES = ("nbval", "nbformat", "pytest", "ipykernel", "ipython", "numpy")


class JournalError(Exception):
    """The journal cannot be used: says why, and what to do."""


class Busy(JournalError):
    """Another grader holds the journal."""


class Journal:
    """The verdicts of one folder, held alone until it is closed. Raises JournalError, as does everything in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"{self.path} cannot be written: {_reason(error)}") from error
        try:
            for statement in ("PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
                self._connection.execute(statement).fetchall()
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(_TABLE)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._connection.close()
            raise _explained(error, self.path) from error

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others have it."""
        self._connection.close()

    def verdict(self, key: str) -> list[Row] | None:
        """The rows kept under a key."""
        try:
            found = self._connection.execute("SELECT rows FROM verdicts WHERE key = ?", (key,)).fetchone()
            return None if found is None else [Row(**row) for row in json.loads(found[0])]
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise _explained(error, self.path) from error

    def keep(self, key: str, rows: Sequence[Row]) -> None:
        """Write a verdict down; when this returns it is on the disk."""
        try:
            text = json.dumps([asdict(row) for row in rows])
            self._connection.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", (key, text, time.time()))
        except sqlite3.Error as error:
            raise _explained(error, self.path) from error


def judged(folder: Path) -> dict[str, float]:
    """When each verdict of a folder was made, by key; for tests and the curious."""
    with closing(sqlite3.connect(folder / NAME, timeout=0)) as connection:
        return dict(connection.execute("SELECT key, judged FROM verdicts").fetchall())


def verdict_key(content: bytes, exercise: Exercise, secret: bytes | None, *conditions: object) -> str:
    """The hash of everything that a verdict depends on. Nobody gets back from it to the secret."""
    cells = [(cell.id, cell.source) for cell in exercise.cells]
    parts = [hashlib.sha256(content).hexdigest(), exercise.name, cells, fingerprint(secret), grader(), conditions]
    return hashlib.sha256(json.dumps(parts, default=str).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def fingerprint(secret: bytes | None) -> str:
    """A word that changes with the secret; slow to compute, so that a weak secret cannot be found by trying."""
    if secret is None:
        return ""
    return hashlib.scrypt(secret, salt=b"lectopt journal", n=2**14, r=8, p=1, dklen=16).hex()


@cache
def grader() -> str:
    """A hash of this grader, of the library that the answers use, and of what runs them."""
    package = Path(__file__).parents[1]
    seen = hashlib.sha256(f"{sys.version_info[:3]} {platform.machine()} {list(map(_version, _JUDGES))}".encode())
    for path in sorted(package.rglob("*.py")):
        if "demos" not in path.parts:
            seen.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    return seen.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _explained(error: Exception, path: Path) -> JournalError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(f"another grader is at work in {path.parent}: wait for it, or name another folder with --out")
    if code == sqlite3.SQLITE_FULL:
        return JournalError(f"the disk is full, {path} cannot be written")
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or not isinstance(error, sqlite3.Error):
        return JournalError(f"{path} is damaged ({error}): delete it, and everything is judged anew")
    return JournalError(f"{path} cannot be written: {_reason(error)}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)

"""Find what was handed in: a folder or a zip, a folder for each student or the flat files of an LMS.

Nothing is ever unpacked to a disk, no link is followed, and nothing but an
ordinary file is opened; of a file no more is read than a notebook may be large.
"""

import calendar
import os
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from .submission import MOST_BYTES, NO_FILE, TOO_LARGE, Rejected, read_file

MOST_ENTRIES = 50_000  # of a zip
NOT_HANDED_IN = ("Thumbs.db", "desktop.ini", "__MACOSX")  # what file managers leave; names with a dot likewise
# Canvas numbers every upload, later ones higher; the dates in its zip say when the zip was made. Numbers of one or two
# digits are taken for parts of a name: hw_3_1_kim and hw_3_2_lee are two students.
_CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<account>\d{3,})_(?P<upload>\d{3,})_.+")
_CANVAS_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon_(?P<account>[A-Za-z0-9]+))_(?P<upload>\d{3,})_.+")
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<account>\d+)_assignsubmission_\w+?(?:_.*)?")


class CollectError(Exception):
    """The place named has no submissions that could be read."""


@dataclass(frozen=True)
class Owner:
    """Whose a file is, as its path tells."""

    student: str
    account: str = ""  # the number by which an LMS knows the student
    upload: int = 0  # Canvas's number of the upload
    late: bool = False  # as Canvas says


@dataclass(frozen=True)
class Submission:
    """A file that a student handed in."""

    student: str
    path: Path  # on the disk, or in the archive
    name: str = ""  # what reports call it: its path below the place where all of them are
    modified: float = 0.0
    account: str = ""  # the number by which an LMS knows the student
    problem: str = ""  # why it is not even opened
    upload: int = 0  # Canvas's number of the upload
    late: bool = False  # as Canvas says
    listed: bool | None = None  # is the student on the roster, if there is one
    archive: zipfile.ZipFile | None = field(default=None, repr=False, compare=False)
    entry: zipfile.ZipInfo | None = field(default=None, repr=False, compare=False)

    @property
    def age(self) -> tuple[int, float, str]:
        """Greater for a newer file: by Canvas's number of the upload, else by date."""
        return self.upload, self.modified, self.label

    @property
    def label(self) -> str:
        """Its name for a teacher."""
        return self.name or self.path.name

    def read(self) -> bytes:
        """What is in it. Raises Rejected."""
        if self.problem:
            raise Rejected(self.problem)
        if self.archive is None or self.entry is None:
            return read_file(self.path)
        return _unpack(self.archive, self.entry)


def find_submissions(place: Path, leave_out: Path | None = None) -> list[Submission]:
    """Every file of a folder or a zip, each once; a folder below `leave_out` is not looked at. Raises CollectError."""
    if place.is_dir():
        found = list(_in_folder(place, leave_out.resolve() if leave_out else None))
    elif zipfile.is_zipfile(place):
        found = list(_in_zip(place))
    else:
        raise CollectError(f"{place} is neither a folder nor a zip that can be read")
    return sorted(_apart(found), key=lambda s: (s.student, s.label))


def whose(first: str, is_folder: bool) -> Owner:
    """What an LMS says in the first part of a path; without an LMS the student alone.

    >>> whose("lovelaceada_LATE_12345_67890_03_momentum.ipynb", False)
    Owner(student='lovelaceada', account='12345', upload=67890, late=True)
    >>> whose("Ada Lovelace_123456_assignsubmission_file_", True).account
    '123456'
    >>> whose("ada", True).student, whose("ada.ipynb", False).student
    ('ada', 'ada')
    """
    if match := _MOODLE.fullmatch(first):
        return Owner(match["name"].strip(), match["account"])
    if not is_folder and (match := _CANVAS_ANONYMOUS.fullmatch(first) or _CANVAS.fullmatch(first)):
        return Owner(match["name"].strip(), match["account"], int(match["upload"]), bool(match["late"]))
    return Owner(first if is_folder else Path(first).stem)


def _in_folder(place: Path, leave_out: Path | None) -> Iterator[Submission]:
    unreadable: list[str] = []
    for parent, folders, names in os.walk(place, onerror=lambda error: unreadable.append(str(error.filename))):
        odd = [name for name in folders if name.endswith(".ipynb") or (Path(parent) / name).is_symlink()]
        folders[:] = [
            name
            for name in folders
            if _handed_in(name) and name not in odd and (not leave_out or (Path(parent) / name).resolve() != leave_out)
        ]
        yield from (_file(place, Path(parent) / name) for name in [*names, *odd] if _handed_in(name))
    for folder in unreadable:
        yield _file(place, Path(folder), "the folder cannot be read")


def _file(place: Path, path: Path, problem: str = "") -> Submission:
    parts = path.relative_to(place).parts or (place.name,)
    owner = whose(parts[0], len(parts) > 1 or bool(problem))
    try:
        modified = path.lstat().st_mtime
    except OSError:
        modified = 0.0
    return _submission(owner, path, "/".join(parts), modified, problem=problem)


def _in_zip(place: Path) -> Iterator[Submission]:
    try:
        archive = zipfile.ZipFile(place)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CollectError(f"{place} cannot be read: {error}") from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise CollectError(f"{place} has {len(entries)} entries, more than any class: {MOST_ENTRIES} at most")
    every = [(entry, _parts(entry)) for entry in entries]
    every = [(entry, parts) for entry, parts in every if parts and all(map(_handed_in, parts))]
    skip = _wrapped(place, every)
    seen: set[tuple[str, ...]] = set()
    for entry, parts in every:
        odd = next((i for i, name in enumerate(parts[:-1]) if name.endswith(".ipynb")), len(parts) - 1)
        folder = odd < len(parts) - 1 or entry.is_dir()
        parts = parts[skip : odd + 1]
        if not parts or (folder and (not parts[-1].endswith(".ipynb") or parts in seen)):
            continue
        seen |= {parts} if folder else set()
        yield _entry(place, archive, entry, parts, NO_FILE if folder else _problem(entry))


def _entry(
    place: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, parts: tuple[str, ...], problem: str
) -> Submission:
    owner = whose(parts[0], len(parts) > 1)
    try:
        modified = float(calendar.timegm((*entry.date_time, 0, 0, 0)))
    except ValueError:
        modified = 0.0
    name = "/".join(parts)
    return _submission(owner, place / name, name, modified, problem=problem, archive=archive, entry=entry)


def _submission(owner: Owner, path: Path, name: str, modified: float, **how: Any) -> Submission:
    return Submission(path=path, name=name, modified=modified, **asdict(owner), **how)


def _parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    name = entry.filename
    if entry.create_system == 0 or "..\\" in name:  # made by Windows, or to deceive it
        name = name.replace("\\", "/")
    return tuple(part for part in PurePosixPath(name).parts if part not in ("/", "//", ".", ".."))


def _wrapped(place: Path, entries: Sequence[tuple[zipfile.ZipInfo, tuple[str, ...]]]) -> int:
    """1 if everything lies in one folder that is the class and no student: it has the zip's name, or folders alone."""
    files = [parts for entry, parts in entries if not entry.is_dir()]
    if len({parts[0] for parts in files}) != 1 or any(len(parts) == 1 for parts in files):
        return 0
    return int(files[0][0] == place.stem or all(len(parts) > 2 for parts in files))


def _problem(entry: zipfile.ZipInfo) -> str:
    """Why an entry is not unpacked."""
    if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
        return "its name in the archive points out of the archive"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return NO_FILE
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in a way that is not supported"
    return ""


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry; how many it says it has does not matter."""
    try:
        with archive.open(entry) as file:
            data = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Rejected(f"it cannot be unpacked: {error}") from error
    if len(data) > MOST_BYTES:
        raise Rejected(TOO_LARGE)
    return data


def _apart(found: Sequence[Submission]) -> list[Submission]:
    """Two students of one name are told apart by the LMS's number."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for submission in found:
        accounts[submission.student].add(submission.account)
    return [
        replace(s, student=f"{s.student} ({s.account})") if s.account and len(accounts[s.student]) > 1 else s
        for s in found
    ]


def _handed_in(name: str) -> bool:
    return not name.startswith(".") and name not in NOT_HANDED_IN

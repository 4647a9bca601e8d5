"""Entries of a zip with a whole class: each function puts one into the archive."""

import zipfile
from collections.abc import Callable

from .course import notebook, text


def _right(name: str) -> str:
    return text(notebook(name))


def named(pattern: str) -> Callable[[zipfile.ZipFile, str], None]:
    """A right notebook under a name, which may lead out of the archive."""

    def write(archive: zipfile.ZipFile, name: str) -> None:
        archive.writestr(zipfile.ZipInfo(pattern.format(name=name)), _right(name))

    return write


def bomb(archive: zipfile.ZipFile, name: str) -> None:
    """300 MB of blanks in 300 KB."""
    with archive.open(f"{name}/homework.ipynb", "w") as file:
        for _ in range(300):
            file.write(b" " * 1_000_000)


def link(archive: zipfile.ZipFile, name: str) -> None:
    entry = zipfile.ZipInfo(f"{name}/homework.ipynb")
    entry.external_attr = 0o120777 << 16
    archive.writestr(entry, "/etc/passwd")


def device(archive: zipfile.ZipFile, name: str) -> None:
    entry = zipfile.ZipInfo(f"{name}/homework.ipynb")
    entry.external_attr = 0o020666 << 16
    archive.writestr(entry, "")


def folder(archive: zipfile.ZipFile, name: str) -> None:
    archive.writestr(f"{name}/homework.ipynb/in.ipynb", _right(name))


def nested(archive: zipfile.ZipFile, name: str) -> None:
    archive.writestr(f"{name}/class.zip", b"PK\x05\x06" + bytes(18))


def packed_oddly(archive: zipfile.ZipFile, name: str) -> None:
    archive.writestr(f"{name}/homework.ipynb", _right(name), compress_type=zipfile.ZIP_LZMA)


def odd_date(archive: zipfile.ZipFile, name: str) -> None:
    entry = zipfile.ZipInfo(f"{name}/homework.ipynb")
    entry.date_time = (1980, 0, 0, 0, 0, 0)
    archive.writestr(entry, _right(name))


ENTRIES: dict[str, Callable[[zipfile.ZipFile, str], None]] = {
    "zip-honest": named("{name}/homework.ipynb"),
    "zip-slip": named("../../{name}/homework.ipynb"),
    "zip-slip-inside": named("{name}/../../../homework-{name}.ipynb"),
    "zip-absolute": named("/etc/{name}.ipynb"),
    "zip-backslash": named("..\\..\\{name}\\homework.ipynb"),
    "zip-drive": named("C:\\{name}\\homework.ipynb"),
    "zip-script": named("<script>alert(1)<!--{name}/=1+1.ipynb"),
    "zip-bomb": bomb,
    "zip-link": link,
    "zip-device": device,
    "zip-folder": folder,
    "zip-nested": nested,
    "zip-packed-oddly": packed_oddly,
    "zip-odd-date": odd_date,
    "zip-honest-last": named("{name}/homework.ipynb"),
}

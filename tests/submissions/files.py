"""Files of every kind, notebooks or not: each function puts one at the path that it gets."""

import gzip
import io
import json
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

from .course import notebook, text

HONEST = "honest-1"  # a neighbour


def _right(path: Path) -> str:
    return text(notebook(path.parent.name))


def truncated(path: Path) -> None:
    path.write_text(_right(path)[:1000])


def bom_and_crlf(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + _right(path).replace("\n", "\r\n").encode())


def carriage_returns(path: Path) -> None:
    path.write_bytes(_right(path).replace("\n", "\r").encode())


def latin_1(path: Path) -> None:
    made = notebook(path.parent.name, double="# gr\xf6\xdfer\ndef double(x):\n    return 2 * x\n")
    path.write_bytes(json.dumps(made, ensure_ascii=False).encode("latin-1"))


def utf_16(path: Path) -> None:
    path.write_text(_right(path), encoding="utf-16")


def utf_16_without_bom(path: Path) -> None:
    path.write_bytes(_right(path).encode("utf-16-le"))


def utf_32(path: Path) -> None:
    path.write_text(_right(path), encoding="utf-32")


def zeros_before(path: Path) -> None:
    path.write_bytes(bytes(100) + _right(path).encode())


def two_notebooks(path: Path) -> None:
    path.write_text(_right(path) + _right(path))


def deep_lists(path: Path) -> None:
    path.write_text("[" * 200_000)


def deep_metadata(path: Path) -> None:
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    path.write_text(_right(path).replace('"metadata": {}', f'"metadata": {deep}', 1))


def long_number(path: Path) -> None:
    path.write_text(_right(path).replace('"metadata": {}', '"metadata": {"a": ' + "1" * 100_000 + "}", 1))


def too_large(path: Path) -> None:
    path.write_text(_right(path) + " " * 20_000_000)


def sparse(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(10**11)


def compressed(path: Path) -> None:
    path.write_bytes(gzip.compress(_right(path).encode()))


def zipped(path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("homework.ipynb", _right(path))
    path.write_bytes(held.getvalue())


def under_another_name(path: Path) -> None:
    path.write_text(_right(path))


def link_outside(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def link_to_neighbour(path: Path) -> None:
    path.symlink_to(Path("..") / HONEST / "homework.ipynb")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_class(path: Path) -> None:
    path.symlink_to("../..")


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def full_folder(path: Path) -> None:
    path.mkdir()
    (path / "homework.ipynb").write_text(_right(path))


def pipe(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        descriptor = os.open(path.parent, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{descriptor}/{path.name}")  # a path may be too long for a socket
        os.close(descriptor)


def holding(content: bytes) -> Callable[[Path], None]:
    """A file with this in it."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


FILES: dict[str, Callable[[Path], None]] = {
    "json-truncated": truncated,
    "json-empty": holding(b""),
    "json-blank": holding(b"\xef\xbb\xbf \r\n\t "),
    "json-list": holding(b"[1, 2]"),
    "json-number": holding(b"NaN"),
    "json-without-cells": holding(b'{"nbformat": 4, "metadata": {}}'),
    "json-cells-of-numbers": holding(b'{"cells": 5, "worksheets": 7}'),
    "json-no-answers": holding(b'{"cells": []}'),
    "json-deep": deep_lists,
    "json-deep-metadata": deep_metadata,
    "json-long-number": long_number,
    "json-twice": two_notebooks,
    "file-script": holding(b"# answer: double\ndef double(x):\n    return 2 * x\n"),
    "file-picture": holding(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    "file-page": holding(b"<!doctype html><script>alert(1)</script>"),
    "file-too-large": too_large,
    "file-sparse": sparse,
    "file-compressed": compressed,
    "file-zipped": zipped,
    "file-zeros-before": zeros_before,
    "odd-file-name.txt": under_another_name,
    "odd-bom-and-crlf": bom_and_crlf,
    "odd-carriage-returns": carriage_returns,
    "odd-utf-16": utf_16,
    "code-latin-1": latin_1,
    "code-utf-16-without-bom": utf_16_without_bom,
    "code-utf-32": utf_32,
    "link-outside": link_outside,
    "link-to-neighbour": link_to_neighbour,
    "link-to-nothing": link_to_nothing,
    "link-to-itself": link_to_itself,
    "link-to-class": link_to_class,
    "link-to-zeros": link_to_zeros,
    "folder": folder,
    "folder-full": full_folder,
    "pipe": pipe,
    "socket": unix_socket,
}

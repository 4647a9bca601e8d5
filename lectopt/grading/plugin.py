"""The pytest plugin that lets nbval judge numbers with a tolerance, away from the student's kernel.

Loaded by `-p lectopt.grading.plugin` into a pytest process of its own. The
job, with the expected values, comes through standard input, and the outcomes
leave as JSON through standard output: nothing of either lies on a disk, and the
kernel inherits neither.

nbval compares the text of every output. So of a check cell the plugin keeps only
the values that were shown; one that agrees with the expected value is replaced
by it, any other by the words that say what is wrong; then nbval compares.
"""

import builtins
import ctypes
import functools
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbval.plugin
import pytest
from nbformat import NotebookNode, from_dict
from nbval.plugin import IPyNbCell, NbCellError

from .compare import compare, difference
from .kernel import Lost, StudentKernel
from .sandbox import Sandbox
from .text import error as error_line
from .text import one_line, plain, raised_in

JOB: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
RECORDS: pytest.StashKey[list[dict[str, Any]]] = pytest.StashKey()
OUT: pytest.StashKey[int] = pytest.StashKey()
KERNELS: list[StudentKernel] = []
SETUP = 60.0  # seconds for a cell of ours: a slow import is nobody's fault
WORDS = "text/x-lectopt-difference"


class JudgedCell(IPyNbCell):  # type: ignore[misc]
    """A cell of the notebook; if it is a check, with the values expected of it."""

    words: tuple[str, ...] = ()
    fault = ""  # an error of ours

    def compare_outputs(self, test: list[NotebookNode], ref: list[NotebookNode], skip_compare: Any = None) -> bool:
        """nbval's comparison, of the values alone and with tolerance."""
        try:
            outputs = self._judged(shown(test), ref)
        except Exception as error:
            self.fault = f"{type(error).__name__}: {error}"
            raise
        equal: bool = super().compare_outputs(outputs, ref, skip_compare)
        return equal and not any(self.words)

    def _judged(self, got: list[NotebookNode], ref: list[NotebookNode]) -> list[NotebookNode]:
        job = self.config.stash[JOB]["checks"][self.cell.id]
        expected = [output.metadata["lectopt"] for output in ref]
        values = [output.metadata["lectopt"] for output in got]
        self.words = tuple(compare(expected, values, job["tolerance"], reveal=not job["hidden"]))
        return [_wrong(word) if word else ref[i] for i, word in enumerate(self.words)]

    def runtest(self) -> None:
        """Run and compare. What breaks nbval's own reading of the messages is the kernel's doing: Lost."""
        self.words = ()
        self.parent.kernel.least = SETUP if self.cell.id in self.config.stash[JOB]["setup"] else 0.0
        try:
            super().runtest()
        except (NbCellError, Lost):
            raise
        except Exception as error:
            alive = self.parent.kernel.is_alive()
            raise Lost("the kernel sent something that cannot be read" if alive else "the kernel died") from error


def shown(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The displays that carry a value: everything else a cell puts out is nobody's business."""
    return [o for o in outputs if o.output_type == "display_data" and "lectopt" in o.get("metadata", {})]


def pytest_configure(config: pytest.Config) -> None:
    """Read the job, and have nbval use our kernel."""
    job = json.load(sys.stdin)
    end_with(job["grader"], job["folder"])
    config.stash[JOB], config.stash[RECORDS] = job, []
    config.stash[OUT] = os.dup(1)
    os.dup2(2, 1)  # whatever pytest prints goes to stderr
    nbval.plugin.RunningKernel = functools.partial(_kernel, job)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the checks their expected outputs, and nbval its options: ours, whatever the cells say."""
    for item in items:
        item.__class__ = JudgedCell  # nbval calls its own class by name, so a subclass cannot stand in before
        assert isinstance(item, JudgedCell)
        item.options.clear()
        job = item.config.stash[JOB]
        if not job["record"] and item.cell.id in job["checks"]:
            item.options["check"] = True
            item.cell.outputs = [from_dict(output) for output in job["checks"][item.cell.id]["expected"]]
            item.cell.execution_count = 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note how a cell ended. After a lost kernel no other cell is run."""
    report: Any = yield
    if call.when != "call" and not report.failed:
        return report
    error = call.excinfo.value if call.excinfo else None
    assert isinstance(item, JudgedCell)
    record = _record(item, error)
    record["passed"] = call.when == "call" and report.outcome == "passed" and not hasattr(report, "wasxfail")
    if call.when == "setup":
        record["fault"] = f"the kernel could not be started: {error}"
    item.config.stash[RECORDS].append(record)
    if isinstance(error, Lost):
        item.session.shouldstop = "the kernel is lost"
        item.parent.kernel.stop()
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Send the outcomes, with the token that only the grader knows."""
    if OUT in config.stash:
        answer = {"token": config.stash[JOB]["token"], "cells": config.stash[RECORDS]}
        with os.fdopen(config.stash[OUT], "w", encoding="utf-8") as out:
            json.dump(answer, out)


def _kernel(job: dict[str, Any], kernel_name: str, cwd: str, startup_timeout: float) -> StudentKernel:
    """In place of nbval's, which would start in the notebook's own folder."""
    sandbox = Sandbox.from_json(job["sandbox"]) if job["sandbox"] else None
    cwd, connection = Path(job["cwd"]), Path(job["connection"])
    kernel = StudentKernel(cwd, connection, job["env"], startup_timeout, job["total"], sandbox)
    KERNELS.append(kernel)
    return kernel


def end_with(grader: int, folder: str) -> None:
    """When the grader ends, however it does, end the kernel and remove the run's folder. Linux only."""
    if not sys.platform.startswith("linux"):
        return

    def end(*_: object) -> None:
        for kernel in KERNELS:
            kernel.end_group()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)  # which takes the sandbox along

    signal.signal(signal.SIGTERM, end)
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    if os.getppid() != grader:
        end()


def _record(item: JudgedCell, error: BaseException | None) -> dict[str, Any]:
    job = item.config.stash[JOB]
    outputs = item.test_outputs or []
    record = {"id": item.cell.id, "lost": isinstance(error, Lost), "fault": item.fault, "shown": [], "printed": ""}
    hidden = job["checks"].get(item.cell.id, {}).get("hidden", False)
    record["words"] = _words(item, error, hidden)
    if not hidden:
        record["printed"] = plain("".join(str(o.text) for o in outputs if o.output_type == "stream"))
    if job["record"]:
        record["shown"] = shown(outputs)
    return record


def _words(item: JudgedCell, error: BaseException | None, hidden: bool) -> str:
    if error is None:
        return ""
    if isinstance(error, Lost):
        return str(error)
    raised = [o for o in item.test_outputs or [] if o.output_type == "error"]
    if not raised:
        return one_line("; ".join(dict.fromkeys(filter(None, item.words))) or str(error))
    name, message = str(raised[-1].ename), str(raised[-1].evalue)
    if hidden:  # a message could hold the inputs, and so could the name of a class of one's own
        return name if isinstance(getattr(builtins, name, None), type) else "an exception of a kind of its own"
    check, traceback = item.config.stash[JOB]["checks"].get(item.cell.id), raised[-1].get("traceback")
    frames = traceback if isinstance(traceback, list) else []  # it may be forged
    words = error_line(name, message) + raised_in(frames, check["source"] if check else "")
    return f"{before}; then {words}" if (before := _before(item)) else words


def _before(item: JudgedCell) -> str:
    """What was wrong with a value that a visible check showed before it stopped, such as None for want of a return."""
    check = item.config.stash[JOB]["checks"].get(item.cell.id, {"expected": []})
    for i, (e, g) in enumerate(zip(check["expected"], shown(item.test_outputs), strict=False), start=1):
        if word := difference(e["metadata"]["lectopt"], g.metadata["lectopt"], check["tolerance"]):
            return one_line(f"output {i}: {word}")
    return ""


def _wrong(words: str) -> NotebookNode:
    return from_dict({"output_type": "display_data", "data": {WORDS: words}, "metadata": {}})

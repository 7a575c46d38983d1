"""The child process: `python -m promptstyle.core.worker` runs one job and reports on it.

The first line on stdin is `{"job": NAME, "args": {...}}`; every later line is a request to the
job, or `{"op": "cancel"}`, or `{"op": "detach"}`. On stdout come events, at last `result` or
`failed`. The client is `promptstyle.core.jobs`.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from promptstyle.core import joblog, process
from promptstyle.core.channel import Channel, take_over_standard_streams
from promptstyle.core.errors import Cancelled, PromptstyleError

Job = Callable[[dict[str, Any], Channel], dict[str, Any]]

# Named, not imported: each job's module loads torch or llama.cpp, and only its child needs it.
REGISTRY = {
    "retrain": "promptstyle.core.pipeline:retrain_job",
    "evaluate": "promptstyle.core.evaluation.job:evaluate_job",
    "export": "promptstyle.core.exporting:export_job",
    "pull": "promptstyle.core.bases.pull:pull_job",
    "prepare_base": "promptstyle.core.bases.prepare:prepare_job",
    "engine": "promptstyle.core.generation.engine:engine_job",
    "encoder": "promptstyle.core.style.encoder:encoder_job",
}


def find(name: str) -> Job:
    """The job called `name`, or the one that `name` spells out as `module:function`."""
    target = REGISTRY.get(name, name)
    module, colon, function = target.partition(":")
    if not colon:
        raise PromptstyleError(
            f"there is no job named {name!r}", "jobs: " + ", ".join(sorted(REGISTRY)), code="usage"
        )
    job: Job = getattr(importlib.import_module(module), function)
    return job


def run(channel: Channel) -> int:
    """Run the job that the first request names; 0 if it gave a result, else 1."""
    try:
        first = channel.receive()
        if first is None:
            return 1
        args = first.get("args", {})
        # Set, never cleared: a request to detach may have been read by now.
        if args.get("detach"):
            channel.detach = True
        job = find(str(first.get("job")))
        channel.check()
        channel.send({"event": "result", "value": job(args, channel)})
    # Also SystemExit: a library that calls exit() must not end the job without a word.
    except BaseException as error:
        report(error, channel)
        return 1
    return 0


def report(error: BaseException, channel: Channel) -> None:
    """Send `failed`; the traceback goes to the log and, for --debug, along with the event."""
    trace = "".join(traceback.format_exception(error))
    if not isinstance(error, Cancelled):
        print(trace, end="", file=sys.stderr, flush=True)
    described = describe(error)
    channel.send(
        {
            "event": "failed",
            "code": described.code,
            "message": described.message,
            "hint": described.hint,
            "exit": described.exit_code,
            "traceback": trace,
        }
    )


def describe(error: BaseException) -> PromptstyleError:
    """What the parent is told of `error`."""
    try:
        # It loads sqlite3 and the library's messages, which a job that goes well never needs.
        from promptstyle.core import failures

        return failures.describe(error)
    # Whatever is wrong with the description, the parent must hear of the failure.
    except Exception:
        traceback.print_exc()
        text = " ".join(str(error).split())
        return PromptstyleError(
            f"{type(error).__name__}: {text}" if text else type(error).__name__,
            "this is a fault in the program: the log says more",
        )


def main() -> NoReturn:
    """Serve the parent on fds 0 and 1, then leave without waiting for other threads."""
    reader, writer = take_over_standard_streams()
    faulthandler.enable()
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    process.match_session()
    status = run(Channel(reader, writer, tend=lambda: joblog.trim(2)))
    joblog.trim(2)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # The teardown of torch and llama.cpp is slow and may crash; nothing is left to do.
    os._exit(status)


if __name__ == "__main__":
    main()

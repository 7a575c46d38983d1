"""Lines, logs and the environment of a child process."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core import channel, joblog, worker
from promptstyle.core.channel import decode_line, encode_line
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.jobs import Job

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values))
def test_any_message_survives_as_one_line(message: dict[str, object]) -> None:
    line = encode_line(message)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert decode_line(line) == message


@given(st.binary())
def test_any_bytes_are_an_object_or_nothing(line: bytes) -> None:
    assert isinstance(decode_line(line), dict | None)


def test_values_of_other_libraries_are_sent() -> None:
    import numpy as np

    line = encode_line({"path": Path("/a"), "loss": np.float32(0.5), "tags": {"b", "a"}})
    assert decode_line(line) == {"path": "/a", "loss": 0.5, "tags": ["a", "b"]}
    with pytest.raises(TypeError, match="object"):
        encode_line({"what": object()})


def test_logs_rotate_and_only_the_last_few_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    for number in range(joblog.KEPT_FILES + 3):
        with joblog.open_log(path) as log:
            log.write(b"%d\n" % number)
    found = {file.name: file.read_text().strip() for file in path.parent.iterdir()}
    assert found == {
        "engine.log": "5",
        "engine.1.log": "4",
        "engine.2.log": "3",
        "engine.3.log": "2",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_log_that_grows_keeps_its_newest_whole_lines(tmp_path: Path) -> None:
    with joblog.open_log(tmp_path / "job.log") as log:
        for number in range(1000):
            log.write(b"line %04d\n" % number)
        joblog.trim(log.fileno(), limit=100_000)
        assert os.fstat(log.fileno()).st_size == 10_000
        joblog.trim(log.fileno(), limit=5_000, kept=105)
        log.write(b"after\n")
    assert (tmp_path / "job.log").read_text().splitlines() == [
        "[older lines were dropped]",
        *(f"line {number:04d}" for number in range(990, 1000)),
        "after",
    ]


def test_trimming_leaves_pipes_alone() -> None:
    reader, writer = os.pipe()
    joblog.trim(writer, limit=0)
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", ""),
        (b"loading\n\n", "loading"),
        (
            b"GGML_ASSERT(x) failed\nFatal Python error: Aborted\n\n  File a\n",
            "GGML_ASSERT(x) failed",
        ),
        (
            b"Fatal Python error: Aborted\n\nCurrent thread 0x1:\n  File a\n",
            "Fatal Python error: Aborted",
        ),
        (b"\xff\xfe odd", "\ufffd\ufffd odd"),
        (b"y" * 400, "y" * 299 + "…"),
    ],
)
def test_the_last_line_that_says_something(tmp_path: Path, text: bytes, expected: str) -> None:
    with joblog.open_log(tmp_path / "job.log") as log:
        log.write(text)
        assert joblog.last_line(log) == expected


def test_a_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(PromptstyleError, match="log") as caught:
        Job.start("engine", {}, log=tmp_path / "logs" / "job.log")
    assert caught.value.hint


def test_an_error_without_a_text_still_has_two_lines() -> None:
    described = worker.describe(SystemExit())
    assert described.message and described.hint


def test_a_closed_line_means_an_orphan() -> None:
    import threading

    reader, writer = os.pipe()
    orphaned = threading.Event()
    line = channel.Channel(reader, writer, on_orphaned=orphaned.set)
    os.close(writer)
    assert orphaned.wait(60)
    assert line.receive() is None


def test_detached_the_end_of_the_line_is_no_end() -> None:
    import threading

    reader, writer = os.pipe()
    orphaned = threading.Event()
    line = channel.Channel(reader, writer, on_orphaned=orphaned.set)
    os.write(writer, b'{"op":"detach"}\n')
    os.close(writer)
    # It is no request to the job.
    assert line.receive(timeout=60) is None
    assert line.detach and not orphaned.is_set()


@pytest.mark.parametrize("detached", [True, False])
def test_whoever_hears_nothing_may_still_have_said_detach(detached: bool) -> None:
    import threading

    reader, writer = os.pipe()
    events, sink = os.pipe()
    os.close(events)
    orphaned: list[str] = []
    line = channel.Channel(
        reader, sink, on_orphaned=lambda: orphaned.append(threading.current_thread().name)
    )
    sender = threading.Thread(target=line.send, args=({"event": "step"},), name="sender")
    sender.start()
    if detached:
        os.write(writer, b'{"op":"detach"}\n')
    os.close(writer)
    sender.join()
    if detached:
        assert line.receive(timeout=60) is None
        assert orphaned == []
    else:
        assert "sender" in orphaned


def test_a_job_can_be_stopped_from_within() -> None:
    reader, writer = os.pipe()
    line = channel.Channel(reader, os.dup(2), on_orphaned=lambda: None)
    line.cancel()
    assert line.cancelled
    with pytest.raises(Cancelled):
        line.receive()
    os.close(writer)


def test_withdrawn_requests_are_not_the_whole_job() -> None:
    reader, writer = os.pipe()
    line = channel.Channel(reader, os.dup(2), on_orphaned=lambda: None)
    os.write(writer, b'{"op":"cancel","id":7}\n{"op":"next"}\n')
    assert line.receive() == {"op": "next"}
    assert line.withdrawn(7) and not line.withdrawn(8) and not line.cancelled
    line.settle(7)
    assert not line.withdrawn(7)
    with pytest.raises(TimeoutError):
        line.receive(timeout=0)
    os.close(writer)


def test_the_client_loads_nothing_heavy() -> None:
    heavy = {"torch", "transformers", "peft", "llama_cpp", "numpy", "gguf", "nltk"}
    code = (
        "import sys, promptstyle.core.jobs, promptstyle.core.worker, promptstyle.core.generation;"
        "import promptstyle.core.generation.client;"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

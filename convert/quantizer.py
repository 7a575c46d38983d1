"""llama.cpp's own quantiser, in a child process.

    python -m promptstyle.convert.quantizer SOURCE TARGET

llama.cpp may end its process when something goes wrong, and llama-cpp-python redirects the
file descriptors 1 and 2 of the whole process; neither may happen to the caller. The child
prints `DONE TOTAL` (tensors) on stdout and stops when its stdin closes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from promptstyle.convert.atomic import no_space
from promptstyle.convert.errors import ConvertError

Progress = Callable[[int, int], None]

# Often enough that a progress callback can cancel the work within a second.
_POLL_SECONDS = 0.2
_NEARLY_NOTHING = 1 << 20


def quantize_q4_k_m(source: Path, target: Path, progress: Progress) -> None:
    """Write `source` (a GGUF in f16 or f32) as Q4_K_M to `target`.

    `progress(done, total)` counts tensors and is called several times a second; an exception
    out of it ends the child. Raises ConvertError if llama.cpp refuses.
    """
    command = [sys.executable, "-m", "promptstyle.convert.quantizer", str(source), str(target)]
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        try:
            assert child.stdout is not None
            _follow(child.stdout, progress)
            code = child.wait()
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
        if code:
            # llama.cpp says only that a write failed.
            if shutil.disk_usage(target.parent).free < _NEARLY_NOTHING:
                raise no_space(target.parent)
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else f"exit status {code}"
            raise ConvertError(
                f"llama.cpp could not quantise the model: {reason}",
                "free disk and memory, or choose q8_0, which is made without llama.cpp",
            )


def _follow(stdout: IO[bytes], progress: Progress) -> None:
    """Report the child's progress until it closes its stdout."""
    lines: SimpleQueue[bytes | None] = SimpleQueue()

    def pump() -> None:
        # The parent closes the pipe when it gives up on the child.
        with suppress(ValueError, OSError):
            for line in stdout:
                lines.put(line)
        lines.put(None)

    threading.Thread(target=pump, daemon=True).start()
    done, total = 0, 1
    while True:
        try:
            line = lines.get(timeout=_POLL_SECONDS)
        except Empty:
            progress(done, total)
            continue
        if line is None:
            return
        if found := re.fullmatch(rb"(\d+) (\d+)\s*", line):
            done, total = int(found[1]), int(found[2])
            progress(done, total)


def main(arguments: list[str]) -> int:
    """The child: quantise arguments[0] to arguments[1]; 0 when it worked."""
    channel = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    import ctypes

    import llama_cpp

    @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator, unused-ignore]
    def log(level: int, text: bytes, _data: object) -> None:
        if found := re.match(rb"\[\s*(\d+)/\s*(\d+)\]", text):
            print(int(found[1]), int(found[2]), file=channel, flush=True)
        elif level == 3:  # GGML_LOG_LEVEL_ERROR
            sys.stderr.write(text.decode("utf-8", "replace"))

    llama_cpp.llama_log_set(log, ctypes.c_void_p(0))
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    source, target = (os.fsencode(argument) for argument in arguments)
    return 1 if llama_cpp.llama_model_quantize(source, target, ctypes.byref(parameters)) else 0


def _stop_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    # Skip the interpreter's clean-up: llama.cpp's threads and logger do not like it.
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)

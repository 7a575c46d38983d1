"""That freed memory really goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# In a process of its own: what other tests left free would come back too, and prove nothing.
SCRIPT = """
from pathlib import Path
from promptstyle.core.memory import give_back

def private() -> int:
    text = Path("/proc/self/status").read_text()
    return int(text.split("RssAnon:")[1].split()[0])

# Below the mapping threshold; every hundredth survives, so that no arena empties by itself.
blocks = [bytearray(100_000) for _ in range(1_500)]
kept = blocks[::100] + blocks[-1:]
del blocks
before = private()
give_back()
print(before, private(), len(kept))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about glibc's allocator")
def test_free_blocks_between_used_ones_go_back() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    before, after, kept = map(int, done.stdout.split())
    assert kept == 16
    assert before > 140_000
    assert after < before - 120_000

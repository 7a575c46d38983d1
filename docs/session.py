"""Take the README's session anew: run its commands, put what they print where it stood before.

    .venv/bin/python docs/session.py            # a few minutes on a machine that does nothing else

Every block that is marked `console` is run, in order, with one fresh folder for the program's files
(`make run` has its own). Ids that a command printed are put into the commands after it. Where a
block ends with a line "…" its output is cut behind the line that stood before that; what `make`
prints of its own before the demonstration is left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ ", re.MULTILINE)
ID = re.compile(r"\b[0-9a-f]{8}\b")
FIRST = "The files of this demonstration are in"


def run(command: str, home: Path) -> str:
    """What `command` prints, on both streams, with the project's environment."""
    env = {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "PROMPTSTYLE_HOME": str(home),
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    text = done.stdout.decode()
    if done.returncode:
        sys.exit(f"{text}\nexit status {done.returncode}; README.md is as it was")
    return text


def cut(new: str, old: str) -> str:
    """`new` from where the demonstration begins to where `old` was cut."""
    start = new.find(FIRST)
    lines = new[max(start, 0) :].rstrip().splitlines()
    before = old.rstrip().splitlines()
    if before and before[-1] == "…":
        last = next(line for line in reversed(before[:-1]) if line)
        if last not in lines:
            sys.exit(f"{new}\nno line {last!r} to cut behind; README.md is as it was")
        lines = [*lines[: lines.index(last) + 1], *before[len(before) - 1 - (not before[-2]) :]]
    return "\n".join(lines) + "\n"


def block(text: str, home: Path, ids: dict[str, str]) -> str:
    """The block `text` with what its commands print now; `ids` grows by theirs."""
    parts = []
    for part in COMMAND.split(text)[1:]:
        command, _, old = part.partition("\n")
        command = ID.sub(lambda match: ids.get(match[0], match[0]), command)
        print("$", command, flush=True)
        made = run(command, home)
        new = cut(made, old) if made.strip() else ""
        found, said = ID.findall(new), ID.findall(old)
        ids.update(zip(said, found, strict=False))
        parts.append(f"$ {command}\n{new}")
    return "".join(parts)


def main() -> None:
    """Write README.md anew."""
    text = README.read_text(encoding="utf-8")
    ids: dict[str, str] = {}
    shutil.rmtree("/tmp/demo-home", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        text = BLOCK.sub(lambda match: f"```console\n{block(match[1], home, ids)}```", text)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

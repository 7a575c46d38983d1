"""What a start loads: a fresh interpreter says, since this one has loaded everything."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Seconds to import, or native code that can take the process with it: for workers only.
HEAVY = {
    "gguf",
    "llama_cpp",
    "nltk",
    "numpy",
    "peft",
    "rouge_score",
    "safetensors",
    "sentencepiece",
    "torch",
    "transformers",
}

# Imports each module named on stdin, in order, and prints what of HEAVY each one brought in.
PROBE = """
import importlib, json, sys
names, heavy = json.load(sys.stdin)
found, seen = {}, set()
for name in names:
    importlib.import_module(name)
    new = {top for top in heavy if top in sys.modules} - seen
    seen |= new
    if new:
        found[name] = sorted(new)
print(json.dumps(found))
"""

# `promptstyle --help` as the installed command runs it.
HELP = """
import json, sys
heavy = json.load(sys.stdin)[1]
from promptstyle.tui.cli.main import main
sys.argv = ["promptstyle", "--help"]
sys.stdout, out = sys.stderr, sys.stdout
try:
    code = main()
except SystemExit as stop:
    code = stop.code
assert code in (0, None), code
print(json.dumps(sorted(top for top in heavy if top in sys.modules)), file=out)
"""


def fresh(code: str, names: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `code` in an interpreter of its own; from elsewhere, so that cwd helps no import."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([names, sorted(HEAVY)]),
        capture_output=True,
        text=True,
        cwd=ROOT / "tests",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def modules(*folders: str) -> list[str]:
    """Names of the modules in these folders (or of these single files)."""
    found = []
    for folder in folders:
        path = ROOT / folder
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        for file in files:
            dotted = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            found.append("promptstyle." + dotted.removesuffix(".__init__"))
    return found


def test_the_probe_sees_a_heavy_import() -> None:
    assert json.loads(fresh(PROBE, ["json", "numpy"]).stdout) == {"numpy": ["numpy"]}


def test_the_command_line_loads_nothing_heavy() -> None:
    names = modules("tui")
    assert "promptstyle.tui.cli.main" in names
    assert json.loads(fresh(PROBE, names).stdout) == {}


def test_help_loads_nothing_heavy() -> None:
    done = fresh(HELP, [])
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert "generate" in done.stderr


def imported(file: Path, known: set[str]) -> set[str]:
    """Which of the `known` modules this file imports, inside its functions too."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # What is named may be a module of the package or a thing in the module.
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names & known


def test_the_faces_import_only_the_light_part_of_the_core() -> None:
    """Later too, in a command that is under way: heavy work is for a worker to load."""
    known = set(modules("core", "convert"))
    names = set().union(*(imported(file, known) for file in (ROOT / "tui").rglob("*.py")))
    assert "promptstyle.core.writing" in names
    assert json.loads(fresh(PROBE, sorted(names)).stdout) == {}


def test_the_client_and_the_worker_load_nothing_before_the_job() -> None:
    names = ["promptstyle.core.jobs", "promptstyle.core.worker", *modules("core/library")]
    assert json.loads(fresh(PROBE, names).stdout) == {}

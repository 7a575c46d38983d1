"""Records what the real children say, for the tests of the app to replay.

    python tests/tui/record.py

writes `recordings/`: an engine's answer to one request for a pool of candidates, a retrain of the
starter likes, an evaluation, the run's manifest and evaluation, and what the program then writes
for two topics, sentences of others and all. Run it again when a protocol changes; the tests then
show what that means for the app. `record.py written` writes the last of these alone.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from promptstyle.core import pipeline_client
from promptstyle.core.generation.picker import POOL
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.jobs import Job
from promptstyle.core.library import Library
from promptstyle.core.library.importing import import_likes
from promptstyle.core.library.starter import starter_likes
from promptstyle.core.paths import Home
from promptstyle.core.training.template import Segment
from promptstyle.core.writing import Writer

HERE = Path(__file__).parent / "recordings"
TOPIC = "Make a prompt that summarizes a podcast episode."
LETTER = "a cover letter for a junior nurse"


def write_lines(name: str, events: Iterable[dict[str, Any]]) -> None:
    lines = [json.dumps(event, ensure_ascii=False) + "\n" for event in events]
    (HERE / name).write_text("".join(lines), encoding="utf-8")


def record_job(job: Job, name: str) -> dict[str, Any]:
    with job:
        events = list(job.events())
        result = job.result()
    write_lines(name, [*events, {"event": "result", "value": result}])
    return result


def record_engine(gguf: Path, log: Path, likes: list[tuple[str, str]]) -> None:
    """One request, from the loaded engine's first word to its answer."""
    args = {"gguf": gguf, "context": None, "threads": None, "adapter": None, "scale": 1.0}
    with Job.start("engine", args, log=log) as job:
        loaded = job.receive()
        assert loaded is not None

        class Counted:
            """Enough of an engine to lay the request out."""

            context = loaded["context"]

            def count(self, segments: list[Segment]) -> int:
                return 0

        prompter = Prompter.of(Counted(), likes)  # type: ignore[arg-type]
        segments = prompter.segments(TOPIC, shows=True)
        job.send(
            {
                "op": "generate",
                "id": 1,
                "segments": [(s.text, s.learn, s.end) for s in segments],
                "sampling": Sampling().to_json(),
                "seed": 7,
                "n": POOL,
            }
        )
        events = [loaded]
        while (event := job.receive()) is not None:
            events.append(event)
            if event["event"] == "answer":
                break
    write_lines("engine.jsonl", events)


def record_written(home: Home, library: Library) -> None:
    """What the app is given for two topics, two candidates and one."""
    found = {}
    with Writer(home, library, "default", log=home.logs / "engine.log") as writer:
        for topic, count in ((TOPIC, 2), (LETTER, 1)):
            written = writer.write(topic, n=count, seed=7)
            found[topic] = [
                {
                    "text": candidate.text,
                    "passages": candidate.settings["passages"],
                    "borrowed": candidate.settings["borrowed"],
                }
                for candidate in written.candidates
            ]
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (HERE / "written.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    HERE.mkdir(exist_ok=True)
    alone = sys.argv[1:] == ["written"]
    with tempfile.TemporaryDirectory() as folder:
        home = Home.under(Path(folder)).ensure()
        with Library(home.database) as library:
            data = starter_likes().read_bytes()
            import_likes(library, "default", data, name="starter_likes.jsonl")
            if alone:
                with pipeline_client.start_retrain(home, "default") as job:
                    job.result()
                record_written(home, library)
                return
            result = record_job(pipeline_client.start_retrain(home, "default"), "retrain.jsonl")
            run = home.runs / str(result["run"])
            for name in ("manifest.json", "evaluation.json"):
                shutil.copy(run / name, HERE / name)
            record_job(pipeline_client.start_evaluate(home, "default"), "evaluate.jsonl")
            likes = [(like.input, like.output) for like in library.likes("default")]
            record_engine(run / "model.gguf", home.logs / "engine.log", likes)
            record_written(home, library)


if __name__ == "__main__":
    main()

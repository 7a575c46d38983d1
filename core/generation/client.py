"""The engine as its users see it: prompts in, text out, from a model in a child process.

    with Engine.start(gguf, log=home.logs / "engine.log") as engine:
        for event in engine.generate(layout(topic, shown=likes), Sampling(), seed=1, n=3):
            ...

Use one engine from one thread at a time; only `cancel` may come from another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation.passages import Passage
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.jobs import Job
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.resident import Resident
from promptstyle.core.training.template import Segment

# llama.cpp's threads wait for each other many times a token. Spinning for long, they take the core
# from the very thread that they wait for as soon as anything else runs on the machine; not at all,
# an idle core falls asleep each time, and wakes up late. GNU's OpenMP knows of turns.
_OPENMP = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "3000"}


@dataclass(frozen=True)
class Token:
    """The next bit of text of a candidate (0, 1, ...), one token or a few."""

    candidate: int
    text: str


@dataclass(frozen=True)
class Done:
    """A whole candidate. `text` is what was streamed, or a beginning of it if it was cut back.

    `finish` is "stop" or "length"; `tokens` counts the generated ones, the end token included;
    `seconds` is its share of the time that it and those beside it took, the prompt's included.
    `logprob` is the mean natural log-probability of these tokens under the model's own
    distribution, at temperature 1 and before any sampler: how likely the text is after what stands
    before it. None where it was stopped halfway. `swapped` is set where no model wrote it: the key
    of the like that has the topic's words swapped in. `borrowed` are the sentences in it that
    others wrote on near topics; `passages` are all of its sentences with others that could stand
    in their places, where these are known.
    """

    candidate: int
    text: str
    finish: str
    tokens: int
    seconds: float
    logprob: float | None = None
    swapped: str = ""
    borrowed: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()


class Engine(Resident):
    """A model that stays loaded in a child process. Make it with `start`."""

    name = "engine"

    def __init__(self, job: Job, loaded: dict[str, Any]) -> None:
        super().__init__(job)
        self._looked_at: set[Path] = set()
        self._read(loaded)
        self.load_seconds = float(loaded["seconds"])

    def _read(self, loaded: dict[str, Any]) -> None:
        # Tokens that the context holds, prompt and answer together.
        self.context = int(loaded["context"])
        self.threads = int(loaded["threads"])
        self.vocab = int(loaded["vocab"])

    @classmethod
    def start(
        cls,
        gguf: Path,
        *,
        log: Path,
        context: int | None = None,
        threads: int | None = None,
        adapter: Path | None = None,
        scale: float = 1.0,
        env: Mapping[str, str] | None = None,
    ) -> Engine:
        """Load a model, with a LoRA `adapter` (GGUF) on top at `scale` if given.

        `context` defaults to the model's own, at most 2048 tokens; `threads` to one for a file
        below 100 MB, else the physical cores that this process may use, at most 8; a token may be
        given fewer of these, where nobody names a number (`threads.py`). `env` is for
        the child, see `Job.start`. Raises PromptstyleError for a file that is
        missing, broken or not loadable, whatever llama.cpp does with it.
        """
        _check(gguf, "model")
        if adapter is not None:
            _check(adapter, "adapter")
        args = {
            "gguf": gguf.absolute(),
            "context": context,
            "threads": threads,
            "adapter": adapter.absolute() if adapter else None,
            "scale": scale,
        }
        try:
            return cls(*cls._load("engine", args, log, {**_OPENMP, **(env or {})}))
        except PromptstyleError as error:
            raise _of_model(error, gguf) from error

    @classmethod
    def of(cls, files: ModelFiles, *, log: Path) -> Engine:
        """Load the model of `files`; see `start`."""
        return cls.start(files.gguf, log=log, adapter=files.adapter, scale=files.scale)

    def generate(
        self, segments: Sequence[Segment], sampling: Sampling, seed: int, n: int = 1
    ) -> Iterator[Token | Done]:
        """Write `n` candidates, several side by side, as Token and Done events.

        Candidate i is drawn with `seed` + i and, with the same `sampling`, does not depend on what
        was generated before or is written beside it, nor on how many threads there are; another
        machine may give another text. Raises
        PromptstyleError (code "too_long" for a prompt that does not fit), Cancelled after
        `cancel`. Leaving the iteration early stops the writing.
        """
        request = {
            "op": "generate",
            "segments": _rows(segments),
            "sampling": sampling.to_json(),
            "seed": seed,
            "n": n,
        }
        for event in self._ask(request):
            if event["event"] == "token":
                yield Token(event["candidate"], event["text"])
            elif event["event"] == "done":
                yield Done(
                    event["candidate"],
                    event["text"],
                    event["finish"],
                    event["tokens"],
                    event["seconds"],
                    event["logprob"],
                )

    def write(
        self, segments: Sequence[Segment], sampling: Sampling, seed: int, n: int = 1
    ) -> list[Done]:
        """`generate` without the stream, in the order of the candidates."""
        events = self.generate(segments, sampling, seed, n)
        done = [event for event in events if isinstance(event, Done)]
        return sorted(done, key=lambda each: each.candidate)

    def score(self, segments: Sequence[Segment]) -> float:
        """Mean log-probability (natural) of the tokens of the segments with `learn`."""
        return float(self._value({"op": "score", "segments": _rows(segments)}))

    def options(self, segments: Sequence[Segment], options: Sequence[str]) -> list[float]:
        """How probable each of `options` is as what follows `segments`: natural logarithms.

        The sum over an option's tokens, no end token after them. Raises PromptstyleError (code
        "too_long" for segments that do not fit), UsageError for an empty option.
        """
        request = {"op": "options", "segments": _rows(segments), "options": list(options)}
        found: list[float] = self._value(request)
        return found

    def following(
        self, segments: Sequence[Segment], said: str, options: Sequence[str]
    ) -> list[float]:
        """How likely each of `options` is to go on with the answer to `segments`, of which `said`
        ("" for none) is written: the mean natural log-probability of its tokens.

        No end token after them. An option begins with its blank where one is to stand. All are
        evaluated side by side: `options` takes longer for the same. With the same options in the
        same order the numbers are the same to the last bit. Raises PromptstyleError (code
        "too_long" for texts that do not fit), UsageError for an empty option.
        """
        request = {
            "op": "following",
            "segments": _rows(segments),
            "said": said,
            "options": list(options),
        }
        found: list[float] = self._value(request)
        return found

    def encode(self, segments: Sequence[Segment]) -> list[int]:
        """The token ids of `segments`, the beginning token included."""
        ids: list[int] = self._value({"op": "encode", "segments": _rows(segments)})
        return ids

    def count(self, segments: Sequence[Segment]) -> int:
        """How many tokens `segments` take of the context."""
        return len(self.encode(segments))

    def use(self, gguf: Path, adapter: Path | None = None, scale: float = 1.0) -> None:
        """Write with another model from now on, loaded now if it is not; see `start`.

        One that was in use lately is there at once, with another adapter too. Raises
        PromptstyleError; the model before then stays in use.
        """
        for path, code in ((gguf, "model"), (adapter, "adapter")):
            if path is not None and not (path in self._looked_at and path.is_file()):
                _check(path, code)
                self._looked_at.add(path)
        request = {
            "op": "use",
            "gguf": str(gguf.absolute()),
            "adapter": str(adapter.absolute()) if adapter else None,
            "scale": scale,
        }
        try:
            self._read(self._value(request))
        except PromptstyleError as error:
            raise _of_model(error, gguf) from error

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        """Put a LoRA adapter (GGUF) of this base on top, in place of the last; None for none."""
        if path is not None:
            _check(path, "adapter")
        name = str(path.absolute()) if path else None
        self._value({"op": "adapter", "path": name, "scale": scale})


def _rows(segments: Sequence[Segment]) -> list[tuple[str, bool, bool]]:
    return [(segment.text, segment.learn, segment.end) for segment in segments]


def _of_model(error: PromptstyleError, gguf: Path) -> PromptstyleError:
    """The same, said of the file if llama.cpp died of it."""
    if error.code != "crashed":
        return error
    return PromptstyleError(
        f"llama.cpp failed on {gguf.name}: {error.message}", error.hint, code="model"
    )


def _check(path: Path, code: str) -> None:
    """Look at a GGUF before llama.cpp does, whose loader may end the process."""
    if not path.is_file():
        raise PromptstyleError(
            f"there is no file {path}", "it is made anew by `promptstyle retrain`", code=code
        )
    from promptstyle.convert import ConvertError, check_gguf

    try:
        check_gguf(path)
    except ConvertError as error:
        raise PromptstyleError(error.message, error.hint, code=code) from error

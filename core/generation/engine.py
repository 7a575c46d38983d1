"""The engine's child process: a model that stays loaded and answers requests.

Requests are `{"op", "id", ...}`; each ends in one `answer` or `refused` event with its id, and a
`generate` sends `token` and `done` events before. `{"op": "cancel", "id"}` takes one back. The
client is `promptstyle.core.generation.client`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from promptstyle.core.channel import Channel
from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.generation.following import divided, following
from promptstyle.core.generation.lanes import Lane, waves
from promptstyle.core.generation.llama import SMALL_FILE, Interrupted, Model
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.resident import serve
from promptstyle.core.training.template import Segment

# A prompt must leave at least this many tokens for the answer, or all of a shorter answer.
ROOM = 64
# Models of TinyLlama's size take more than a gigabyte each.
LOADED = 2
# Of the embedded base's size each takes 60 MB, most of it the context.
SMALL_LOADED, SMALL_TOGETHER = 8, 200_000_000


def engine_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Load `args["gguf"]` and serve until `close`; see `Engine.start` for the arguments."""
    return EngineServer(args, channel).serve()


class EngineServer:
    """The models that are loaded, the one in use, and the request that it works on."""

    def __init__(self, args: dict[str, Any], channel: Channel) -> None:
        began = time.monotonic()
        self._channel = channel
        self._request = 0
        self._asked = {"context": args.get("context"), "threads": args.get("threads")}
        # In the order of their last use.
        self._models: dict[Path, Model] = {}
        self._model = self._use(args)
        channel.send(
            {
                "event": "loaded",
                **self._state(),
                "trained_context": self._model.trained_context,
                "seconds": time.monotonic() - began,
            }
        )

    def _use(self, asked: dict[str, Any]) -> Model:
        """The model of the file `asked["gguf"]`, with `asked["adapter"]` on top, or none.

        One that is loaded already is there at once. Those that were not used for longest are
        given up.
        """
        gguf = Path(asked["gguf"])
        model = self._models.pop(gguf, None)
        if model is None:
            model = Model(gguf, **self._asked, should_stop=self._taken_back)
        self._models[gguf] = model
        adapter = asked.get("adapter")
        model.set_adapter(Path(adapter) if adapter else None, float(asked.get("scale", 1.0)))
        while len(self._models) > most_loaded(each.size for each in self._models.values()):
            self._models.pop(next(iter(self._models))).close()
        return model

    def _state(self) -> dict[str, Any]:
        return {
            "context": self._model.context,
            "threads": self._model.threads,
            "vocab": self._model.vocab_size,
        }

    def serve(self) -> dict[str, Any]:
        """Answer requests one after another until `close` or the end of the line."""
        return serve(self._channel, self._answer)

    def _answer(self, request: dict[str, Any]) -> Any:
        self._request = int(request["id"])
        try:
            return self._done(request)
        except Interrupted:
            raise Cancelled() from None

    def _done(self, request: dict[str, Any]) -> Any:
        match request["op"]:
            case "generate":
                return self._generate(request)
            case "score":
                encoded = self._model.encode(_segments(request))
                self._check_room(len(encoded.ids), 0)
                return self._model.score(encoded)
            case "options":
                return self._options(request)
            case "following":
                return self._following(request)
            case "encode":
                return self._model.encode(_segments(request)).ids
            case "adapter":
                path = request["path"]
                self._model.set_adapter(Path(path) if path else None, float(request["scale"]))
                return None
            case "use":
                self._model = self._use(request)
                return self._state()
        raise UsageError(f"the engine knows no {request['op']!r}", "this is a fault in the program")

    def _options(self, request: dict[str, Any]) -> list[float]:
        prompt = self._model.encode(_segments(request)).ids
        options = [self._model.tokenize(text) for text in request["options"]]
        if not all(options):
            raise UsageError("an empty text is no option", "name texts that can follow")
        self._check_room(len(prompt), max(map(len, options), default=0))
        return self._model.options(prompt, options)

    def _following(self, request: dict[str, Any]) -> list[float]:
        prompt = self._model.encode(_segments(request)).ids
        said, options = request["said"], request["options"]
        if not all(options):
            raise UsageError("an empty text is no option", "name texts that can follow")
        beginning, rests = divided(self._model, said, options)
        self._check_room(len(prompt), len(beginning) + max(map(len, rests), default=0))
        return following(self._model, prompt, said, options)

    def _generate(self, request: dict[str, Any]) -> None:
        sampling = Sampling.from_json(request["sampling"])
        prompt = self._model.encode(_segments(request)).ids
        self._check_room(len(prompt), min(sampling.max_tokens, ROOM))
        limit = min(sampling.max_tokens, self._model.context - len(prompt))
        # Greedy decoding has one answer.
        lanes = 1 if sampling.greedy else self._model.lanes(len(prompt), limit)
        for wave in waves(int(request["seed"]), int(request["n"]), lanes):
            self._side_by_side(prompt, sampling, limit, wave, lanes)

    def _side_by_side(
        self,
        prompt: list[int],
        sampling: Sampling,
        limit: int,
        wave: dict[int, tuple[int, int]],
        lanes: int,
    ) -> None:
        """Write the (candidate, seed) of each lane in `wave`, a token of each at a time."""
        model = self._model
        began, position = time.monotonic(), len(prompt)
        with ExitStack() as stack:
            growing = {
                row: stack.enter_context(Lane.open(model, sampling, candidate, seed, limit))
                for row, (candidate, seed) in wave.items()
            }
            model.prepare(prompt, lanes)
            while growing:
                # What goes on in a lane that is over or was empty reaches nobody.
                tokens = [prompt[-1]] * lanes
                for row, lane in growing.items():
                    if self._taken_back():
                        raise Interrupted
                    self._show(lane.candidate, lane.grow(row))
                    tokens[row] = lane.last
                now = time.monotonic()
                for lane in growing.values():
                    lane.seconds += (now - began) / len(growing)
                    if lane.over:
                        self._end(lane)
                began = now
                growing = {row: lane for row, lane in growing.items() if not lane.over}
                if growing:
                    model.advance(tokens, position)
                    position += 1

    def _end(self, lane: Lane) -> None:
        late, done = lane.finish()
        self._show(lane.candidate, late)
        self._channel.send({"event": "done", "id": self._request, **done})

    def _show(self, candidate: int, text: str) -> None:
        if text:
            self._channel.send(
                {"event": "token", "id": self._request, "candidate": candidate, "text": text}
            )

    def _check_room(self, tokens: int, room: int) -> None:
        if tokens + room > self._model.context:
            raise PromptstyleError(
                f"the text takes {tokens} tokens, of the {self._model.context} that the model "
                f"can hold{f' with {room} for the answer' if room else ''}",
                "shorten the topic, or show fewer likes",
                code="too_long",
            )

    def _taken_back(self) -> bool:
        return self._channel.cancelled or self._channel.withdrawn(self._request)


def most_loaded(sizes: Iterable[int]) -> int:
    """How many models may be loaded at once, given the sizes of their files (bytes).

    Of large ones the one that writes and the base to compare it with; small ones take hardly any
    memory.
    """
    sizes = list(sizes)
    if sum(sizes) <= SMALL_TOGETHER:
        return SMALL_LOADED
    small = sum(size <= SMALL_FILE for size in sizes)
    return min(LOADED + small, SMALL_LOADED)


def _segments(request: dict[str, Any]) -> list[Segment]:
    return [Segment(text, learn=learn, end=end) for text, learn, end in request["segments"]]

"""Requests and answers in the forms of OpenAI's API, as far as they make sense here.

github.com/openai/openai-openapi: `chat/completions` and the older `completions`. A request is a
topic; what a client says of temperatures and penalties is passed over, since a prompt is sampled
here as in the app.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from promptstyle.core.errors import UsageError
from promptstyle.core.generation.sampling import SEEDS
from promptstyle.core.written import Written

# What the served style is called, whichever run writes.
MODEL = "promptstyle"
MOST = 16


@dataclass(frozen=True)
class Request:
    """A topic, how many prompts for it, by which seed, and whether as a stream of events."""

    topic: str
    n: int = 1
    seed: int | None = None
    stream: bool = False
    chat: bool = True


def parse(body: bytes, *, chat: bool) -> Request:
    """The request in `body`. Raises UsageError that says which field cannot be."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the body is not JSON: {error}", "send a JSON object") from error
    if not isinstance(document, dict):
        raise UsageError("the body is no JSON object", "send a JSON object")
    model = document.get("model", MODEL)
    if model != MODEL:
        raise UsageError(
            f"there is no model {model!r:.60}", f"the model is {MODEL!r}", code="model_not_found"
        )
    topic = _last_of_user(document.get("messages")) if chat else document.get("prompt")
    if not isinstance(topic, str):
        field = "messages" if chat else "prompt"
        raise UsageError(f"{field} says no topic", "give the topic as a text")
    return Request(
        topic,
        _whole(document, "n", 1, 1, MOST) or 1,
        _whole(document, "seed", None, 0, SEEDS - 1),
        document.get("stream") is True,
        chat,
    )


def _last_of_user(messages: Any) -> str | None:
    """The text of the last message of the user; what an editor says as "system" is no topic."""
    if not isinstance(messages, list):
        return None
    for message in reversed(messages):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                parts = [part.get("text") for part in content if isinstance(part, dict)]
                return "\n".join(part for part in parts if isinstance(part, str))
            return content if isinstance(content, str) else None
    return None


def _whole(document: dict[str, Any], name: str, default: int | None, low: int, high: int) -> Any:
    value = document.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f"{name} is {value!r:.60}", f"it can be a whole number, {low} to {high}")
    return value


def answer(request: Request, written: Written) -> dict[str, Any]:
    """The whole answer. `promptstyle` has the ids, for `promptstyle like`, and who wrote."""
    choices = [
        _choice(place, candidate.text, candidate.finish, request.chat)
        for place, candidate in enumerate(written.candidates)
    ]
    return {**_head(request, written, ""), "choices": choices}


def events(request: Request, written: Written) -> Iterator[str]:
    """The same as server-sent events; a text comes whole, since it is the best of several."""
    head = _head(request, written, ".chunk" if request.chat else "")
    for place, candidate in enumerate(written.candidates):
        for part in (candidate.text, None):
            finish = None if part is not None else candidate.finish
            choice: dict[str, Any] = {"index": place, "finish_reason": finish}
            if request.chat:
                choice["delta"] = {} if part is None else {"role": "assistant", "content": part}
            else:
                choice |= {"text": part or "", "logprobs": None}
            yield f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"
    yield "data: [DONE]\n\n"


def _head(request: Request, written: Written, suffix: str) -> dict[str, Any]:
    kind = "chat.completion" if request.chat else "text_completion"
    first = written.candidates[0].id if written.candidates else "none"
    return {
        "id": f"{'chatcmpl' if request.chat else 'cmpl'}-{first}",
        "object": kind + suffix,
        "created": int(time.time()),
        "model": MODEL,
        "promptstyle": {
            "ids": [candidate.id for candidate in written.candidates],
            "run": written.run,
            "mode": written.mode,
            "seed": written.seed,
        },
    }


def _choice(place: int, text: str, finish: str, chat: bool) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": place, "finish_reason": finish, "logprobs": None}
    if chat:
        return {**choice, "message": {"role": "assistant", "content": text}}
    return {**choice, "text": text}


def failure(message: str, hint: str, code: str, kind: str) -> dict[str, Any]:
    """An error as OpenAI's clients read it."""
    return {"error": {"message": f"{message}; {hint}", "type": kind, "param": None, "code": code}}

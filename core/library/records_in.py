"""From one record of a file, in any of the formats that others write, to liked prompts."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, cast

from promptstyle.core.library.records import NewLike, Side
from promptstyle.core.library.text import MAX_TAGS, problem, tag_problem, tidy

_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MAX_SOURCE = 200
# Their text teaches the model nothing about topic and prompt.
_IGNORED_ROLES = {"system", "developer"}


class BadRecord(ValueError):
    """A record that cannot be taken; the text says why."""


def pairs_of(record: object, source: str) -> list[NewLike]:
    """The likes in `record`: {"input","output"}, alpaca's, or OpenAI's {"messages"}.

    `source` is noted where the record has none. Raises BadRecord; then nothing of the record
    should be taken.
    """
    if not isinstance(record, dict):
        raise BadRecord(f'is {_a(record)}, not an object like {{"input": …, "output": …}}')
    if _as_the_app_says(record):
        record = {**record, "input": record["topic"], "output": record["prompt"]}
    if "messages" in record:
        return _of_messages(record["messages"], source)
    if "output" not in record and ("input" in record or "instruction" in record):
        raise BadRecord("has no output")
    if "instruction" in record:
        # Alpaca's input is what the instruction is about, often empty.
        topic = _text(record["instruction"], "instruction")
        about = record.get("input")
        if about is not None and about != "":
            topic = f"{topic}\n\n{_text(about, 'input', empty=True)}"
    elif "input" in record:
        topic = record["input"]
    else:
        raise BadRecord("has none of: input and output, instruction and output, messages")
    return [
        NewLike(
            _text(topic, "instruction" if "instruction" in record else "input"),
            _text(record["output"], "output"),
            _tags(record.get("tags")),
            _source(record.get("source")) or source,
            _created(record.get("created")),
            _side(record.get("side")),
        )
    ]


def known(names: Collection[str]) -> bool:
    """Whether fields of these `names` make a liked prompt: what a table's header has to say."""
    named = "output" in names and not {"input", "instruction"}.isdisjoint(names)
    return named or _as_the_app_says(names)


def _as_the_app_says(names: Collection[str]) -> bool:
    """Whether the two are called topic and prompt, as in the app, and not something else."""
    theirs = {"input", "instruction", "output"}
    return "topic" in names and "prompt" in names and theirs.isdisjoint(names)


def _of_messages(messages: object, source: str) -> list[NewLike]:
    if not isinstance(messages, list):
        raise BadRecord(f"messages is {_a(messages)}, not a list")
    likes: list[NewLike] = []
    topic: str | None = None
    for number, message in enumerate(messages, start=1):
        if not isinstance(message, dict):
            raise BadRecord(f"message {number} is {_a(message)}, not an object")
        role, what = message.get("role"), f"message {number}"
        if isinstance(role, str) and role in _IGNORED_ROLES:
            continue
        if role == "user":
            if topic is not None:
                raise BadRecord(f"{what} is the user's second in a row")
            topic = _text(_content(message.get("content"), what), what)
        elif role == "assistant":
            if topic is None:
                raise BadRecord(f"{what} is an answer to nothing")
            prompt = _text(_content(message.get("content"), what), what)
            # OpenAI's mark for an answer that is there as context and not to be learnt.
            if message.get("weight") != 0:
                likes.append(NewLike(topic, prompt, source=source))
            topic = None
        else:
            raise BadRecord(f"{what} has the role {_short(role)}, not user or assistant")
    if topic is not None:
        raise BadRecord("the last message has no answer")
    if not likes:
        raise BadRecord("has no message of a user with an answer")
    return likes


def _content(content: object, what: str) -> object:
    """The text of a message, which may come in parts."""
    if not isinstance(content, list):
        return content
    parts: list[str] = []
    for part in content:
        if not isinstance(part, dict) or not isinstance(part.get("text"), str):
            raise BadRecord(f"{what} has a part that is not text")
        parts.append(part["text"])
    return "\n".join(parts)


def _text(value: object, what: str, *, empty: bool = False) -> str:
    tidied = tidy(value) if isinstance(value, str) else value
    reason = problem(tidied)
    if reason is not None and not (empty and reason == "is empty"):
        raise BadRecord(f"{what} {reason}")
    return cast(str, tidied)


def _tags(value: object) -> tuple[str, ...]:
    """Our own exports' tags: a list, or in CSV words between commas. Others' are let go."""
    if isinstance(value, str):
        value = re.split("[,;]", value)
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        return ()
    tags = tuple(dict.fromkeys(tag.strip() for tag in value if tag.strip()))
    for tag in tags:
        if reason := tag_problem(tag):
            raise BadRecord(f"a tag {reason}")
    if len(tags) > MAX_TAGS:
        raise BadRecord(f"has {len(tags)} tags, more than {MAX_TAGS}")
    return tags


def _source(value: object) -> str:
    good = isinstance(value, str) and len(value) <= _MAX_SOURCE and problem(value) is None
    return cast(str, value) if good else ""


def _created(value: object) -> str:
    return value if isinstance(value, str) and _CREATED.fullmatch(value) else ""


def _side(value: object) -> Side | None:
    sides: dict[object, Side] = {"train": "train", "held": "held"}
    return sides.get(value) if isinstance(value, str) else None


def _a(value: object) -> str:
    names: dict[type[Any], str] = {
        str: "text",
        dict: "an object",
        list: "a list",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _short(value: object) -> str:
    return repr(value)[:40]

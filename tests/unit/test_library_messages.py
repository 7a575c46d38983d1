"""Reading likes from OpenAI messages: every turn a pair, bad rows refused whole."""

from __future__ import annotations

import json

import pytest

from promptstyle.core.library.importing import ReadResult, read_likes


def read(text: str | bytes) -> ReadResult:
    return read_likes(text if isinstance(text, bytes) else text.encode(), name="likes.txt")


def texts(result: ReadResult) -> list[tuple[str, str]]:
    return [(like.input, like.output) for like in result.pairs]


def reasons(result: ReadResult) -> list[tuple[int, str]]:
    return [(rejected.line, rejected.reason) for rejected in result.rejected]


def message(role: str, content: object, **more: object) -> dict[str, object]:
    return {"role": role, "content": content, **more}


def test_openai_messages_give_a_pair_for_every_turn() -> None:
    rows = [
        {"messages": [message("user", "u1"), message("assistant", "a1")]},
        {
            "messages": [
                message("system", "You are."),
                message("developer", "Be."),
                message("user", "u2"),
                message(
                    "assistant", [{"type": "text", "text": "a"}, {"type": "text", "text": "2"}]
                ),
                message("user", "u3"),
                message("assistant", "a3", weight=0),
                message("user", "u4"),
                message("assistant", "a4", weight=1),
            ]
        },
    ]
    result = read("\n".join(map(json.dumps, rows)))
    assert texts(result) == [("u1", "a1"), ("u2", "a\n2"), ("u4", "a4")]
    assert result.rejected == []
    assert texts(read(json.dumps(rows, indent=1))) == texts(result)


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ("hello", "messages is text, not a list"),
        ([], "has no message of a user with an answer"),
        ([message("system", "s")], "has no message of a user with an answer"),
        (["x"], "message 1 is text, not an object"),
        ([message("assistant", "a")], "message 1 is an answer to nothing"),
        ([message("user", "u")], "the last message has no answer"),
        ([message("user", "u"), message("user", "v")], "message 2 is the user's second in a row"),
        ([message("tool", "t")], "message 1 has the role 'tool', not user or assistant"),
        ([message("user", "u"), message("assistant", None)], "message 2 is not text but null"),
        (
            [message("user", [{"type": "image_url", "image_url": "x"}])],
            "message 1 has a part that is not text",
        ),
        (
            [message("user", "u"), message("assistant", "a"), message("user", "\x01")],
            "message 3 has a control character (U+0001 at character 1)",
        ),
    ],
)
def test_messages_that_make_no_pairs_are_refused_whole(messages: object, reason: str) -> None:
    result = read(json.dumps({"messages": messages}))
    assert result.pairs == []
    assert reasons(result) == [(1, reason)]

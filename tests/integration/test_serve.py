"""The endpoint as other programs see it: the official client talks to a real server."""

from __future__ import annotations

import concurrent.futures
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import openai
import pytest

from promptstyle.core.bases import registry
from promptstyle.core.library import Library
from promptstyle.core.library.importing import read_likes
from promptstyle.core.paths import HOME_VARIABLE, Home
from promptstyle.core.serving.app import MOST_BYTES

KEY = "of-this-test"
TOPIC = "Make a prompt that explains a chart to a child."


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, tiny_base: Path, starter_likes: Path
) -> Iterator[tuple[Home, str, subprocess.Popen[str]]]:
    """A home, the URL of its server, and the server, which one test may stop."""
    root = tmp_path_factory.mktemp("served")
    home = Home.under(root).ensure()
    registry.add(home, tiny_base, "tiny")
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.set_base("default", "tiny")
        likes = read_likes(starter_likes.read_bytes(), name=starter_likes.name).pairs
        library.add_likes("default", likes)
    process = subprocess.Popen(
        [sys.executable, "-m", "promptstyle.tui.cli.main", "serve", "--port", "0", "--json"],
        env={**os.environ, HOME_VARIABLE: str(root), "PROMPTSTYLE_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield home, json.loads(process.stdout.readline())["url"], process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def client(served: tuple[Home, str, subprocess.Popen[str]]) -> openai.OpenAI:
    return openai.OpenAI(base_url=served[1], api_key=KEY, max_retries=0)


def ask(client: openai.OpenAI, **asked: object) -> openai.types.chat.ChatCompletion:
    return client.chat.completions.create(
        **{"model": "promptstyle", "messages": [{"role": "user", "content": TOPIC}], **asked}
    )  # type: ignore[call-overload, no-any-return]


def test_the_official_client_gets_a_prompt(
    served: tuple[Home, str, subprocess.Popen[str]], client: openai.OpenAI
) -> None:
    assert [model.id for model in client.models.list()] == ["promptstyle"]
    done = ask(client, seed=3, temperature=1.3)
    (choice,) = done.choices
    assert choice.message.content and choice.finish_reason in ("stop", "length")
    assert ask(client, seed=3).choices[0].message.content == choice.message.content
    # It is a candidate as any other, which can be liked.
    extra = done.model_extra or {}
    (identifier,) = extra["promptstyle"]["ids"]
    with Library(served[0].database) as library:
        stored = library.candidate(identifier)
    assert (stored.text, stored.topic) == (choice.message.content, TOPIC)


def test_the_last_word_of_the_user_is_the_topic(
    served: tuple[Home, str, subprocess.Popen[str]], client: openai.OpenAI
) -> None:
    messages = [
        {"role": "system", "content": "You are an editor."},
        {"role": "user", "content": "Earlier."},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": [{"type": "text", "text": TOPIC}]},
    ]
    done = ask(client, messages=messages, n=3, seed=5)
    assert len(done.choices) == len({choice.message.content for choice in done.choices}) == 3
    with Library(served[0].database) as library:
        for identifier in (done.model_extra or {})["promptstyle"]["ids"]:
            assert library.candidate(identifier).topic == TOPIC


def test_as_a_stream_it_is_the_same_text(client: openai.OpenAI) -> None:
    parts = list(ask(client, seed=3, stream=True))  # type: ignore[call-overload]
    text = "".join(part.choices[0].delta.content or "" for part in parts)
    assert text == ask(client, seed=3).choices[0].message.content
    assert parts[-1].choices[0].finish_reason in ("stop", "length")


def test_the_older_completions_work_too(client: openai.OpenAI) -> None:
    done = client.completions.create(model="promptstyle", prompt=TOPIC, seed=3)
    assert done.choices[0].text == ask(client, seed=3).choices[0].message.content
    parts = client.completions.create(model="promptstyle", prompt=TOPIC, seed=3, stream=True)
    assert "".join(part.choices[0].text for part in parts) == done.choices[0].text


def test_several_at_once_are_answered_one_after_the_other(client: openai.OpenAI) -> None:
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        texts = [
            found.choices[0].message.content
            for found in pool.map(lambda seed: ask(client, seed=seed), [3, 4, 3, 4])
        ]
    assert texts[:2] == texts[2:]


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        ({"model": "gpt-4"}, openai.NotFoundError, "promptstyle"),
        ({"messages": []}, openai.BadRequestError, "no topic"),
        ({"messages": [{"role": "user", "content": "  "}]}, openai.BadRequestError, "topic"),
        ({"n": 99}, openai.BadRequestError, "1 to 16"),
        ({"seed": "x"}, openai.BadRequestError, "whole number"),
        (
            {"messages": [{"role": "user", "content": "long " * MOST_BYTES}]},
            openai.APIStatusError,
            "64 KiB",
        ),
    ],
)
def test_what_cannot_be_is_said_in_the_clients_form(
    client: openai.OpenAI, asked: dict[str, object], kind: type[openai.APIStatusError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        ask(client, **asked)
    assert caught.value.status_code in (400, 404, 413)


def test_without_the_key_nothing_is_told(served: tuple[Home, str, subprocess.Popen[str]]) -> None:
    wrong = openai.OpenAI(base_url=served[1], api_key="another", max_retries=0)
    for call in (wrong.models.list, lambda: ask(wrong)):
        with pytest.raises(openai.AuthenticationError):
            call()


def raw(url: str, headers: dict[str, str]) -> int:
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    try:
        connection.request("GET", "/v1/models", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_web_page_cannot_reach_it_by_another_name(
    served: tuple[Home, str, subprocess.Popen[str]],
) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    assert raw(served[1], key) == 200
    assert raw(served[1], {**key, "Host": "evil.example"}) == 400


def test_a_port_in_use_is_said(served: tuple[Home, str, subprocess.Popen[str]]) -> None:
    port = str(urlsplit(served[1]).port)
    done = subprocess.run(
        [sys.executable, "-m", "promptstyle.tui.cli.main", "serve", "--port", port],
        env={**os.environ, HOME_VARIABLE: str(served[0].data.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and f"port {port} cannot be used" in done.stderr
    assert "--port 0" in done.stderr


def test_ctrl_c_stops_it_and_its_model(served: tuple[Home, str, subprocess.Popen[str]]) -> None:
    """The last test of this module: afterwards nobody answers."""
    process = served[2]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert process.stderr is not None
    said = process.stderr.read()
    assert "Traceback" not in said and KEY not in said
    with pytest.raises(ConnectionRefusedError):
        raw(served[1], {})

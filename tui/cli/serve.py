"""`serve`: the style for other programs on this machine."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket

import click

from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import Whole, command
from promptstyle.tui.cli.generate import mode_option
from promptstyle.tui.cli.state import State

HOST, PORT = "127.0.0.1", 8484
KEY = "PROMPTSTYLE_KEY"
# Seconds that a request under way has when the server is stopped.
PATIENCE = 2


@command(
    "serve",
    short_help="Let other programs ask for prompts.",
    example="""
    promptstyle serve
    PROMPTSTYLE_KEY=secret promptstyle serve --port 9000
    """,
)
@click.option(
    "--port",
    type=Whole(0, 65535),
    default=PORT,
    show_default=True,
    metavar="N",
    help="Where to listen; 0 takes a free one.",
)
@mode_option
def serve(state: State, port: int, mode: str) -> None:
    """Put the style behind an OpenAI-compatible endpoint on this machine, until Ctrl+C.

    Any program that can use OpenAI's API with a URL of its own can ask it: the last message of
    the user is the topic, the answer the prompt. Only this machine can reach it, and only with
    the key: PROMPTSTYLE_KEY, or one that is drawn and told on stderr.
    """
    import uvicorn

    from promptstyle.core.serving.app import Endpoint
    from promptstyle.core.writing import Writer

    key = os.environ.get(KEY, "") or secrets.token_urlsafe(24)
    with state.own_library() as library, _listening(port) as listener:
        log = state.home.logs / "engine.log"
        with Writer(state.home, library, state.profile, log=log) as writer:
            # Fails now where there is nothing to write with, and not at the first request.
            writer.warm(mode)
            url = f"http://{HOST}:{listener.getsockname()[1]}/v1"
            if state.json:
                output.row({"url": url, "model": "promptstyle", "profile": state.profile})
            else:
                output.text(f"{url}  model promptstyle, the style of {state.profile}")
            if not os.environ.get(KEY):
                output.note(f"key: {key}")
            output.note("Ctrl+C stops it")
            config = uvicorn.Config(
                Endpoint(writer, key, mode).app(),
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=PATIENCE,
            )
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])
            writer.cancel()


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise PromptstyleError(
            f"port {port} cannot be used: {error.strerror or error}",
            "give another one with --port, or --port 0 for a free one",
            code="port",
        ) from error
    return listener


COMMANDS = {"serve": serve}

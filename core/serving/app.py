"""The endpoint as an ASGI application: a key, a limit on what is sent, one writing at a time."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.failures import describe
from promptstyle.core.serving import messages
from promptstyle.core.writing import Writer
from promptstyle.core.written import Written

# A topic has a few thousand characters at most; editors send a little around it.
MOST_BYTES = 64 * 1024
# Seconds between two looks at whether the client is still there.
LOOK = 0.5
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

Handler = Callable[[Request], Awaitable[Response]]


class Endpoint:
    """Answers for one writer to whoever has the key."""

    def __init__(self, writer: Writer, key: str, mode: str = "auto") -> None:
        self._writer, self._key, self._mode = writer, key.encode(), mode
        # Made by the first request: an asyncio lock belongs to the loop that uses it.
        self._lock: asyncio.Lock | None = None

    def app(self) -> Starlette:
        """The application. Names other than loopback's are refused: no web page can reach it."""
        app = Starlette(
            routes=[
                Route("/v1/models", self._guarded(self._models), methods=["GET"]),
                Route("/v1/chat/completions", self._guarded(self._chat), methods=["POST"]),
                Route("/v1/completions", self._guarded(self._completion), methods=["POST"]),
            ],
        )
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK)
        return app

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
            if not hmac.compare_digest(given, self._key):
                return _refusal(401, "the key is missing or wrong", "give it as the API key",
                                "invalid_api_key")  # fmt: skip
            try:
                return await handler(request)
            # Whatever it is, the client is told in its own form.
            except Exception as error:
                return _explained(describe(error))

        return guarded

    async def _models(self, _request: Request) -> Response:
        model = {"id": messages.MODEL, "object": "model", "created": 0, "owned_by": "you"}
        return JSONResponse({"object": "list", "data": [model]})

    async def _chat(self, request: Request) -> Response:
        return await self._answer(request, chat=True)

    async def _completion(self, request: Request) -> Response:
        return await self._answer(request, chat=False)

    async def _answer(self, request: Request, *, chat: bool) -> Response:
        asked = messages.parse(await _body(request), chat=chat)
        written = await self._write(request, asked)
        if asked.stream:
            return StreamingResponse(
                messages.events(asked, written), media_type="text/event-stream"
            )
        return JSONResponse(messages.answer(asked, written))

    async def _write(self, request: Request, asked: messages.Request) -> Written:
        """Write in a thread, one request after the other; stop if the client has gone."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            work = asyncio.create_task(
                asyncio.to_thread(
                    self._writer.write, asked.topic, n=asked.n, seed=asked.seed, mode=self._mode
                )
            )
            while not (await asyncio.wait([work], timeout=LOOK))[0]:
                if await request.is_disconnected():
                    self._writer.cancel()
            return work.result()


async def _body(request: Request) -> bytes:
    """What was sent. Raises PromptstyleError (code "too_large") before all of too much is read."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise PromptstyleError(
                f"the request is longer than {MOST_BYTES // 1024} KiB",
                "send a topic, without the files around it",
                code="too_large",
            )
    return body


_STATUS = {"too_large": 413, "model_not_found": 404, "no_run": 409, "no_likes": 409}


def _explained(error: PromptstyleError) -> Response:
    status = _STATUS.get(error.code, 400 if isinstance(error, UsageError) else 500)
    if isinstance(error, Cancelled):
        status = 503
    return _refusal(status, error.message, error.hint, error.code)


def _refusal(status: int, message: str, hint: str, code: str) -> Response:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return JSONResponse(messages.failure(message, hint, code, kind), status_code=status)

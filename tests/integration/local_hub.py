"""A hub on loopback: the paths, ranges and headers of huggingface.co, and its failures."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from promptstyle.core.bases.files import sha256
from promptstyle.core.bases.pinned import Pinned, PinnedFile

CHUNK = 1 << 16
NAMES = ["model.safetensors", "tokenizer.model", "tokenizer_config.json", "config.json"]


@dataclass
class LocalHub:
    """Serves a repository's files at one commit; `requests` are the (method, path, range) seen.

    `break_after` ends the next so many answers after that many bytes, without a word;
    `refuse` answers all with that status; `no_ranges` sends the whole file whatever is asked for;
    `moved` sends weights by a redirect, as the hub does to its CDN.
    """

    folder: Path
    repo: str
    revision: str
    endpoint: str = ""
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    break_after: list[int] = field(default_factory=list)
    refuse: int = 0
    no_ranges: bool = False
    moved: bool = True

    def pinned(self, names: list[str]) -> Pinned:
        """What a developer would pin of these files."""
        rows = []
        for name in names:
            path = self.folder / name
            rows.append(PinnedFile(name, path.stat().st_size, sha256(path)))
        return Pinned(self.repo, self.revision, "none", tuple(rows))

    def environment(self, cache: Path) -> dict[str, str]:
        """What a child process needs to fetch from here into `cache`."""
        return {
            **os.environ,
            "HF_ENDPOINT": self.endpoint,
            "HF_HUB_CACHE": str(cache),
            "HF_HUB_OFFLINE": "0",
            "HF_TOKEN": "hf_of_this_test",
            "PYTHONPATH": str(Path(__file__).parent),
        }

    def asked(self, method: str, name: str) -> list[str]:
        """The ranges of the requests for that file's bytes."""
        return [found for kind, path, found in self.requests
                if kind == method and path.endswith(f"/{name}")]  # fmt: skip


@contextmanager
def serving(folder: Path, repo: str, revision: str) -> Iterator[LocalHub]:
    """A hub that serves `folder` as `repo` at `revision` until the block ends."""
    hub = LocalHub(folder, repo, revision)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(send=False)

        def do_GET(self) -> None:
            self.answer(send=True)

        def answer(self, *, send: bool) -> None:
            path = urlsplit(self.path).path
            asked = self.headers.get("Range", "")
            hub.requests.append((self.command, path, asked))
            hub.tokens.append(self.headers.get("Authorization", ""))
            name = path.rsplit("/", 1)[-1]
            file = hub.folder / name
            known = path in (f"/{repo}/resolve/{revision}/{name}", f"/cdn/{name}")
            if hub.refuse or not known or not file.is_file():
                status = hub.refuse or 404
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if status == 404:
                    self.send_header("X-Error-Code", "EntryNotFound")
                self.end_headers()
                return
            size = file.stat().st_size
            large = name.endswith(".safetensors")
            etag = f"{'lfs' if large else 'git'}-{name}-{size}-{file.stat().st_mtime_ns}"
            if large and hub.moved and not path.startswith("/cdn/"):
                self.send_response(302)
                self.send_header("Location", f"{hub.endpoint}/cdn/{name}")
                self.send_header("X-Linked-Etag", f'"{etag}"')
                self.send_header("X-Linked-Size", str(size))
                self.send_header("X-Repo-Commit", revision)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = 0
            if asked and not hub.no_ranges:
                start = int(asked.removeprefix("bytes=").split("-")[0])
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(size - start))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("ETag", f'"{etag}"')
            self.send_header("X-Repo-Commit", revision)
            self.end_headers()
            if send:
                self.send_file(file, start)

        def send_file(self, file: Path, start: int) -> None:
            left = hub.break_after.pop(0) if hub.break_after else None
            with file.open("rb") as stream:
                stream.seek(start)
                while chunk := stream.read(CHUNK if left is None else min(CHUNK, left)):
                    self.wfile.write(chunk)
                    if left is not None:
                        left -= len(chunk)
                        if left <= 0:
                            self.close_connection = True
                            self.connection.close()
                            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

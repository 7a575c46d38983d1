"""Fetching a pinned base from the Hugging Face hub into the hub's own cache.

huggingface_hub knows the addresses, the tokens and the proxies (`HF_ENDPOINT`, `HF_TOKEN`,
`HF_HUB_OFFLINE`, `HF_HOME`, ...). Since its version 2 it drops what it has of a file when a
download breaks; so the bytes go to a file beside the cache's blobs that the next call goes on
with, and into the cache only once size and SHA-256 are the pinned ones.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptstyle.core.bases import adapted, files
from promptstyle.core.bases.hub_errors import explained, mismatch
from promptstyle.core.bases.pinned import PINNED, Pinned, PinnedFile
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home

if TYPE_CHECKING:
    from promptstyle.core.channel import Channel

# Left free beside the download, for whatever else the system writes meanwhile.
SPARE = 64 << 20
# Seconds between two reports.
EVERY = 0.1
# Bytes written at a time. The library's ten megabytes are lost when a connection breaks, and on a
# slow one they are a minute without a word.
CHUNK = 1 << 20
PARTIAL = ".promptstyle.part"
SET_ASIDE = ".mismatch"

# Hears of every stretch: which file, bytes that are here of all files, bytes of all files.
Progress = Callable[[str, int, int], None]


def snapshot(pinned: Pinned) -> Path:
    """Where the hub's cache has (or will have) the files of `pinned`."""
    return _storage(pinned) / "snapshots" / pinned.revision


def pull(name: str, progress: Progress | None = None) -> Path:
    """Fetch the base `name`, or what is lacking of it; returns its folder in the hub's cache.

    What is there already is read and compared too. Raises PromptstyleError if the hub cannot be
    reached or refuses, if there is too little space, or if a file is not the pinned one; a broken
    download goes on where it stopped when `pull` is called again.
    """
    from filelock import FileLock, Timeout

    pinned = PINNED[name]
    lock = FileLock(_blobs(pinned) / "promptstyle.lock", timeout=0)
    _blobs(pinned).mkdir(parents=True, exist_ok=True)
    try:
        with lock:
            _fetch_all(name, pinned, progress or (lambda *_: None))
    except Timeout:
        raise PromptstyleError(
            f"{name} is being fetched by another process",
            "wait for it, then run it again",
            code="busy",
        ) from None
    return snapshot(pinned)


def _fetch_all(name: str, pinned: Pinned, progress: Progress) -> None:
    lacking = [file for file in pinned.files if not _is_there(pinned, file)]
    _need_space(pinned, lacking)
    done = sum(file.size for file in pinned.files if file not in lacking)
    for file in lacking:
        meter = _Meter(file, done, pinned.size, progress)
        _fetch(name, pinned, file, meter)
        done += file.size


def _is_there(pinned: Pinned, file: PinnedFile) -> bool:
    """Whether the cache has the file; one that is not the pinned one is taken out of it."""
    path = snapshot(pinned) / file.name
    if not path.is_file():
        return False
    if _is_whole(path, file):
        return True
    blob = path.resolve()
    blob.replace(blob.with_name(f"{file.name}{SET_ASIDE}"))
    path.unlink(missing_ok=True)
    return False


def _need_space(pinned: Pinned, lacking: list[PinnedFile]) -> None:
    here = sum(_size(_partial(pinned, file)) for file in lacking)
    wanted = sum(file.size for file in lacking) - here
    free = shutil.disk_usage(_blobs(pinned)).free
    if wanted and free < wanted + SPARE:
        raise PromptstyleError(
            f"{wanted / 1e9:.1f} GB are needed in {_blobs(pinned)}, {free / 1e9:.1f} GB are free",
            "make room there, or set HF_HOME to a folder on another disk",
            code="no_space",
        )


class _Meter:
    """Counts a file's bytes and passes them on, not too often."""

    def __init__(self, file: PinnedFile, before: int, total: int, progress: Progress) -> None:
        self.name, self.before, self.total, self.progress = file.name, before, total, progress
        self.here = 0
        self._told = 0.0

    def __call__(self, here: int, *, force: bool = False) -> None:
        self.here = here
        if force or time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self.progress(self.name, self.before + here, self.total)


def _fetch(name: str, pinned: Pinned, file: PinnedFile, meter: _Meter) -> None:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    url = hf_hub_url(pinned.repo, file.name, revision=pinned.revision)
    partial = _partial(pinned, file)
    try:
        found = get_hf_file_metadata(url)
        # The cache's own layout: a blob by its etag, and a link to it from each commit.
        blob = _blobs(pinned) / Path(found.etag or file.sha256).name
        if found.size not in (None, file.size):
            raise mismatch(
                f"{url} has {found.size:,} bytes, the pinned {file.name} has {file.size:,}", name
            )
        if not _is_whole(blob, file):
            _download(url, partial, file, meter)
            _check(partial, file, name)
            partial.replace(blob)
        meter(file.size, force=True)
        hf_hub_download(pinned.repo, file.name, revision=pinned.revision)
    except PromptstyleError:
        raise
    except Exception as error:
        told = explained(error, name, f"{pinned.repo}/{file.name}", _size(partial))
        if told is None:
            raise
        raise told from error


def _download(url: str, partial: Path, file: PinnedFile, meter: _Meter) -> None:
    from huggingface_hub import constants
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    constants.DOWNLOAD_CHUNK_SIZE = CHUNK
    if _size(partial) > file.size:
        partial.unlink()
    # Not "ab": a server that ignores the range makes http_get begin anew, and seek.
    with partial.open("r+b" if partial.exists() else "w+b") as stream:
        here = stream.seek(0, os.SEEK_END)
        meter(here, force=True)
        http_get(
            url,
            stream,
            resume_size=here,
            # The bytes as they are: of a compressed stream no part could be gone on with.
            headers={**build_hf_headers(), "Accept-Encoding": "identity"},
            expected_size=file.size,
            displayed_filename=file.name,
            tqdm_class=_bar(meter),
        )


def _check(partial: Path, file: PinnedFile, name: str) -> None:
    """Raise PromptstyleError for bytes that are not the pinned ones, and set them aside."""
    digest = files.sha256(partial)
    if digest != file.sha256:
        aside = partial.with_name(f"{file.name}{SET_ASIDE}")
        partial.replace(aside)
        raise mismatch(
            f"{file.name} has the SHA-256 {digest[:12]}…, not the pinned {file.sha256[:12]}…; "
            f"it was set aside as {aside}",
            name,
        )


def _bar(meter: _Meter) -> Any:
    """A progress bar of the kind that http_get takes, which draws nothing and tells `meter`."""

    class Bar:
        def __init__(self, **_: Any) -> None:
            pass

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, n: float | None = 1) -> None:
            meter(meter.here + int(n or 0))

    return Bar


def _storage(pinned: Pinned) -> Path:
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    folder = repo_folder_name(repo_id=pinned.repo, repo_type="model")
    return Path(constants.HF_HUB_CACHE) / folder


def _blobs(pinned: Pinned) -> Path:
    return _storage(pinned) / "blobs"


def _partial(pinned: Pinned, file: PinnedFile) -> Path:
    return _blobs(pinned) / f"{file.sha256}{PARTIAL}"


def _is_whole(path: Path, file: PinnedFile) -> bool:
    return _size(path) == file.size and files.sha256(path) == file.sha256


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def pull_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """The job `pull`: `{"home", "name"}` to `{"path"}`, with `stage` events in bytes.

    A base with an adapter of ours is made ready too, whose `stage` counts tensors.
    """
    began: tuple[float, int] | None = None

    def tell(file: str, done: int, total: int) -> None:
        nonlocal began
        channel.check()
        began = began or (time.monotonic(), done)
        fresh, passed = done - began[1], time.monotonic() - began[0]
        eta = (total - done) * passed / fresh if fresh else None
        channel.send(
            {"event": "stage", "stage": "download", "file": file, "done": done, "total": total,
             "unit": "bytes", "eta_seconds": eta}
        )  # fmt: skip

    def tell_made(done: int, total: int) -> None:
        channel.check()
        channel.send({"event": "stage", "stage": "adapt", "done": done, "total": total})

    name = str(args["name"])
    if not PINNED[name].adapter:
        return {"path": str(pull(name, tell))}
    home = Home.of(args["home"])
    made = adapted.folder(home, name)
    if not adapted.is_whole(made):
        # Before the wait, not after it.
        adapted.need_space(home, name)
        made = adapted.make(home, name, pull(name, tell), tell_made)
    return {"path": str(made)}

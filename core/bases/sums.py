"""The hashes of a folder's files beside them, as `sha256sum` writes and checks them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from promptstyle.core import atomic
from promptstyle.core.bases.files import sha256

SUMS = "SHA256SUMS"
_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def listed(folder: Path) -> tuple[tuple[str, str], ...]:
    """The (name, hash) pairs of the folder's listing; none where there is none.

    Where a line is none, the listing itself is among them with a hash that it cannot have.
    """
    path = folder / SUMS
    if not path.is_file():
        return ()
    lines = path.read_text("utf-8", "replace").splitlines()
    found = [_SUM.fullmatch(line) for line in lines if line.strip()]
    pairs = [(match[2], match[1]) for match in found if match]
    return tuple(pairs if len(pairs) == len(found) and pairs else [*pairs, (SUMS, "damaged")])


def write(folder: Path, names: Iterable[str]) -> None:
    """Record the hashes of these files of the folder, for everybody to read."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in sorted(names)]
    atomic.write_text(folder / SUMS, "".join(lines))
    (folder / SUMS).chmod(0o644)


def agree(folder: Path, needed: Collection[str] = ()) -> bool:
    """Whether a listing is there that names `needed` at least, and each file is as it says."""
    try:
        found = dict(listed(folder))
        return (
            bool(found)
            and set(needed) <= set(found)
            and all(sha256(folder / name) == digest for name, digest in found.items())
        )
    except OSError:
        return False

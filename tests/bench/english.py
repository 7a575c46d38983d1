"""Which words there are: those of the prose that a base is trained on. A word that a model makes
up is in no book."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from promptstyle.core.pretraining.sources import read_lines

# A word that is said so often in so much text is no slip of the pen.
FEWEST = 3
_WORD = re.compile(r"[a-z]{3,}")


def known_words(data: Path, cache: Path) -> frozenset[str]:
    """Words of the folder's prose and prompts, kept in `cache`; takes a minute the first time."""
    if not cache.is_file():
        counts: Counter[str] = Counter()
        for path in sorted(data.glob("*/*.jsonl.xz")):
            for row in read_lines(path):
                counts.update(_WORD.findall((row.get("text") or row.get("prompt") or "").lower()))
        found = sorted(word for word, count in counts.items() if count >= FEWEST)
        cache.write_text("\n".join(found), encoding="utf-8")
    return frozenset(cache.read_text(encoding="utf-8").split("\n"))


def unknown(text: str, known: frozenset[str], said: Iterable[str] = ()) -> float:
    """The share of the words of `text` (of three letters and more) that nobody said.

    Neither in `known` nor in the texts `said`, such as the topic and the likes.
    """
    words = _WORD.findall(text.lower())
    allowed = {word for each in said for word in _WORD.findall(each.lower())}
    strange = [word for word in words if word not in known and word not in allowed]
    return len(strange) / len(words) if words else 0.0

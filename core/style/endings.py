"""How a person's prompts end after a last comma: "Keep it light, ok?", "…, please."."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence

from promptstyle.core.style.reframing import HABIT

# Of so many words is such an end, and so many of the prompts of who has the habit have one.
_TAG = re.compile(r"(?<=\w), ((?:[\w'\u2019]+ ){0,1}[\w'\u2019]+[.?!])$")
TAGGED = 0.5
# Of what somebody is nobody asks whether it is all right.
_TELLS = re.compile(r"(?:I|we|you|it|this|that)(?: |['\u2019])", re.IGNORECASE)


def tags(prompts: Sequence[str]) -> tuple[str, ...]:
    """What most of `prompts` end with, each as often as it came; empty if they end otherwise."""
    ends = [match[1] for prompt in prompts if (match := _TAG.search(prompt.rstrip()))]
    often = {tag for tag, count in Counter(ends).items() if count >= HABIT}
    found = tuple(sorted(tag for tag in ends if tag in often))
    return found if len(found) >= TAGGED * max(len(prompts), 1) else ()


def tagging(tags: Sequence[str], topic: str) -> Callable[[str], str]:
    """Puts one of `tags`, by the `topic`, at the end of a sentence.

    What asks already, tells of somebody, or ends so, stays as it is.
    """
    if not tags:
        return str
    tag = tags[zlib.crc32(topic.encode()) % len(tags)]

    def put(sentence: str) -> str:
        plain = sentence.endswith(".") and not _TAG.search(sentence)
        return f"{sentence[:-1]}, {tag}" if plain and not _TELLS.match(sentence) else sentence

    return put

"""How a person's prompts end after a last comma: "Keep it light, ok?", "…, please."."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence

from promptstyle.core.style.reframing import HABIT, ordered

# So many of the prompts of who has the habit end so.
TAGGED = 0.5
# A nudge or a courtesy; "…, in French." says something.
_TAG = re.compile(
    r"(?<=[\w)\"\u201d]), ((?:all ?right|agreed|cheers|deal|eh|fair|huh|k|many thanks|ok|okay"
    r"|please|pls|plz|promise|right|sure|ta|thank you|thanks|with thanks|thx|yeah|yes)[.?!])$",
    re.IGNORECASE,
)
# What is no order and can be asked for all the same.
_WISHES = re.compile(r"(?:no|not|just|nothing|let['\u2019]s)\b", re.IGNORECASE)
_COURTEOUS = re.compile(r"\b(?:please|pls|kindly|thank(?:s| you)|thx)\b", re.IGNORECASE)


def tags(prompts: Sequence[str]) -> tuple[str, ...]:
    """What most of `prompts` end with, each as often as it came; empty if they end otherwise."""
    ends = [match[1] for prompt in prompts if (match := _TAG.search(prompt.rstrip()))]
    often = {tag for tag, count in Counter(ends).items() if count >= HABIT}
    found = tuple(sorted(tag for tag in ends if tag in often))
    return found if len(found) >= TAGGED * max(len(prompts), 1) else ()


def tagging(tags: Sequence[str], topic: str) -> Callable[[str], str]:
    """Puts one of `tags`, by the `topic`, at the end of an order or a wish.

    What asks already, tells something, is courteous or ends so stays as it is.
    """
    if not tags:
        return str
    tag = tags[zlib.crc32(topic.encode()) % len(tags)]

    def put(sentence: str) -> str:
        wishes = ordered(sentence) or _WISHES.match(sentence)
        plain = sentence.endswith(".") and not sentence.endswith("..")
        if not (wishes and plain) or _COURTEOUS.search(sentence) or _TAG.search(sentence):
            return sentence
        return f"{sentence[:-1]}, {tag}"

    return put


def untagged(sentence: str) -> str:
    """`sentence` without such an end: "Keep it light, ok?" -> "Keep it light."."""
    return _TAG.sub(".", sentence)

"""What text the library takes, and when two texts count as the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from promptstyle.core.errors import UsageError

MAX_CHARACTERS = 8_000
MAX_TAG_CHARACTERS = 60
MAX_TAGS = 32

# All of Unicode's category Cc but tab and newline (carriage returns are gone by then).
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def tidy(text: str) -> str:
    """`text` with newlines as \\n and nothing blank at either end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def problem(text: object) -> str | None:
    """Why `text` (tidied) cannot be a topic or a prompt, or None if it can."""
    if not isinstance(text, str):
        return f"is not text but {_kind(text)}"
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        # Control characters alone are worth naming; blanks alone are not.
        found = _CONTROL.search(text)
        return "is empty" if found is None else f"has a control character ({_name(found)})"
    if len(text) > MAX_CHARACTERS:
        return f"has {len(text):,} characters, more than {MAX_CHARACTERS:,}"
    if found := _SURROGATE.search(text):
        if found.group() >= "\udc80":
            # How Python keeps a byte that is not UTF-8.
            byte = f"{ord(found.group()) - 0xDC00:02X}"
            return f"has the byte {byte} at character {found.start() + 1}, which is not UTF-8"
        return f"has {_name(found)}, which is no character (is the text UTF-8?)"
    if found := _CONTROL.search(text):
        return f"has a control character ({_name(found)})"
    return None


def tag_problem(tag: object) -> str | None:
    """Why `tag` (stripped) cannot be a tag, or None if it can."""
    if not isinstance(tag, str):
        return f"is not text but {_kind(tag)}"
    if re.search(r"[,;\n\t]", tag):
        return "has a comma, a semicolon, a tab or a newline"
    if len(tag) > MAX_TAG_CHARACTERS:
        return f"has {len(tag):,} characters, more than {MAX_TAG_CHARACTERS}"
    return problem(tag)


def check_text(text: str, what: str) -> str:
    """`text` tidied. Raises UsageError naming `what` (such as "the topic") if it cannot be kept."""
    tidied = tidy(text)
    reason = problem(tidied)
    if reason is None:
        return tidied
    if "characters, more" in reason:
        hint = f"shorten it to {MAX_CHARACTERS:,} characters or fewer"
    elif reason == "is empty":
        hint = "write at least one word"
    else:
        hint = "write it as plain text in UTF-8"
    raise UsageError(f"{what} {reason}", hint, code="bad_text")


def check_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """`tags` stripped, each once, in their order. Raises UsageError for one that cannot be kept."""
    kept = tuple(dict.fromkeys(tag.strip() for tag in tags))
    for tag in kept:
        if reason := tag_problem(tag):
            raise UsageError(f"a tag {reason}", "write tags as short words", code="bad_tag")
    if len(kept) > MAX_TAGS:
        raise UsageError(f"{len(kept)} tags are too many", f"keep {MAX_TAGS} or fewer")
    return kept


def normalise(text: str) -> str:
    """`text` in NFC with every run of whitespace as one space: equal means the same words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fingerprint(topic: str, prompt: str) -> str:
    """Hex sha256 of the normalised pair; two likes with the same one are duplicates."""
    # NUL cannot stand in either text, so the pair can be told from any other split of it.
    return hashlib.sha256(f"{normalise(topic)}\0{normalise(prompt)}".encode()).hexdigest()


def topic_key(topic: str) -> str:
    """What makes two topics the same for the split: the words, not case or closing marks."""
    # Compatibility forms fold too: a full-width copy of a topic must not change sides.
    folded = normalise(unicodedata.normalize("NFKC", topic).casefold())
    return folded.rstrip(" .!?…") or folded


def folded(text: str) -> str:
    """`text` without case, accents or compatibility forms, for searching."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _name(found: re.Match[str]) -> str:
    return f"U+{ord(found.group()):04X} at character {found.start() + 1}"


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")

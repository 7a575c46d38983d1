"""What a person struck out of prompts that were written for them, sentence by sentence.

Who keeps an edited prompt has said of each of its sentences whether it may stay. That is the
nearest there is to a judgement of single sentences, and needs no training to be heeded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from promptstyle.core.generation.sentences import key
from promptstyle.core.style.endings import untagged
from promptstyle.core.style.plainly import plainly
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.slots import slots
from promptstyle.core.style.words import topic_terms

# A topic, what was written for it, and what the person made of that.
Edit = tuple[str, str, str]


class Passed:
    """The sentences that are gone from `edits`, of which something else has stayed."""

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self._times: Counter[tuple[str, ...]] = Counter()
        self._here: defaultdict[frozenset[str], set[tuple[str, ...]]] = defaultdict(set)
        for topic, before, after in edits:
            was, now = _said(before), _said(after)
            # Who writes all of it anew has said nothing of single sentences.
            if was & now:
                self._times.update(was - now)
                self._here[_about(topic)] |= was - now

    def times(self, sentence: str) -> int:
        """In how many edits `sentence` was struck out, however it was put."""
        return self._times[_key(sentence)] if self._times else 0

    def here(self, topic: str, sentence: str) -> bool:
        """Whether `sentence` was struck out of something on the same topic."""
        return bool(self._here) and _key(sentence) in self._here.get(_about(topic), ())


def _about(topic: str) -> frozenset[str]:
    # A topic of function words alone is itself.
    return frozenset(topic_terms(plainly(topic)) or [topic.casefold().strip()])


def _key(sentence: str) -> tuple[str, ...]:
    # Who ends with "ok?" has struck out what was said before it.
    sentence = untagged(sentence)
    return key(ordered(sentence) or sentence)


def _said(text: str) -> frozenset[tuple[str, ...]]:
    """What the sentences of `text` say; a telegram's parts are sentences."""
    found = {_key(each.text) for each in slots(text)}
    found |= {_key(each.text) for each in slots(text, fragments=True)}
    return frozenset(found - {()})

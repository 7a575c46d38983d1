"""Loops: the same words, or the same characters, over and over."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"\w+")
# The longest loop looked for, in words.
_PERIOD = 12
# A phrase of this many words may come this many times, however far apart.
_PHRASE, _PHRASES = 6, 4
_LONGEST_RUN, _RUN_PERIOD, _LONGEST_TOKEN = 120, 8, 16
_RUN = re.compile(rf"(.{{1,{_RUN_PERIOD}}}?)\1{{7,}}", re.DOTALL)


def loop_start(text: str, *, growing: bool = False) -> int | None:
    """The index where the first loop begins to repeat, or None.

    A loop is a word four times in a row, two to twelve words three times in a row, a phrase of
    six words for the fifth time, or one to eight characters repeated over 120 and more. What
    comes before the index holds no loop and is not empty. While the text is `growing` a word at
    its end is none yet: "to to to to" may become "to to to together".
    """
    matches = _over(text) if growing else list(_WORD.finditer(text))
    words = [match.group().casefold() for match in matches]
    found = [_run_of_words(matches, words), _phrase(matches, words), _run_of_characters(text)]
    return min((position for position in found if position is not None), default=None)


def may_loop(text: str) -> bool:
    """Whether a loop may end with the end of a growing `text`: false for nearly all, and quick.

    Asked at every token, as `loop_start` looks at all of it.
    """
    words = [match.group().casefold() for match in _over(text)]
    last = words[-1:]
    for period in range(1, min(_PERIOD, (len(words) - 1) // 2) + 1):
        if words[-1 - period :][:1] == last == words[-1 - 2 * period :][:1]:
            return True
    if last and words.count(last[0]) > _PHRASES:
        return True
    # The token that made a run long enough may go on with something else.
    run = text[-_LONGEST_RUN:-_LONGEST_TOKEN] if len(text) >= _LONGEST_RUN else ""
    return bool(run) and any(run[each:] == run[:-each] for each in range(1, _RUN_PERIOD + 1))


def _over(text: str) -> list[re.Match[str]]:
    """The words of a growing text that can grow no more."""
    matches = list(_WORD.finditer(text))
    return matches[:-1] if matches and matches[-1].end() == len(text) else matches


def _run_of_words(matches: list[re.Match[str]], words: list[str]) -> int | None:
    starts = []
    for period in range(1, _PERIOD + 1):
        same = [word == earlier for word, earlier in zip(words[period:], words, strict=False)]
        if sum(same) < 2 * period:
            continue
        run = 0
        for index, equal in enumerate(same):
            run = run + 1 if equal else 0
            repeats = 3 if period == 1 else 2
            # Figures repeat in data ("0, 0, 0, 0"), so they must repeat much longer.
            if run and not any(w[0].isalpha() for w in words[index + 1 : index + period + 1]):
                repeats = 12
            if run >= period * repeats:
                starts.append(matches[index + period - run + 1].start())
                break
    return min(starts, default=None)


def _phrase(matches: list[re.Match[str]], words: list[str]) -> int | None:
    seen: Counter[tuple[str, ...]] = Counter()
    for index in range(len(words) - _PHRASE + 1):
        phrase = tuple(words[index : index + _PHRASE])
        seen[phrase] += 1
        if seen[phrase] > _PHRASES:
            return matches[index].start()
    return None


def _run_of_characters(text: str) -> int | None:
    for match in _RUN.finditer(text):
        if len(match.group()) >= _LONGEST_RUN:
            return match.start() + len(match.group(1))
    return None

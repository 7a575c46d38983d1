"""Texts rewritten by rule and the prompts that ask for it: what the recover task learns from.

Each rule does exactly what its prompts say, so that the pair (original, rewritten) has its prompt
as the one answer; a rule that would change nothing is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random

from promptstyle.core.generation.sentences import split

# A rewrite and the values for its prompts' slots; None where there is nothing to do.
Result = tuple[str, dict[str, str]] | None
Rule = Callable[[list[str], Random], Result]

_SENTENCE = re.compile(r"[A-Z][^.!?\n]{20,200}[.!?](?=\s|$)")
# A run of neighbours: what lies between two sentences is white space on one line.
_GAP = re.compile(r"[ \t]*")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_SHORT_FORMS = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't",
    "are not": "aren't", "was not": "wasn't", "cannot": "can't", "will not": "won't",
    "it is": "it's", "they are": "they're", "we are": "we're", "you are": "you're",
    "there is": "there's", "that is": "that's", "would not": "wouldn't", "could not": "couldn't",
}  # fmt: skip
_BRITISH = {
    "color": "colour", "center": "centre", "favor": "favour", "labor": "labour", "meter": "metre",
    "behavior": "behaviour", "neighbor": "neighbour", "defense": "defence", "gray": "grey",
    "theater": "theatre", "organize": "organise", "realize": "realise", "traveled": "travelled",
}  # fmt: skip
_DIGITS = {
    "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight",
    "9": "nine", "10": "ten",
}  # fmt: skip


def _replaced(text: str, words: dict[str, str]) -> Result:
    """Every whole word of `words` by its other form; the case of the first letter is kept."""
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)

    def other(found: re.Match[str]) -> str:
        new = words[found.group().lower()]
        return new[:1].upper() + new[1:] if found.group()[:1].isupper() else new

    changed = pattern.sub(other, text)
    return (changed, {}) if changed != text else None


def _turned(words: dict[str, str]) -> dict[str, str]:
    return {new: old for old, new in words.items()}


def _joined(mark: Callable[[int], str], between: str = "\n") -> Rule:
    return lambda said, _: (
        (between.join(f"{mark(at)}{line}" for at, line in enumerate(said, 1)), {})
        if len(said) > 1
        else None
    )


def _first(said: list[str], rng: Random) -> Result:
    return (said[0], {}) if len(said) > 1 else None


def _last(said: list[str], rng: Random) -> Result:
    return (said[-1], {}) if len(said) > 1 else None


def _two(said: list[str], rng: Random) -> Result:
    return (" ".join(said[:2]), {}) if len(said) > 2 else None


def _reverse(said: list[str], rng: Random) -> Result:
    return (" ".join(said[::-1]), {}) if len(said) > 1 else None


def _nameless(said: list[str], rng: Random) -> Result:
    text = " ".join(said)
    changed = _NAME.sub("[name]", text)
    return (changed, {}) if changed != text else None


def _word(said: list[str], rng: Random) -> Result:
    words = sorted(set(re.findall(r"\b[a-z]{5,}\b", " ".join(said))))
    if len(words) < 4:
        return None
    old = rng.choice(words)
    new = rng.choice(("THING", "kettle", "blank", "whatever", "tomato", "(word)"))
    return re.sub(rf"\b{old}\b", new, " ".join(said)), {"old": old, "new": new}


def _bold(said: list[str], rng: Random) -> Result:
    words = sorted(set(re.findall(r"\b[a-z]{7,}\b", " ".join(said))))
    if not words:
        return None
    key = rng.choice(words)
    return re.sub(rf"\b{key}\b", f"**{key}**", " ".join(said)), {"old": key}


def _letter(said: list[str], rng: Random) -> Result:
    greeting = rng.choice(("Dear all", "Hello", "Dear team", "Dear reader", "Hi there"))
    closing = rng.choice(("Kind regards", "Best wishes", "Yours", "Thank you"))
    return f"{greeting},\n\n{' '.join(said)}\n\n{closing}", {"greeting": greeting}


def _post(said: list[str], rng: Random) -> Result:
    words = sorted(set(re.findall(r"\b[a-z]{6,}\b", " ".join(said))))
    if len(words) < 3:
        return None
    return " ".join(said) + "\n\n" + " ".join(f"#{word}" for word in rng.sample(words, 3)), {}


def _table(said: list[str], rng: Random) -> Result:
    rows = [f"| {at} | {line} |" for at, line in enumerate(said, 1)]
    return "\n".join(["| No. | Sentence |", "| --- | --- |", *rows]), {}


def _whole(change: Callable[[str], str]) -> Rule:
    return lambda said, _: (change(" ".join(said)), {})


RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (_whole(str.upper), ("Put the text below in capital letters.", "Write it all in capitals.")),
    (_whole(str.lower), ("Rewrite the text without capital letters.", "All in lower case.")),
    (_joined(lambda at: "- "), ("Turn the text into bullet points, one sentence each.",
                                "Rewrite the text below as a bulleted list.")),
    (_joined(lambda at: f"{at}. "), ("Turn the text into a numbered list, one sentence each.",
                                     "Number the sentences and give each a line.")),
    (_joined(lambda at: ""), ("Put each sentence on a line of its own.",)),
    (_joined(lambda at: f"Step {at}: "), ("Rewrite the text below as numbered steps.",
                                          "Make a step-by-step guide of the text.")),
    (_joined(lambda at: "", "\n\n"), ("Make a paragraph of each sentence.",)),
    (_first, ("Cut the text down to its first sentence.", "Keep only the first sentence.",
              "Shorten the text to one sentence, the first.")),
    (_last, ("Keep only the last sentence.",)),
    (_two, ("Shorten the text below to its first two sentences.",)),
    (_reverse, ("Put the sentences in reverse order.", "Turn the order of the sentences around.")),
    (_nameless, ("Take out all names and write [name] instead.",
                 "Make the text anonymous: put [name] for every name.")),
    (_word, ('Replace the word "{old}" by "{new}".', 'Write "{new}" instead of "{old}".')),
    (_bold, ('Set the word "{old}" in bold.', 'Emphasize "{old}" with Markdown bold.')),
    (_letter, ('Make an e-mail of the text: begin with "{greeting}" and end with a closing.',
               'Rewrite the text below as a short letter that begins with "{greeting}".')),
    (_post, ("Add three hashtags at the end.", "Make a post of the text, with three hashtags.")),
    (_table, ("Put the sentences into a Markdown table with a number each.",)),
    (_whole(lambda text: f"> {text}"), ("Make a Markdown quote of the text.",)),
    (_whole(lambda text: json.dumps({"text": text})), ("Return the text as JSON.",
                                                       'Return JSON with the key "text".')),
    (_whole(lambda text: f"<p>{text}</p>"), ("Wrap the text in an HTML paragraph.",)),
    (lambda said, _: _replaced(" ".join(said), _SHORT_FORMS),
     ("Make the text less formal: use short forms such as don't.",
      "Use contractions throughout.")),
    (lambda said, _: _replaced(" ".join(said), _turned(_SHORT_FORMS)),
     ("Make the text more formal: no contractions.", "Write out all contractions.")),
    (lambda said, _: _replaced(" ".join(said), _BRITISH),
     ("Use British spelling.", "Change the spelling from American to British.")),
    (lambda said, _: _replaced(" ".join(said), _turned(_BRITISH)),
     ("Use American spelling.", "Change the spelling from British to American.")),
    (lambda said, _: _replaced(" ".join(said), _DIGITS), ("Write small numbers as words.",)),
    (lambda said, _: _replaced(" ".join(said), _turned(_DIGITS)), ("Write numbers as digits.",)),
)  # fmt: skip


def passage(text: str, rng: Random) -> list[str]:
    """One to five neighbouring sentences of `text`; none where it has no sentence."""
    runs: list[list[str]] = []
    end = -1
    for found in _SENTENCE.finditer(text):
        if runs and _GAP.fullmatch(text, end, found.start()):
            runs[-1].append(found.group())
        else:
            runs.append([found.group()])
        end = found.end()
    if not runs:
        return []
    run = rng.choice(runs)
    count = min(len(run), rng.randint(1, 5))
    start = rng.randrange(len(run) - count + 1)
    return run[start : start + count]


def rewrite(sentences: list[str], rng: Random) -> tuple[str, str]:
    """(rewritten, prompt) of a passage by a rule drawn at random among those that change it."""
    original = " ".join(sentences)
    for rule, prompts in rng.sample(RULES, len(RULES)):
        found = rule(sentences, rng)
        if found and found[0] != original:
            rewritten, slots = found
            return rewritten, rng.choice(prompts).format(**slots)
    raise ValueError("no rule changes this text")


def explain(original: str, rewritten: str) -> list[str]:
    """The prompts of the rules that turn the one text into the other, word for word.

    Rules that draw something (a word, a greeting) are not among them.
    """
    said = [original[place.start : place.end] for place in split(original)]
    wanted = rewritten.strip()
    if not said or wanted == " ".join(said):
        return []
    found = []
    for rule, prompts in RULES:
        made = rule(said, Random(0))
        # What fills slots was drawn.
        if made is not None and not made[1] and made[0].strip() == wanted:
            found.append(prompts[0])
    return found

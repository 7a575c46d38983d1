"""Tasks in open words: sentences of real text that say what to do.

Learning goals of textbooks ("Explain why the sky is blue"), descriptions of commands, and the
first sentences of people's prompts. Their words are far more varied than any list of things, so
what a model learns from them is to take the words of the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from promptstyle.core.pretraining.lexicon import Thing, Verb

SHORTEST, LONGEST = 18, 130


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Results by verb, where the answer has a better name than "answer".
RESULTS = {
    "explain": "explanation", "describe": "description", "list": "list", "summarize": "summary",
    "compare": "comparison", "define": "definition", "translate": "translation",
    "analyze": "analysis", "discuss": "discussion", "write": "text", "create": "result",
    "generate": "result", "identify": "answer", "calculate": "result", "rewrite": "new version",
    "classify": "label", "evaluate": "evaluation", "outline": "outline", "plan": "plan",
    "suggest": "suggestions", "give": "answer", "find": "answer", "show": "output",
    "design": "design", "convert": "converted text", "extract": "extract", "draft": "draft",
    "compose": "text", "determine": "answer", "solve": "solution", "edit": "edited text",
    "recommend": "recommendations", "interpret": "interpretation", "review": "review",
    "predict": "prediction", "build": "result", "name": "names", "illustrate": "illustration",
}  # fmt: skip
VERBS = frozenset(RESULTS) | _words(
    """add adapt apply arrange ask assess assign build calculate cite check choose clarify clean
    collect combine complete construct contrast count debug decide demonstrate derive detect
    develop differentiate display distinguish document download draw elaborate encode
    enumerate estimate examine expand explore express fill filter fix format formulate guess help
    highlight implement improve infer inspect install introduce invent investigate justify
    label locate make manage map match measure merge model modify monitor optimize
    order organize paraphrase plot practice prepare present print produce proofread propose prove
    provide quote rank recall recognize reconstruct reduce refactor relate remove rename
    replace report reply represent research respond restate run schedule search select
    separate shorten simplify simulate sketch sort specify split state study support synthesize
    teach tell test trace track transform update use verify visualize"""
)
_DOUBLED = _words("debug plan map plot run cut put set get split log tag scan trim drop")
GENERIC = Thing(
    "text",
    "a",
    ("main point", "example", "reason", "result", "key terms", "source", "steps", "background",
     "most important detail", "context"),
)  # fmt: skip
_NOUN = re.compile(r"(?<![\w'-])[a-z]{5,}(?![\w'-])")
_NO_NOUN = ("ing", "ed", "ly", "ous", "ful", "able", "ible", "ive", "ical", "ary", "less", "ish")
_COMMON = _words(
    """about above after again against along among around because before being below between both
    could different during either every first following from given important large least other
    others certain current should since small special specific such their them themselves there
    these those through toward under until using various where whether which while whose within
    without would according another available based major several related common human like
    local many much necessary possible similar social total true false whole natural medical
    including example examples international national chemical physical political economic
    together three third second write writes short always never three"""
)
_SENTENCE = re.compile(r"^([A-Z][a-z]+) ([^.!?:;\n\[\]{}<>|=\"*_`#]+)[.!?]?$")


def third_person(verb: str) -> str:
    """ "explain" -> "explains", by the spelling rules."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def gerund(verb: str) -> str:
    """ "describe" -> "describing", by the spelling rules."""
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return verb + "ing"


def parse(sentence: str) -> tuple[Verb, Thing] | None:
    """The verb and the rest of an imperative sentence, or None if it is none.

    The "thing" is all that follows the verb, with the aspects that any text has.
    """
    found = _SENTENCE.match(sentence.strip())
    if not found or not SHORTEST <= len(sentence) <= LONGEST:
        return None
    base, rest = found[1].lower(), found[2].strip()
    if base not in VERBS or rest.count("(") != rest.count(")") or not rest.isascii():
        return None
    verb = Verb(base, third_person(base), gerund(base), RESULTS.get(base, "answer"))
    own = topic_nouns(rest)
    # A prompt's rules speak of its own topic more often than of things in general.
    general = GENERIC.aspects[len(rest) % 5 :][: max(2, 5 - len(own))]
    return verb, Thing(rest, "", own + general)


def topic_nouns(text: str) -> tuple[str, ...]:
    """Up to four words of `text` that look like nouns, in order: no grammar, only endings."""
    words = [word for word in _NOUN.findall(text) if not word.endswith(_NO_NOUN)]
    return tuple(dict.fromkeys(word for word in words if word not in _COMMON))[:4]


def sentences(texts: Iterable[str]) -> Iterator[str]:
    """List items of `texts` that may be imperatives."""
    for text in texts:
        for line in text.split("\n"):
            if SHORTEST <= len(line) <= LONGEST + 2 and line.startswith("- "):
                yield line[2:]


def first_sentence(prompt: str) -> str:
    """What a prompt begins with, to the first full stop."""
    return re.split(r"(?<=[.!?])\s", prompt.strip(), maxsplit=1)[0]


def collect(prose: dict[str, list[str]], prompts: Iterable[str]) -> tuple[tuple[Verb, Thing], ...]:
    """All different imperatives of the prose's lists and of the prompts, in a fixed order."""
    found: dict[str, tuple[Verb, Thing]] = {}
    for name in sorted(prose):
        if name.startswith(("text_openstax", "text_tldr", "text_us_gov", "text_uk", "text_tech")):
            for sentence in sentences(prose[name]):
                parsed = parse(sentence)
                if parsed:
                    found[f"{parsed[0].base} {parsed[1].name}".lower()] = parsed
    for prompt in prompts:
        parsed = parse(first_sentence(prompt))
        if parsed:
            found[f"{parsed[0].base} {parsed[1].name}".lower()] = parsed
    return tuple(found[key] for key in sorted(found))

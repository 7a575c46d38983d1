"""Forms of English verbs, as far as requests and prompts use them."""

from __future__ import annotations

import re

from promptstyle.core.style.form import VERBS

# "organiz(e)", "reduc(e)", "evaluat(e)".
_LOST_E = re.compile(r"(?:[^aeiou](?:a[krst]|ut)|iz|[cv]|[dr]g)$")

# The "u" is no vowel here.
_QUIZ = re.compile(r"quizz(?:es|ing)$")
# Of two syllables, the second stressed, or spelt so all the same.
_DOUBLED = frozenset(
    """
    begin commit debug format permit prefer program quiz refer submit transfer
    """.split()  # noqa: SIM905
)


def base_form(word: str) -> str:
    """The base of an English verb in the third person or with -ing ("explains" -> "explain")."""
    if _QUIZ.match(word):
        return "quiz"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|x|zz|tz|ch|sh|o)es$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    if word.endswith("ing") and len(word) > 5:
        root = word[:-3]
        if root in VERBS or root + "e" in VERBS:
            return root if root in VERBS else root + "e"
        if root[-1] == root[-2] and root[-1] not in "lsz":
            return root[:-1]
        # "Summarising", "advising"; no verb in English ends in "-is".
        return root + "e" if _LOST_E.search(root) or root.endswith("is") else root
    return word


def gerund(verb: str) -> str:
    """ "make" -> "making"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb) or verb in _DOUBLED:
        return verb + verb[-1] + "ing"
    return verb + "ing"


def third_person(verb: str) -> str:
    """ "fix" -> "fixes"."""
    if verb == "quiz":
        return "quizzes"
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + "s"

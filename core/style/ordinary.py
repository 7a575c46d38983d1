"""Ordinary prompts: in several manners of several people, to tell one person's habits from."""

from __future__ import annotations

from collections.abc import Collection

from promptstyle.core.library.text import normalise
from promptstyle.core.style.others import SAME_PERSON, shipped_authors


def ordinary_prompts(own: Collection[str]) -> list[str]:
    """The prompts that ship with the program, without those that a profile has itself.

    `own` are the profile's prompts. An author of whom it has more than a tenth is left out
    whole: the rest is in the same manner. Unlike `others.unlike`, which near-duplicates must not
    get past, this compares whole texts: it is asked for at every change of the likes.
    """
    mine = {normalise(prompt) for prompt in own}
    found: list[str] = []
    for prompts in shipped_authors().values():
        fresh = [prompt for prompt in prompts if normalise(prompt) not in mine]
        if len(prompts) - len(fresh) <= SAME_PERSON * len(prompts):
            found += fresh
    return found

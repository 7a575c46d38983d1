"""The summary and the key words for the topic at hand, learnt from weak labels.

Sections 4.4 and 4.5 of Li et al. 2023, "Teach LLMs to Personalize" (arXiv 2308.07968): what of a
retrieved document is worth passing on is what the document to be written turned out to hold. Every
like is such a document once, with the likes that are retained for its topic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.keywords import without_repeats, written
from promptstyle.core.style.logistic import Logistic
from promptstyle.core.style.ranking import retain
from promptstyle.core.style.weak_features import Item, Likes, Read, Shown, bigrams
from promptstyle.core.style.words import resemblance, shingles
from promptstyle.core.training.template import Pair

# With fewer likes there are too few labels, and the parts are those of the likes alone.
ENOUGH = 8
# A snippet counts as in the prompt if this share of its pairs of words is (as ROUGE-2 counts).
# Prompts for different topics share few words: of the sentences retained for the likes of the
# hand-written authors 2 to 18 % reach a fifth, and under 2.5 % do so in another author's prompt.
OVERLAP = 0.2
# So many likes are learnt from; more cost time and change the few weights little.
TARGETS = 120
# Two snippets that share so much say the same.
_ALIKE = 0.3


class WeakLabels:
    """What of the retained likes comes back in a prompt for another topic."""

    def __init__(self, pairs: Sequence[Pair], words: Logistic, snippets: Logistic) -> None:
        self._likes = Likes(pairs)
        self.words, self.sentences = words, snippets

    @classmethod
    def learn(cls, pairs: Sequence[Pair]) -> WeakLabels:
        """Learnt from likes, each with the others' that are retained for its topic.

        No like is shown to itself, nor one of its topic or that is nearly the same; the order of
        the likes does not matter.
        """
        ordered = sorted(pairs)
        learnt = cls(ordered, Logistic(), Logistic())
        if len(ordered) < ENOUGH:
            return learnt
        index = LikeIndex.of(ordered)
        found: list[tuple[list[Item], list[bool]]] = [([], []), ([], [])]
        step = max(1, -(-len(ordered) // TARGETS))
        for target in range(0, len(ordered), step):
            topic, prompt = ordered[target]
            kin = index.kin(target)
            retained = retain(index, topic, exclude=kin)
            if not retained:
                continue
            likes = learnt._likes
            for (items, labels), new, true in (
                (found[0], likes.phrases_in(topic, retained, kin), phrase_labels(prompt)),
                (found[1], likes.snippets_in(topic, retained, kin), snippet_labels(prompt)),
            ):
                for item in new:
                    items.append(item)
                    labels.append(true(item.text))
        learnt.words, learnt.sentences = (
            Logistic.fit([item.features for item in items], labels) for items, labels in found
        )
        return learnt

    def keywords(self, topic: str, retained: Sequence[Shown], count: int = 8) -> list[str]:
        """Up to `count` words and phrases of `retained` that are likely in a prompt for `topic`.

        None that the topic has itself, the likeliest first. Likes of this very topic are not
        counted. With fewer than 8 likes, those that are frequent in the likes.
        """
        if len(self._likes.pairs) < ENOUGH:
            return self._frequent(count)
        own = self._likes.own(topic)
        ranked = _ranked(self._likes.phrases_in(topic, retained, own), self.words)
        # Enough to choose from when repeats have gone.
        chosen = without_repeats([item.text for item in ranked[: 6 * count]], self._likes.having)
        return [written(phrase) for phrase in chosen[:count]]

    def snippets(self, topic: str, retained: Sequence[Shown], characters: int = 250) -> list[str]:
        """Sentences of `retained` of which a prompt for `topic` is likely to have the like.

        The likeliest first, no two alike, of at most `characters` together with a blank between.
        With fewer than 8 likes, the card of habits.
        """
        if len(self._likes.pairs) < ENOUGH:
            return self._card(characters)
        own = self._likes.own(topic)
        chosen: list[str] = []
        taken: list[frozenset[tuple[str, ...]]] = []
        room = characters
        for item in _ranked(self._likes.snippets_in(topic, retained, own), self.sentences):
            mine = shingles(item.text)
            if len(item.text) > room or any(resemblance(mine, x) >= _ALIKE for x in taken):
                continue
            chosen.append(item.text)
            taken.append(mine)
            room -= len(item.text) + 1
        return chosen

    def _frequent(self, count: int) -> list[str]:
        from promptstyle.core.style.keywords import frequent
        from promptstyle.core.style.ordinary import ordinary_prompts

        prompts = [prompt for _, prompt in self._likes.pairs]
        return frequent(prompts, ordinary_prompts(prompts), count)

    def _card(self, characters: int) -> list[str]:
        from promptstyle.core.style.habits import measure
        from promptstyle.core.style.ordinary import ordinary_prompts

        prompts = [prompt for _, prompt in self._likes.pairs]
        card = measure(prompts, ordinary_prompts(prompts)).card(characters)
        return [card] if card else []


def phrase_labels(prompt: str) -> Callable[[str], bool]:
    """Tells of a phrase whether it stands in `prompt`."""
    there = Read(prompt).phrases
    return lambda phrase: phrase in there


def snippet_labels(prompt: str) -> Callable[[str], bool]:
    """Tells of a snippet whether so much of it stands in `prompt` that it counts as said there."""
    there = bigrams(prompt)

    def said(snippet: str) -> bool:
        mine = bigrams(snippet)
        return bool(mine) and len(mine & there) >= OVERLAP * len(mine)

    return said


def _ranked(items: Iterable[Item], model: Logistic) -> list[Item]:
    # With nothing learnt, by how often the likes have it.
    return sorted(items, key=lambda item: (-model.score(item.features), -item.share, item.text))

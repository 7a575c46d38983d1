"""The liked prompts, to be found again: whole, by snippet, by vector; and those akin to one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from promptstyle.core.library.text import topic_key
from promptstyle.core.style.bm25 import BM25
from promptstyle.core.style.form import Form, form
from promptstyle.core.style.snippets import snippets
from promptstyle.core.style.typical import Typical
from promptstyle.core.style.words import (
    NEAR_DUPLICATE,
    resemblance,
    shingles,
    stems,
    terms,
    topic_terms,
    words,
)
from promptstyle.core.training.template import Pair

if TYPE_CHECKING:
    import numpy as np

# A term of the topic counts as this many of the prompt (BM25F with two fields). On the starter
# likes 1 to 4 come out alike; 2 keeps a long prompt from drowning its topic.
TOPIC_WEIGHT = 2

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Snippet(Generic[Key]):
    """A part of a liked prompt, the `place`-th from 0, and how near it is to what was asked."""

    key: Key
    place: int
    text: str
    score: float


@dataclass(frozen=True)
class _Like:
    pair: Pair
    form: Form
    topic: str


class LikeIndex(Generic[Key]):
    """An index over liked (topic, prompt) pairs; adding one costs the length of that one."""

    def __init__(self, items: Iterable[tuple[Key, Pair]] = ()) -> None:
        self._likes: dict[Key, _Like] = {}
        self._whole: BM25[Key] = BM25()
        self._parts: BM25[tuple[Key, int]] = BM25()
        self._snippets: dict[Key, tuple[str, ...]] = {}
        self._topics: defaultdict[str, set[Key]] = defaultdict(set)
        self._shingles: dict[Key, frozenset[tuple[str, ...]]] = {}
        self.typical: Typical[Key] = Typical()
        self.vectors: Mapping[Key, np.ndarray] | None = None
        for key, pair in items:
            self.add(key, pair)

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> LikeIndex[int]:
        """An index over `pairs`, with their positions as keys."""
        return LikeIndex(enumerate(pairs))

    def __len__(self) -> int:
        return len(self._likes)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._likes)

    def __contains__(self, key: object) -> bool:
        return key in self._likes

    def __getitem__(self, key: Key) -> Pair:
        return self._likes[key].pair

    def keys(self) -> KeysView[Key]:
        """The keys, in the order in which the likes came."""
        return self._likes.keys()

    def add(self, key: Key, pair: Pair) -> None:
        """Take in a like; one with this key is replaced."""
        if key in self._likes:
            self.remove(key)
        topic, prompt = pair
        found = words(prompt)
        counts = Counter(stems(found))
        for term in topic_terms(topic):
            counts[term] += TOPIC_WEIGHT
        self._whole.add(key, counts)
        self.typical.add(key, found)
        self._likes[key] = like = _Like(pair, form(topic), topic_key(topic))
        self._topics[like.topic].add(key)

    def remove(self, key: Key) -> None:
        """Forget a like. Raises KeyError if there is none with this key."""
        like = self._likes.pop(key)
        self._whole.remove(key)
        self.typical.remove(key)
        for place in range(len(self._snippets.pop(key, ()))):
            self._parts.remove((key, place))
        self._topics[like.topic].discard(key)
        if not self._topics[like.topic]:
            del self._topics[like.topic]
        self._shingles.pop(key, None)

    def sync(self, likes: Mapping[Key, Pair]) -> int:
        """Make the index hold `likes`; only what differs is touched. Returns how many did."""
        gone = [key for key in self._likes if key not in likes]
        new = [
            (key, pair)
            for key, pair in likes.items()
            if key not in self._likes or self._likes[key].pair != pair
        ]
        for key in gone:
            self.remove(key)
        for key, pair in new:
            self.add(key, pair)
        return len(gone) + len(new)

    def attach(self, vectors: Mapping[Key, np.ndarray] | None) -> None:
        """Give the likes' vectors, of length 1, for `dense`; likes without one are not found by it.

        The mapping is read when it is needed, so it may grow with the index.
        """
        self.vectors = vectors

    def documents(self, topic: str) -> dict[Key, float]:
        """BM25 of every like that shares a term with `topic`; higher is nearer."""
        return self._whole.scores(topic_terms(topic))

    def snippets(self, topic: str) -> list[Snippet[Key]]:
        """The snippets that share a term with `topic`, best first by BM25."""
        found = [
            Snippet(key, place, self._snippets[key][place], score)
            for (key, place), score in self._of_snippets(topic).items()
        ]
        return sorted(found, key=lambda each: (-each.score, each.text))

    def best_snippet(self, topic: str) -> dict[Key, float]:
        """For every like of which a snippet shares a term with `topic`, its best one's BM25."""
        best: dict[Key, float] = {}
        for (key, _), score in self._of_snippets(topic).items():
            best[key] = max(score, best.get(key, 0.0))
        return best

    def _of_snippets(self, topic: str) -> dict[tuple[Key, int], float]:
        # Only two of the rankings ask for snippets, so likes are cut up when one does.
        for key in self._likes:
            self.parts(key)
        return self._parts.scores(topic_terms(topic))

    def dense(self, vector: np.ndarray) -> dict[Key, float]:
        """The cosine of `vector` (of length 1) with every like that has one, -1 to 1."""
        import numpy as np

        vectors = self.vectors or {}
        keys = [key for key in self._likes if key in vectors]
        if not keys:
            return {}
        scores = np.stack([vectors[key] for key in keys]) @ vector
        return dict(zip(keys, scores.tolist(), strict=True))

    def parts(self, key: Key) -> tuple[str, ...]:
        """The like's prompt in snippets."""
        if key not in self._snippets:
            self._snippets[key] = parts = tuple(snippets(self._likes[key].pair[1]))
            for place, part in enumerate(parts):
                self._parts.add((key, place), Counter(terms(part)))
        return self._snippets[key]

    def form(self, key: Key) -> Form:
        """The form in which the like was asked for."""
        return self._likes[key].form

    def shingles(self, key: Key) -> frozenset[tuple[str, ...]]:
        """The like's prompt as shingles, for `words.resemblance`."""
        if key not in self._shingles:
            self._shingles[key] = shingles(self._likes[key].pair[1])
        return self._shingles[key]

    def kin(self, key: Key) -> set[Key]:
        """The like itself, those of the same topic and those whose prompt is nearly the same.

        What a like must not be shown when it is to be written: it would be copied. Raises
        KeyError if there is no such like.
        """
        same, mine = self._topics[self._likes[key].topic], self.shingles(key)
        return {
            other
            for other in self._likes
            if other in same or resemblance(mine, self.shingles(other)) >= NEAR_DUPLICATE
        }

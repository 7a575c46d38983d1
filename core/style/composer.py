"""From liked prompts and a topic to the style that stands before it; the same way everywhere."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.openings import closing_words, said_last, said_once, told_apart_by
from promptstyle.core.style.parts import Parts
from promptstyle.core.style.ranking import Retained, retain
from promptstyle.core.training.template import Pair, Style

if TYPE_CHECKING:
    from promptstyle.core.style.dense import DenseSearch
    from promptstyle.core.style.ideas import Ideas
    from promptstyle.core.style.manner import Manner
    from promptstyle.core.style.weak_labels import WeakLabels

Key = TypeVar("Key", bound=Hashable)

# Below so many likes nothing is said of a usual length.
FEWEST = 4


@dataclass(frozen=True)
class Said:
    """What the likes say by themselves: the card of habits and the key words."""

    card: str = ""
    words: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Said:
        """From a manifest, which may hold anything; what cannot be is left out."""
        if not isinstance(value, Mapping):
            return cls()
        card, words = value.get("card"), value.get("words")
        return cls(
            card if isinstance(card, str) else "",
            tuple(map(str, words)) if isinstance(words, list) else (),
        )


class Composer(Generic[Key]):
    """What is shown before a topic, composed from the likes in an index.

    What the likes say by themselves (the card of habits, the key words, the weights learnt from
    weak labels) is worked out once, at its first use.
    """

    def __init__(
        self,
        index: LikeIndex[Key],
        parts: Parts,
        search: DenseSearch | None = None,
        ideas: Ideas | None = None,
    ) -> None:
        """With `search` likes are ranked by what they mean, whatever ranking `parts` name.

        Without `ideas` none are given, however many `parts` want.
        """
        self.index, self.parts, self.search, self.ideas = index, parts, search, ideas
        self._attached: DenseSearch | None = None
        # What a model was trained with, in place of what the likes would say now.
        self.given = Said()

    def sync(self, likes: Mapping[Key, Pair]) -> None:
        """Go by these likes from now on; costs what has changed."""
        if self.index.sync(likes):
            self._attached = None
            for name in (
                "card",
                "words",
                "learnt",
                "fewest_words",
                "most_words",
                "opening",
                "once",
                "last",
                "last_words",
                "manner",
                "_ordinary",
            ):
                self.__dict__.pop(name, None)

    @classmethod
    def of(
        cls,
        liked: Sequence[Pair],
        parts: Parts,
        search: DenseSearch | None = None,
        ideas: Ideas | None = None,
    ) -> Composer[int]:
        """A composer over pairs; their positions are the keys."""
        return Composer(LikeIndex.of(liked), parts, search, ideas)

    @cached_property
    def fewest_words(self) -> int:
        """How many words a prompt of this person has at least: three of four have more."""
        lengths = sorted(len(prompt.split()) for prompt in self._prompts)
        return lengths[(len(lengths) - 1) // 4] if len(lengths) >= FEWEST else 0

    @cached_property
    def most_words(self) -> int:
        """How many words the longest prompt of this person has; 0 where too few are known."""
        lengths = [len(prompt.split()) for prompt in self._prompts]
        return max(lengths) if len(lengths) >= FEWEST else 0

    @cached_property
    def opening(self) -> int:
        """By how many first words the sentences of a prompt of this person differ; 0: not at all.

        0 too where too few prompts are known.
        """
        return told_apart_by(self._prompts) if len(self._prompts) >= FEWEST else 0

    @cached_property
    def once(self) -> tuple[str, ...]:
        """The words with which a prompt of this person has one sentence at most."""
        return said_once(self._prompts)

    @cached_property
    def last(self) -> tuple[str, ...]:
        """The words that open the last sentence of this person's prompts and hardly any other."""
        return said_last(self._prompts)

    @cached_property
    def last_words(self) -> int:
        """How many words these last sentences have."""
        return closing_words(self._prompts, self.last)

    @cached_property
    def manner(self) -> Manner:
        """How this person puts a prompt together."""
        from promptstyle.core.style.manner import Manner

        return Manner([self.index[key] for key in self.index])

    @cached_property
    def card(self) -> str:
        """The person's habits in a few words."""
        from promptstyle.core.style.habits import measure

        return measure(self._prompts, self._ordinary).card()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words and phrases that the person likes better than others do."""
        from promptstyle.core.style.keywords import frequent

        return tuple(frequent(self._prompts, self._ordinary))

    @property
    def said(self) -> Said:
        """What the parts use of what the likes say by themselves, to be kept with a model."""
        parts = self.parts
        return Said(
            self.card if parts.summary == "likes" else "",
            self.words if parts.keywords == "likes" else (),
        )

    @cached_property
    def learnt(self) -> WeakLabels:
        """What of a retained like comes back in a prompt for another topic."""
        from promptstyle.core.style.weak_labels import WeakLabels

        return WeakLabels.learn([self.index[key] for key in self.index])

    def retained(
        self,
        topic: str,
        *,
        exclude: Collection[Key] = (),
        count: int | None = None,
    ) -> list[Retained[Key]]:
        """The likes that matter for `topic`, best first; `count` of them if given.

        Raises PromptstyleError if there is an encoder and it cannot be used.
        """
        query = None
        if self.search is not None and len(self.index):
            # Vectors of another encoder say nothing.
            if self._attached is not self.search:
                texts = {key: "\n".join(self.index[key]) for key in self.index}
                self.search.attach(self.index, texts)
                self._attached = self.search
            query = self.search.query(topic)
        return retain(
            self.index,
            topic,
            ranking=self.parts.ranking if query is None else "dense",
            count=self.parts.shown if count is None else count,
            characters=self.parts.characters,
            exclude=exclude,
            query=query,
        )

    def style(
        self,
        topic: str,
        *,
        exclude: Collection[Key] = (),
        count: int | None = None,
    ) -> Style:
        """The style for `topic`, from all likes but `exclude`."""
        parts = self.parts
        if not len(self.index):
            return Style()
        retained = self.retained(topic, exclude=exclude, count=count)
        summary: str = ""
        keywords: tuple[str, ...] = ()
        if parts.summary == "likes":
            summary = self.given.card or self.card
        elif parts.summary == "topic":
            summary = " ".join(self.learnt.snippets(topic, retained))
        if parts.keywords == "likes":
            keywords = self.given.words or self.words
        elif parts.keywords == "topic":
            keywords = tuple(self.learnt.keywords(topic, retained))
        shown = tuple((each.topic, each.text) for each in reversed(retained))
        draft = self.draft(topic, retained) if parts.draft else ""
        return Style(
            lead=parts.lead,
            summary=summary,
            keywords=keywords,
            shown=shown,
            draft=draft,
            ideas=self.notes(topic),
        )

    def notes(self, topic: str) -> tuple[str, ...]:
        """The notes that are shown for `topic`; the best one stands last, next to the query."""
        if self.ideas is None or not len(self.index):
            return ()
        return tuple(reversed(self.ideas.find(topic, self.parts.ideas)))

    @staticmethod
    def fitting(topic: str, retained: Sequence[Retained[Key]]) -> Retained[Key] | None:
        """The first of these likes that `topic` fits into, or the first of all; None of none.

        On six authors the first that fits of the four nearest, with the topic's words swapped in,
        gave ROUGE-1 .326 and ROUGE-L .208, the nearest .320 and .202 (tests/bench/tune_swapped.py).
        """
        from promptstyle.core.style.swapping import fits

        for each in retained:
            if fits(topic, (each.topic, each.text)):
                return each
        return retained[0] if retained else None

    @classmethod
    def draft(cls, topic: str, retained: Sequence[Retained[Key]]) -> str:
        """A prompt for `topic` without a model: one of these likes with its words swapped in."""
        from promptstyle.core.style.swapping import swapped

        like = cls.fitting(topic, retained)
        return swapped(topic, (like.topic, like.text)) if like is not None else ""

    @property
    def _prompts(self) -> list[str]:
        return [self.index[key][1] for key in self.index]

    @cached_property
    def _ordinary(self) -> list[str]:
        from promptstyle.core.style.ordinary import ordinary_prompts

        return ordinary_prompts(self._prompts)

"""Named settings for a LoRA run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from promptstyle.core.errors import UsageError
from promptstyle.core.style.parts import Parts

# All linear layers of a Llama block: QLoRA (arXiv 2305.14314, section 4) found that adapting
# every one of them matters more than the rank.
ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
# Below this a base is "small" and wants larger steps.
SMALL_BASE = 200_000_000


@dataclass(frozen=True)
class Recipe:
    """Hyper-parameters of one LoRA run."""

    name: str
    rank: int = field(default=8, metadata={"help": "rank of the update matrices"})
    alpha: int = field(default=16, metadata={"help": "the update is scaled by alpha / rank"})
    dropout: float = field(default=0.0, metadata={"help": "dropout before the update"})
    learning_rate: float = field(default=2e-4, metadata={"help": "peak, after warm-up"})
    warmup: float = field(default=0.0, metadata={"help": "share of the steps to warm up"})
    decay: bool = field(default=False, metadata={"help": "linear decay to zero after warm-up"})
    weight_decay: float = field(default=0.0, metadata={"help": "AdamW's decoupled decay"})
    epochs: int = field(default=3, metadata={"help": "passes over the likes, at most"})
    batch_size: int = field(default=2, metadata={"help": "sequences at a time"})
    accumulation: int = field(default=4, metadata={"help": "batches before an update"})
    max_tokens: int = field(default=256, metadata={"help": "longer sequences lose their end"})
    shots: tuple[int, ...] = field(
        default=(0,), metadata={"help": "how many other likes are shown, drawn per example"}
    )
    parts: Parts = field(
        default=Parts(), metadata={"help": "what stands before a topic where likes are shown"}
    )
    learn_shown: bool = field(default=False, metadata={"help": "learn the shown likes too"})
    distinction: float = field(
        default=0.0, metadata={"help": "weight of telling authors apart beside the prompts"}
    )
    validation: float = field(
        default=0.0, metadata={"help": "share of the training likes kept back to stop early"}
    )
    patience: int = field(
        default=1, metadata={"help": "epochs without a better validation loss before stopping"}
    )
    targets: tuple[str, ...] = ALL_LINEAR

    def __post_init__(self) -> None:
        for name in ("rank", "alpha", "epochs", "batch_size", "accumulation", "patience"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, and must be at least 1")
        if not 0 <= self.validation < 0.5:
            raise ValueError(f"validation is {self.validation}, and must be in [0, 0.5)")
        if self.max_tokens < 16:
            raise ValueError(f"max_tokens is {self.max_tokens}, and must be at least 16")
        if self.distinction < 0:
            raise ValueError(f"distinction is {self.distinction}, and must not be negative")
        if not self.shots or min(self.shots) < 0:
            raise ValueError(f"shots is {self.shots}, and must name counts from 0 up")

    def document(self) -> dict[str, Any]:
        """The recipe as JSON values."""
        return asdict(self)


# The reference project's settings, as its pipeline had them.
REFERENCE = Recipe(name="reference", dropout=0.05)

# Two likes are shown before each, and learnt too: a model that is to go by shown likes has to have
# done so in training (arXiv 2308.07968), and one that learns every like of a sequence learns each
# three times an epoch. docs/pipeline.md has the ablation.
DEFAULT = Recipe(
    name="default",
    learning_rate=2e-4,
    warmup=0.1,
    decay=True,
    epochs=3,
    # Sequences three times as long as a prompt: one at a time takes no more memory than before.
    batch_size=1,
    accumulation=4,
    max_tokens=768,
    shots=(2,),
    learn_shown=True,
    validation=0.12,
)

# The model learns to tell authors apart too, so that `evaluate` can ask it. On the embedded base
# its prompts get worse by it, which is why the default does without.
DISTINCTION = replace(DEFAULT, name="distinction", distinction=0.3)

RECIPES = {recipe.name: recipe for recipe in (DEFAULT, DISTINCTION, REFERENCE)}


def recipe_for(name: str, parameters: int, parts: Parts | None = None) -> Recipe:
    """The recipe `name` for a base of so many `parameters` that wants these `parts`.

    Raises UsageError if there is no such recipe.
    """
    if name not in RECIPES:
        raise UsageError(
            f"there is no recipe named {name!r}", f"recipes: {', '.join(sorted(RECIPES))}"
        )
    recipe = RECIPES[name]
    if recipe is REFERENCE:
        return recipe
    if parts is not None:
        recipe = replace(recipe, parts=parts)
    if parameters < SMALL_BASE:
        # Chosen on six authors with tests/bench/tune_recipe.py and tests/bench/ablation.py.
        return replace(
            recipe,
            learning_rate=1e-3,
            epochs=2,
            batch_size=2,
            accumulation=1,
            max_tokens=1024,
            patience=2,
        )
    # One pass learns every like three times, by itself and shown before two others: as often as the
    # reference project's three. There is no later pass that could be stopped early.
    return replace(recipe, epochs=1, accumulation=2, validation=0.0)


def total_steps(recipe: Recipe, examples: int) -> int:
    """Optimizer steps of a run over so many training examples that does not stop early."""
    per_update = recipe.batch_size * recipe.accumulation
    return recipe.epochs * -(-examples // per_update)


def split_validation(
    count: int, recipe: Recipe, order: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Indices to train on and to validate on; `order` is a fixed shuffle of range(count)."""
    kept = round(count * recipe.validation)
    # Two likes say nothing about when to stop, and with few likes each one is worth more.
    if recipe.validation == 0 or count < 16 or kept < 2:
        return list(order), []
    return list(order[kept:]), list(order[:kept])

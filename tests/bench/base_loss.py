"""How well bases foresee prompts that they never saw, with none and some of the author shown.

    python tests/bench/base_loss.py DATA assets/base OTHER...

Mean loss a token (nats) on the starter likes and on tests/authors with 0, 2, 4 and 8 other likes
of the author shown (the nearest last, as the program shows them; a like is never shown to
itself), at temperature 1 and at the one of TEMPERATURES that suits best: a base that is too sure
of itself loses much at 1 and may write no worse. Then what pretraining's own yardstick measures
with DATA, the pretraining data; `-` for DATA leaves it out. Bases of one tokenizer can be
compared, others not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from sentencepiece import SentencePieceProcessor
from torch.nn import functional

from promptstyle.core.pretraining import sources, tokenizer, yardstick
from promptstyle.core.pretraining.corpus import Corpus
from promptstyle.core.pretraining.export import exported
from promptstyle.core.pretraining.network import Network
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import retain
from promptstyle.core.training.precision import probe
from promptstyle.core.training.template import IGNORED, Pair, encode, layout

ROOT = Path(__file__).resolve().parent.parent.parent
SHOWN = (0, 2, 4, 8)
TEMPERATURES = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6)


@torch.no_grad()
def losses(
    model: Network, pieces: SentencePieceProcessor, pairs: list[Pair], shown: int
) -> dict[float, float]:
    """Mean loss on the prompts of `pairs` with `shown` others before them, by temperature."""
    liked = LikeIndex.of(pairs)
    totals, count = dict.fromkeys(TEMPERATURES, 0.0), 0
    for index, (topic, prompt) in enumerate(pairs):
        nearest = retain(liked, topic, count=shown, characters=sys.maxsize, exclude={index})
        segments = layout(topic, prompt, [(each.topic, each.text) for each in reversed(nearest)])
        row = encode(segments, pieces.encode, bos=tokenizer.BEGIN, eos=tokenizer.END)
        labels = torch.tensor(row.labels[-2048:])[1:]
        learnt = labels != IGNORED
        stream = model.stream(torch.tensor([row.ids[-2048:]]))[0, :-1][learnt]
        table = model.embedding.to(model.dtype)
        logits = functional.linear(model.model.norm(stream).to(model.dtype), table).float()
        for heat in TEMPERATURES:
            part = functional.cross_entropy(logits / heat, labels[learnt], reduction="sum")
            totals[heat] += part.item()
        count += int(learnt.sum())
    return {heat: total / count for heat, total in totals.items()}


def main() -> None:
    torch.set_num_threads(1)
    data, bases = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    files = [ROOT / "assets/starter_likes.jsonl", *sorted((ROOT / "tests/authors").glob("*.jsonl"))]
    text = None if data == "-" else sources.load(Path(data))
    for base in bases:
        model, pieces = (
            exported(base, dtype=probe().dtype),
            tokenizer.load(base / "tokenizer.model"),
        )
        print(f"== {base}")
        for file in files:
            rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            pairs = [(row["input"], row["output"]) for row in rows]
            for shown in SHOWN:
                found = losses(model, pieces, pairs, shown)
                best = min(found, key=found.__getitem__)
                print(f"  {file.stem:14} {shown} shown: {found[1.0]:.4f}, at its best temperature"
                      f" ({best}) {found[best]:.4f}", flush=True)  # fmt: skip
        if text:
            measured = yardstick.measure(model, yardstick.build(Corpus(text, pieces, 1)))
            print(f"  {json.dumps(measured)}", flush=True)


if __name__ == "__main__":
    main()

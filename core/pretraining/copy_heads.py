"""Heads that copy, set by hand: what a small model does not find by itself in few tokens.

One head of the first layer attends to the previous position and writes a projection of that
token on a scratch pad, 32 directions of the residual stream that nothing else uses. Two heads
of the second layer look for positions whose scratch pad holds their own token, and write the
token that stands there back as the prediction: the induction circuit of Olsson et al. 2022,
"In-context learning and induction heads". The result is a standard Llama.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from promptstyle.core.pretraining.network import Network, rope_tables, rotate

SCRATCH = 32
# Weights of the fastest rope dimensions in the previous-token head: together they peak at one
# step and nowhere else within the trained length.
FAST = (0.42, 0.26, 0.14, 0.08, 0.05, 0.03, 0.02)
# How far the score of the previous position stands above any other.
MARGIN = 9.0
MATCH = 0.9
# The stream outgrows the token table in training, so the useful gain spans a wide range.
GAINS = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 11.0, 15.0, 20.0, 30.0, 45.0)
COPY_WEIGHT = 0.5


@dataclass(frozen=True)
class CopyReport:
    """Accuracy on repeated random tokens and loss on text (nats a token), before and after."""

    before_accuracy: float
    after_accuracy: float
    before_loss: float
    after_loss: float
    gain: float
    previous_attention: float


def repeated_rows(rows: int, size: int, vocabulary: int, first: int, seed: int) -> Tensor:
    """(rows, 1 + 2 * size) ids: the beginning token, then `size` random tokens twice."""
    generator = torch.Generator().manual_seed(seed)
    span = torch.randint(first, vocabulary, (rows, size), generator=generator)
    begin = torch.ones(rows, 1, dtype=span.dtype)
    return torch.cat((begin, span, span), dim=1)


@torch.no_grad()
def repeated_accuracy(network: Network, rows: Tensor) -> tuple[float, float]:
    """Share of the second half's tokens (but its first) predicted right, and their loss."""
    size = (rows.shape[1] - 1) // 2
    logits = network.logits(rows)[:, size + 1 : -1]
    target = rows[:, size + 2 :]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
    return (logits.argmax(-1) == target).float().mean().item(), loss.item()


@torch.no_grad()
def text_loss(network: Network, ids: Tensor) -> float:
    """Mean loss on rows of plain text."""
    total, count = network.loss_sum(ids, ids)
    return total.item() / count


def ridge(x: Tensor, y: Tensor, strength: float = 1e-2) -> Tensor:
    """W (outputs, inputs) so that `x @ W.T` is near `y`; strength relative to x's variance."""
    gram = x.T @ x
    gram += strength * gram.diagonal().mean() * torch.eye(len(gram))
    solved: Tensor = torch.linalg.solve(gram, x.T @ y)
    return solved.T


def normed(x: Tensor, eps: float) -> Tensor:
    """RMS norm without gain."""
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)


@torch.no_grad()
def set_copy_heads(network: Network, text: Tensor, *, first: int, seed: int = 0) -> CopyReport:
    """Set the three heads in place. `text` (rows, tokens) are ids of real text to fit on;
    ids below `first` are special tokens and bytes."""
    shape, eps = network.shape, network.shape.norm_eps
    if shape.kv_heads != shape.heads or shape.layers < 2 or shape.heads < 2:
        raise ValueError("copy heads need two layers, two heads and a key head for each")
    if shape.head_size < 2 * SCRATCH:
        raise ValueError(f"copy heads need a head size of {2 * SCRATCH} or more")
    if shape.hidden < 2 * shape.head_size + SCRATCH + 1:
        raise ValueError("copy heads need a wider stream: two heads and the scratch pad beside it")
    check = repeated_rows(8, 100, shape.vocabulary, first, seed + 1)
    before, _ = repeated_accuracy(network, check)
    before_loss = text_loss(network, text)
    for index in (0, 1):
        fold_gain(network, index)
    pad, common = free_directions(network, text)
    table = network.embedding
    table += common * (0.7 * table.norm(dim=1).pow(2).mean().sqrt())

    tokens = normed(table, eps)
    counts = torch.bincount(text.flatten(), minlength=shape.vocabulary).float()
    share = 0.7 / shape.vocabulary + 0.3 * counts / counts.sum()
    scale = share.sqrt()[:, None] * math.sqrt(shape.vocabulary)
    constant = ridge(tokens * scale, scale, 1e-4)[0]
    projection = _whitened(tokens, share, SCRATCH, constant)
    _previous_token_head(network, constant, projection, pad)

    # Random tokens beside the text: the read-outs have to hold for rare tokens too.
    length = text.shape[1]
    rare = repeated_rows(8, length // 2 + 1, shape.vocabulary, first, seed)[:, :length]
    fit = torch.cat((text, rare), dim=0)
    attention = _previous_attention(network, fit)
    unit_gain = _induction_heads(network, fit, tokens @ projection.T, share)
    best = (math.inf, GAINS[0])
    written = network.layer(1).self_attn.o_proj.weight
    columns = slice(0, 2 * shape.head_size)
    unit = written[:, columns].clone() * unit_gain
    search = repeated_rows(8, 100, shape.vocabulary, first, seed + 2)
    for gain in GAINS:
        written[:, columns] = unit * gain
        score = text_loss(network, text) + COPY_WEIGHT * repeated_accuracy(network, search)[1]
        best = min(best, (score, gain))
    written[:, columns] = unit * best[1]
    return CopyReport(
        before_accuracy=before,
        after_accuracy=repeated_accuracy(network, check)[0],
        before_loss=before_loss,
        after_loss=text_loss(network, text),
        gain=best[1],
        previous_attention=attention,
    )


def fold_gain(network: Network, index: int) -> None:
    """Move the gain of a block's first norm into its three projections: the same function."""
    layer = network.layer(index)
    for part in (layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj):
        part.weight *= layer.input_layernorm.weight
    layer.input_layernorm.weight.fill_(1.0)


def free_directions(network: Network, text: Tensor) -> tuple[Tensor, Tensor]:
    """Clear the scratch pad, and one direction more: (hidden, SCRATCH) and (hidden,).

    They are those of least variance over the whole stream; the token table and the first block
    no longer write there.
    """
    shape = network.shape
    moment = torch.zeros(shape.hidden, shape.hidden)
    for stream in (network.embedding, *(network.stream(text, layers=n).flatten(0, 1)
                                        for n in range(shape.layers + 1))):  # fmt: skip
        unit = normed(stream, shape.norm_eps)
        moment += unit.T @ unit / len(unit)
    _, vectors = torch.linalg.eigh(moment)
    free = vectors[:, : SCRATCH + 1]
    keep = torch.eye(shape.hidden) - free @ free.T
    network.embedding.copy_(network.embedding @ keep)
    layer = network.layer(0)
    for weight in (layer.self_attn.o_proj.weight, layer.mlp.down_proj.weight):
        weight.copy_(keep @ weight)
    return free[:, 1:], free[:, 0]


def _whitened(tokens: Tensor, share: Tensor, size: int, constant: Tensor) -> Tensor:
    """(size, hidden): leading directions of the tokens, of variance one each, mean taken off."""
    mean = share @ tokens
    centred = tokens - mean
    values, vectors = torch.linalg.eigh(centred.T @ (centred * share[:, None]))
    chosen = (vectors[:, -size:] / values[-size:].clamp_min(1e-8).sqrt()).T
    # `constant` reads one off any token, so this subtracts the mean without a bias.
    projection: Tensor = chosen - torch.outer(chosen @ mean, constant)
    return projection


def _previous_token_head(
    network: Network, constant: Tensor, projection: Tensor, pad: Tensor
) -> None:
    shape, half = network.shape, network.shape.head_size // 2
    speed = shape.rope_theta ** (-torch.arange(half, dtype=torch.float32) / half)
    weight = torch.zeros(half)
    weight[: len(FAST)] = torch.tensor(FAST) / sum(FAST)
    distance = torch.arange(shape.positions, dtype=torch.float32)
    peak = (weight * torch.cos(speed * (distance[:, None] - 1))).sum(-1)
    peak[1] = -1
    force = MARGIN * math.sqrt(shape.head_size) / (1 - peak.max().item())
    size = (force * weight).sqrt()
    part = network.layer(0).self_attn
    head = slice(0, shape.head_size)
    # A query turned back by one step meets the key of the position before.
    query = torch.cat((size * torch.cos(speed), -size * torch.sin(speed)))
    key = torch.cat((size, torch.zeros(half)))
    part.q_proj.weight[head] = torch.outer(query, constant)
    part.k_proj.weight[head] = torch.outer(key, constant)
    part.v_proj.weight[head] = 0
    part.v_proj.weight[:SCRATCH] = projection
    part.o_proj.weight[:, head] = 0
    # As strong on the stream as the token itself.
    size_of_token = network.embedding.norm(dim=1).mean().item()
    part.o_proj.weight[:, :SCRATCH] = pad * (0.6 * size_of_token / math.sqrt(SCRATCH))


def _previous_attention(network: Network, ids: Tensor) -> float:
    """How much of the first head's attention lies on the previous position, on average."""
    shape = network.shape
    h = normed(network.embedding[ids[:4]], shape.norm_eps)
    part = network.layer(0).self_attn
    cos, sin = rope_tables(shape, ids.shape[1])
    q = rotate(h @ part.q_proj.weight[: shape.head_size].T, cos, sin)
    k = rotate(h @ part.k_proj.weight[: shape.head_size].T, cos, sin)
    score = q @ k.transpose(1, 2) / math.sqrt(shape.head_size)
    score = score.masked_fill(~torch.ones_like(score, dtype=torch.bool).tril(), -math.inf)
    return score.softmax(-1).diagonal(-1, 1, 2).mean().item()


def _induction_heads(network: Network, ids: Tensor, projected: Tensor, share: Tensor) -> float:
    """Set the matching and the writing; returns the unit in which to try gains."""
    shape, size = network.shape, network.shape.head_size
    stream = network.stream(ids, layers=1)
    x = normed(stream, shape.norm_eps)[:, 1:].flatten(0, 1)
    own, previous = projected[ids[:, 1:]].flatten(0, 1), projected[ids[:, :-1]].flatten(0, 1)
    table = network.embedding
    centred = table - share @ table
    values, vectors = torch.linalg.eigh(centred.T @ (centred * share[:, None]))
    basis = vectors[:, -2 * size :]
    coordinates = (centred @ basis) / values[-2 * size :].clamp_min(1e-8).sqrt()
    query, key = ridge(x, own), ridge(x, previous)
    value = ridge(x, coordinates[ids[:, 1:]].flatten(0, 1))
    # Only rope dimensions too slow to tell positions apart: pairs (d, d + size / 2).
    slow = torch.cat((torch.arange(size // 2 - SCRATCH // 2, size // 2),
                      torch.arange(size - SCRATCH // 2, size)))  # fmt: skip
    force = math.sqrt(MATCH * math.sqrt(size))
    part = network.layer(1).self_attn
    for head in (0, 1):
        rows = slice(head * size, (head + 1) * size)
        for weight, readout in ((part.q_proj.weight, query), (part.k_proj.weight, key)):
            weight[rows] = 0
            weight[head * size + slow] = force * readout
        part.v_proj.weight[rows] = value[rows]
        part.o_proj.weight[:, rows] = basis[:, rows]
    return float(stream.norm(dim=-1).mean()) / math.sqrt(2 * size)

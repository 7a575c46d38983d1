"""The base's network in plain torch, quick on a CPU, with the parameter names of transformers.

It computes what `transformers.LlamaForCausalLM` computes (a test compares the two); writing it
out saves the framework's overhead, which is large beside matrices this small.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from promptstyle.core.training.template import IGNORED

BLOCK = 256
TABLE_SPREAD = 0.25
LAST_GAIN = 0.0625


@dataclass(frozen=True)
class Shape:
    """Sizes of a Llama with a tied head; `heads * head_size` may differ from `hidden`."""

    vocabulary: int = 8192
    hidden: int = 256
    intermediate: int = 768
    layers: int = 6
    heads: int = 4
    kv_heads: int = 4
    head_size: int = 64
    rope_theta: float = 1e6
    norm_eps: float = 1e-5
    positions: int = 2048

    def config(self) -> dict[str, Any]:
        """The same as the `config.json` that transformers and the GGUF writer read."""
        return {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": self.vocabulary,
            "hidden_size": self.hidden,
            "intermediate_size": self.intermediate,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "head_dim": self.head_size,
            "hidden_act": "silu",
            "rms_norm_eps": self.norm_eps,
            "rope_theta": self.rope_theta,
            "rope_parameters": {"rope_type": "default", "rope_theta": self.rope_theta},
            "max_position_embeddings": self.positions,
            "initializer_range": 0.02,
            "attention_bias": False,
            "mlp_bias": False,
            "tie_word_embeddings": True,
            "unk_token_id": 0,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": None,
            "dtype": "bfloat16",
        }

    def as_dict(self) -> dict[str, Any]:
        """The fields, for a checkpoint."""
        return asdict(self)


def rope_tables(shape: Shape, length: int) -> tuple[Tensor, Tensor]:
    """Cosine and sine, (length, head_size / 2) each, in float32."""
    half = shape.head_size // 2
    speed = shape.rope_theta ** (-torch.arange(half, dtype=torch.float32) / half)
    angle = torch.arange(length, dtype=torch.float32)[:, None] * speed
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding, the half-split form: dimension d turns with d + head_size/2."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Attention(nn.Module):
    """The four projections of a block's attention."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        inner, kv_inner = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
        self.q_proj = nn.Linear(shape.hidden, inner, bias=False)
        self.k_proj = nn.Linear(shape.hidden, kv_inner, bias=False)
        self.v_proj = nn.Linear(shape.hidden, kv_inner, bias=False)
        self.o_proj = nn.Linear(inner, shape.hidden, bias=False)


class FeedForward(nn.Module):
    """The three projections of a block's gated MLP."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden, shape.intermediate, bias=False)
        self.up_proj = nn.Linear(shape.hidden, shape.intermediate, bias=False)
        self.down_proj = nn.Linear(shape.intermediate, shape.hidden, bias=False)


class Layer(nn.Module):
    """One decoder block."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.self_attn = Attention(shape)
        self.mlp = FeedForward(shape)
        self.input_layernorm = nn.RMSNorm(shape.hidden, eps=shape.norm_eps)
        self.post_attention_layernorm = nn.RMSNorm(shape.hidden, eps=shape.norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        """`x` (rows, tokens, hidden); `mask` (rows, 1, tokens, tokens), or None for causal."""
        shape, dtype = self.shape, cos.dtype
        rows, tokens, _ = x.shape
        h = self.input_layernorm(x).to(dtype)
        part = self.self_attn
        q = F.linear(h, part.q_proj.weight.to(dtype))
        k = F.linear(h, part.k_proj.weight.to(dtype))
        v = F.linear(h, part.v_proj.weight.to(dtype))
        q, k, v = (
            wide.view(rows, tokens, -1, shape.head_size).transpose(1, 2) for wide in (q, k, v)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        grouped = shape.kv_heads != shape.heads
        if mask is None:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=grouped)
        else:
            # A block of queries looks at no key behind it: saves a third of the work.
            blocks = [
                F.scaled_dot_product_attention(
                    q[:, :, at : at + BLOCK],
                    k[:, :, : at + BLOCK],
                    v[:, :, : at + BLOCK],
                    attn_mask=mask[:, :, at : at + BLOCK, : at + BLOCK],
                    enable_gqa=grouped,
                )
                for at in range(0, tokens, BLOCK)
            ]
            mixed = torch.cat(blocks, dim=2)
        joined = mixed.transpose(1, 2).reshape(rows, tokens, -1)
        x = x + F.linear(joined, part.o_proj.weight.to(dtype))
        h = self.post_attention_layernorm(x).to(dtype)
        gate = F.silu(F.linear(h, self.mlp.gate_proj.weight.to(dtype)))
        up = F.linear(h, self.mlp.up_proj.weight.to(dtype))
        return x + F.linear(gate * up, self.mlp.down_proj.weight.to(dtype))


class Body(nn.Module):
    """All but the head."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.hidden, eps=shape.norm_eps)


class Network(nn.Module):
    """The whole model; weights are kept in float32 and used in `dtype`."""

    def __init__(self, shape: Shape, *, dtype: torch.dtype = torch.bfloat16) -> None:
        super().__init__()
        self.shape, self.dtype = shape, dtype
        self.model = Body(shape)
        self.tables: dict[int, tuple[Tensor, Tensor]] = {}
        self.run_layer: Any = Layer.forward

    def fuse(self) -> None:
        """Fuse the blocks' elementwise work; about a minute at the start, a third faster after."""
        self.run_layer = torch.compile(Layer.forward, dynamic=False)

    @property
    def embedding(self) -> Tensor:
        """The token table, (vocabulary, hidden); it is the head as well."""
        return self.model.embed_tokens.weight

    def layer(self, index: int) -> Layer:
        """Block `index`."""
        found = self.model.layers[index]
        assert isinstance(found, Layer)
        return found

    def initialise(self, seed: int) -> None:
        """Normal weights; the two that write to the residual stream start at zero.

        The token table starts large, so that what the blocks learn to write does not drown it
        and copied tokens keep their weight; the last norm's gain makes up for that in the head.
        """
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if weight.ndim == 1:
                    weight.fill_(LAST_GAIN if name == "model.norm.weight" else 1.0)
                elif name.endswith(("o_proj.weight", "down_proj.weight")):
                    weight.zero_()
                else:
                    spread = TABLE_SPREAD if "embed" in name else weight.shape[1] ** -0.5
                    weight.normal_(0.0, spread, generator=generator)

    def rope(self, tokens: int) -> tuple[Tensor, Tensor]:
        """The rope tables for `tokens` positions in the working type."""
        if tokens not in self.tables:
            cos, sin = rope_tables(self.shape, tokens)
            self.tables[tokens] = (cos.to(self.dtype), sin.to(self.dtype))
        return self.tables[tokens]

    def stream(
        self, ids: Tensor, mask: Tensor | None = None, *, layers: int | None = None
    ) -> Tensor:
        """The residual stream after `layers` blocks (default: all), before the last norm."""
        cos, sin = self.rope(ids.shape[1])
        x = F.embedding(ids, self.embedding)
        for index in range(self.shape.layers if layers is None else layers):
            run = self.run_layer if torch.is_grad_enabled() else Layer.forward
            x = run(self.layer(index), x, cos, sin, mask)
        return x

    def logits(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """(rows, tokens, vocabulary) in float32."""
        h: Tensor = self.model.norm(self.stream(ids, mask)).to(self.dtype)
        return F.linear(h, self.embedding.to(self.dtype)).float()

    def loss_sum(
        self, ids: Tensor, labels: Tensor, mask: Tensor | None = None, *, chunk: int = 512
    ) -> tuple[Tensor, int]:
        """Summed cross entropy (nats) of the next token where `labels` is not IGNORED; their count.

        `labels` stand under their own token, as transformers has them. Only the learnt
        positions reach the head, a chunk at a time: the logits would be the largest tensor.
        """
        h: Tensor = self.model.norm(self.stream(ids, mask))[:, :-1]
        wanted = labels[:, 1:]
        learnt = wanted != IGNORED
        h, target = h[learnt].to(self.dtype), wanted[learnt]
        count = len(target)
        # Chunks of one size: for each new shape oneDNN keeps a kernel of megabytes.
        spare = -count % chunk
        h, target = F.pad(h, (0, 0, 0, spare)), F.pad(target, (0, spare), value=IGNORED)
        table = self.embedding.to(self.dtype)
        total = h.new_zeros((), dtype=torch.float32)
        for start in range(0, len(target), chunk):
            piece = slice(start, start + chunk)
            total = total + HeadLoss.apply(h[piece], table, target[piece])  # type: ignore[no-untyped-call]
        return total, count


class HeadLoss(torch.autograd.Function):
    """Cross entropy of a chunk, summed, with the gradient computed on the way forward."""

    @staticmethod
    def forward(ctx: Any, h: Tensor, table: Tensor, target: Tensor) -> Tensor:
        """`h` (n, hidden) and `table` (vocabulary, hidden) in the working type; IGNORED pads."""
        logits = F.linear(h, table).float()
        logs = F.log_softmax(logits, dim=-1)
        learnt = (target != IGNORED).to(logs.dtype)[:, None]
        target = target.clamp_min(0)
        loss = -(logs.gather(1, target[:, None]) * learnt).sum()
        if ctx.needs_input_grad[0] or ctx.needs_input_grad[1]:
            slope = logs.exp_()
            slope[torch.arange(len(target)), target] -= 1.0
            slope = slope.mul_(learnt).to(h.dtype)
            ctx.save_for_backward(slope @ table, slope.t() @ h)
        return loss

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        """The stored gradients, scaled."""
        to_h, to_table = ctx.saved_tensors
        return to_h * grads[0].to(to_h.dtype), to_table * grads[0].to(to_table.dtype), None


def document_mask(documents: Tensor) -> Tensor:
    """Which token may look at which: earlier ones of its own document. (rows, 1, n, n), bool.

    `documents` (rows, n) numbers the documents packed in each row.
    """
    tokens = documents.shape[1]
    same = documents[:, :, None] == documents[:, None, :]
    causal = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    return (same & causal)[:, None]

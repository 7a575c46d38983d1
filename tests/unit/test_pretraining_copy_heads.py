"""Heads set by hand copy; the model stays a Llama."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from promptstyle.core.pretraining import copy_heads  # noqa: E402
from promptstyle.core.pretraining.network import Network, Shape  # noqa: E402

SMALL = Shape(vocabulary=700, hidden=256, intermediate=256, layers=2, heads=4, kv_heads=4)


@pytest.fixture(scope="module")
def network() -> Network:
    """Weights as after some training: a table with a spectrum, blocks that do something."""
    network = Network(SMALL, dtype=torch.float32)
    network.initialise(3)
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        spectrum = torch.linspace(0.3, 1.5, SMALL.hidden)
        network.embedding.mul_(spectrum)
        for index in range(SMALL.layers):
            layer = network.layer(index)
            layer.input_layernorm.weight.uniform_(0.6, 1.4, generator=generator)
            for weight in (layer.self_attn.o_proj.weight, layer.mlp.down_proj.weight):
                weight.normal_(0.0, 0.002, generator=generator)
    return network


def test_folding_a_gain_leaves_the_function_alone(network: Network) -> None:
    ids = torch.randint(0, 700, (2, 30), generator=torch.Generator().manual_seed(6))
    with torch.no_grad():
        before = network.logits(ids)
        copy_heads.fold_gain(network, 0)
        assert torch.allclose(network.logits(ids), before, atol=1e-4)
    assert torch.equal(network.layer(0).input_layernorm.weight, torch.ones(SMALL.hidden))


def test_repeated_random_tokens_are_predicted_after_setting(network: Network) -> None:
    text = torch.randint(0, 700, (8, 256), generator=torch.Generator().manual_seed(7))
    rows = copy_heads.repeated_rows(6, 60, 700, 259, seed=99)
    before, loss_before = copy_heads.repeated_accuracy(network, rows)
    report = copy_heads.set_copy_heads(network, text, first=259)
    after, loss_after = copy_heads.repeated_accuracy(network, rows)
    assert before < 0.05
    assert after > 0.5
    assert loss_after < loss_before - 1.0
    assert report.previous_attention > 0.9
    assert set(network.state_dict()) == set(Network(SMALL).state_dict())


def test_shapes_without_room_are_refused() -> None:
    narrow = Network(Shape(vocabulary=300, hidden=128, intermediate=256, layers=2, heads=2,
                           kv_heads=2))  # fmt: skip
    with pytest.raises(ValueError, match="copy heads need"):
        copy_heads.set_copy_heads(narrow, torch.zeros(1, 8, dtype=torch.long), first=259)

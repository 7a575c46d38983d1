"""The training network computes what transformers computes."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from promptstyle.core.pretraining import network as net  # noqa: E402
from promptstyle.core.pretraining.growing import grown, places  # noqa: E402
from promptstyle.core.pretraining.optimizer import orthogonalise, rate_share  # noqa: E402

TINY = net.Shape(vocabulary=97, hidden=32, intermediate=48, layers=2, heads=4, kv_heads=2,
                 head_size=8, positions=64)  # fmt: skip


def random_network(shape: net.Shape = TINY, seed: int = 0) -> net.Network:
    network = net.Network(shape, dtype=torch.float32)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_(0.0, 0.3, generator=generator)
    return network


def test_logits_agree_with_transformers() -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    network = random_network()
    reference = LlamaForCausalLM(LlamaConfig(**TINY.config())).float().eval()
    missing, unexpected = reference.load_state_dict(network.state_dict(), strict=False)
    assert set(missing) <= {"lm_head.weight"}
    assert not unexpected
    reference.tie_weights()
    ids = torch.randint(0, 97, (3, 40), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = reference(ids).logits
        assert torch.allclose(network.logits(ids), expected, atol=1e-4, rtol=1e-4)


def test_packed_documents_do_not_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    # Several blocks of queries in one row, so that the split into blocks is tested too.
    monkeypatch.setattr(net, "BLOCK", 8)
    network = random_network()
    ids = torch.randint(0, 97, (1, 30), generator=torch.Generator().manual_seed(2))
    documents = torch.tensor([[0] * 13 + [1] * 17])
    with torch.no_grad():
        packed = network.logits(ids, net.document_mask(documents))
        # Rope is relative: a document moved along the row gives the same logits.
        alone = torch.cat((network.logits(ids[:, :13]), network.logits(ids[:, 13:])), dim=1)
    assert torch.allclose(packed, alone, atol=1e-4, rtol=1e-4)


def test_loss_and_gradients_agree_with_plain_cross_entropy() -> None:
    network = random_network()
    ids = torch.randint(0, 97, (2, 20), generator=torch.Generator().manual_seed(3))
    labels = ids.clone()
    labels[:, ::3] = net.IGNORED
    total, count = network.loss_sum(ids, labels, chunk=7)
    total.backward()
    gradients = [weight.grad.clone() for weight in network.parameters()]
    network.zero_grad()
    expected = torch.nn.functional.cross_entropy(
        network.logits(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), reduction="sum"
    )
    expected.backward()
    assert count == int((labels[:, 1:] != net.IGNORED).sum())
    assert torch.allclose(total, expected, rtol=1e-4)
    for got, weight in zip(gradients, network.parameters(), strict=True):
        assert torch.allclose(got, weight.grad, atol=1e-2, rtol=1e-2)


def test_orthogonalise_brings_singular_values_near_one() -> None:
    matrices = torch.randn(3, 24, 40, generator=torch.Generator().manual_seed(4))
    values = torch.linalg.svdvals(orthogonalise(matrices))
    assert values.min() > 0.4
    assert values.max() < 1.4


def test_the_rate_warms_up_stays_and_falls_to_zero() -> None:
    share = [rate_share(at, 100, warmup=10, decay_from=60) for at in range(101)]
    assert share[0] == pytest.approx(0.1)
    assert share[10:60] == [1.0] * 50
    assert share[80] == pytest.approx(0.5)
    assert share[100] == 0.0


@pytest.mark.parametrize("layers", [2, 3, 4])
def test_a_deeper_network_says_the_same_and_all_of_it_can_learn(layers: int) -> None:
    small = random_network()
    deep = net.Network(replace(TINY, layers=layers), dtype=torch.float32)
    deep.load_state_dict(grown(small.state_dict(), layers))
    ids = torch.randint(0, 97, (2, 30), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.allclose(deep.logits(ids), small.logits(ids), atol=1e-5)
    loss, _ = deep.loss_sum(ids, ids)
    loss.backward()
    for at, (_, copy) in enumerate(places(2, layers)):
        block = deep.layer(at)
        # A silent block learns first to write, then what it reads.
        assert block.mlp.down_proj.weight.grad.abs().sum() > 0
        assert block.self_attn.o_proj.weight.grad.abs().sum() > 0
        assert bool(block.mlp.up_proj.weight.grad.any()) is not copy


def test_copies_stand_evenly_behind_what_they_copy() -> None:
    assert places(6, 9) == [
        (0, False), (1, False), (1, True), (2, False), (3, False), (3, True),
        (4, False), (5, False), (5, True),
    ]  # fmt: skip
    assert [block for block, _ in places(3, 6)] == [0, 0, 1, 1, 2, 2]
    assert not any(copy for _, copy in places(4, 4))
    for layers in (3, 9):
        with pytest.raises(ValueError, match="cannot grow"):
            places(4, layers)

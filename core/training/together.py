"""Several processes that train one adapter: each takes a share of every update.

They are started by `accelerate launch`, which decides on devices and on how weights are spread
(data parallel, or FSDP for bases that one device cannot hold); this module asks accelerate for
nothing else. One process by itself does without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import torch
from peft import PeftModel, get_peft_model_state_dict

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.training.launched import launched

Item = TypeVar("Item")
# What gloo and NCCL say when the other end of a connection is gone; both raise RuntimeError.
_LOST = ("gloo", "nccl", "connection", "socket", "peer")


class Together:
    """The processes of this training. `rank` 0 is the one that writes."""

    def __init__(self, device: str, *, alone: bool = False) -> None:
        """Meet the others, if there are any and this is not to be done `alone`."""
        here = launched()
        self.rank, self.world = (0, 1) if alone else (here.rank, here.world)
        self._accelerator: Any = None
        self._model: Any = None
        if self.world > 1:
            from accelerate import Accelerator  # type: ignore[import-untyped]

            with self.watching():
                self._accelerator = Accelerator(cpu=device == "cpu")

    @property
    def device(self) -> str:
        """The device of this process, empty where nobody but us decides."""
        found = str(self._accelerator.device) if self._accelerator else ""
        # Of processors there is only one kind, whatever its number.
        return "cpu" if found.startswith("cpu") else found

    @property
    def shards(self) -> bool:
        """Whether each process holds only a part of the weights (FSDP)."""
        kind = self._accelerator.distributed_type if self._accelerator else ""
        return str(kind).endswith("FSDP")

    def prepare(self, model: PeftModel, optimizer: torch.optim.Optimizer) -> tuple[Any, Any]:
        """`model` and `optimizer` as they are to be used; the adapters start the same."""
        if self._accelerator is None:
            return model, optimizer
        self._model, optimizer = self._accelerator.prepare(model, optimizer)
        return self._model, optimizer

    def same(self, value: Item) -> Item:
        """The first process's `value`, in all of them."""
        if self._accelerator is None:
            return value
        box = [value]
        torch.distributed.broadcast_object_list(box, src=0)
        return box[0]

    def agree(self, value: str) -> None:
        """Raise PromptstyleError in all processes if `value` is not the same in all."""
        if self._accelerator is None:
            return
        found: list[str | None] = [None] * self.world
        torch.distributed.all_gather_object(found, value)
        if len(set(found)) > 1:
            raise PromptstyleError(
                f"the {self.world} processes of this training do not see the same likes, base "
                "model or settings",
                "give all of them the same PROMPTSTYLE_HOME, with the same files in it",
                code="processes_differ",
            )

    def share(self, items: Sequence[Item], size: int) -> list[tuple[list[Item], float]]:
        """This process's batches of at most `size` of `items`, each with its weight.

        All processes get the same number, since they wait for each other at the last one: where
        there is nothing left, an item is taken again with weight 0.
        """
        if not items:
            return []
        own = list(items[self.rank :: self.world])
        batches = [(own[i : i + size], 1.0) for i in range(0, len(own), size)]
        most = -(-len(items) // self.world)
        while len(batches) < -(-most // size):
            batches.append((list(items[:1]), 0.0))
        return batches

    def apart(self, *, last: bool) -> AbstractContextManager[Any]:
        """Where to compute gradients that are not to be exchanged yet, unless it is the `last`."""
        if self._accelerator is None or last:
            return nullcontext()
        context: AbstractContextManager[Any] = self._accelerator.no_sync(self._model)
        return context

    def backward(self, loss: torch.Tensor) -> None:
        """The gradient of `loss`; of the sum over the processes, once it is exchanged."""
        if self._accelerator is None:
            loss.backward()  # type: ignore[no-untyped-call]
        else:
            # The exchange takes means.
            self._accelerator.backward(loss * self.world)

    def clip(self, parameters: Sequence[torch.nn.Parameter], most: float) -> None:
        """Scale the gradients down to a norm of `most`."""
        if self._accelerator is None:
            torch.nn.utils.clip_grad_norm_(parameters, max_norm=most)
        else:
            self._accelerator.clip_grad_norm_(parameters, most)

    def total(self, *values: float) -> list[float]:
        """Each of `values`, summed over the processes."""
        if self._accelerator is None:
            return list(values)
        tensor = torch.tensor(values, dtype=torch.float64, device=self._accelerator.device)
        found: list[float] = self._accelerator.reduce(tensor, "sum").tolist()
        return found

    def adapter(self, model: PeftModel) -> dict[str, torch.Tensor]:
        """The adapter's weights, all of them, on the CPU. Every process has to ask."""
        whole = self._accelerator.get_state_dict(self._model) if self.shards else None
        found = get_peft_model_state_dict(model, state_dict=whole)
        return {name: tensor.detach().to("cpu", copy=True) for name, tensor in found.items()}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Say clearly that another process is gone, where that is what went wrong."""
        try:
            yield
        except RuntimeError as error:
            said = str(error).lower()
            if self.world == 1 or not any(word in said for word in _LOST):
                raise
            raise PromptstyleError(
                f"another of the {self.world} processes of this training ended, or cannot be "
                "reached",
                "its own message says why; start the training again, and it goes on from the last "
                "checkpoint",
                code="process_lost",
            ) from error

    def part(self) -> None:
        """Leave the others: nothing is exchanged after this."""
        if self._accelerator is not None and torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()
            self._accelerator = None

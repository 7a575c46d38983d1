"""An Ollama Modelfile with the project's layout, its stops and its sampling."""

from __future__ import annotations

from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.training.template import INSTRUCTION, STOP

PLACE = "{input}"
_QUOTES = '"""'


def modelfile(model: str, context: int, licence: str, adapter: str | None = None) -> str:
    """The text of a Modelfile beside the file `model`, with `adapter` on top if there is one.

    Go's template has the same layout as training; a system message goes in front of the topic, as
    in the GGUF's own chat template. The beginning token is the GGUF's business.
    """
    before, after = INSTRUCTION.split(PLACE)
    sampling = Sampling()
    parameters: list[tuple[str, object]] = [
        ("stop", f'"{STOP}"'),
        ("stop", '"### Response:"'),
        ("temperature", sampling.temperature),
        ("top_k", sampling.top_k),
        ("top_p", sampling.top_p),
        ("min_p", sampling.min_p),
        ("repeat_penalty", sampling.repeat_penalty),
        ("repeat_last_n", sampling.repeat_window),
        ("num_predict", sampling.max_tokens),
        ("num_ctx", context),
    ]
    system = "{{ if .System }}{{ .System }}\n\n{{ end }}"
    template = f"{before}{system}{{{{ .Prompt }}}}{after}"
    lines = [f"FROM ./{model}"]
    if adapter is not None:
        lines.append(f"ADAPTER ./{adapter}")
    lines += [
        f"TEMPLATE {_QUOTES}{template}{_QUOTES}",
        *(f"PARAMETER {name} {value}" for name, value in parameters),
        f"LICENSE {_QUOTES}The base model: {licence}{_QUOTES}",
    ]
    return "\n".join(lines) + "\n"

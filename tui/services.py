"""What the app asks of other processes; tests put recorded answers in place of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from promptstyle.core.paths import Home

if TYPE_CHECKING:
    from promptstyle.core.generation.client import Engine
    from promptstyle.core.jobs import Job


# Each imports what it needs when it is called: the first paint waits for none of it.


def _start_engine(*args: Any, **kwargs: Any) -> Engine:
    from promptstyle.core.generation.client import Engine

    return Engine.start(*args, **kwargs)


def _start_retrain(*args: Any, **kwargs: Any) -> Job:
    from promptstyle.core.pipeline_client import start_retrain

    return start_retrain(*args, **kwargs)


def _start_evaluate(*args: Any, **kwargs: Any) -> Job:
    from promptstyle.core.pipeline_client import start_evaluate

    return start_evaluate(*args, **kwargs)


def _start_pull(*args: Any, **kwargs: Any) -> Job:
    from promptstyle.core.pipeline_client import start_pull

    return start_pull(*args, **kwargs)


@dataclass(frozen=True)
class Services:
    """The home, and how each kind of child process is started."""

    home: Home
    start_engine: Callable[..., Engine] = _start_engine
    start_retrain: Callable[..., Job] = _start_retrain
    start_evaluate: Callable[..., Job] = _start_evaluate
    start_pull: Callable[..., Job] = _start_pull

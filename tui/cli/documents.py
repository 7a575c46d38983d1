"""The JSON that the commands write for what the library holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptstyle.core.library import Like, Opinion, Profile, RunRecord

# What a manifest says of a run, for those who list runs.
_FROM_MANIFEST = ("recipe", "train", "held", "mode", "seconds", "scores")


def like_document(like: Like) -> dict[str, Any]:
    """A liked prompt, as `likes` lists it."""
    return {
        "id": like.id,
        "input": like.input,
        "output": like.output,
        "tags": list(like.tags),
        "source": like.source,
        "created": like.created,
    }


def removed_document(like: Like) -> dict[str, Any]:
    """A liked prompt with when it was removed: None while it counts."""
    return {**like_document(like), "removed": like.removed}


def opinion_document(opinion: Opinion) -> dict[str, Any]:
    """What was thought of a candidate."""
    return {
        "id": opinion.id,
        "candidate": opinion.candidate,
        "kind": opinion.kind,
        "reason": opinion.reason,
        "text": opinion.text,
        "like_id": opinion.like_id,
        "created": opinion.created,
    }


def run_document(run: RunRecord) -> dict[str, Any]:
    """A run, with what its manifest says that matters in a list."""
    said = {key: run.manifest.get(key) for key in _FROM_MANIFEST}
    return {
        "id": run.id,
        "profile": run.profile,
        "base": run.base,
        "created": run.created,
        "active": run.active,
        **said,
    }


def profile_document(profile: Profile) -> dict[str, Any]:
    """A profile and how much there is in it."""
    return {
        "name": profile.name,
        "base": profile.base,
        "created": profile.created,
        "likes": profile.likes,
        "held": profile.held,
        "active_run": profile.active_run,
    }

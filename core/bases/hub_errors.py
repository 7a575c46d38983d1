"""What the hub's refusals and broken connections mean to a person."""

from __future__ import annotations

from promptstyle.core.errors import PromptstyleError

_LOCAL = "or copy its folder from elsewhere and run `promptstyle add-model FOLDER --name {name}`"


def mismatch(message: str, name: str) -> PromptstyleError:
    """The error for a file of the base `name` that is not the pinned one."""
    return PromptstyleError(
        message,
        "this is not the model that was checked: do not use it; a mirror (HF_ENDPOINT) or a "
        f"proxy may have changed it. If you trust a copy: `promptstyle add-model FOLDER --name "
        f"{name}`",
        code="mismatch",
    )


def explained(error: Exception, name: str, what: str, here: int) -> PromptstyleError | None:
    """The error for a person behind one of the hub's library; None if it is not of the network.

    `what` was being fetched for the base `name`, and `here` bytes of it are kept.
    """
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    local = _LOCAL.format(name=name)
    if isinstance(error, OfflineModeIsEnabled):
        return PromptstyleError(
            f"{name} is not on this machine, and HF_HUB_OFFLINE forbids fetching it",
            f"unset HF_HUB_OFFLINE, {local}",
            code="offline",
        )
    if isinstance(error, HfHubHTTPError) and error.response is not None:
        status = error.response.status_code
        hint = f"try again later, {local}"
        if status in (401, 403):
            hint = "log in with `hf auth login` or set HF_TOKEN, if the hub asks for it"
        return PromptstyleError(f"the hub refused {what} with status {status}", hint, code="hub")
    # Which library speaks HTTP differs between versions of huggingface_hub.
    broken = type(error).__module__.partition(".")[0] in (
        "httpx",
        "httpx2",
        "httpcore",
        "httpcore2",
    )
    broken = broken or isinstance(error, ConnectionError | TimeoutError)
    if broken or "Consistency check failed" in str(error):
        kept = f"; {here / 1e6:,.0f} MB of {what} are kept" if here else ""
        return PromptstyleError(
            f"the connection to the hub failed{kept}",
            f"check the network and run `promptstyle pull {name}` again, {local}",
            code="no_connection",
        )
    return None

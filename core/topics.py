"""What a topic is: a sentence or a few on what a prompt should be about."""

from __future__ import annotations

from promptstyle.core.errors import UsageError

# What is longer was pasted by mistake and fits no context.
MAX_TOPIC = 2_000


def check_topic(topic: str) -> str:
    """`topic` without surrounding blanks. Raises UsageError if it is none."""
    topic = topic.strip()
    if not topic:
        raise UsageError("the topic is empty", "say what the prompt should be about", code="topic")
    if len(topic) > MAX_TOPIC:
        raise UsageError(
            f"the topic has {len(topic):,} characters, and {MAX_TOPIC:,} are the most",
            "give a sentence or two; the material itself goes with the finished prompt",
            code="topic",
        )
    return topic

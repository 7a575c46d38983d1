"""What a person struck out of prompts before they kept them."""

from __future__ import annotations

from promptstyle.core.style.passed import Passed

WRITTEN = "Plan dinners. Use 100 words. Show only the table."


def test_what_is_gone_from_what_was_kept_was_struck_out() -> None:
    passed = Passed([("dinners", WRITTEN, "Plan dinners. Show only the table.")])
    assert passed.times("Use 100 words.") == 1
    assert passed.times("Plan dinners.") == 0 == passed.times("Never seen.")


def test_it_counts_however_it_is_put_and_however_often() -> None:
    polite = "Plan lunches. Please use 100 words."
    passed = Passed(
        [
            ("dinners", WRITTEN, "Plan dinners. Show only the table."),
            ("lunches", polite, "Plan lunches. Be brief."),
        ]
    )
    assert passed.times("use 100 words") == passed.times("Kindly use 100 words.") == 2


def test_on_the_same_topic_it_is_known() -> None:
    passed = Passed([("Make a prompt that plans dinners", WRITTEN, "Plan dinners.")])
    assert passed.here("plan dinners!", "Use 100 words.")
    assert not passed.here("plan lunches", "Use 100 words.")
    assert not passed.here("plan dinners", "Plan dinners.")


def test_who_writes_all_of_it_anew_has_said_nothing_of_single_sentences() -> None:
    passed = Passed([("dinners", WRITTEN, "Something of my own, and all of it.")])
    assert passed.times("Use 100 words.") == 0 and not passed.here("dinners", "Use 100 words.")


def test_the_parts_of_a_telegram_are_sentences() -> None:
    passed = Passed(
        [("dinners", "plan dinners; 100 words; table only", "plan dinners; table only")]
    )
    assert passed.times("100 words") == 1 and passed.times("table only") == 0


def test_a_full_stop_or_a_capital_is_no_other_sentence() -> None:
    passed = Passed([("dinners", WRITTEN, "plan dinners\nuse 100 words\nshow the plan")])
    assert passed.times("Use 100 words.") == 0 and passed.times("Show only the table.") == 1


def test_without_edits_there_is_nothing() -> None:
    assert Passed().times("Anything.") == 0 and not Passed().here("a", "Anything.")


def test_what_was_struck_out_is_known_with_and_without_its_nudge() -> None:
    passed = Passed([("a topic", "Write it. Keep it light, ok?", "Write it.")])
    assert passed.here("a topic", "Keep it light.") and passed.here("a topic", "Keep it light, ok?")
    assert passed.times("Keep it light, yeah?") == 1 and not passed.times("Keep it dark, ok?")

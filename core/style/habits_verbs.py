"""The verbs that prompts command with, in their base form."""

from __future__ import annotations

# Verbs of instructions, in both spellings; words that are mostly nouns are left out.
COMMANDS = frozenset(
    """
    act adapt add address adjust aim adopt analyse analyze annotate answer apply arrange ask assess
    assign assume attach avoid base be begin brainstorm break build bring calculate carry categorise
    categorize change check choose cite clarify classify clean close collect combine come compare
    compile complete compose compute conclude condense conduct consider construct contrast convert
    correct count cover craft create critique cut debug decide define deliver demonstrate describe
    design detect determine develop devise diagnose discuss display divide do draft draw edit
    elaborate eliminate emphasise emphasize end engage enhance ensure estimate evaluate examine
    expand explain explore express extract fill find finish fix focus follow format formulate gather
    generate get give go group guide handle help highlight hold identify imagine implement improve
    include incorporate indicate infer inspect insert integrate interpret invent investigate
    justify keep label lay leave let limit list locate look maintain make map mark match measure
    mention merge model modify name note number offer omit open optimise optimize order organise
    organize outline paraphrase perform pick plan play polish pose predict prepare present
    prioritise prioritize produce proofread propose provide pull put quiz quote rank rate read
    recommend reduce refactor refer refine reframe remain remove render reorganise reorganize
    repeat rephrase replace reply report research resolve respond restate restructure return review
    revise rewrite run save say scan score search select separate set share shorten show simplify
    simulate sketch skip solve sort speak specify split stand start state stay stick stop structure
    study submit suggest sum summarise summarize support take talk teach tell test think tie trace
    track transform translate treat try turn understand update use validate verify wait walk weave
    work wrap write
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)

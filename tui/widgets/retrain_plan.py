"""What a retrain would learn from, and the choices before it starts."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.plan import Plan
from promptstyle.core.training.recipes import RECIPES
from promptstyle.tui.cli.text import count, duration
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.choice import Choice

# What a recipe is for.
RECIPE_FOR = {
    "default": "tuned for few likes",
    "distinction": "and tells authors apart",
    "reference": "as in the reference project",
}
# What becomes of the new model.
USE, KEEP = "use it if not worse", "keep the old one"
# The troubles that more likes mend.
FEW = "too_few_likes"


class RetrainPlan(VerticalScroll, can_focus=False):
    """The plan as a list of facts, the choices, and what can be done."""

    def compose(self) -> ComposeResult:
        yield Static("looking at the likes…", id="facts", markup=False)
        with Horizontal(id="recipes"):
            yield Choice("Recipe   ", list(RECIPES), "default", id="recipe")
            yield Static("", id="recipe-for", markup=False)
        yield Choice("New model", (USE, KEEP), USE, id="keep")
        yield Static("", id="trouble", markup=False)
        with Horizontal(id="begin", classes="row"):
            yield Button(
                "Start", id="start", variant="primary", compact=True, action="screen.start"
            )
            yield Button("Import prompts", id="import", compact=True, action="screen.import_likes")
            yield Button("Library", id="library", compact=True, action="app.go('library')")
            yield Button("Models", id="models", compact=True, action="app.go('models')")

    @property
    def recipe(self) -> str:
        """The recipe that is chosen."""
        return self.query_one("#recipe", Choice).value

    @property
    def keep_old(self) -> bool:
        """Whether the old model is to go on writing."""
        return self.query_one("#keep", Choice).value == KEEP

    def fail(self, error: PromptstyleError) -> None:
        """Say why there is no plan."""
        self.query_one("#facts", Static).update(reveal_line(f"{error.message}: {error.hint}"))

    def show(self, plan: Plan) -> None:
        """Draw it, and offer what can be done."""
        self.query_one("#facts", Static).update(facts(plan))
        self.query_one("#recipe-for", Static).update(RECIPE_FOR.get(plan.recipe, ""))
        trouble = plan.trouble
        few = trouble is not None and trouble.code == FEW
        said = self.query_one("#trouble", Static)
        said.display = trouble is not None
        if trouble is not None:
            hint = "Import prompts that you like, or like some on Write." if few else trouble.hint
            said.update(reveal_line(f"Not yet: {trouble.message}. {hint}"))
        for name, shown in (
            ("start", trouble is None),
            ("import", few),
            ("library", few),
            ("models", trouble is not None and not few),
        ):
            self.query_one(f"#{name}", Button).display = shown
        for choices in ("#recipes", "#keep"):
            self.query_one(choices).display = trouble is None


def facts(plan: Plan) -> Content:
    """The plan as aligned lines."""
    rows = [
        ("Profile", plan.profile),
        ("Base", plan.base),
        ("Likes", _likes(plan)),
        ("New", _new(plan)),
    ]
    if plan.trouble is None:
        rows.append(("Work", _work(plan)))
        if plan.resumes:
            rows.append(("Unfinished", "it goes on where the last one was stopped"))
    lines = [Content.assemble((f"{name:<11}", "dim")) + reveal_line(text) for name, text in rows]
    return Content("\n").join(lines)


def _likes(plan: Plan) -> str:
    if not plan.growth.likes:
        return "none yet"
    text = f"{plan.growth.likes:,}: {plan.train:,} to learn from, {plan.held:,} held out to test on"
    if plan.trouble is None and plan.by_folds:
        text += "; too few, so it is tested by cross-validation, which takes longer"
    return text


def _new(plan: Plan) -> str:
    new, trained = plan.growth.new, plan.growth.trained
    if trained is None:
        return "all of them: no model of yours has learnt from them"
    if not new:
        return f"none since {trained}: edits apart, it would learn the same again"
    return f"{count(new, 'like')} since {trained}"


def _work(plan: Plan) -> str:
    text = f"{count(plan.steps, 'training step')} at most, then the test"
    if plan.last is not None and plan.last_seconds is not None:
        return f"{text}; {plan.last.id} took {duration(plan.last_seconds)}"
    return text

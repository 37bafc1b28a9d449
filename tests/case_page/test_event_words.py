"""Every event that any slice tells a case's timeline has words on the case page."""

import ast
from pathlib import Path

from surveyapp.audit import ActorKind
from surveyapp.case_page.event_words import ACTORS, EVENTS

SURVEYAPP = Path(__file__).parents[2] / "surveyapp"


def told_events() -> set[str]:
    """The literal event names passed to cases.timeline.note, or written by the demo, anywhere in the product."""
    found = set()
    for path in SURVEYAPP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            named = isinstance(node, ast.Call) and called in ("note", "_note")
            if named and len(node.args) > 2 and isinstance(node.args[2], ast.Constant):
                found.add(str(node.args[2].value))
    return found


def test_every_event_of_a_timeline_has_words() -> None:
    assert len(told_events()) >= 10
    assert told_events() - set(EVENTS) == set(), "add words to case_page/event_words.py"


def test_every_kind_of_actor_has_words() -> None:
    assert set(ACTORS) == {kind.value for kind in ActorKind}

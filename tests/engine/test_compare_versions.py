"""Versions compared: what changed, and which figures stay comparable."""

import re

import pytest

from surveyapp.engine.compare import Comparability, compare_versions
from surveyapp.engine.definition import Definition
from surveyapp.engine.loader import Shelf, load_text
from surveyapp.engine.preview import preview_journey
from tests.engine.tiny_leaver import HERE, shipped, tiny

TEXT = (HERE / "definitions/every_type.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> Definition:
    assert old in TEXT
    return load_text(TEXT.replace(old, new, 1), "changed.yaml", Shelf(HERE))


@pytest.mark.parametrize(
    ("old", "new", "question", "how"),
    [
        ('"Story?"', '"Your story?"', "story", Comparability.WITH_CARE),
        ("code: line", "code: tale", "line", Comparability.NOT_COMPARABLE),
        ("code: line", "code: tale", "tale", Comparability.NOT_COMPARABLE),
        ("code: story, type: long_text", "code: story, type: short_text", "story", Comparability.NOT_COMPARABLE),
        ("{code: blue,", "{code: green,", "one", Comparability.NOT_COMPARABLE),
        ("{code: none, exclusive", "{code: not_any, exclusive", "many", Comparability.WITH_CARE),
        ("score: 2", "score: 0", "grid", Comparability.NOT_COMPARABLE),
        ('"It was clear"', '"It was quite clear"', "grid", Comparability.WITH_CARE),
        ("{code: clear,", "{code: plain,", "grid", Comparability.WITH_CARE),
        ("max: 50", "max: 60", "count", Comparability.WITH_CARE),
        ('{en: "Bad"', '{en: "Poor"', "score", Comparability.WITH_CARE),
    ],
)
def test_a_change_says_whether_figures_stay_comparable(old: str, new: str, question: str, how: Comparability) -> None:
    comparison = compare_versions(tiny("every_type"), changed(old, new))
    assert comparison.questions[question] is how
    untouched = set(comparison.questions) - {question, "line", "tale"}
    assert untouched <= set(comparison.comparable)


def test_another_base_is_not_comparable() -> None:
    text = (HERE / "definitions/show_if.yaml").read_text(encoding="utf-8")
    narrower = text.replace("question: bullied, op: equals, value: yes", "question: bullied, op: answered")
    new = load_text(narrower, "new.yaml", Shelf(HERE))
    comparison = compare_versions(tiny("show_if"), new)
    assert comparison.questions["told"] is Comparability.NOT_COMPARABLE
    assert [change.what for change in comparison.changes] == ["It is now asked of other people: its base changed."]


def test_a_version_compared_with_itself_has_no_changes() -> None:
    comparison = compare_versions(shipped("leaver/1"), shipped("leaver/1"))
    assert comparison.changes == ()
    assert set(comparison.comparable) == set(shipped("leaver/1").questions)


def test_a_preview_shows_every_page_and_question() -> None:
    for name in ("show_if", "case_bands", "choose_among"):
        journey = preview_journey(tiny(name))
        assert list(journey.pages) == list(tiny(name).pages)
        assert set(journey.path.asked) == set(tiny(name).questions)


def test_the_example_in_the_readme_is_a_sound_definition() -> None:
    readme = (HERE.parents[1] / "questionnaires/README.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)[0]
    assert load_text(example, "README.md", Shelf(HERE)).reference == "lunch/1"

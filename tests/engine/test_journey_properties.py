"""Any sequence of answers, back steps and changes of mind ends in a consistent path."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.engine.definition import Definition, Question
from surveyapp.engine.drafts import draft_from_json, draft_to_json
from surveyapp.engine.journey import Journey
from surveyapp.engine.number_types import SCALE_POINTS
from surveyapp.engine.path import PLAIN
from surveyapp.engine.piping import Case
from surveyapp.engine.rules import comparisons_in
from surveyapp.engine.submission import Submission, draft_of, submit
from surveyapp.engine.values import held_codes
from surveyapp.engine.views import page_view
from tests.engine.tiny_leaver import Leaver, shipped, tiny

DEFINITIONS = [tiny(name) for name in ("show_if", "case_bands", "choose_among", "piping", "every_type")]
SHIPPED = [shipped(f"{name}/1") for name in ("leaver", "leaver_short", "interview_guide", "new_starter", "stay")]
BANDS = st.fixed_dictionaries(
    {},
    optional={
        "tenure_band": st.sampled_from(["lt2", "2to4", "not_known"]),
        "role": st.sampled_from(["advocate", "clerk"]),
        "leaving_type": st.sampled_from(["resignation", "retirement"]),
        "check": st.sampled_from(["month_1", "month_3", "month_6"]),
    },
)
JUNK = st.sampled_from(["", "1", "12", "99", "-4", "3 March", "2027", "<b>", "{area}", "prefer_not_to_say", "x" * 60])


def typed(question: Question, draw: Any) -> dict[str, list[str]]:
    """Something a browser could post for the question: mostly sound, sometimes nonsense."""
    name = f"q-{question.code}"
    codes = [option.code for option in question.options] or list(SCALE_POINTS)
    some = st.lists(st.sampled_from(codes) | JUNK, max_size=3)
    parts = ["day", "month", "year", "other", "prefer", "1", "2", *(row.code for row in question.rows)]
    posted = {name: draw(some)}
    for part in draw(st.lists(st.sampled_from(parts), max_size=4, unique=True)):
        posted[f"{name}-{part}"] = draw(some)
    return posted


def wander(definition: Definition, draw: Any) -> Journey:
    """A leaver who answers, goes back, changes their mind and skips, in any order."""
    leaver = Leaver(definition, draw(BANDS))
    for _ in range(draw(st.integers(0, 12))):
        page = draw(st.sampled_from(leaver.journey.pages))
        posted: dict[str, list[str]] = {}
        for question in leaver.journey.questions_on(page):
            posted |= typed(question, draw)
        leaver.journey = leaver.journey.save_page(page, posted, draw(st.sampled_from(["en", "cy"]))).journey
    return leaver.journey


def assert_consistent(journey: Journey) -> None:
    definition, path = journey.definition, journey.path
    order = [page for page in definition.pages if page in path.pages]
    assert list(journey.pages) == order, "pages stand in the order of the definition"
    for page in order:
        assert journey.previous_to(page) == (order[order.index(page) - 1] if page != order[0] else None)
        assert journey.next_after(page) == (order[order.index(page) + 1] if page != order[-1] else None)
    asked = {question.code for questions in path.pages.values() for question in questions} | path.settled
    assert set(journey.answers) <= asked, "only what is asked counts"
    for code, answer in journey.answers.items():
        source = definition.questions[code].choose_among
        if source:
            assert held_codes(answer) <= held_codes(journey.answers.get(source)) | {"prefer_not_to_say"}
        offered = path.asked[code].option_by_code.keys() | {"prefer_not_to_say"}
        assert not path.asked[code].options or held_codes(answer) <= offered
    for page in definition.pages.values():
        for condition in (page.show_if, definition.part_by_code[page.part].show_if):
            for comparison in comparisons_in(condition):
                if page.code in path.pages and comparison.op == "equals" and not comparison.of_case:
                    # pages of these definitions hang on plain comparisons, so what they hang on counts
                    assert comparison.subject in journey.answers


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_wandering_ends_in_a_consistent_path(data: Any) -> None:
    journey = wander(data.draw(st.sampled_from(DEFINITIONS)), data.draw)
    assert_consistent(journey)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_wandering_through_the_shipped_questionnaires_ends_in_a_consistent_path(data: Any) -> None:
    journey = wander(data.draw(st.sampled_from(SHIPPED)), data.draw)
    assert_consistent(journey)
    for page in journey.pages:
        for language in journey.definition.languages:
            assert page_view(journey, page, language).title


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_going_through_to_the_end_always_finishes_and_submits_only_what_counts(data: Any) -> None:
    journey = wander(data.draw(st.sampled_from(DEFINITIONS)), data.draw)
    for _ in range(2 * len(journey.definition.pages)):
        page = journey.first_unfinished
        if page is None:
            break
        journey = journey.save_page(page, {}, "en").journey
    assert journey.first_unfinished is None
    submission = submit(journey, "en")
    assert dict(submission.answers) == dict(journey.answers)
    stored = json.loads(json.dumps(submission.to_json(journey.definition)))
    assert Submission.from_json(journey.definition, stored) == submission
    again = Journey(journey.definition, draft_of(journey.definition, submission, journey.case), journey.case)
    assert again.first_unfinished is None
    assert dict(again.answers) == dict(submission.answers)
    assert again.pages == journey.pages


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_draft_put_away_and_taken_out_again_is_the_same_journey(data: Any) -> None:
    journey = wander(data.draw(st.sampled_from(DEFINITIONS)), data.draw)
    stored = json.loads(json.dumps(draft_to_json(journey.definition, journey.draft)))
    again = Journey(journey.definition, draft_from_json(journey.definition, stored), journey.case)
    assert again.draft == journey.draft
    assert again.path == journey.path


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_in_which_pages_were_saved_does_not_matter(data: Any) -> None:
    journey = wander(tiny("show_if"), data.draw)
    shuffled = dict(sorted(journey.draft.answers.items(), reverse=True))
    draft = type(journey.draft)(shuffled, dict.fromkeys(journey.draft.askings, PLAIN))
    assert Journey(journey.definition, draft, Case(journey.case.bands)).path == journey.path

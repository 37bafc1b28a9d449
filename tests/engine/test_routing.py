"""Routing told as Given, When, Then: what is shown to whom, and what becomes of answers when earlier ones change."""

import pytest

from surveyapp.engine.drafts import Draft, DraftOfAnotherVersion, draft_from_json, draft_to_json
from surveyapp.engine.journey import Journey, PageNotOnPath
from surveyapp.engine.piping import Case
from surveyapp.engine.submission import JourneyUnfinished, draft_of
from surveyapp.engine.values import Chosen, Said
from tests.engine.tiny_leaver import given, tiny


def test_a_page_is_shown_when_its_condition_holds() -> None:
    leaver = given("show_if")
    assert leaver.path == ["ask", "last"]
    leaver.sends("ask", bullied="yes")
    assert leaver.path == ["ask", "more", "last"]
    leaver.sends("more", told="no")
    assert leaver.path == ["ask", "more", "help", "last"]


def test_an_answer_that_a_change_of_mind_has_hidden_is_not_submitted_and_steers_nothing() -> None:
    leaver = given("show_if")
    leaver.sends("ask", bullied="yes")
    leaver.sends("more", told="no")
    leaver.sends("help", why_not="I was afraid")
    leaver.sends("ask", bullied="no")
    leaver.sends("last")
    # told = no would still show the help page, if hidden answers counted
    assert leaver.path == ["ask", "last"]
    assert leaver.submits().answers == {"bullied": Chosen("no")}


def test_a_hidden_answer_comes_back_when_its_question_does() -> None:
    leaver = given("show_if")
    leaver.sends("ask", bullied="yes")
    leaver.sends("more", told="no")
    leaver.sends("help", why_not="I was afraid")
    leaver.sends("ask", bullied="no")
    leaver.sends("ask", bullied="yes")
    assert leaver.journey.answers["why_not"] == Said("I was afraid")


def test_posting_a_page_that_has_left_the_path_is_refused() -> None:
    leaver = given("show_if")
    with pytest.raises(PageNotOnPath):
        leaver.sends("more", told="no")


def test_next_and_back_skip_what_is_not_shown() -> None:
    journey = given("show_if").journey
    assert journey.next_after("ask") == "last"
    assert journey.previous_to("last") == "ask"
    assert journey.previous_to("ask") is None
    assert journey.next_after("last") is None
    # a page that has left the path still knows its place
    assert journey.next_after("more") == "last"
    bullied = given("show_if")
    bullied.sends("ask", bullied="yes")
    assert bullied.journey.next_after("ask") == "more"


def test_a_blank_answer_finishes_a_page_and_every_question_may_be_skipped() -> None:
    leaver = given("show_if")
    leaver.sends("ask")
    assert leaver.journey.first_unfinished == "last"
    leaver.sends("last")
    assert leaver.journey.first_unfinished is None
    assert leaver.submits().answers == {}
    assert leaver.submits().asked == ("bullied", "anything")


def test_an_unfinished_journey_is_submitted_only_when_that_is_meant() -> None:
    leaver = given("show_if")
    leaver.sends("ask", bullied="no")
    with pytest.raises(JourneyUnfinished) as unfinished:
        leaver.submits()
    assert unfinished.value.page == "last"
    assert leaver.submits(unfinished=True).asked == ("bullied",)


def test_parts_and_pages_follow_the_bands_of_the_case() -> None:
    newcomer = given("case_bands", tenure_band="lt2", role="advocate", leaving_type="resignation")
    assert newcomer.path == ["induction", "court", "everyone", "about"]
    retired = given("case_bands", tenure_band="10plus", role="advocate", leaving_type="retirement")
    assert retired.path == ["everyone", "about"]
    assert given("case_bands").path == ["everyone", "about"]


def test_progress_counts_the_parts_on_the_path_and_leaves_separate_ones_out() -> None:
    newcomer = given("case_bands", tenure_band="lt2")
    assert newcomer.sees("everyone").progress == "Part 2 of 2: main"
    assert newcomer.sees("everyone", "cy").progress == "Rhan 2 o 2: prif"
    assert newcomer.sees("about").progress == "Optional: about you"
    assert given("case_bands").sees("everyone").progress == "Part 1 of 1: main"


AFTER = {"always", "red_too", "not_red", "unfair", "low", "middling", "high", "late", "no_story"}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({}, {"no_story"}),
        ({"many": ["red", "blue"]}, {"red_too", "no_story"}),
        ({"many": "red"}, {"no_story"}),
        ({"many": "blue"}, {"not_red", "no_story"}),
        ({"many": "prefer_not_to_say"}, {"not_red", "no_story"}),
        ({"grid__fair": "agree"}, {"no_story"}),
        ({"grid__fair": "neither"}, {"unfair", "no_story"}),
        ({"grid__clear": "disagree"}, {"no_story"}),
        ({"score": "4"}, {"low", "no_story"}),
        ({"score": "5"}, {"middling", "no_story"}),
        ({"score": "8"}, {"middling", "no_story"}),
        ({"score": "10"}, {"high", "no_story"}),
        ({"score__prefer": "prefer_not_to_say"}, {"no_story"}),
        ({"day__day": "1", "day__month": "4", "day__year": "2027"}, {"late", "no_story"}),
        ({"day__day": "31", "day__month": "3", "day__year": "2027"}, {"no_story"}),
        ({"story": "Once"}, set()),
    ],
)
def test_a_question_is_asked_when_its_comparison_holds(typed: dict[str, str], shown: set[str]) -> None:
    leaver = given("every_type")
    leaver.sends("all", **typed)
    assert {question.code for question in leaver.sees("after").questions} & AFTER == shown | {"always"}


def test_the_main_reason_is_chosen_among_those_ticked() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons=["pay", "boss"])
    assert [choice.value for choice in leaver.sees("main").questions[0].choices] == ["pay", "boss", "prefer_not_to_say"]
    assert leaver.sends("main", main="work")[0].message == "Choose from the answers on this page"


def test_a_single_ticked_reason_is_the_main_one_without_asking() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons="work")
    assert leaver.path == ["reasons", "fix"]
    leaver.sends("fix", fix="More people")
    assert leaver.submits().answers["main"] == Chosen("work")


def test_there_is_no_main_reason_to_choose_when_none_was_ticked() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons="none")
    assert leaver.path == ["reasons", "fix"]
    leaver.sends("reasons", reasons="prefer_not_to_say")
    assert leaver.path == ["reasons", "fix"]


def test_a_main_reason_that_is_no_longer_ticked_does_not_count_and_the_page_is_asked_again() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons=["pay", "work", "boss"])
    leaver.sends("main", main="pay")
    leaver.sends("fix", fix="Pay more")
    leaver.sends("reasons", reasons=["work", "boss"])
    assert "main" not in leaver.journey.answers
    assert leaver.journey.first_unfinished == "main"


def test_an_answer_about_another_reason_is_asked_again_and_not_submitted_meanwhile() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons=["pay", "work"])
    leaver.sends("main", main="pay")
    leaver.sends("fix", fix="Pay more")
    assert leaver.journey.first_unfinished is None
    leaver.sends("main", main="work")
    assert leaver.journey.first_unfinished == "fix"
    assert "fix" not in leaver.journey.answers
    # what was typed is still there to be kept or changed
    assert leaver.sees("fix").questions[0].value == "Pay more"
    leaver.sends("main", main="pay")
    assert leaver.journey.answers["fix"] == Said("Pay more")


def test_the_words_beside_other_name_the_reason_from_then_on() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons=["pay", "other"], reasons__other="the parking")
    assert [choice.text for choice in leaver.sees("main").questions[0].choices][:2] == [
        "Pay",
        "Something else: the parking",
    ]
    assert all(choice.other_name is None for choice in leaver.sees("main").questions[0].choices), "no box opens again"
    leaver.sends("main", main="other")
    assert leaver.sees("fix").questions[0].text == "What should we do about the parking?"
    assert leaver.sees("fix", "cy").questions[0].text == "Beth ddylen ni ei wneud am hyn: the parking?"


def test_a_submission_opened_by_its_receipt_is_a_finished_draft_again() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons=["pay", "work"])
    leaver.sends("main", main="pay")
    leaver.sends("fix", fix="Pay more")
    definition, submission = leaver.journey.definition, leaver.submits()
    again = Journey(definition, draft_of(definition, submission, Case()), Case())
    assert again.first_unfinished is None
    assert again.answers == submission.answers
    assert Journey(definition, Draft(), Case()).first_unfinished == "reasons"


def test_a_draft_of_another_questionnaire_or_of_changed_questions_is_refused() -> None:
    leaver = given("show_if")
    leaver.sends("ask", bullied="yes")
    stored = draft_to_json(leaver.journey.definition, leaver.journey.draft)
    with pytest.raises(DraftOfAnotherVersion):
        draft_from_json(tiny("case_bands"), stored)
    for changed in ({"bullied": {"text": "was a text"}}, {"gone": {"choice": "yes"}}):
        with pytest.raises(DraftOfAnotherVersion):
            draft_from_json(tiny("show_if"), stored | {"answers": changed})

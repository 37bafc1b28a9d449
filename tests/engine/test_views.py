"""Pages made ready for templates, and the rows of the check-your-answers page."""

from surveyapp.engine.check_answers import answer_groups
from surveyapp.engine.views import PageView, page_view
from tests.engine.tiny_leaver import Leaver, form, given, shipped


def ids(page: PageView) -> list[str]:
    """Every id a template would set on the page."""
    found: list[str] = []
    for question in page.questions:
        found += [choice.id for choice in question.choices] or ([] if question.fields else [question.name])
        for field in question.fields:
            found += [choice.id for choice in field.choices] or [field.name]
        found += [question.prefer_not.id] if question.prefer_not else []
    return found


def test_what_was_saved_is_ticked_and_typed_again() -> None:
    leaver = given("every_type")
    leaver.sends("all", one="other", one__other="Green", many=["red", "blue"], grid__fair="agree", day__day="")
    one, many, grid, *_ = leaver.sees("all").questions
    assert [choice.value for choice in one.choices if choice.checked] == ["other"]
    assert [choice.other_value for choice in one.choices if choice.other_name] == ["Green"]
    assert [choice.value for choice in many.choices if choice.checked] == ["red", "blue"]
    assert [field.value for field in grid.fields] == ["agree", ""]


def test_a_page_told_back_keeps_what_was_typed_and_ties_each_problem_to_its_question() -> None:
    leaver = given("every_type")
    typed = form(count="a few", day__day="31", day__month="2", day__year="2027", story="Fine")
    saved = leaver.journey.save_page("all", typed, "en")
    page = page_view(saved.journey, "all", "en", typed, saved.problems)
    told = {question.code: question.problem for question in page.questions if question.problem}
    assert set(told) == {"count", "day"}
    by_code = {question.code: question for question in page.questions}
    assert by_code["count"].value == "a few"
    assert [field.value for field in by_code["day"].fields] == ["31", "2", "2027"]
    # every summary link has somewhere to go
    assert {problem.field for problem in page.problems} <= set(ids(page))
    # what could be read is saved already; what could not is asked again
    assert set(saved.journey.answers) == {"story"}
    assert saved.journey.first_unfinished == "all"


def test_no_two_fields_of_a_page_share_an_id() -> None:
    leaver = Leaver(shipped("leaver/1"), {"tenure_band": "lt2"})
    pages = [given("every_type").sees("all"), *(leaver.sees(page) for page in leaver.path)]
    for page in pages:
        assert len(ids(page)) == len(set(ids(page))), page.code


def test_a_question_withheld_on_a_scale_shows_its_own_box_ticked() -> None:
    leaver = given("every_type")
    leaver.sends("all", score__prefer="prefer_not_to_say")
    score = next(question for question in leaver.sees("all", "cy").questions if question.code == "score")
    assert score.prefer_not is not None and score.prefer_not.checked
    assert score.prefer_not.text == "Mae'n well gen i beidio â dweud"


def test_consent_starts_with_only_summarised() -> None:
    leaver = Leaver(shipped("leaver/1"))
    leaver.sends("words", best="The people")
    (consent,) = leaver.sees("consent").questions
    assert [choice.value for choice in consent.choices if choice.checked] == ["summarised"]
    assert leaver.sends("consent")[0].message == "Choose one of the answers"


def test_check_your_answers_shows_each_part_with_where_to_change_it() -> None:
    leaver = given("choose_among")
    leaver.sends("reasons", reasons=["work"])
    leaver.sends("fix")
    (group,) = answer_groups(leaver.journey, "cy")
    assert [(row.question, row.lines, row.page) for row in group.rows] == [
        ("reasons", ("Gormod o waith",), "reasons"),
        # the only reason is the main one: it is changed where it was ticked
        ("main", ("Gormod o waith",), "reasons"),
        ("fix", ("Heb ei ateb",), "fix"),
    ]
    assert group.rows[2].text == "Beth ddylen ni ei wneud am hyn: gormod o waith?"


def test_hidden_answers_are_not_shown_for_checking() -> None:
    leaver = given("show_if")
    leaver.sends("ask", bullied="yes")
    leaver.sends("more", told="no")
    leaver.sends("ask", bullied="no")
    rows = [row.question for group in answer_groups(leaver.journey, "en") for row in group.rows]
    assert rows == ["bullied", "anything"]

"""Further questions: each has its own base, ratings carry means, characteristics are read from whole answers."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from analytics.ratings import rating_rows
from analytics.tables import Family, GroupKey, PublishedGroup, Selection, Status, Window, WindowCode
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish_shipped
from surveyapp.engine.definition import Definition
from surveyapp.engine.reading import equality
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Answer, Chosen, Graded, Number, PreferNot, Ticked
from surveyapp.reports.frames import Respondent, freeze_answers, freeze_leavers
from surveyapp.reports.questions import answer_codes, characteristics, counted_questions, given
from tests.conftest import TESTER

pytestmark = pytest.mark.one_backend
KEY = GroupKey("q:manager", Family.AREA, "*", "NM", Window(WindowCode.YEAR, "2025Q2", "2026Q1"), Selection.RESIGNATION)


@pytest.fixture
def definition(session: Session) -> Definition:
    publish_shipped(session, actor=TESTER)
    return definitions.offered(session, "leaver")


def answered(definition: Definition, **answers: Answer) -> Submission:
    return Submission(definition.reference, "en", answers, tuple(answers))


def test_ratings_choices_and_the_recommendation_are_counted(definition: Definition) -> None:
    by_code = {one.code: one for one in counted_questions(definition)}
    assert {"avoidable", "kept_by", "return", "destination", "recommend", "manager", "induction"} <= set(by_code)
    assert answer_codes(definition, by_code["manager"])[0] == "listened=1"
    scales = [by_code[code].scale for code in ("avoidable", "induction", "manager", "recommend")]
    assert scales == [0, 3, 5, 10]
    assert "reasons" not in by_code and "bullied" not in by_code


def test_a_half_rated_topic_a_withheld_answer_and_a_blank_are_not_in_the_base(definition: Definition) -> None:
    rows = [row.code for row in definition.questions["manager"].rows]
    whole = answered(
        definition,
        manager=Graded(tuple((row, "agree") for row in rows)),
        avoidable=Chosen("yes"),
        kept_by=Ticked(("pay",)),
        recommend=Number(Decimal(7)),
    )
    assert given(definition, whole)["manager"] == {f"{row}=4" for row in rows}
    assert given(definition, whole)["recommend"] == {"recommend=7"}
    partly = answered(definition, manager=Graded(((rows[0], "agree"),)), avoidable=PreferNot())
    assert given(definition, partly) == {}
    beside = Graded(tuple((row, "not_applicable") for row in rows))
    assert given(definition, answered(definition, manager=beside)) == {}


def test_the_base_of_a_question_is_those_who_answered_it() -> None:
    people = [
        Respondent("r", "a", True, True, True, frozenset({"pay"}), further={"return": frozenset({"yes"})}),
        Respondent("r", "a", True, False, True, frozenset(), further={"return": frozenset({"no"})}),
        Respondent("r", "a", True, True, False, frozenset({"pay"})),
    ]
    frozen = freeze_answers(people, "return", ["yes", "perhaps", "no"], ("q:return", "2026Q1"), ())
    (atom,) = frozen.atoms
    assert (atom.base, atom.secret, atom.counts) == (2, 2, (1, 0, 1))


def test_characteristics_split_the_reasons_and_what_was_not_given_is_a_level(definition: Definition) -> None:
    assert set(characteristics(definition)) == {
        "age_band", "sex", "gender_same", "ethnic_group", "religion", "orientation", "disability", "carer"
    }  # fmt: skip
    submission = answered(definition, sex=Chosen("female"), disability=PreferNot())
    assert equality(definition, submission) == {"sex": "female", "disability": "prefer_not_to_say"}
    people = [
        Respondent("r", "a", True, True, True, frozenset({"pay"}), equality={"sex": "female"}),
        Respondent("r", "a", True, True, True, frozenset()),
    ]
    leaver, _main = freeze_leavers(people, ["pay"], "2026Q1", ["sex"])
    assert [(row.level, row.base, row.counts) for row in leaver.dimensions["sex"]] == [
        ("female", 1, (1,)),
        ("not_known", 1, (0,)),
    ]


def group_of(**counts: int) -> PublishedGroup:
    return PublishedGroup(KEY, 40, {code.replace("_", "="): n for code, n in counts.items()}, "2026Q1")


def test_a_statement_shows_who_agrees_and_the_mean_to_one_decimal() -> None:
    (row,) = rating_rows(group_of(fair_5=10, fair_4=10, fair_3=10, fair_2=5, fair_1=5), 5, ["fair"])
    assert (row.n, row.base, row.percent, row.mean) == ("20", 40, 50, 3.4)


def test_a_mean_that_would_tell_what_all_said_goes_with_its_row() -> None:
    for counts in ({"fair_5": 40}, {"fair_1": 38, "fair_4": 2}):
        (row,) = rating_rows(group_of(**counts), 5, ["fair"])
        assert (row.status, row.mean) == (Status.MASKED, None)

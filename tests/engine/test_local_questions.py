"""An Area's own questions follow the national ones of the interview guide."""

import pytest

from surveyapp.engine.local_questions import LocalCodeTaken, LocalQuestion, with_local_questions
from surveyapp.engine.values import Said
from tests.engine.tiny_leaver import Leaver, shipped

PARKING = LocalQuestion("parking", {"en": "How was the parking?", "cy": "Sut oedd y parcio?"})


def test_local_questions_come_last_and_change_nothing_before_them() -> None:
    guide = shipped("interview_guide/1")
    local = with_local_questions(guide, [PARKING])
    assert list(local.questions) == [*guide.questions, "local_parking"]
    assert all(local.questions[code] == question for code, question in guide.questions.items())
    leaver = Leaver(local)
    leaver.sends("local", local_parking="None at all")
    assert leaver.submits(unfinished=True).answers == {"local_parking": Said("None at all")}


def test_a_guide_without_local_questions_is_the_national_one() -> None:
    guide = shipped("interview_guide/1")
    assert with_local_questions(guide, []) is guide


def test_two_local_questions_cannot_share_a_code() -> None:
    with pytest.raises(LocalCodeTaken):
        with_local_questions(shipped("interview_guide/1"), [PARKING, PARKING])

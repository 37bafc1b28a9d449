"""What reports read from a submission: reasons, ratings, consent and comments, by the purpose of the questions."""

from surveyapp.engine import reading
from surveyapp.engine.definition import Definition
from surveyapp.engine.submission import Submission
from tests.engine.tiny_leaver import Leaver, shipped


def submission(consent: str = "quote") -> tuple[Definition, Submission]:
    leaver = Leaver(shipped("leaver/1"), {"tenure_band": "5to9"})
    leaver.sends("reasons", reasons=["workload", "pay", "other"], reasons__other="the lift")
    leaver.sends("main_reason", main_reason="workload")
    leaver.sends("kept", avoidable="yes")
    leaver.sends("kept_by", kept_by=["less_work"])
    leaver.sends("job", job__clear="agree", job__skills="not_applicable")
    leaver.sends("recommend", recommend="7", **{"return": "perhaps"})
    leaver.sends("words", best="The people")
    leaver.sends("consent", consent=consent)
    leaver.sends("equality", equality_agreed="yes")
    leaver.sends("equality_age", age_band="35_to_44", sex="prefer_not_to_say")
    return leaver.journey.definition, leaver.submits(unfinished=True)


def test_reasons_are_read_with_their_main_one() -> None:
    given = reading.reasons_given(*submission())
    assert given == reading.ReasonsGiven(True, ("workload", "pay", "other"), "workload", "the lift")


def test_someone_who_skips_the_reasons_is_not_in_their_base() -> None:
    leaver = Leaver(shipped("leaver/1"))
    leaver.sends("reasons", reasons="prefer_not_to_say")
    given = reading.reasons_given(leaver.journey.definition, leaver.submits(unfinished=True))
    assert not given.in_base


def test_choices_scores_and_ticks_are_read_by_purpose() -> None:
    assert reading.choice(*submission(), "avoidable") == "yes"
    assert reading.choice(*submission(), "return") == "perhaps"
    assert reading.choice(*submission(), "destination") is None
    assert reading.score(*submission(), "recommend") == 7
    assert reading.ticks(*submission(), "kept_by") == ("less_work",)


def test_comments_carry_their_consent_and_a_no_keeps_them_out() -> None:
    assert reading.comments(*submission("quote")) == (reading.Comment("best", "The people", "quote"),)
    assert reading.comments(*submission("no")) == ()


def test_comments_without_a_say_on_their_use_are_only_summarised() -> None:
    leaver = Leaver(shipped("leaver/1"))
    leaver.sends("words", change="More staff")
    found = reading.comments(leaver.journey.definition, leaver.submits(unfinished=True))
    assert [comment.consent for comment in found] == ["summarised"]


def test_equality_answers_are_read_apart() -> None:
    assert reading.equality(*submission()) == {
        "equality_agreed": "yes",
        "age_band": "35_to_44",
        "sex": "prefer_not_to_say",
    }

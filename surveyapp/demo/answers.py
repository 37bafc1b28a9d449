"""An invented leaver's answers as the engine stores them."""

from decimal import Decimal

from surveyapp.demo.inventing import InventedLeaver
from surveyapp.engine.definition import Definition
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Answer, Chosen, Graded, Number, Said, Ticked

FULL, SHORT = "leaver", "leaver_short"
SAD_GRADES = ("agree", "neither", "disagree", "strongly_disagree")
GLAD_GRADES = ("strongly_agree", "agree", "agree", "neither")
STATEMENTS_ABOUT = {
    "workload": "workload",
    "manager": "management",
    "leaders": "leadership",
    "pay": "pay",
    "development": "promotion",
    "flexibility": "flexibility",
    "wellbeing": "wellbeing",
    "team": "team",
}
"""Which matrix of statements speaks of which reason."""


def questionnaire_for(one: InventedLeaver) -> str:
    """Those who retire are asked the short questionnaire."""
    return SHORT if one.leaving_type == "retirement" else FULL


def submission_of(one: InventedLeaver, definition: Definition) -> dict[str, object]:
    """The submission's plain JSON: reasons, main reason, avoidable, ratings, recommend, a comment."""
    codes = set(definition.questions)
    offered = {option.code for option in definition.questions["reasons"].options}
    ticked = tuple(option.code for option in definition.questions["reasons"].options if option.code in one.reasons)
    answers: dict[str, Answer] = {}
    if ticked:
        answers["reasons"] = Ticked(ticked)
    if one.main_reason in offered and len(ticked) > 1:
        answers["main_reason"] = Chosen(str(one.main_reason))
    if one.avoidable:
        answers["avoidable"] = Chosen(one.avoidable)
    if one.recommend is not None:
        answers["recommend"] = Number(Decimal(one.recommend))
    if one.comment:
        answers["change"] = Said(one.comment)
        answers["consent"] = Chosen("quote" if len(one.staff_number + one.comment) % 3 else "summarised")
    answers |= _ratings(one, definition)
    asked = tuple(code for code in definition.questions if definition.questions[code].purpose != "equality")
    kept = {code: answer for code, answer in answers.items() if code in codes}
    return Submission(definition.reference, one.language, kept, asked).to_json(definition)


def _ratings(one: InventedLeaver, definition: Definition) -> dict[str, Answer]:
    """Statements are disagreed with more often by those who left for that reason."""
    found: dict[str, Answer] = {}
    for at, (code, reason) in enumerate(STATEMENTS_ABOUT.items()):
        question = definition.questions.get(code)
        if question is None:
            continue
        grades = SAD_GRADES if reason in one.reasons else GLAD_GRADES
        turn = int(one.staff_number[1:]) + at
        found[code] = Graded(tuple((row.code, grades[(turn + n) % 4]) for n, row in enumerate(question.rows)))
    return found

"""An invented leaver's answers as the engine stores them."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from surveyapp.demo.comments import words_of
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

SHARES: Mapping[str, Mapping[str, int]] = {
    "destination": {
        "same_sector": 18,
        "public_sector": 24,
        "private_law": 20,
        "private_other": 22,
        "self_employed": 4,
        "study": 4,
        "caring": 3,
        "not_known": 4,
    },
    "return": {"yes": 38, "perhaps": 34, "no": 28},
    "age_band": {"under_25": 10, "25_to_34": 34, "35_to_44": 25, "45_to_54": 18, "55_to_64": 11, "65_plus": 2},
    "sex": {"female": 63, "male": 35},
    "gender_same": {"yes": 97, "no": 1},
    "ethnic_group": {"white": 78, "asian": 10, "black": 7, "mixed": 4, "another": 1},
    "religion": {"none": 46, "christian": 36, "muslim": 8, "hindu": 3, "sikh": 2, "jewish": 1, "another": 2},
    "orientation": {"straight": 88, "gay_lesbian": 5, "bisexual": 4, "another": 1},
    "disability": {"no": 80, "yes": 16},
    "carer": {"no": 64, "yes": 32},
}
"""Invented shares of further answers in 100; what is left of 100 gives none. Nothing is planted in them."""


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
    answers |= _comments(one) | _ratings(one, definition) | _further(one, definition)
    kept = {code: answer for code, answer in answers.items() if code in codes}
    agreed = "equality_agreed" in kept
    asked = tuple(code for code, one in definition.questions.items() if agreed or one.purpose != "equality")
    return Submission(definition.reference, one.language, kept, asked).to_json(definition)


def _further(one: InventedLeaver, definition: Definition) -> dict[str, Answer]:
    """Where they go, whether they would return, what would have kept them, and for most the equality questions."""
    random = Random(one.staff_number)
    found: dict[str, Answer] = {}
    tells = random.random() < 0.8
    for code, shares in SHARES.items():
        chosen = random.choices((*shares, None), (*shares.values(), 100 - sum(shares.values())))[0]
        question = definition.questions.get(code)
        if question and chosen in question.option_by_code and (tells or question.purpose != "equality"):
            found[code] = Chosen(str(chosen))
    if tells and "equality_agreed" in definition.questions:
        found["equality_agreed"] = Chosen("yes")
    wanted = definition.questions.get("kept_by")
    if wanted and one.avoidable in ("yes", "perhaps"):
        plain = [option.code for option in wanted.options if not option.exclusive and not option.other]
        found["kept_by"] = Ticked(tuple(code for code in plain if random.random() < 0.28) or (plain[0],))
    return found


def _comments(one: InventedLeaver) -> dict[str, Answer]:
    """What they write, and how it may be used."""
    words = words_of(one)
    texts: dict[str, Answer] = {
        code: Said(text) for code, text in (("change", words.change), ("best", words.best)) if text
    }
    return texts | {"consent": Chosen(words.consent)} if texts else {}


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

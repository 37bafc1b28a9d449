"""What the demo's new starters say at their checks, after one, three and six months: sealed like a leaver's answers.

Planted: most had no buddy and little training on the case systems, and it tells after three months.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random

from surveyapp.demo.history import Writer
from surveyapp.demo.inventing import Place
from surveyapp.engine.definition import Definition
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Answer, Chosen, Graded
from surveyapp.responses import batches
from surveyapp.responses.ballots import BALLOT
from surveyapp.responses.bands import NOT_KNOWN
from surveyapp.responses.contents import Bands, Content
from surveyapp.responses.models import Ballot

CHECK = "new_starter"
A_QUARTER = 16
"""Starters who answer each check, each quarter; the years of the demo before that had no checks."""

ASKED: Mapping[str, tuple[str, ...]] = {
    "month_1": ("induction", "as_expected", "people"),
    "month_3": ("learning", "as_expected", "people"),
    "month_6": ("as_expected", "people"),
}
GRADES: Mapping[str, tuple[str, ...]] = {
    "induction": ("yes", "partly", "no"),
    "learning": ("yes", "partly", "no"),
    "people": ("agree", "neither", "disagree"),
}
SELDOM = frozenset({"buddy", "system_training", "feedback"})
"""What a starter was mostly not given."""


def write_starters(writer: Writer, places: Sequence[Place], first: date, random: Random) -> None:
    """The checks of every quarter from the first day's to today's."""
    definition = writer.definitions[CHECK]
    quarter, last = batches.quarter_of(first), batches.quarter_of(writer.today)
    while quarter <= last:
        for check in ASKED:
            for place in random.choices(places, [place.leavers_a_year for place in places], k=A_QUARTER):
                _write_check(writer, definition, place, check, quarter, random)
        quarter = batches.next_quarter(quarter)
    writer.flush()


def _write_check(
    writer: Writer, definition: Definition, place: Place, check: str, quarter: str, random: Random
) -> None:
    ballot_id = uuid.uuid4()
    answers = dict(_answers(definition, check, random))
    content = Content(
        bands=Bands(place.agency, place.area, place.role, NOT_KNOWN, "lt2", NOT_KNOWN, "not_given", check),
        promise=writer.promise,
        is_keyed_in=False,
        is_named=False,
        submission=Submission(definition.reference, "en", answers, tuple(definition.questions)).to_json(definition),
        ballot_id=str(ballot_id),
    )
    writer.put(Ballot, id=ballot_id, batch_quarter=quarter, box=writer.key.seal(content.to_bytes(), BALLOT))


def _answers(definition: Definition, check: str, random: Random) -> Iterator[tuple[str, Answer]]:
    for code in ASKED[check]:
        question = definition.questions[code]
        if question.type == "single_choice":
            yield code, Chosen(random.choices(("yes", "partly", "no"), (0.5, 0.3, 0.2))[0])
            continue
        grades = GRADES[code]
        rows = ((row.code, (0.2, 0.25, 0.55) if row.code in SELDOM else (0.7, 0.2, 0.1)) for row in question.rows)
        yield code, Graded(tuple((row, random.choices(grades, weights)[0]) for row, weights in rows))

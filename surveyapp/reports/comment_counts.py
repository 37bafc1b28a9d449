"""The comments' part of a cut: coded ones are counted and listed, then the batch's own are redacted and taken in.

A comment is coded after the cut that brings it and counted by the next, under the quarter of that next cut.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from analytics.comment_lists import ListRules
from analytics.redact import StaffDirectory
from surveyapp.coding import code_book
from surveyapp.coding.counting import Commenter, count_commenters, freeze_agreement, list_comments
from surveyapp.coding.taking_in import take_in_comments
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import frozen_batches, keep_atoms
from surveyapp.reports.frames import Respondent, freeze_people
from surveyapp.reports.sources import COMMENT, LEAVER
from surveyapp.responses.ballot_box import OpenedBatch
from surveyapp.responses.promises import strictest

QUARTERS_A_YEAR = 4


def freeze_comments(session: Session, key: ReleasePrivateKey, batch: OpenedBatch, names: StaffDirectory) -> None:
    """Freeze what people have coded since the last cut, choose what may be shown, take in the batch's comments.

    Call it when the quarter's own answers are frozen, in the same transaction.
    """
    agency, quarter = batch.agency, batch.batch_quarter
    book, promised = code_book.newest(), strictest(session, agency)
    people = [_respondent(one) for one in count_commenters(session, key, agency)]
    keep_atoms(session, key, agency, freeze_people(people, book.counted, COMMENT, quarter))
    rules = ListRules(book.sensitive, promised.smallest_group, promised.smallest_sensitive_group)
    list_comments(session, key, agency, quarter, _answered_in_a_year(session, key, agency), rules)
    freeze_agreement(session, agency, quarter)
    take_in_comments(session, key.public, batch, names)


def _respondent(one: Commenter) -> Respondent:
    return Respondent(one.role, one.area, one.is_resignation, True, one.is_secret, one.codes)


def _answered_in_a_year(session: Session, key: ReleasePrivateKey, agency: str) -> Mapping[tuple[str, str], int]:
    """Secret people who answered in the last four quarters frozen, by (role, Area)."""
    answered: Counter[tuple[str, str]] = Counter()
    for batch in frozen_batches(session, key, agency, LEAVER, newest=QUARTERS_A_YEAR):
        for atom in batch.atoms:
            answered[atom.role, atom.area] += atom.secret
    return answered

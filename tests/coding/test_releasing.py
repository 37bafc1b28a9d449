"""With the next cut: coded comments are counted once a person and listed by the rule; age disposes of them."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.coding.models import CodingDecision, Comment, FrozenAgreement, ReleasedComment, Showing
from surveyapp.coding.standing import text_of
from surveyapp.directory.models import User
from surveyapp.disposal import service as disposal
from surveyapp.disposal.models import RecordType
from surveyapp.encryption.records import DataKey
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import frozen_batches, keep_atoms
from surveyapp.reports.frames import Respondent, freeze_people
from surveyapp.reports.sources import COMMENT, LEAVER
from tests.conftest import TESTER
from tests.factories.comments import Written, coded, cut_comments, put_in, taken_in

Staff = Callable[..., User]
PAY = "The pay was too low, {n}."


def many_answered(session: Session, key: ReleasePrivateKey, n: int) -> None:
    """So many secret answers frozen in the quarter before."""
    people = [Respondent("case_lawyer", "NM", True, True, True, frozenset())] * n
    keep_atoms(session, key, "ncs", freeze_people(people, ["pay"], LEAVER, "2025Q4"))


def pay_comments(n: int, consent: str = "quote") -> list[Written]:
    return [Written(PAY.format(n=f"{consent} {number}"), consent=consent) for number in range(n)]


@pytest.fixture
def coder(staff: Staff) -> User:
    return staff(StaffRole.CODER)


def code_all(session: Session, coder: User, comments: list[Comment], *codes: str, **more: object) -> None:
    for one in comments:
        coded(session, one, coder, *(codes or ("pay",)), **more)


def shown(session: Session) -> list[str]:
    return sorted(one.text or "" for one in session.scalars(select(ReleasedComment)))


def test_a_comment_is_counted_and_read_with_the_next_cut_and_never_before_a_person_coded_it(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User
) -> None:
    many_answered(session, release_key, 60)
    comments = taken_in(session, release_key, pay_comments(6))
    assert shown(session) == []
    cut_comments(session, release_key, "2026Q2")
    assert shown(session) == [], "nobody has coded them"
    code_all(session, coder, comments)
    cut_comments(session, release_key, "2026Q3")
    assert shown(session) == sorted(text_of(one).text for one in comments)
    batches = {one.period: one for one in frozen_batches(session, release_key, "ncs", COMMENT)}
    at = batches["2026Q3"].reasons.index("pay")
    assert sum(atom.base for atom in batches["2026Q3"].atoms) == 6
    assert sum(atom.counts[at] for atom in batches["2026Q3"].atoms) == 6
    assert not batches["2026Q1"].atoms and not batches["2026Q2"].atoms
    released = session.scalars(select(ReleasedComment)).all()
    assert {(one.family, one.place, one.code, one.period) for one in released} == {
        ("organisation", "*", "pay", "2026Q3")
    }
    assert not {one.id for one in released} & {one.id for one in comments}
    cut_comments(session, release_key, "2026Q4")
    assert len(shown(session)) == 6, "listed once"


def test_what_may_only_be_summed_up_or_was_held_back_is_counted_and_never_read(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User
) -> None:
    many_answered(session, release_key, 60)
    comments = taken_in(session, release_key, [*pay_comments(6), *pay_comments(4, "summarised")])
    code_all(session, coder, comments)
    held = next(one for one in comments if text_of(one).may_be_quoted)
    held.is_held_back = True
    cut_comments(session, release_key, "2026Q2")
    assert len(shown(session)) == 5 and text_of(held).text not in shown(session)
    assert not [text for text in shown(session) if "summarised" in text]
    newest = frozen_batches(session, release_key, "ncs", COMMENT)[-1]
    assert sum(atom.base for atom in newest.atoms) == 10


def test_a_person_counts_once_when_all_their_comments_are_coded(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User
) -> None:
    put_in(session, release_key, Written("The pay was low.", best="The people were kind."))
    first, second = cut_comments(session, release_key)
    coded(session, first, coder, "pay")
    cut_comments(session, release_key, "2026Q2")
    assert not frozen_batches(session, release_key, "ncs", COMMENT)[-1].atoms
    coded(session, second, coder, "praise")
    cut_comments(session, release_key, "2026Q3")
    (atom,) = frozen_batches(session, release_key, "ncs", COMMENT)[-1].atoms
    assert (atom.base, atom.secret, sum(atom.counts)) == (1, 1, 2)


def test_a_sensitive_subject_is_read_in_our_words_only(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User
) -> None:
    many_answered(session, release_key, 60)
    comments = taken_in(session, release_key, pay_comments(6))
    ours = {"showing": Showing.IN_OUR_WORDS, "paraphrase": "Someone was shouted at."}
    code_all(session, coder, comments, "bullying_harassment", **ours)
    cut_comments(session, release_key, "2026Q2")
    assert shown(session) == ["Someone was shouted at."] * 6
    assert all(one.is_paraphrase for one in session.scalars(select(ReleasedComment)))


def test_agreement_is_frozen_with_the_cut(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User, staff: Staff
) -> None:
    second = staff(StaffRole.CODER)
    comments = taken_in(session, release_key, [*pay_comments(2), Written("The drive was long."), Written("Trains.")])
    for one in comments:
        code = "pay" if "pay" in text_of(one).text else "travel"
        coded(session, one, coder, code)
        coded(session, one, second, code)
    cut_comments(session, release_key, "2026Q2")
    alphas = {(one.code, one.n_double): one.alpha for one in session.scalars(select(FrozenAgreement)) if one.n_double}
    assert alphas["pay", 4] == alphas["travel", 4] == 1 and alphas["culture", 4] is None


def test_comments_and_what_releases_show_of_them_are_disposed_of_after_24_months_and_figures_stay(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User
) -> None:
    many_answered(session, release_key, 60)
    comments = taken_in(session, release_key, pay_comments(6))
    code_all(session, coder, comments)
    cut_comments(session, release_key, "2026Q2")
    keys = {one.data_key_id for one in [*comments, *session.scalars(select(ReleasedComment))]}
    with clock.set_to(date(2028, 11, 1)):
        due = {one.record_type: one for one in disposal.plan(session, clock.today()) if one.agency == "ncs"}
        assert len(due[RecordType.COMMENTS].rows) == 6, "the texts of a release two years old; comments saw one cut"
        for one in comments:
            one.age = 8
        session.commit()
        disposal.run(session, clock.today(), TESTER)
    assert shown(session) == [] and session.scalar(select(func.count()).select_from(Comment)) == 0
    assert session.scalar(select(func.count()).select_from(CodingDecision)) == 0
    assert session.scalar(select(func.count()).where(DataKey.id.in_(keys), DataKey.wrapped.is_not(None))) == 0
    assert sum(atom.base for atom in frozen_batches(session, release_key, "ncs", COMMENT)[-1].atoms) == 6

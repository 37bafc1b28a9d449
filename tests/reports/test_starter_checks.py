"""New starters' checks: sealed like a leaver's answers, sources of their own, read beside early leaving, no leavers."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from analytics.tables import Family, Selection, WindowCode
from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory import accounts
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Answer, Chosen, Graded
from surveyapp.reports import queries
from surveyapp.reports.atom_boxes import keep_atoms
from surveyapp.reports.cutting import cut_frozen
from surveyapp.reports.frames import Respondent, freeze_answers
from surveyapp.reports.freezing import freeze_quarter
from surveyapp.reports.models import Release, ReleaseAtoms, ReleaseRow
from surveyapp.reports.questions import answer_codes, check_questions
from surveyapp.reports.signing import sign_release
from surveyapp.responses import ballots
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import Bands, Content
from tests.conftest import TESTER
from tests.factories.releases import QUARTERS, SIGNER, signed_releases

pytestmark = pytest.mark.one_backend
YEAR = ("2025Q2", "2025Q3", "2025Q4", "2026Q1")
TODAY = date(2026, 6, 1)


def check_sent(session: Session, key: ReleasePrivateKey, occasion: str, quarter: str, at: int) -> None:
    """One new starter's sealed check: two in three find the job as expected, all have met their manager."""
    definition = definitions.offered(session, "new_starter")
    answers: dict[str, Answer] = {
        "as_expected": Chosen("no" if at % 3 == 0 else "yes"),
        "people": Graded(tuple((row.code, "agree") for row in definition.questions["people"].rows)),
    }
    if occasion == "month_1":
        rows = definition.questions["induction"].rows
        answers["induction"] = Graded(tuple((row.code, "no" if row.code == "buddy" else "yes") for row in rows))
    submission = Submission(definition.reference, "en", answers, tuple(answers)).to_json(definition)
    bands = Bands("ncs", "NM", "case_lawyer", "senior", "lt2", "not_known", "not_given", occasion)
    content = Content(bands, "0" * 64, is_keyed_in=False, is_named=False, submission=submission)
    ballots.put_in(session, key.public, content, ReceiptCode.new(), quarter)


@pytest.fixture
def released(session: Session, organisation: str, release_key: ReleasePrivateKey) -> Release:
    """A year with 24 checks after one month and 8 after three; signed."""
    publish_shipped(session, actor=TESTER)
    for at in range(24):
        check_sent(session, release_key, "month_1", YEAR[at % 4], at)
    for at in range(8):
        check_sent(session, release_key, "month_3", YEAR[at % 4], at)
    with clock.set_to(TODAY):
        for quarter in YEAR:
            freeze_quarter(session, release_key, "ncs", quarter, StaffDirectory.of(()))
        session.commit()
        numbers = cut_frozen(session, release_key, "ncs", TODAY, TESTER, lambda _: None)
        accounts.grant_staff_role(session, SIGNER, StaffRole.RELEASE_SIGNER, None, (), actor=TESTER, name="Signer")
        for number in numbers:
            sign_release(session, number, SIGNER, needs_two=False, actor=TESTER)
        session.commit()
    return session.get_one(Release, numbers[-1])


def rows_of(session: Session, release: Release, source: str) -> dict[str, str]:
    rows = queries.rows_of(session, release, source, Family.ORGANISATION, Selection.ALL, [WindowCode.YEAR])
    return {row.reason: f"{row.n} of {row.base}" for row in rows}


def test_checks_are_counted_each_on_its_own_base_and_only_from_k_answers(session: Session, released: Release) -> None:
    assert rows_of(session, released, "check:month_1:as_expected") == {
        "yes": "16 of 24",
        "partly": "<3 of 24",
        "no": "8 of 24",
    }
    assert rows_of(session, released, "check:month_1:induction")["buddy"] == "<3 of 24"
    assert rows_of(session, released, "check:month_1:people")["manager"] == ">=22 of 24"
    assert rows_of(session, released, "check:month_3:as_expected") == {}, "eight people are too few to show"


def test_a_check_is_in_no_figure_about_leavers_and_no_leaver_in_a_check(session: Session, released: Release) -> None:
    sources = set(session.scalars(select(ReleaseRow.source).distinct()))
    assert sources and all(source.startswith("check:") for source in sources)
    leavers = session.scalars(select(ReleaseRow.base).where(ReleaseRow.selection == Selection.RESIGNATION.value))
    assert not list(leavers)


def test_checks_pass_the_second_audit_with_the_release(released: Release) -> None:
    audited = {source: results for source, results in released.sign_off.items() if source.startswith("check:")}
    assert {"check:month_1:as_expected", "check:month_3:as_expected"} <= set(audited)
    assert all(one["may_be_signed"] for results in audited.values() for one in results)


def test_from_the_first_check_on_every_quarter_is_counted_and_before_it_none(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    publish_shipped(session, actor=TESTER)
    check_sent(session, release_key, "month_6", "2025Q3", 1)
    for quarter in ("2025Q2", "2025Q3", "2025Q4"):
        freeze_quarter(session, release_key, "ncs", quarter, StaffDirectory.of(()))
    held = select(ReleaseAtoms.period).where(ReleaseAtoms.source == "check:month_6:as_expected")
    assert sorted(session.scalars(held)) == ["2025Q3", "2025Q4"]


@pytest.mark.parametrize(
    ("language", "words", "masked"), [("en", "After 1 month", "42 or more"), ("cy", "Ar ôl 1 mis", "42 neu fwy")]
)
def test_checks_are_read_beside_early_leaving(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    language: str,
    words: str,
    masked: str,
) -> None:
    publish_shipped(session, actor=TESTER)
    definition = definitions.offered(session, "new_starter")
    asked = {one.code: one for one in check_questions(definition, "month_1")}["as_expected"]
    said = {"as_expected": frozenset({"yes"})}
    some = [Respondent("case_lawyer", "NM", False, False, True, frozenset(), further=said) for _ in range(11)]
    for quarter in QUARTERS:
        place = (asked.source, quarter)
        keep_atoms(
            session, release_key, "ncs", freeze_answers(some, asked.code, answer_codes(definition, asked), place, ())
        )
    signed_releases(session, release_key)
    lead = signed_in(staff(StaffRole.RETENTION_LEAD))
    page = lead.get(f"/themes/early-leavers?lang={language}").get_data(as_text=True)
    assert words in page and masked in page
    report = lead.get("/themes/early-leavers?window=3fy").get_data(as_text=True)
    assert "After 1 month" not in report, "three financial years are not whole yet"

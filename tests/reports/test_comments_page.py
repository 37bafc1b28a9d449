"""Comments by theme: what a lead reads, takes away and never gets; the same attack as on reasons recovers nobody."""

import csv
import io
import itertools
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.lattice import OrganisationShape
from analytics.tables import Family, GroupKey, Selection, Window, WindowCode
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.coding.models import FrozenAgreement, ReleasedComment
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports import queries
from surveyapp.reports.cutting import shape_of
from surveyapp.reports.models import Release, ReleaseState
from surveyapp.reports.sources import COMMENT
from tests.attacks.attacker import Attacker
from tests.factories.releases import QUARTERS, comment_quarters, signed_releases
from tests.page_rules import page_faults

pytestmark = pytest.mark.one_backend
WORDS = "The posts stayed empty and I did the work of two."


def listed(session: Session, family: str, place: str, code: str, words: str, period: str = "2026Q1") -> None:
    row = ReleasedComment(
        id=uuid.uuid4(), agency="ncs", period=period, family=family, place=place, code=code, language="en"
    )
    row.text = words
    session.add(row)


@pytest.fixture
def lead(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> FlaskClient:
    """A lead of the whole agency, after six releases with comments; two lists of words in the last two of them."""
    signed_releases(session, release_key, comments=True)
    areas = sorted(area.code for area in directory.areas_of(session, "ncs"))
    for at in range(5):
        listed(session, "organisation", "*", "workload", f"{WORDS} {at}")
        listed(session, "area", areas[0], "pay", f"Pay in one Area {at}", "2026Q2")
    for at in range(4):
        listed(session, "organisation", "*", "travel", f"Nothing but zebras {at}.")
    for code, alpha in (("workload", 0.5), ("pay", 0.7), ("promotion", 0.9)):
        session.add(FrozenAgreement(agency="ncs", period="2026Q2", code=code, n_double=40, alpha=alpha))
    session.commit()
    return signed_in(staff(StaffRole.RETENTION_LEAD))


def check_the_page_shows_counts_and_the_organisations_own_words(lead: FlaskClient) -> None:
    answer = lead.get("/themes/comments")
    assert answer.status_code == 200 and page_faults(answer.text) == []
    assert "What comments speak of" in answer.text and WORDS in answer.text
    assert "Pay in one Area" not in answer.text, "a comment stands in one list only"
    assert "Am beth mae sylwadau" in lead.get("/themes/comments?lang=cy").text
    lead.get("/themes/comments?lang=en")


def check_a_list_of_an_area_is_on_the_areas_own_page(session: Session, lead: FlaskClient) -> None:
    area = sorted(area.code for area in directory.areas_of(session, "ncs"))[0]
    body = lead.get(f"/themes/comments?area={area}&type=all").text
    assert "Pay in one Area" in body and WORDS not in body


def check_the_files_say_the_same_and_are_in_the_audit_log(session: Session, lead: FlaskClient) -> None:
    text = lead.get("/themes/files/csv/comments?type=all").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row for row in rows if row["comment"].startswith(WORDS)] and {"theme", "n", "base"} <= set(rows[0])
    assert not [row for row in rows if row["comment"] and (row["n"] or row["base"] or row["window"])]
    assert lead.get("/themes/files/xlsx/comments").status_code == 200
    exported = session.scalars(select(AuditEvent).where(AuditEvent.event == "report.exported")).all()
    assert {one.codes["page"] for one in exported} == {"comments"}


def check_a_search_reads_every_list_and_shows_no_few_hits(lead: FlaskClient) -> None:
    empty = lead.get("/themes/comments/search").text
    assert page_faults(empty) == [] and "14 comments can be searched." in empty and "Type a word" in empty
    many = lead.get("/themes/comments/search?words=POSTS+emp").text
    assert page_faults(many) == [] and "5 comments have “POSTS emp”" in many and WORDS in many
    assert "They speak of workload (5)." in many and "Pay in one" not in many
    one = lead.get("/themes/comments/search?words=Pay+one").text
    assert "5 comments have “Pay one”" in one and "Pay in one Area 3" in one, "the lists of Areas are read too"
    assert "No comment has “&lt;b&gt;pension”" in lead.get("/themes/comments/search?words=%3Cb%3Epension").text


def check_the_file_of_a_search_says_the_same(session: Session, lead: FlaskClient) -> None:
    text = lead.get("/themes/files/csv/comments/search?words=posts").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["theme"], row["n"]) for row in rows if row["n"]] == [("workload", "5")]
    assert sum(row["comment"].startswith(WORDS) for row in rows) == 5
    assert lead.get("/themes/files/xlsx/comments/search?words=posts").status_code == 200
    session.rollback()
    looks = session.scalars(select(AuditEvent).where(AuditEvent.codes.is_not(None))).all()
    assert "posts" not in str([one.codes for one in looks]).lower(), "what somebody looks for is theirs"


def check_a_search_counts_few_hits_by_theme_and_shows_none_of_them(lead: FlaskClient) -> None:
    body = lead.get("/themes/comments/search?words=zebra").text
    assert "4 comments have “zebra”" in body and "too few to be read together" in body
    assert "Nothing but zebras" not in body
    text = lead.get("/themes/files/csv/comments/search?words=zebra").get_data(as_text=True)
    assert "zebras" not in text and ",4," in text


def check_words_of_an_unsigned_release_are_not_shown(session: Session, lead: FlaskClient) -> None:
    area = sorted(area.code for area in directory.areas_of(session, "ncs"))[0]
    session.commit()
    newest = queries.signed_releases(session, "ncs")[0]
    assert newest.as_of == "2026Q2"
    newest.state = ReleaseState.CUT
    session.commit()
    assert "Pay in one Area" not in lead.get(f"/themes/comments?area={area}&type=all").text
    session.commit()
    session.get_one(Release, newest.number).state = ReleaseState.SIGNED
    session.commit()


def check_codes_on_which_coders_agree_too_little_are_not_reported(lead: FlaskClient) -> None:
    assert "not known yet" in lead.get("/themes/comments?type=all&release=5").text
    body = lead.get("/themes/comments?type=all").text
    assert "pay and benefits (indicative)" in body and "Not reported" in body
    text = lead.get("/themes/files/csv/comments?type=all").get_data(as_text=True)
    assert not [row for row in csv.DictReader(io.StringIO(text)) if row["theme"] == "workload" and row["n"]]


def test_a_lead_reads_comments_by_theme_and_words_only_where_the_rule_lets_them(
    session: Session, lead: FlaskClient
) -> None:
    check_the_page_shows_counts_and_the_organisations_own_words(lead)
    check_a_list_of_an_area_is_on_the_areas_own_page(session, lead)
    check_the_files_say_the_same_and_are_in_the_audit_log(session, lead)
    check_a_search_reads_every_list_and_shows_no_few_hits(lead)
    check_the_file_of_a_search_says_the_same(session, lead)
    check_a_search_counts_few_hits_by_theme_and_shows_none_of_them(lead)
    check_words_of_an_unsigned_release_are_not_shown(session, lead)
    check_a_crawl_of_every_filter_of_the_comments_recovers_no_small_group(session, lead)
    check_codes_on_which_coders_agree_too_little_are_not_reported(lead)


def check_a_crawl_of_every_filter_of_the_comments_recovers_no_small_group(session: Session, lead: FlaskClient) -> None:
    shape = shape_of(session, "ncs")
    truth = list(comment_quarters(session, "ncs").values())
    keys = set()
    for number, kind, window in itertools.product(range(1, len(QUARTERS) + 1), Selection, ("12m", "fy")):
        address = f"/themes/files/csv/comments?release={number}&type={kind.value}&window={window}"
        served = csv.DictReader(io.StringIO(lead.get(address).get_data(as_text=True)))
        for row in (row for row in served if row["base"]):
            family = Family.AREA if row["area"] != "*" else Family.ORGANISATION
            rows = queries.rows_of(session, session.get_one(Release, number), COMMENT, family, kind)
            first = next(r.key.window for r in rows if r.key.area == row["area"] and r.key.window.code.value == window)
            span = Window(WindowCode(window), first.first, first.last)
            keys.add(GroupKey("leaver", family, row["role"], row["area"], span, kind))
    assert len(keys) > 5
    attacker = Attacker(truth, OrganisationShape(shape.role_families, shape.regions))
    attacker.read(sorted(keys))
    targets = attacker.targets(len(QUARTERS) - 1)
    assert targets and attacker.recovered_by_span(targets) == []
    assert attacker.recovered_by_insider(targets) == []

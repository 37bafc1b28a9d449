"""The report's chapter on actions: how each stands and what released rows tell of it, for this reader and release."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from analytics.report import Heading, Report
from analytics.report_words import TITLES, Chapter
from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.actions import service
from surveyapp.actions.chapter import CHAPTER, actions_page
from surveyapp.actions.models import Outcome
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.pdf import as_pdf
from surveyapp.reports.document import report_of
from surveyapp.reports.models import Release, ReleaseState
from surveyapp.reports.naming import names_for
from surveyapp.reports.pages.page import Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.paper import as_html
from surveyapp.reports.selection import Asked
from tests.actions.agreed import agreed, begun
from tests.actions.released import row
from tests.conftest import TESTER
from tests.factories.releases import signed_releases
from tests.reports.pdf_text import text_of

WORKED = "A floating team for Northmoor"
UNBEGUN = "Travel days booked together"
FELL = "Where the action was taken, workload is given 30 points less often"


def chapter(session: Session, reader: User | None, number: int = 2, language: str = "en") -> Page:
    """The chapter of a release's report as this reader gets it; nobody is an operator at the command line."""
    release = session.get_one(Release, number)
    viewer = directory.viewer_of(reader) if reader else None
    return actions_page(Reading(session, release, viewer, language, names_for(session, release, language), Asked()))


def told(page: Page) -> dict[str, dict[str, str]]:
    """The lines of the overview, by action."""
    return {str(line["what"]): {code: str(cell) for code, cell in line.items()} for line in page.content.records}


def test_each_action_is_told_with_its_place_its_owners_role_how_it_stands_and_what_the_rows_say(
    session: Session, released: None, lead: User
) -> None:
    lead.name = "Zebedee Plantedword"
    worked = begun(session, lead, what=WORKED)
    agreed(session, lead, what=UNBEGUN, areas=frozenset())
    service.complete_action(session, worked, date(2026, 4, 1), TESTER)
    service.review_action(session, worked, Outcome.WORKED, None, TESTER)
    with clock.set_to(date(2026, 12, 31)):
        page = chapter(session, lead)
    assert page.title == "2 actions have been agreed"
    lines = told(page)
    with clock.set_to(date(2027, 1, 1)):
        assert told(chapter(session, lead))[UNBEGUN]["state"] == "Agreed, overdue since 31 December 2026"
    assert lines[WORKED]["where"] == "Northmoor; all job roles" and lines[WORKED]["owner"] == "Retention lead"
    assert lines[WORKED]["state"] == "Reviewed. Its review says: It worked" and lines[WORKED][
        "before_after"
    ].startswith(FELL)
    assert lines[UNBEGUN]["state"] == "Agreed, to be done by 31 December 2026"
    assert lines[UNBEGUN]["before_after"] == "It has not begun. Before and after is shown once it has."
    assert lead.name not in str(page) and lead.email not in str(page), "a report that travels names nobody"
    overview, effect = page.exhibits
    assert "1 action is not done yet." in overview.sentences and effect.caption == WORKED
    assert "For 1 action we cannot tell, or not yet." in overview.sentences
    assert [line["n_after"] for line in effect.table.records()] == [12, 35]
    assert "Cytunwyd ar 2 gam" in chapter(session, lead, language="cy").title


def test_a_report_reads_no_release_after_its_own_and_none_that_is_not_signed(
    session: Session, released: None, lead: User
) -> None:
    begun(session, lead, what=WORKED)
    assert told(chapter(session, lead, 1))[WORKED]["before_after"].startswith("We cannot tell yet.")
    assert told(chapter(session, lead, 2))[WORKED]["before_after"].startswith(FELL)
    session.get_one(Release, 2).state = ReleaseState.CUT
    session.flush()
    assert told(chapter(session, lead, 2))[WORKED]["before_after"].startswith("We cannot tell yet.")


def test_a_reader_meets_only_the_actions_they_may_see_and_an_operator_those_of_the_agency(
    session: Session, released: None, lead: User, staff: Callable[..., User]
) -> None:
    everywhere = agreed(session, lead, what="For the whole agency", areas=frozenset())
    agreed(session, lead, what="For Northmoor")
    agreed(session, lead, what="For Eastvale", areas=frozenset({"EV"}))
    other = staff(StaffRole.RETENTION_LEAD, agency="css")
    agreed(session, other, what="Of another agency", agency="css", areas=frozenset())
    eastvale = staff(StaffRole.RETENTION_LEAD, areas=("EV",))
    assert set(told(chapter(session, eastvale))) == {everywhere.what, "For Eastvale"}
    of_the_agency = {everywhere.what, "For Northmoor", "For Eastvale"}
    assert set(told(chapter(session, lead))) == set(told(chapter(session, None))) == of_the_agency


def test_without_actions_there_is_no_chapter(session: Session, released: None, lead: User) -> None:
    assert chapter(session, lead).exhibits == ()


@pytest.mark.one_backend
def test_the_report_holds_the_chapter_on_screen_on_paper_and_in_the_workbook_and_by_command(
    app: Flask,
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    lead: User,
    signed_in: Callable[[User], FlaskClient],
    tmp_path: Path,
) -> None:
    first = signed_releases(session, release_key)[0]
    areas = sorted(one.code for one in directory.areas_of(session, "ncs"))[:4]
    before = dict(zip(areas, [(30, 60), (20, 50), (10, 40), (9, 40)], strict=True))
    session.add_all(row(first, "2024Q4", area, str(n), base) for area, (n, base) in before.items())
    begun(session, lead, what=WORKED, areas=(areas[0],))
    reader = signed_in(lead)
    shown = told(chapter(session, lead, number=first + 5))[WORKED]["before_after"]
    page = html.unescape(reader.get("/reports/report.html").text)
    assert "<h2>Before and after our actions</h2>" in page and shown in page
    with pikepdf.open(io.BytesIO(as_pdf(as_html(the_chapter_alone(session, first + 5))))) as document:
        assert one_line(shown) in one_line(text_of(document))
    book = openpyxl.load_workbook(io.BytesIO(reader.get("/reports/report.xlsx").data))
    assert shown in [cell.value for cell in book["Actions to keep staff"]["F"]]
    reader.set_cookie("language", "cy")
    assert "<h2>Cyn ac ar ôl ein camau</h2>" in reader.get("/reports/report.html").text
    session.commit()
    written = app.test_cli_runner().invoke(args=["report", str(tmp_path / "out.html"), "--agency", "ncs"])
    assert written.exit_code == 0, written.output
    assert shown in html.unescape((tmp_path / "out.html").read_text(encoding="utf-8"))
    short = app.test_cli_runner().invoke(
        args=["report", str(tmp_path / "short.html"), "--agency", "ncs", "--by", "role"]
    )
    text = html.unescape((tmp_path / "short.html").read_text(encoding="utf-8"))
    assert short.exit_code == 0 and {TITLES["en"][one] for one in Chapter if f">{TITLES['en'][one]}</h2>" in text} == {
        TITLES["en"][one] for one in (Chapter.STANDOUTS, Chapter.BY_ROLE, Chapter.REASONS)
    }


def the_chapter_alone(session: Session, number: int) -> Report:
    """The report of a release without its other chapters: a page of paper instead of thirty."""
    release = session.get_one(Release, number)
    whole = report_of(Reading(session, release, None, "en", names_for(session, release), Asked()), (CHAPTER,))
    at = whole.blocks.index(Heading(TITLES["en"][Chapter.ACTIONS], 2))
    end = next(n for n, block in enumerate(whole.blocks) if n > at and isinstance(block, Heading) and block.level == 2)
    return replace(whole, blocks=whole.blocks[at:end])


def one_line(text: str) -> str:
    """Without spaces and line ends, which paper sets as it needs."""
    return re.sub(r"\s+", "", text)

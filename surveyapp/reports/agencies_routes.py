"""All agencies together on screen and as files, for those who read the reports of every agency."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from analytics.svg import draw
from analytics.tables import Selection, WindowCode
from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.reports import queries, together
from surveyapp.reports.choices import FilterField
from surveyapp.reports.file_routes import XLSX, attachment
from surveyapp.reports.files import as_csv
from surveyapp.reports.pages.all_agencies import Told, all_agencies_page, told_of
from surveyapp.reports.pages.page import Page
from surveyapp.reports.together import AskedOfAll
from surveyapp.reports.wording import SELECTIONS, WINDOWS, period_words
from surveyapp.reports.workbooks import workbook
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("agencies", __name__)


@blueprint.get("/themes/all-agencies")
@requires(Permission.SEE_REPORTS)
def show_together() -> ResponseReturnValue:
    told = told_or_404(Permission.SEE_REPORTS)
    note("report.read", told)
    return render_template(
        "reports/all_agencies.html",
        page=all_agencies_page(told),
        told=told,
        fields=filter_fields(told.together.asked),
        words=words_of(told.together.asked),
        may_export=together.may_in_all(viewer(), db.session, Permission.EXPORT_REPORTS),
    )


@blueprint.get("/themes/all-agencies/files/<any(csv, xlsx, svg):kind>")
@requires(Permission.EXPORT_REPORTS)
def download(kind: str) -> ResponseReturnValue:
    told = told_or_404(Permission.EXPORT_REPORTS)
    page = all_agencies_page(told)
    if not page.exhibits:
        abort(404)
    note("report.exported", told, kind=kind)
    name = f"all-agencies-{told.together.asked.as_of}.{kind}"
    if kind == "csv":
        content = as_csv(page.content.columns, page.content.records)
        return attachment(content.encode(), "text/csv; charset=utf-8", name)
    if kind == "xlsx":
        return attachment(as_workbook(page, told), XLSX, name)
    drawn = page.exhibits[0]
    return attachment(draw(drawn.figure or {}, drawn.caption).encode(), "image/svg+xml", name)


def told_or_404(permission: Permission) -> Told:
    """What this request asks of all agencies; 404 for what is not there, or without the permission in every one."""
    if not together.may_in_all(viewer(), db.session, permission):
        abort(404)
    return told_of(db.session, asked_or_404(), current_language())


def asked_or_404() -> AskedOfAll:
    """The choices of the address; 404 for one that no release can hold."""
    as_of = request.args.get("as_of") or together.newest_period(db.session)
    if as_of and as_of not in queries.agencies_signed(db.session):
        abort(404)
    try:
        window = WindowCode(request.args.get("window") or WindowCode.TWELVE_MONTHS)
        selection = Selection(request.args.get("type") or Selection.RESIGNATION)
    except ValueError:
        abort(404)
    return AskedOfAll(as_of, window, selection) if window in together.WINDOWS else abort(404)


def words_of(asked: AskedOfAll) -> dict[str, str]:
    """The question as the words of an address, for links to files."""
    return {"as_of": asked.as_of, "window": asked.window.value, "type": asked.selection.value}


def filter_fields(asked: AskedOfAll) -> list[FilterField]:
    """Period, window and leavers, each only where there is a choice."""
    language, chosen = current_language(), words_of(asked)
    periods = tuple((one, period_words(one, language)) for one in together.periods_together(db.session))
    windows = tuple((one.value, _(WINDOWS[one])) for one in together.WINDOWS)
    leavers = tuple((one.value, _(SELECTIONS[one])) for one in Selection)
    fields = [
        FilterField("as_of", _("Releases as of"), periods, chosen["as_of"]),
        FilterField("window", _("Window"), windows, chosen["window"]),
        FilterField("type", _("Leavers"), leavers, chosen["type"]),
    ]
    return [field for field in fields if len(field.options) > 1] if periods else []


def note(event: str, told: Told, **codes: str) -> None:
    """The look or the export is in the audit log, with every release that is in the sum."""
    releases = [one.release.number for one in told.together.members]
    subject = ("period", told.together.asked.as_of or "none")
    audit.record_look(db.session, event, viewer().actor, subject, page="all-agencies", releases=releases, **codes)


def as_workbook(page: Page, told: Told) -> bytes:
    """The page's tables, a sheet each, behind a sheet that says what was asked."""
    about = [
        (_("Page"), page.caption),
        (_("Finding"), page.title),
        (_("Releases"), told.releases),
        (_("Window"), page.window),
        (_("Leavers"), page.base),
        (_("Hidden"), page.hidden),
        *(("", sentence) for sentence in page.sentences),
        *((_("How to read this"), line) for line in page.guide),
    ]
    return workbook(about, [(one.table.title, one.table) for one in page.exhibits], _("About"))

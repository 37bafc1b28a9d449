"""The files of every report page: CSV, XLSX, PDF and each chart as SVG, made from the same page value as the screen."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from analytics.svg import draw
from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.languages import gettext as _
from surveyapp.pdf import as_pdf
from surveyapp.reports.document import page_report
from surveyapp.reports.files import as_csv
from surveyapp.reports.pages.page import Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.paper import as_html
from surveyapp.reports.staff_routes import asked_reading, made_page
from surveyapp.reports.workbooks import workbook

blueprint = Blueprint("report_files", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/themes/files/<any(csv, xlsx, pdf):kind>")
@blueprint.get("/themes/files/<any(csv, xlsx, pdf):kind>/<path:name>")
@requires(Permission.EXPORT_REPORTS)
def download(kind: str, name: str = "") -> ResponseReturnValue:
    reading = exported_reading(name, kind)
    page = made_page(name, reading)
    if kind == "csv":
        content = as_csv(page.content.columns, page.content.records)
        return attachment(content.encode(), "text/csv; charset=utf-8", file_name(reading, name, kind))
    if kind == "pdf":
        return attachment(
            as_pdf(as_html(page_report(page, reading))), "application/pdf", file_name(reading, name, kind)
        )
    return attachment(page_workbook(page, reading), XLSX, file_name(reading, name, kind))


@blueprint.get("/themes/files/svg/<exhibit>")
@blueprint.get("/themes/files/svg/<exhibit>/<path:name>")
@requires(Permission.EXPORT_REPORTS)
def picture(exhibit: str, name: str = "") -> ResponseReturnValue:
    reading = exported_reading(name, "svg")
    shown = made_page(name, reading).exhibit(exhibit) or abort(404)
    if shown.figure is None:
        abort(404)
    return attachment(draw(shown.figure, shown.caption).encode(), "image/svg+xml", file_name(reading, exhibit, "svg"))


def exported_reading(name: str, kind: str) -> Reading:
    """What this request asks for, once the export is written down; 404 without the right to export there."""
    reading = asked_reading()
    release = reading.release
    if not viewer().scope_for(Permission.EXPORT_REPORTS).reaches(release.agency):
        abort(404)
    codes = {key: value for key, value in request.args.items() if key in ("window", "type", "source", "reason", "area")}
    audit.record_look(
        db.session,
        "report.exported",
        viewer().actor,
        ("release", release.number),
        agency=release.agency,
        page=name or "standouts",
        kind=kind,
        **codes,
    )
    return reading


def page_workbook(page: Page, reading: Reading) -> bytes:
    """The page's tables, a sheet each, behind a sheet that says what was asked."""
    language = reading.language
    about = [
        (_("Page", language), page.caption),
        (_("Finding", language), page.title),
        (_("Release", language), str(reading.release.number)),
        (_("Window", language), page.window),
        (_("Leavers", language), page.base),
        (_("Hidden", language), page.hidden),
        *((_("How to read this", language), line) for line in page.guide),
    ]
    tables = [(exhibit.table.title, exhibit.table) for exhibit in page.exhibits]
    return workbook(about, tables, _("About", language))


def file_name(reading: Reading, name: str, kind: str) -> str:
    """release-15-area-NM.csv."""
    return f"release-{reading.release.number}-{(name or 'stands-out').replace('/', '-')}.{kind}"


def attachment(content: bytes, mimetype: str, name: str) -> Response:
    """A download that no cache keeps."""
    plain = "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"', "Cache-Control": "no-store"}
    return Response(content, content_type=mimetype, headers=headers)

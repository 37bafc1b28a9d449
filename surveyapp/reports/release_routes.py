"""Releases on screen: the signed ones and their reports for readers; audits and signing for release signers."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.languages import gettext
from surveyapp.pdf import as_pdf
from surveyapp.reports import queries, signing
from surveyapp.reports.asking import readable_releases
from surveyapp.reports.document import report_of
from surveyapp.reports.file_routes import XLSX, attachment, exported_reading, file_name
from surveyapp.reports.later_chapters import later_chapters
from surveyapp.reports.models import Release
from surveyapp.reports.paper import as_html
from surveyapp.reports.report_book import as_workbook
from surveyapp.reports.to_sign import needs_two, waiting_for_viewer
from surveyapp.reports.together import is_offered_to
from surveyapp.reports.wording import period_words
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("releases", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/reports")
@requires(Permission.SEE_REPORTS)
def list_releases() -> ResponseReturnValue:
    """Signed releases, newest first; no page here shows a figure, so no look is written down."""
    language = current_language()
    releases = [
        (one, period_words(one.as_of, language), viewer().scope_for(Permission.EXPORT_REPORTS).reaches(one.agency))
        for one in readable_releases(viewer(), db.session)
    ]
    together = is_offered_to(viewer(), db.session)
    waiting = waiting_for_viewer()
    return render_template("reports/releases.html", releases=releases, together=together, waiting=waiting)


@blueprint.get("/reports/report.<any(html, pdf, xlsx, docx):kind>")
@requires(Permission.EXPORT_REPORTS)
def download_report(kind: str) -> ResponseReturnValue:
    reading = exported_reading("report", kind)
    report = report_of(reading, later_chapters())
    name = file_name(reading, "report", kind)
    if kind == "html":
        return attachment(as_html(report).encode(), "text/html; charset=utf-8", name)
    if kind == "pdf":
        return attachment(as_pdf(as_html(report)), "application/pdf", name)
    if kind == "xlsx":
        return attachment(as_workbook(report, reading), XLSX, name)
    from surveyapp.reports.meeting import as_docx  # noqa: PLC0415 - half a second that web start-up need not pay

    return attachment(as_docx(report), DOCX, name)


@blueprint.get("/reports/releases")
@requires(Permission.SIGN_RELEASES)
def list_to_sign() -> ResponseReturnValue:
    """Every release of the signer's agencies, whatever its state, with the result of both audits."""
    language = current_language()
    releases = [
        (one, period_words(one.as_of, language), audit_lines(one, language))
        for one in queries.all_releases(db.session)
        if viewer().may(Permission.SIGN_RELEASES, one.agency)
    ]
    return render_template("reports/to_sign.html", releases=releases, needs_two=needs_two())


@blueprint.post("/reports/releases/<int:number>/sign")
@requires(Permission.SIGN_RELEASES)
def sign(number: int) -> ResponseReturnValue:
    release = db.session.get(Release, number)
    if release is None or not viewer().may(Permission.SIGN_RELEASES, release.agency):
        abort(404)
    try:
        signed = signing.sign_release(db.session, number, viewer().email, needs_two=needs_two(), actor=viewer().actor)
    except signing.CannotSign as refused:
        db.session.rollback()
        flash(str(refused))
        return redirect(url_for("releases.list_to_sign"))
    said = _("Release %(n)s is signed. Its readers are told by e-mail.", n=number)
    waits = _("Release %(n)s is signed by you. A second person must sign it too.", n=number)
    flash(said if signed.is_signed else waits, "success")
    return redirect(url_for("releases.list_to_sign"))


def audit_lines(release: Release, language: str) -> list[str]:
    """For each source whether the second audit found anything that follows from what is published."""
    lines = []
    for source, results in sorted(release.sign_off.items()):
        passed = all(one["may_be_signed"] for one in results)
        lines.append(
            gettext("%(source)s: nothing small can be worked out", language, source=source)
            if passed
            else gettext("%(source)s: the second audit failed", language, source=source)
        )
    return lines

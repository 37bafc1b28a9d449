"""The report pages of a retention lead: one view a page, all made the same way from a signed release."""

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analytics.report_words import GUIDES, TITLES, Chapter
from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.context import series as context
from surveyapp.db import db
from surveyapp.reports.asking import NothingSigned, NotThere, reading_for
from surveyapp.reports.choices import STANDING_OPEN, filter_fields, further_links, said_of, section_links
from surveyapp.reports.frozen_rows import kept
from surveyapp.reports.models import Release
from surveyapp.reports.pages.beside_workload import workload_page
from surveyapp.reports.pages.breakdowns import BREAKDOWNS, breakdown_page
from surveyapp.reports.pages.cells import cells_page
from surveyapp.reports.pages.comment_search import search_page
from surveyapp.reports.pages.comments import comments_page
from surveyapp.reports.pages.destinations import destinations_page
from surveyapp.reports.pages.early_leavers import early_page
from surveyapp.reports.pages.elsewhere import benchmarks_page
from surveyapp.reports.pages.equality import equality_page
from surveyapp.reports.pages.hidden import hidden_page
from surveyapp.reports.pages.kept import kept_page
from surveyapp.reports.pages.leaving_rates import leaving_rates_page
from surveyapp.reports.pages.page import Page
from surveyapp.reports.pages.places import NoSuchPlace, area_page, role_page
from surveyapp.reports.pages.quarters import time_page
from surveyapp.reports.pages.rated import ratings_page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.reasons import NoSuchReason, reason_page
from surveyapp.reports.pages.side_by_side import compare_page
from surveyapp.reports.pages.since_last import changes_page
from surveyapp.reports.pages.standouts import standouts_page
from surveyapp.reports.pages.three_sources import sources_page
from surveyapp.reports.pages.who_answered import uptake_page
from surveyapp.reports.selection import By
from surveyapp.reports.to_sign import waiting_for_viewer
from surveyapp.web.language import current_language

blueprint = Blueprint("reports", __name__, template_folder="templates")

PAGES: dict[str, Callable[[Reading], Page]] = {
    "": standouts_page,
    **{name: partial(breakdown_page, name=name) for name in BREAKDOWNS},
    "role-area": cells_page,
    "time": time_page,
    "leaving-rates": leaving_rates_page,
    "early-leavers": early_page,
    "workload": workload_page,
    "uptake": uptake_page,
    "sources": sources_page,
    "benchmarks": benchmarks_page,
    "compare": compare_page,
    "changes": changes_page,
    "kept": kept_page,
    "next": destinations_page,
    "ratings": ratings_page,
    "equality": equality_page,
    "comments": comments_page,
    "comments/search": search_page,
}
"""Pages without a code in their address, by name."""

CODED_PAGES: dict[str, Callable[[Reading, str], Page]] = {
    "area": area_page,
    "role": role_page,
    "reason": reason_page,
}
"""Pages about one Area, job role or reason, by the first part of their name."""

WITH_CONTEXT = frozenset({"leaving-rates", "early-leavers", "workload"})
"""Pages that also read head-counts and the like, which may be corrected between releases."""

SHOWN = frozenset(Chapter) - {Chapter.ACTIONS}
"""Chapters that have a page here."""


def asked_reading() -> Reading:
    """What this request asks for; 404 for what is not there or not the reader's."""
    try:
        return reading_for(viewer(), db.session, request.args, current_language())
    except (NotThere, NothingSigned):
        abort(404)


def made_page(name: str, reading: Reading) -> Page:
    """The page of that name, made once for equal questions but for searches; 404 when there is none."""
    try:
        if reading.words:
            return _make(name, reading)
        held = context.edition(db.session, reading.release.agency) if name in WITH_CONTEXT else ()
        return kept(db.session, ("page", name, *reading.question, *held), lambda: _make(name, reading))
    except (NoSuchPlace, NoSuchReason):
        abort(404)


def _make(name: str, reading: Reading) -> Page:
    kind, _slash, code = name.partition("/")
    if code and kind in CODED_PAGES:
        return CODED_PAGES[kind](reading, code)
    return PAGES[name](reading) if name in PAGES else abort(404)


@blueprint.get("/themes")
@requires(Permission.SEE_REPORTS)
def what_stands_out() -> ResponseReturnValue:
    try:
        reading_for(viewer(), db.session, request.args, current_language())
    except NothingSigned:
        return render_template("reports/nothing_signed.html", waiting=waiting_for_viewer())
    except NotThere:
        abort(404)
    return show("", waiting_for_viewer())


@blueprint.get("/themes/<any(areas, roles, regions, 'role-families', tenure, grades, 'leaving-types'):name>")
@requires(Permission.SEE_REPORTS)
def breakdown(name: str) -> ResponseReturnValue:
    return show(name)


@blueprint.get("/themes/role-area")
@requires(Permission.SEE_REPORTS)
def role_by_area() -> ResponseReturnValue:
    return show("role-area")


@blueprint.get("/themes/<any(area, role, reason):kind>/<code>")
@requires(Permission.SEE_REPORTS)
def one_place_or_reason(kind: str, code: str) -> ResponseReturnValue:
    return show(f"{kind}/{code}")


@blueprint.get("/themes/<any('leaving-rates', 'early-leavers', workload):name>")
@blueprint.get("/themes/<any(time, uptake, sources, benchmarks, compare, changes, comments):name>")
@blueprint.get("/themes/<any(kept, next, ratings, equality):name>")
@requires(Permission.SEE_REPORTS)
def more(name: str) -> ResponseReturnValue:
    return show(name)


@blueprint.get("/themes/comments/search")
@requires(Permission.SEE_REPORTS)
def search_comments() -> ResponseReturnValue:
    return show("comments/search")


@blueprint.get("/themes/guide")
@requires(Permission.SEE_REPORTS)
def guide() -> ResponseReturnValue:
    """How to read each page; no figure is shown, so no look is written down."""
    reading = asked_reading()
    language = current_language()
    chapters = [(TITLES[language][chapter], lines) for chapter, lines in GUIDES[language].items() if chapter in SHOWN]
    return render_template("reports/guide.html", reading=reading, chapters=chapters, links=section_links(reading, ""))


@blueprint.get("/themes/hidden")
@requires(Permission.SEE_REPORTS)
def why_hidden() -> ResponseReturnValue:
    reading = asked_reading()
    try:
        by = By(request.args.get("by") or "area")
    except ValueError:
        abort(404)
    if by is By.ROLE_AREA and reading.area and not reading.may_see_cells_of(reading.area):
        abort(404)
    note_look(reading, "hidden")
    page = kept(db.session, ("hidden", by, *reading.question), lambda: hidden_page(reading, by))
    return render_template("reports/hidden.html", reading=reading, page=page, links=section_links(reading, ""))


def show(name: str, waiting: Sequence[Release] = ()) -> ResponseReturnValue:
    """A page with its filters and links, once the look at it is written down; the first tells what is to be signed."""
    reading = asked_reading()
    page = made_page(name, reading)
    note_look(reading, name or "standouts")
    may_export = viewer().scope_for(Permission.EXPORT_REPORTS).reaches(reading.release.agency)
    fields = filter_fields(viewer(), db.session, reading, name)
    return render_template(
        "reports/page.html",
        page=page,
        reading=reading,
        fields=fields,
        said=[] if name in STANDING_OPEN else said_of(fields),
        is_folded=name not in STANDING_OPEN,
        links=section_links(reading, name),
        further=further_links(reading, name),
        action=url_for("reports.what_stands_out") + (f"/{name}" if name else ""),
        may_export=may_export,
        waiting=waiting,
    )


def note_look(reading: Reading, page: str) -> None:
    """Every look at a released report is in the audit log: which release, which page."""
    release = reading.release
    audit.record_look(
        db.session, "report.read", viewer().actor, ("release", release.number), agency=release.agency, page=page
    )

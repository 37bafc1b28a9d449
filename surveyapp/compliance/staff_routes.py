"""The compliance board: on screen, as files, and the overdue steps with their owners."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from analytics.chart_style import ChartWords
from analytics.curve_charts import funnel_chart
from analytics.tables import OperationalTable
from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases.models import Case
from surveyapp.cases.policy import leaving_types
from surveyapp.compliance import files, queries
from surveyapp.compliance.board import (
    DELAY_NAMES,
    EVERYBODY,
    GROUPINGS,
    STAGE_NAMES,
    Board,
    funnel_of,
    make_board,
    table_of,
    without_small_groups,
)
from surveyapp.compliance.periods import Period, period_of, periods
from surveyapp.compliance.progress import CaseProgress, Delay, Stage, overdue_steps
from surveyapp.compliance.words import GROUPING_NAMES, OVERDUE_WORDS
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.words import DECLINE_REASONS
from surveyapp.invitations.dates import Rules
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

blueprint = Blueprint("compliance", __name__, url_prefix="/compliance", template_folder="templates")
DRAWN = (Stage.ANSWERED, Stage.OFFERED_IN_TIME, Stage.ACCEPTED, Stage.HELD, Stage.WRITTEN_UP_IN_TIME)


@dataclass(frozen=True)
class Asked:
    """What this request asks for, read from the address."""

    by: str
    period: Period
    stage: Stage
    filters: queries.BoardFilters


def asked() -> Asked:
    """The address's choices; anything unknown means the usual."""
    by = request.args.get("by", "area")
    period = period_of(request.args.get("period", ""), clock.today())
    stage = next((one for one in DRAWN if one == request.args.get("stage")), Stage.OFFERED_IN_TIME)
    chosen = {name: request.args.get(name, "") for name in ("agency", "area", "family", "leaving_type")}
    filters = queries.BoardFilters(period.first, period.last, **chosen)
    return Asked(by if by in GROUPINGS else "area", period, stage, filters)


def sees_cases() -> bool:
    return viewer().can(Permission.SEE_CASES)


def board_for(choice: Asked) -> tuple[Board, list[CaseProgress]]:
    """The board within the viewer's scope; small groups only for those who may see cases."""
    rules = Rules(db.session)
    progress = queries.progress_for(viewer(), db.session, choice.filters, rules)
    board = make_board(progress, choice.by, namer(choice.by), clock.today(), rules.calendar)
    return (board if sees_cases() else without_small_groups(board)), progress


def namer(by: str) -> Any:
    """What a group's code is called."""
    places = directory.place_names(db.session)
    families = directory.role_family_names(db.session)
    types = leaving_types()

    def name(code: str) -> str:
        if code == EVERYBODY:
            return _("All")
        agency, _slash, rest = code.partition("/")
        if by == "area":
            return places.area(agency, rest)
        if by == "family":
            return families.get((agency, rest), rest or _("Not known"))
        if by == "leaving_type":
            return types[code].name_in(current_language()) if code in types else code
        return places.agencies.get(code, code)

    return name


@blueprint.get("")
@requires(Permission.SEE_COMPLIANCE)
def show_board() -> ResponseReturnValue:
    choice = asked()
    board, progress = board_for(choice)
    return render_template("compliance/board.html", **_context(choice, board), overdue=_overdue(progress))


def _context(choice: Asked, board: Board) -> dict[str, Any]:
    drawn = funnel_of(board, choice.stage)
    total = make_total(board)
    return {
        "choice": choice,
        "board": board,
        "lines": (*board.lines, total),
        "stages": STAGE_NAMES,
        "delays": DELAY_NAMES,
        "all_stages": list(Stage),
        "all_delays": list(Delay),
        "drawn_stages": DRAWN,
        "groupings": GROUPING_NAMES,
        "periods": periods(clock.today()),
        "funnel": _figure(choice, drawn) if drawn else None,
        "decline_reasons": DECLINE_REASONS,
        "sees_cases": sees_cases(),
        "may_export": viewer().can(Permission.EXPORT_OPERATIONS),
        "agencies": directory.agencies(db.session),
        "areas": directory.areas_within(viewer(), db.session, Permission.SEE_COMPLIANCE),
        "leaving_types": leaving_types().values(),
        "language": current_language(),
    }


def make_total(board: Board) -> Any:
    """Everybody together, under the name that the page gives them."""
    return type(board.total)(EVERYBODY, _("All"), board.total.n_leavers, board.total.shares, board.total.spreads)


def _figure(choice: Asked, drawn: tuple[Any, OperationalTable]) -> dict[str, Any]:
    funnel, table = drawn
    title = _(STAGE_NAMES[choice.stage])
    words = ChartWords(title, value_axis=_("Percent"), base_axis=_("Leavers counted"), centre=_("all together"))
    chart = funnel_chart(table, words, funnel, "name", "percent", "base")
    return {"title": title, "chart": chart, "table": table, "named": funnel.named}


def _overdue(progress: list[CaseProgress]) -> list[tuple[Any, ...]]:
    """Late steps with case and owner, the latest first; only for those who may see the cases."""
    if not sees_cases():
        return []
    steps = [step for case in progress for step in overdue_steps(case, clock.today())]
    steps = [
        s
        for s in steps
        if (case := db.session.get(Case, s.case_id)) and viewer().may(Permission.SEE_CASES, case.agency, case.area)
    ]
    audit.record_look(db.session, "overdue.listed", viewer().actor, ("compliance", "board"), n=len(steps))
    owners = directory.users_by_id(db.session, {s.owner_id for s in steps if s.owner_id})
    return [
        (db.session.get_one(Case, s.case_id), _(OVERDUE_WORDS[s.step]), s.due_on, _owner(s, owners))
        for s in sorted(steps, key=lambda step: step.due_on)
    ]


def _owner(step: Any, owners: Any) -> str:
    if step.interviewer_id is not None:
        return db.session.get_one(Interviewer, step.interviewer_id).name
    owner = owners.get(step.owner_id)
    return (owner.name or owner.email) if owner else _("Advisers of the Area")


def _table(choice: Asked) -> tuple[OperationalTable, Board]:
    board, _progress = board_for(choice)
    whole = Board(board.lines, make_total(board), board.declined, board.n_hidden)
    return table_of(whole, "Compliance", choice.period.text), whole


def _exported(kind: str, choice: Asked) -> None:
    who = viewer()
    audit.record_look(db.session, "compliance.exported", who.actor, ("compliance", "board"), kind=kind, by=choice.by)


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/board.csv")
@requires(Permission.EXPORT_OPERATIONS)
def download_csv() -> ResponseReturnValue:
    choice = asked()
    table, _board = _table(choice)
    _exported("csv", choice)
    return _file(files.as_csv(table), "text/csv; charset=utf-8", "compliance.csv")


@blueprint.get("/board.xlsx")
@requires(Permission.EXPORT_OPERATIONS)
def download_xlsx() -> ResponseReturnValue:
    choice = asked()
    table, _board = _table(choice)
    _exported("xlsx", choice)
    headings = tuple(_(column.heading) for column in table.columns)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(files.as_xlsx(table, headings, _("Compliance board")), kind, "compliance.xlsx")


@blueprint.get("/board.pdf")
@requires(Permission.EXPORT_OPERATIONS)
def download_pdf() -> ResponseReturnValue:
    choice = asked()
    board, _progress = board_for(choice)
    _exported("pdf", choice)
    page = render_template("compliance/print.html", **_context(choice, board), today=clock.today())
    return _file(files.as_pdf(page), "application/pdf", "compliance.pdf")

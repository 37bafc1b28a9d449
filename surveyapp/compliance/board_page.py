"""What the live board and its snapshots share on screen and in files: names of groups, the picture, downloads."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, render_template, request

from analytics.chart_style import ChartWords
from analytics.curve_charts import funnel_chart
from analytics.tables import OperationalTable
from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import viewer
from surveyapp.cases.policy import leaving_types
from surveyapp.compliance import files
from surveyapp.compliance.board import (
    DELAY_NAMES,
    EVERYBODY,
    GROUPINGS,
    STAGE_NAMES,
    Board,
    funnel_of,
    table_of,
)
from surveyapp.compliance.periods import Period
from surveyapp.compliance.progress import Delay, Stage
from surveyapp.compliance.words import GROUPING_NAMES
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.interviews.words import DECLINE_REASONS
from surveyapp.pdf import as_pdf
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

DRAWN = (Stage.ANSWERED, Stage.OFFERED_IN_TIME, Stage.ACCEPTED, Stage.HELD, Stage.WRITTEN_UP_IN_TIME)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Shown:
    """One board as it is asked for: how it is grouped, its twelve months or quarter, the step that is drawn."""

    board: Board
    by: str
    period: Period
    stage: Stage
    number: int | None = None
    made_on: Any = None


def wanted_grouping() -> str:
    """The grouping in the address; Areas for anything unknown."""
    by = request.args.get("by", "area")
    return by if by in GROUPINGS else "area"


def wanted_stage() -> Stage:
    """The step to draw, from the address."""
    return next((one for one in DRAWN if one == request.args.get("stage")), Stage.OFFERED_IN_TIME)


def sees_cases() -> bool:
    """Whether the viewer may see the cases wherever they see the board; who may not sees no small groups."""
    board, cases = (viewer().scope_for(one) for one in (Permission.SEE_COMPLIANCE, Permission.SEE_CASES))
    if board.everywhere or cases.everywhere:
        return cases.everywhere
    return all(cases.covers(agency, None) for agency in board.agencies) and all(
        cases.covers(agency, area) for agency, area in board.areas
    )


def namer(by: str) -> Callable[[str], str]:
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


def context_of(shown: Shown) -> dict[str, Any]:
    """Everything the tables and the picture need."""
    drawn = funnel_of(shown.board, shown.stage)
    return {
        "shown": shown,
        "board": shown.board,
        "lines": (*shown.board.lines, named_total(shown.board)),
        "stages": STAGE_NAMES,
        "delays": DELAY_NAMES,
        "all_stages": list(Stage),
        "all_delays": list(Delay),
        "drawn_stages": DRAWN,
        "groupings": GROUPING_NAMES,
        "funnel": _figure(shown.stage, drawn) if drawn else None,
        "decline_reasons": DECLINE_REASONS,
        "sees_cases": sees_cases(),
        "may_export": viewer().can(Permission.EXPORT_OPERATIONS),
        "language": current_language(),
    }


def named_total(board: Board) -> Any:
    """Everybody together, under the name that the page gives them."""
    return replace(board.total, code=EVERYBODY, name=_("All"))


def _figure(stage: Stage, drawn: tuple[Any, OperationalTable]) -> dict[str, Any]:
    funnel, table = drawn
    title = _(STAGE_NAMES[stage])
    words = ChartWords(title, value_axis=_("Percent"), base_axis=_("Leavers counted"), centre=_("all together"))
    chart = funnel_chart(table, words, funnel, "name", "percent", "base")
    return {"title": title, "chart": chart, "table": table, "named": funnel.named}


def file_of(shown: Shown, kind: str) -> Response:
    """The board as csv, xlsx or pdf, logged before it leaves."""
    subject = ("compliance", "board" if shown.number is None else str(shown.number))
    audit.record_look(db.session, "compliance.exported", viewer().actor, subject, kind=kind, by=shown.by)
    name = "compliance" if shown.number is None else f"compliance-{shown.number}"
    if kind == "pdf":
        page = render_template("compliance/print.html", **context_of(shown), today=shown.made_on or clock.today())
        return _download(as_pdf(page), "application/pdf", f"{name}.pdf")
    whole = replace(shown.board, total=named_total(shown.board))
    table = table_of(whole, "Compliance", shown.period.text)
    if kind == "csv":
        return _download(files.as_csv(table), "text/csv; charset=utf-8", f"{name}.csv")
    headings = tuple(_(column.heading) for column in table.columns)
    return _download(files.as_xlsx(table, headings, _("Compliance board")), XLSX, f"{name}.xlsx")


def _download(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

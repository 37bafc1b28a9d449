"""The compliance board: on screen, as files, the leavers behind a number, and the overdue steps with their owners."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import queries as cases
from surveyapp.cases.policy import leaving_types
from surveyapp.compliance import queries
from surveyapp.compliance.board import EVERYBODY, LEAST_SHOWN, STAGE_NAMES, make_board, without_small_groups
from surveyapp.compliance.board_page import (
    Shown,
    context_of,
    file_of,
    namer,
    sees_cases,
    wanted_grouping,
    wanted_stage,
)
from surveyapp.compliance.periods import Period, period_of, periods
from surveyapp.compliance.progress import CaseProgress, Overdue, Stage, overdue_steps
from surveyapp.compliance.words import OVERDUE_WORDS
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.invitations.dates import Rules
from surveyapp.web.language import gettext as _

blueprint = Blueprint("compliance", __name__, url_prefix="/compliance", template_folder="templates")


@dataclass(frozen=True)
class Asked:
    """What this request asks for, read from the address."""

    by: str
    period: Period
    stage: Stage
    filters: queries.BoardFilters


def asked() -> Asked:
    """The address's choices; anything unknown means the usual."""
    period = period_of(request.args.get("period", ""), clock.today())
    chosen = {name: request.args.get(name, "") for name in ("agency", "area", "family", "leaving_type")}
    filters = queries.BoardFilters(period.first, period.last, **chosen)
    return Asked(wanted_grouping(), period, wanted_stage(), filters)


def board_for(choice: Asked) -> tuple[Shown, list[CaseProgress]]:
    """The board within the viewer's scope; small groups only for those who may see cases."""
    rules = Rules(db.session)
    progress = queries.progress_for(viewer(), db.session, choice.filters, rules)
    tallies = queries.tallies_for(viewer(), db.session, choice.filters, progress, rules)
    board = make_board(tallies, choice.by, namer(choice.by))
    board = board if sees_cases() else without_small_groups(board)
    return Shown(board, choice.by, choice.period, choice.stage), progress


@blueprint.get("")
@requires(Permission.SEE_COMPLIANCE)
def show_board() -> ResponseReturnValue:
    choice = asked()
    shown, progress = board_for(choice)
    return render_template(
        "compliance/board.html",
        **context_of(shown),
        choice=choice,
        linked=sees_cases(),
        behind=partial(_behind, choice),
        overdue=_overdue(progress),
        names=directory.place_names(db.session),
        periods=periods(clock.today()),
        agencies=directory.agencies(db.session),
        areas=directory.areas_within(viewer(), db.session, Permission.SEE_COMPLIANCE),
        leaving_types=leaving_types().values(),
        stayed=_stayed(choice),
        frozen_to=queries.newest_frozen_month(viewer(), db.session, choice.filters),
    )


def _stayed(choice: Asked) -> queries.Stayed | None:
    """Who stays after all; nothing about fewer people than the board shows to this reader."""
    stayed = queries.stayed_for(viewer(), db.session, choice.filters)
    return stayed if stayed.n >= (1 if sees_cases() else LEAST_SHOWN) else None


def _behind(choice: Asked, code: str, step: Stage) -> str:
    """The address of the leavers behind one number."""
    wanted = {name: getattr(choice.filters, name) for name in ("agency", "area", "family", "leaving_type")}
    if code != EVERYBODY:
        agency, _slash, rest = code.partition("/")
        wanted |= {choice.by: code} if choice.by == "leaving_type" else {"agency": agency}
        wanted |= {choice.by: rest} if choice.by in ("area", "family") else {}
    named = {name: value for name, value in wanted.items() if value}
    return url_for(".list_leavers", period=choice.period.code, step=step.value, **named)


def _overdue(progress: list[CaseProgress]) -> list[tuple[Any, ...]]:
    """Late steps with case and owner, the latest first; only of cases that the viewer may see."""
    if not sees_cases():
        return []
    steps = [step for case in progress for step in overdue_steps(case, clock.today())]
    ids = sorted({step.case_id for step in steps})
    seen = {case.id: case for case in cases.cases_by_id(viewer(), db.session, ids, Permission.SEE_CASES)}
    steps = [step for step in steps if step.case_id in seen]
    audit.record_look(db.session, "overdue.listed", viewer().actor, ("compliance", "board"), n=len(steps))
    owners = directory.users_by_id(db.session, {s.owner_id for s in steps if s.owner_id})
    return [
        (seen[s.case_id], _(OVERDUE_WORDS[s.step]), s.due_on, _owner(s, owners))
        for s in sorted(steps, key=lambda step: step.due_on)
    ]


def _owner(step: Overdue, owners: Any) -> str:
    if step.interviewer_id is not None:
        return db.session.get_one(Interviewer, step.interviewer_id).name
    owner = owners.get(step.owner_id)
    return (owner.name or owner.email) if owner else _("Advisers of the Area")


@blueprint.get("/leavers")
@requires(Permission.SEE_CASES)
def list_leavers() -> ResponseReturnValue:
    """The leavers that one number of the board counts, for those who may see the cases."""
    choice = asked()
    step = next((one for one in Stage if one == request.args.get("step")), Stage.ANSWERED)
    rules = Rules(db.session)
    found = queries.cases_behind(viewer(), db.session, choice.filters, step, rules)
    board, _progress = board_for(replace(choice, by="agency"))
    share = board.board.total.shares[step]
    audit.record_look(db.session, "compliance.leavers_listed", viewer().actor, ("compliance", step.value), n=len(found))
    return render_template(
        "compliance/leavers.html",
        choice=choice,
        title=_(STAGE_NAMES[step]),
        share=share,
        reached=[one for one in found if one.reached],
        missed=[one for one in found if one.reached is False],
        names=directory.place_names(db.session),
    )


@blueprint.get("/board.csv", defaults={"kind": "csv"}, endpoint="download_csv")
@blueprint.get("/board.xlsx", defaults={"kind": "xlsx"}, endpoint="download_xlsx")
@blueprint.get("/board.pdf", defaults={"kind": "pdf"}, endpoint="download_pdf")
@requires(Permission.EXPORT_OPERATIONS)
def download(kind: str) -> ResponseReturnValue:
    return file_of(board_for(asked())[0], kind)

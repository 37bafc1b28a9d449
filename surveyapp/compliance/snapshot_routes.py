"""Snapshots of the board: the list, one by its number (its link can be shared; the same rights apply), its files."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.compliance import snapshots
from surveyapp.compliance.board import make_board, without_small_groups
from surveyapp.compliance.board_page import (
    Shown,
    context_of,
    file_of,
    namer,
    sees_cases,
    wanted_grouping,
    wanted_stage,
)
from surveyapp.compliance.models import Snapshot
from surveyapp.db import db
from surveyapp.directory import queries as directory

blueprint = Blueprint("snapshots", __name__, url_prefix="/compliance/snapshots", template_folder="templates")


@blueprint.get("")
@requires(Permission.SEE_COMPLIANCE)
def list_snapshots() -> ResponseReturnValue:
    found = snapshots.snapshots_for(viewer(), db.session)
    periods = {one.number: snapshots.period_of_snapshot(one) for one in found}
    names = directory.place_names(db.session)
    return render_template("compliance/snapshots.html", snapshots=found, periods=periods, names=names)


def snapshot_or_404(number: int) -> Snapshot:
    return snapshots.snapshot_for(viewer(), db.session, number) or abort(404)


def shown_of(snapshot: Snapshot) -> Shown:
    """The snapshot's board within the viewer's scope, grouped as the address asks."""
    by = wanted_grouping()
    board = make_board(snapshots.tallies_within(viewer(), snapshot), by, namer(by))
    board = board if sees_cases() else without_small_groups(board)
    period = snapshots.period_of_snapshot(snapshot)
    return Shown(board, by, period, wanted_stage(), snapshot.number, snapshot.made_on)


@blueprint.get("/<int:number>")
@requires(Permission.SEE_COMPLIANCE)
def show_snapshot(number: int) -> ResponseReturnValue:
    snapshot = snapshot_or_404(number)
    names = directory.place_names(db.session)
    return render_template("compliance/snapshot.html", **context_of(shown_of(snapshot)), snapshot=snapshot, names=names)


@blueprint.get("/<int:number>/board.<any(csv,xlsx,pdf):kind>")
@requires(Permission.EXPORT_OPERATIONS)
def download(number: int, kind: str) -> ResponseReturnValue:
    return file_of(shown_of(snapshot_or_404(number)), kind)

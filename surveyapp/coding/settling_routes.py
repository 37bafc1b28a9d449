"""Disagreements between two coders: the list, both codings side by side, and settling which one counts."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.coding import queries, service
from surveyapp.coding.models import Comment, Showing
from surveyapp.coding.showing import coding_page, error_of, names_of
from surveyapp.coding.standing import Standing, codes_of, text_of
from surveyapp.coding.typed import Typed, typed_before, typed_in
from surveyapp.coding.words import SHOWING_HINTS, SHOWINGS
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.language import gettext as _

blueprint = Blueprint("disputes", __name__, url_prefix="/coding/disagreements", template_folder="templates")


@blueprint.get("")
@requires(Permission.CODE_COMMENTS)
def list_disputes() -> ResponseReturnValue:
    """Every comment on which coders disagree; that they were read is written down."""
    disputed = queries.disputed_for(viewer(), db.session)
    service.note_looks(db.session, disputed, viewer=viewer())
    found = [_line(one) for one in disputed]
    return render_template("coding/disputes.html", disputes=found)


@blueprint.get("/<uuid:comment_id>")
@requires(Permission.CODE_COMMENTS)
def show_dispute(comment_id: uuid.UUID) -> ResponseReturnValue:
    comment = disputed_or_404(comment_id)
    first = standing_of(comment).codings[0]
    return shown(comment, typed_before(first, by_sentence=False))


@blueprint.post("/<uuid:comment_id>")
@requires(Permission.CODE_COMMENTS)
def settle_dispute(comment_id: uuid.UUID) -> ResponseReturnValue:
    comment = disputed_or_404(comment_id)
    typed = typed_in(request.form, text_of(comment), by_sentence=False)
    try:
        service.settle(db.session, comment, typed.coding(text_of(comment)), viewer=viewer())
    except service.WrongCoding as wrong:
        db.session.rollback()
        return shown(disputed_or_404(comment_id), typed, wrong), 422
    flash(_("It is settled. These codes count."), "success")
    return redirect(url_for("disputes.list_disputes"))


def disputed_or_404(comment_id: uuid.UUID) -> Comment:
    found = queries.comment_for(viewer(), db.session, comment_id, Permission.CODE_COMMENTS)
    return found if found is not None and found.is_disputed else abort(404)


def standing_of(comment: Comment) -> Standing:
    return queries.standing_for(viewer(), db.session, comment)


def _line(comment: Comment) -> dict[str, Any]:
    codes = [names_of(sorted(codes_of(one))) for one in standing_of(comment).codings]
    return {"comment": comment, "text": text_of(comment), "codes": codes}


def shown(comment: Comment, typed: Typed, wrong: service.WrongCoding | None = None) -> str:
    """Both codings, and the fields of the one that is to count."""
    service.note_looks(db.session, [comment], viewer=viewer())
    codings = standing_of(comment).codings
    coders = directory.users_by_id(db.session, [one.coder_id for one in codings])
    rows = [
        (coders[one.coder_id].name, names_of(sorted(codes_of(one))), _(SHOWINGS[one.showing or Showing.COUNTED_ONLY]))
        for one in codings
    ]
    errors = [error_of(wrong)] if wrong else []
    page = coding_page(text_of(comment), typed)
    words = {"showings": SHOWINGS, "hints": SHOWING_HINTS}
    return render_template("coding/dispute.html", comment=comment, page=page, rows=rows, error_list=errors, **words)

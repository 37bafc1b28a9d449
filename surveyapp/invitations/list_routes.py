"""Lists over many invitations: whom to invite (in bulk), messages that did not arrive, letters to print."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import begin_reading, db
from surveyapp.directory import queries as directory
from surveyapp.invitations import letters, queries, service
from surveyapp.invitations.staff_routes import pdf_response
from surveyapp.invitations.words import FAILURES
from surveyapp.mail.queries import outbox_standing
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext

blueprint = Blueprint("invitation_lists", __name__, template_folder="templates")


@blueprint.get("/invitations")
@requires(Permission.SEND_INVITATIONS)
def show_waiting() -> ResponseReturnValue:
    found = queries.to_invite_for(viewer(), db.session)
    _record_look("to_invite", len(found))
    return render_template(
        "invitations/waiting.html", found=found, today=clock.today(), places=directory.place_names(db.session)
    )


@blueprint.post("/invitations/confirm")
@requires(Permission.SEND_INVITATIONS)
def confirm_sending() -> ResponseReturnValue:
    """Before many messages go out: how many, to whom, and how many will be letters."""
    chosen = _chosen()
    if not chosen:
        flash(_("Choose at least one person to invite."))
        return redirect(url_for("invitation_lists.show_waiting"))
    _record_look("to_invite", len(chosen))
    return render_template("invitations/confirm_sending.html", chosen=chosen)


@blueprint.post("/invitations/send")
@requires(Permission.SEND_INVITATIONS)
def send_chosen() -> ResponseReturnValue:
    n_sent = n_refused = 0
    for one in _chosen():
        try:
            n_sent += service.invite_case(db.session, one.case, actor=viewer().actor)
        except service.InvitationRefused:
            n_refused += 1
    flash(ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", n_sent), "success")
    if n_refused:
        said = ngettext(
            "%(n)s is on hold or closed and was left out.", "%(n)s are on hold or closed and were left out.", n_refused
        )
        flash(said)
    return redirect(url_for("invitation_lists.show_waiting"))


def _chosen() -> list[queries.ToInvite]:
    """The chosen cases that this viewer may invite; ids that are not theirs are not found."""
    try:
        ids = [uuid.UUID(text) for text in request.form.getlist("case")]
    except ValueError:
        abort(400)
    return [one for one in queries.to_invite_for(viewer(), db.session, ids) if not one.is_held]


@blueprint.get("/invitations/failed")
@requires(Permission.SEND_INVITATIONS)
def show_failed() -> ResponseReturnValue:
    found = queries.failed_messages_for(viewer(), db.session)
    _record_look("failed_messages", len(found))
    return render_template(
        "invitations/failed.html", found=found, failures=FAILURES, outbox=outbox_standing(db.session)
    )


@blueprint.get("/invitations/letters")
@requires(Permission.SEND_INVITATIONS)
def show_letters() -> ResponseReturnValue:
    found = queries.letters_for(viewer(), db.session)
    _record_look("letters", len(found))
    return render_template("invitations/letters.html", found=found)


@blueprint.post("/invitations/letters/print")
@requires(Permission.SEND_INVITATIONS)
def print_letters() -> ResponseReturnValue:
    who = viewer()
    begin_reading()  # until the file is made
    pdf, n_printed = letters.print_letters(db.session, lambda: queries.letters_to_print(who, db.session), who.actor)
    if not n_printed:
        flash(_("There is no letter to print any more."))
        return redirect(url_for("invitation_lists.show_letters"))
    return pdf_response(pdf)


def _record_look(page: str, n: int) -> None:
    audit.record_look(db.session, "invitations.listed", viewer().actor, ("list", page), n=n)

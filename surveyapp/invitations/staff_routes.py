"""The invitation of one case for HR: where it stands, send now, hold, reissue, change the address, print a letter."""

import uuid
from collections.abc import Callable

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.cases.queries import case_for
from surveyapp.db import db
from surveyapp.invitations import addresses, letters, queries, service
from surveyapp.invitations.forms import NewAddressForm
from surveyapp.invitations.models import LEAVING, AddressChange, Letter
from surveyapp.invitations.words import FAILURES, OCCASIONS, OUTCOMES, STATES, STEPS, refusal
from surveyapp.mail.models import Failure, MailState, OutboxMessage
from surveyapp.web.language import gettext as _

blueprint = Blueprint("inviting", __name__, template_folder="templates")


def load_case(case_id: uuid.UUID) -> Case:
    """The case, if this viewer may send its invitations; else 404."""
    return case_for(viewer(), db.session, case_id, Permission.SEND_INVITATIONS) or abort(404)


def occasion() -> str:
    """Which questionnaire the button was about."""
    asked = request.form.get("occasion", LEAVING)
    return asked if asked in OCCASIONS else abort(400)


@blueprint.get("/cases/<uuid:case_id>/invitation")
@requires(Permission.SEND_INVITATIONS)
def show_invitation(case_id: uuid.UUID) -> ResponseReturnValue:
    return _page(load_case(case_id), NewAddressForm())


def _page(case: Case, form: NewAddressForm) -> str:
    audit.record_look(db.session, "case.seen", viewer().actor, ("case", case.id), agency=case.agency, page="invitation")
    return render_template(
        "invitations/invitation.html",
        case=case,
        form=form,
        views=queries.views_of(db.session, case),
        address=addresses.address_of(db.session, case),
        changes=queries.waiting_changes(db.session, case),
        failed=queries.failed_messages_for(viewer(), db.session, case),
        letters=queries.letters_for(viewer(), db.session, case),
        viewer_id=viewer().user_id,
        states=STATES,
        steps=STEPS,
        outcomes=OUTCOMES,
        occasions=OCCASIONS,
        failures=FAILURES,
    )


def _done(case: Case, act: Callable[[], str]) -> ResponseReturnValue:
    """Do it, say what was done or why not, and show the invitation again. What is refused half way is undone."""
    back = redirect(url_for("inviting.show_invitation", case_id=case.id))
    try:
        flash(act(), "success")
    except service.InvitationRefused as refused:
        db.session.rollback()
        flash(_(refusal(refused)))
    return back


def _said(sent: str) -> str:
    if sent == "letter":
        return _("There is no mailbox to write to, so a letter is on the list to print.")
    return _("The message is on its way.")


@blueprint.post("/cases/<uuid:case_id>/invitation/send")
@requires(Permission.SEND_INVITATIONS)
def send_now(case_id: uuid.UUID) -> ResponseReturnValue:
    case, which, actor = load_case(case_id), occasion(), viewer().actor
    return _done(case, lambda: _said(service.send_now(db.session, case, actor=actor, occasion=which)))


@blueprint.post("/cases/<uuid:case_id>/invitation/reissue")
@requires(Permission.SEND_INVITATIONS)
def reissue(case_id: uuid.UUID) -> ResponseReturnValue:
    case, which, actor = load_case(case_id), occasion(), viewer().actor
    return _done(case, lambda: _said(service.reissue(db.session, case, actor=actor, occasion=which)))


@blueprint.post("/cases/<uuid:case_id>/invitation/hold")
@requires(Permission.SEND_INVITATIONS)
def hold(case_id: uuid.UUID) -> ResponseReturnValue:
    case, which = load_case(case_id), occasion()

    def act() -> str:
        service.hold(db.session, case, actor=viewer().actor, occasion=which)
        return _("The invitation is on hold. Nothing is sent until you release it.")

    return _done(case, act)


@blueprint.post("/cases/<uuid:case_id>/invitation/release")
@requires(Permission.SEND_INVITATIONS)
def release(case_id: uuid.UUID) -> ResponseReturnValue:
    case, which = load_case(case_id), occasion()

    def act() -> str:
        service.release_hold(db.session, case, actor=viewer().actor, occasion=which)
        return _("The hold is released. What has fallen due is sent within minutes.")

    return _done(case, act)


@blueprint.post("/cases/<uuid:case_id>/invitation/address")
@requires(Permission.SEND_INVITATIONS)
def change_address(case_id: uuid.UUID) -> ResponseReturnValue:
    case, form = load_case(case_id), NewAddressForm()
    if not form.validate_on_submit():
        return _page(case, form)

    def act() -> str:
        who = viewer()
        waits = service.change_address(db.session, case, form.address.data or "", actor=who.actor, by_id=who.user_id)
        if waits is not None:
            return _("The address is the agency's own and the person has left. Somebody else must agree to it.")
        return _("The address is changed. The old address is told, and a new link goes to the new one.")

    return _done(case, act)


@blueprint.post("/cases/<uuid:case_id>/invitation/address/<uuid:change_id>/<any(agree,refuse):decision>")
@requires(Permission.SEND_INVITATIONS)
def decide_address(case_id: uuid.UUID, change_id: uuid.UUID, decision: str) -> ResponseReturnValue:
    case = load_case(case_id)
    change: AddressChange = queries.change_of(db.session, case, change_id) or abort(404)

    def act() -> str:
        who = viewer()
        decide = service.confirm_change if decision == "agree" else service.refuse_change
        decide(db.session, case, change, actor=who.actor, by_id=who.user_id)
        return _("The address is changed.") if decision == "agree" else _("The address stays as it was.")

    return _done(case, act)


@blueprint.post("/cases/<uuid:case_id>/invitation/letter")
@requires(Permission.SEND_INVITATIONS)
def print_letter(case_id: uuid.UUID) -> ResponseReturnValue:
    """A letter for this case, now, whether or not there is a mailbox."""
    case, which, who = load_case(case_id), occasion(), viewer()

    def ask() -> list[Letter]:
        service.ask_for_letter(db.session, case, which)
        return queries.letters_to_print(who, db.session, case)

    try:
        return pdf_response(letters.print_letters(db.session, ask, who.actor)[0])
    except service.InvitationRefused as refused:
        db.session.rollback()
        flash(_(refusal(refused)))
        return redirect(url_for("inviting.show_invitation", case_id=case_id))


def pdf_response(pdf: bytes) -> ResponseReturnValue:
    """The PDF as a file to save; it holds codes, so it is kept by no cache."""
    response = make_response(pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="letters-{clock.today().isoformat()}.pdf"'
    return response


@blueprint.post("/cases/<uuid:case_id>/messages/<uuid:message_id>/again")
@requires(Permission.SEND_INVITATIONS)
def try_message_again(case_id: uuid.UUID, message_id: uuid.UUID) -> ResponseReturnValue:
    """Put a failed message back into the queue, to the same address."""
    case = load_case(case_id)
    message = queries.message_of(db.session, case, message_id) or abort(404)
    again = {"state": MailState.QUEUED, "failure": Failure.NONE, "n_attempts": 0, "next_attempt_at": clock.now()}
    db.session.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(again))
    addresses.revive(db.session, case, message.recipient or "")
    timeline.note(db.session, case, "message.tried_again", viewer().actor)
    flash(_("The message is on its way again."), "success")
    if request.form.get("back") == "list":
        return redirect(url_for("invitation_lists.show_failed"))
    return redirect(url_for("inviting.show_invitation", case_id=case.id))

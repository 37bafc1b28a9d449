"""Passkeys on screen: signing in with one, and looking after one's own."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import public, requires, viewer
from surveyapp.db import db, writing_session
from surveyapp.directory import once, passkeys, sign_in
from surveyapp.directory.forms import PasskeyForm, PasskeyNameForm, PasskeyProofForm
from surveyapp.directory.models import User
from surveyapp.directory.passkeys import Party, PasskeyRefused
from surveyapp.languages import N_
from surveyapp.web.language import gettext as _

blueprint = Blueprint("passkeys", __name__, template_folder="templates")
CHALLENGE_FIELD = "passkey_challenge"
NOT_KNOWN = N_("We could not use that passkey. Try again, or sign in with your password.")
NOT_KEPT = N_("The passkey was not made. Try again on this device.")


def party() -> Party:
    """This service as passkeys know it; 404 where there can be none."""
    known = sign_in.settings()
    found = passkeys.party_of(known.base_url, known.service_name_en)
    return found if found.is_possible else abort(404)


def _new_challenge() -> str:
    session[CHALLENGE_FIELD] = made = passkeys.new_challenge()
    return made


def _spent_challenge() -> str:
    """The challenge of this browser, used up now; raises PasskeyRefused when there is none."""
    challenge = str(session.pop(CHALLENGE_FIELD, ""))
    if not challenge:
        raise PasskeyRefused("no_challenge")
    if not once.spend(db.session, challenge):
        raise PasskeyRefused("replayed")
    return challenge


@blueprint.get("/sign-in/passkey")
@public
def ask() -> ResponseReturnValue:
    """The page that asks the browser for a passkey: of anybody, or of who has just given a password."""
    return _ask_page(PasskeyProofForm())


def _ask_page(form: PasskeyProofForm) -> str:
    pending = sign_in.pending_user_id()
    user = db.session.get(User, pending) if pending else None
    options = passkeys.options_to_prove(party(), _new_challenge(), user)
    return render_template("directory/passkey_ask.html", form=form, options=options, pending=user is not None)


@blueprint.post("/sign-in/passkey")
@public
def check() -> ResponseReturnValue:
    """Sign in by a passkey: it is both what the person has and, by their face or finger, who they are."""
    form, pending = PasskeyProofForm(), sign_in.pending_user_id()
    if form.validate():
        only = db.session.get(User, pending) if pending else None
        try:
            user = passkeys.prove(db.session, party(), _spent_challenge(), form.credential.data or "", only)
            sign_in.sign_in(db.session, user)
            return redirect(sign_in.safe_next("/"))
        except PasskeyRefused as refused:
            db.session.rollback()
            _note_refusal(str(refused))
            form.form_errors.append(_(NOT_KNOWN))
    return _ask_page(form), 422


def _note_refusal(why: str) -> None:
    actor = audit.Actor(audit.ActorKind.STAFF, "unknown")
    with writing_session(db.engine) as apart:
        audit.record(apart, "user.sign_in_refused", actor, ("user", "unknown"), reason=f"passkey:{why}")


def _own_and_fresh() -> User:
    """The person, when they signed in lately; whoever finds an open screen changes no key."""
    user = db.session.get(User, viewer().user_id) or abort(404)
    if not sign_in.is_fresh(db.session):
        flash(_("Sign out and in again first. You can change how you sign in for 30 minutes after."))
        abort(redirect(url_for("account.show_account")))
    return user


@blueprint.get("/settings/account/passkeys/add")
@requires(Permission.SIGNED_IN)
def ask_to_add() -> ResponseReturnValue:
    """The page on which the browser makes a passkey."""
    return _add_page(_own_and_fresh(), PasskeyForm())


def _add_page(user: User, form: PasskeyForm) -> str:
    options = passkeys.options_to_add(user, party(), _new_challenge())
    return render_template("directory/passkey_add.html", form=form, options=options)


@blueprint.post("/settings/account/passkeys/add")
@requires(Permission.SIGNED_IN)
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    user, form = _own_and_fresh(), PasskeyForm()
    if form.validate():
        name, sent = form.name.data or "", form.credential.data or ""
        try:
            passkeys.add(db.session, user, party(), _spent_challenge(), sent, name, viewer().actor)
            flash(_("The passkey is added. You can sign in with it from now on."), "success")
            return redirect(url_for("account.show_account"))
        except PasskeyRefused:
            form.form_errors.append(_(NOT_KEPT))
    return _add_page(user, form), 422


@blueprint.get("/settings/account/passkeys/<uuid:passkey_id>")
@requires(Permission.SIGNED_IN)
def show_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """One passkey, to rename or remove it."""
    user = db.session.get(User, viewer().user_id) or abort(404)
    found = next((one for one in user.passkeys if one.id == passkey_id), None) or abort(404)
    return render_template("directory/passkey.html", passkey=found, form=PasskeyNameForm(name=found.name))


@blueprint.post("/settings/account/passkeys/<uuid:passkey_id>")
@requires(Permission.SIGNED_IN)
def rename(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Give it another name."""
    user = db.session.get(User, viewer().user_id) or abort(404)
    if not passkeys.rename(db.session, user, passkey_id, request.form.get("name", ""), viewer().actor):
        abort(404)
    flash(_("The passkey has its new name."), "success")
    return redirect(url_for("account.show_account"))


@blueprint.post("/settings/account/passkeys/<uuid:passkey_id>/remove")
@requires(Permission.SIGNED_IN)
def remove(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Forget it."""
    if not passkeys.remove(db.session, _own_and_fresh(), passkey_id, viewer().actor):
        abort(404)
    flash(_("The passkey is removed. Delete it on your device too."), "success")
    return redirect(url_for("account.show_account"))

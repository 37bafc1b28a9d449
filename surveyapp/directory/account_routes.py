"""A person's own account: the second step, recovery codes, a new password, and signing out everywhere."""

import segno
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import password_links, provider_accounts, queries, second_step, sign_in
from surveyapp.directory.forms import SecondStepForm
from surveyapp.directory.models import User
from surveyapp.directory.role_words import ROLES
from surveyapp.directory.staff_routes import signed_out
from surveyapp.web.language import gettext as _

blueprint = Blueprint("account", __name__, template_folder="templates", url_prefix="/settings/account")


def _own() -> User:
    return db.session.get(User, viewer().user_id) or abort(404)


@blueprint.get("/")
@requires(Permission.SIGNED_IN)
def show_account() -> ResponseReturnValue:
    """The person's own account."""
    user = _own()
    return render_template(
        "directory/account.html",
        user=user,
        n_left=second_step.n_recovery_codes_left(db.session, user),
        grants=queries.grants_in_force(user),
        names=queries.place_names(db.session),
        words=ROLES,
        passkeys_possible=sign_in.passkeys_possible(),
        by_provider=sign_in.settings().has_single_sign_on,
        connected=provider_accounts.is_connected(db.session, user),
        sessions=sign_in.sessions_of(db.session, viewer()),
        limits=sign_in.settings(),
    )


@blueprint.post("/second-step/begin")
@requires(Permission.SIGNED_IN)
def begin_second_step() -> ResponseReturnValue:
    """Make a secret for the person's app."""
    second_step.begin_set_up(db.session, _own())
    return redirect(url_for("account.set_up_second_step"))


@blueprint.get("/second-step")
@requires(Permission.SIGNED_IN)
def set_up_second_step() -> ResponseReturnValue:
    """The QR code to scan, and the box for the first code."""
    return _set_up_page(_own(), SecondStepForm())


@blueprint.post("/second-step")
@requires(Permission.SIGNED_IN)
def confirm_second_step() -> ResponseReturnValue:
    """Switch the second step on and show the recovery codes once."""
    user, form = _own(), SecondStepForm()
    if form.validate():
        codes = second_step.confirm(db.session, user, form.code.data or "", viewer().actor)
        if codes:
            return render_template("directory/recovery_codes.html", codes=codes)
        form.code.errors = [_("Enter the six figures your app shows now.")]
    return _set_up_page(user, form)


def _set_up_page(user: User, form: SecondStepForm) -> ResponseReturnValue:
    if user.has_app:
        return redirect(url_for("account.show_account"))
    picture = Markup()
    if user.totp_secret:
        address = second_step.app_address(user, sign_in.settings().service_name_en)
        drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, svgclass=None, lineclass=None)
        picture = Markup(drawn)  # drawn by us from our own secret and the account's address
    return render_template("directory/second_step.html", user=user, form=form, picture=picture)


@blueprint.post("/second-step/remove")
@requires(Permission.SIGNED_IN)
def remove_second_step() -> ResponseReturnValue:
    """Forget the app, after a code of it, to set up another."""
    form = SecondStepForm()
    user = sign_in.check_code(db.session, viewer().user_id, form.code.data or "")
    if user is None or not user.has_app:
        flash(_("Enter the code your app shows now, or a recovery code you have not used."))
        return redirect(url_for("account.show_account"))
    second_step.remove(db.session, user, viewer().actor)
    flash(_("Your second step is removed."), "success")
    return redirect(url_for("account.show_account"))


@blueprint.post("/password")
@requires(Permission.SIGNED_IN)
def send_password_link() -> ResponseReturnValue:
    """Send the person a link to set a new password."""
    password_links.ask_for_link(db.session, viewer().email, viewer().actor)
    flash(_("We have sent you a link to set a new password."), "success")
    return redirect(url_for("account.show_account"))


@blueprint.post("/sign-out-everywhere")
@requires(Permission.SIGNED_IN)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this person."""
    sign_in.sign_out_everywhere(db.session, viewer())
    return signed_out()

"""Setting a password by a link: asking for one, opening it, typing the new password."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import public
from surveyapp.db import db, writing_session
from surveyapp.directory import password_links, sessions, sign_in
from surveyapp.directory.forms import ForgottenForm, NewPasswordForm
from surveyapp.directory.passwords import PasswordRefused
from surveyapp.web.language import gettext as _

blueprint = Blueprint("passwords", __name__, template_folder="templates")
TOKEN_FIELD = "password_link"


@blueprint.get("/password/forgotten")
@public
def ask() -> ResponseReturnValue:
    """The page on which a person asks for a link."""
    return render_template("directory/password_forgotten.html", form=ForgottenForm())


@blueprint.post("/password/forgotten")
@public
def send_link() -> ResponseReturnValue:
    """Queue the message; the same page whether or not the address has an account."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("directory/password_forgotten.html", form=form), 422
    email = (form.email.data or "").strip().lower()
    with writing_session(db.engine) as apart:
        allowed = sessions.count_attempt(apart, "password-link", email, most=password_links.MOST_ASKED)
    if allowed:
        password_links.ask_for_link(db.session, email)
    return render_template("directory/password_asked.html")


@blueprint.get("/password/<token>")
@public
def open_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address bar; opening the link changes nothing and uses nothing up."""
    session[TOKEN_FIELD] = token
    return redirect(url_for("passwords.choose"))


@blueprint.get("/password/new")
@public
def choose() -> ResponseReturnValue:
    """Type a new password, or read that the link no longer works."""
    if password_links.user_behind(db.session, session.get(TOKEN_FIELD, "")) is None:
        return render_template("directory/password_link_ended.html"), 410
    return render_template("directory/password_new.html", form=NewPasswordForm())


@blueprint.post("/password/new")
@public
def save() -> ResponseReturnValue:
    """Set the password, end every session, and go to signing in."""
    form = NewPasswordForm()
    if not form.validate():
        return render_template("directory/password_new.html", form=form), 422
    pepper = sign_in.settings().password_salt.get_secret_value()
    token = session.get(TOKEN_FIELD, "")
    try:
        user = password_links.set_password(db.session, token, form.password.data or "", pepper)
    except PasswordRefused as refused:
        form.password.errors = [_(str(refused))]
        return render_template("directory/password_new.html", form=form), 422
    if user is None:
        return render_template("directory/password_link_ended.html"), 410
    session.clear()
    flash(_("Your password is set. Sign in with it."), "success")
    return redirect(url_for("security.login"))

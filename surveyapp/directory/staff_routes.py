"""Signing in, in one step or two, and out."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import public, requires, viewer, viewer_or_none
from surveyapp.db import db
from surveyapp.directory import sign_in
from surveyapp.directory.forms import SecondStepForm, SignInForm
from surveyapp.directory.models import User
from surveyapp.web.language import gettext as _

blueprint = Blueprint("security", __name__, template_folder="templates")


@blueprint.get("/sign-in")
@public
def login() -> ResponseReturnValue:
    """The sign-in page."""
    if viewer_or_none():
        return redirect(sign_in.safe_next("/"))
    return _page(SignInForm())


def _page(form: SignInForm) -> str:
    return render_template(
        "directory/sign_in.html",
        form=form,
        by_provider=sign_in.settings().has_single_sign_on,
        passkeys_possible=sign_in.passkeys_possible(),
        to=sign_in.safe_next("/"),
    )


@blueprint.post("/sign-in")
@public
def begin() -> ResponseReturnValue:
    """Check address and password; the same words whatever was wrong."""
    form = SignInForm()
    if form.validate():
        user = sign_in.check_password(db.session, form.email.data or "", form.password.data or "")
        if user and user.has_second_step:
            sign_in.ask_for_code(user)
            return redirect(url_for("security.ask_for_code", next=request.args.get("next")))
        if user:
            return _signed_in(user)
        form.password.errors = [_("Check your e-mail address and password. Wait 15 minutes after ten tries.")]
    return _page(form)


@blueprint.get("/sign-in/code")
@public
def ask_for_code() -> ResponseReturnValue:
    """Ask for the code of the authenticator app."""
    user_id = sign_in.pending_user_id()
    if user_id is None:
        return redirect(url_for("security.login"))
    return _code_page(SecondStepForm(), user_id)


def _code_page(form: SecondStepForm, user_id: UUID) -> str:
    """The code, and the passkey where the person has one."""
    user = db.session.get(User, user_id)
    has_passkey = sign_in.passkeys_possible() and user is not None and bool(user.passkeys)
    return render_template("directory/sign_in_code.html", form=form, has_passkey=has_passkey, to=sign_in.safe_next("/"))


@blueprint.post("/sign-in/code")
@public
def check_code() -> ResponseReturnValue:
    """Check the code, or a recovery code."""
    user_id, form = sign_in.pending_user_id(), SecondStepForm()
    if user_id is None:
        return redirect(url_for("security.login"))
    if form.validate():
        user = sign_in.check_code(db.session, user_id, form.code.data or "")
        if user:
            return _signed_in(user)
        form.code.errors = [_("Enter the code your app shows now, or a recovery code you have not used.")]
    return _code_page(form, user_id)


def _signed_in(user: User) -> ResponseReturnValue:
    sign_in.sign_in(db.session, user)
    if sign_in.must_set_up_second_step(user):
        return redirect(url_for("account.set_up_second_step"))
    return redirect(sign_in.safe_next("/"))


@blueprint.post("/sign-out")
@requires(Permission.SIGNED_IN)
def logout() -> ResponseReturnValue:
    """End this session and clear what the browser kept."""
    was_by_provider = sign_in.sign_out(db.session, viewer())
    return signed_out(url_for("provider.show_signed_out") if was_by_provider else "/sign-in")


def signed_out(to: str = "/sign-in") -> Response:
    """Back to signing in, with nothing left in the browser but its own device cookie."""
    session.clear()
    response = redirect(to)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response  # type: ignore[return-value]  # werkzeug's redirect is typed as its own response

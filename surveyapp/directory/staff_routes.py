"""Signing in and out."""

from flask import Blueprint, redirect, render_template, session
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import public, requires, viewer, viewer_or_none
from surveyapp.db import db
from surveyapp.directory import sign_in
from surveyapp.directory.forms import SignInForm
from surveyapp.web.language import gettext as _

blueprint = Blueprint("security", __name__, template_folder="templates")


@blueprint.get("/sign-in")
@public
def login() -> ResponseReturnValue:
    """The sign-in page."""
    if viewer_or_none():
        return redirect(sign_in.safe_next("/"))
    return render_template("directory/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@public
def begin() -> ResponseReturnValue:
    """Check address and password; the same words whatever was wrong."""
    form = SignInForm()
    if form.validate():
        user = sign_in.check_password(db.session, form.email.data or "", form.password.data or "")
        if user:
            sign_in.sign_in(db.session, user)
            return redirect(sign_in.safe_next("/"))
        form.password.errors = [_("Check your e-mail address and password. Wait 15 minutes after ten tries.")]
    return render_template("directory/sign_in.html", form=form)


@blueprint.post("/sign-out")
@requires(Permission.SIGNED_IN)
def logout() -> ResponseReturnValue:
    """End this session and clear what the browser kept."""
    sign_in.sign_out(db.session, viewer())
    session.clear()
    response = redirect("/sign-in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response

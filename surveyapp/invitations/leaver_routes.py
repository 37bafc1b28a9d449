"""What a leaver does with links: type a letter code, ask for a new link, have it sent to an address of their own."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import leaver
from surveyapp.db import db
from surveyapp.invitations import codes, leaver_session, requests_for_links
from surveyapp.invitations.forms import CodeForm, OwnAddressForm
from surveyapp.mail import site
from surveyapp.web.language import gettext as _
from surveyapp.web.language import language_switch_pressed

blueprint = Blueprint("invitations", __name__, template_folder="templates")


@blueprint.get("/code")
@leaver
def type_code() -> ResponseReturnValue:
    return render_template("invitations/code.html", form=CodeForm())


@blueprint.post("/code")
@leaver
def enter_code() -> ResponseReturnValue:
    form = CodeForm()
    if not language_switch_pressed() and form.validate():
        token = _token_of(form)
        if token is not None:
            response = redirect(leaver_session.ENTRANCE, 303)
            leaver_session.remember(response, token)
            return response
    return render_template("invitations/code.html", form=form)


def _token_of(form: CodeForm) -> str | None:
    """The token behind the typed code; else the form says what to do, the same for every wrong code."""
    place = request.remote_addr or ""
    try:
        token = codes.token_for(db.session, db.engine, form.code.data or "", place)
    except codes.TooManyGuesses:
        form.code.errors = [_("Too many tries. Wait an hour, or call the number in your letter")]
        return None
    if token is None:
        form.code.errors = [_("Check the code: it has 16 letters and numbers, like ABCD-2345-EFGH-6789")]
    return token


@blueprint.get("/link")
@leaver
def show_own_link() -> ResponseReturnValue:
    """For going on later or on another device: this link to copy (what was saved belongs to it), or a new one."""
    access = leaver_session.leaver_who_may_answer()
    own = site.address(f"/a/{access.token}")
    return render_template(
        "invitations/own_link.html", own=own, closes_on=access.closes_on, back_address=leaver_session.ENTRANCE
    )


@blueprint.post("/link/again")
@leaver
def send_again() -> ResponseReturnValue:
    """Send a new link to the address we have; works for a link that was replaced, says the same for every other."""
    found = leaver_session.revoked_or_open_link()
    if found.case is not None and found.link is not None:
        requests_for_links.send_to_known_address(db.session, found.case, found.link)
    return render_template("invitations/link_sent.html", address=None)


@blueprint.get("/link/own-address")
@leaver
def choose_own_address() -> ResponseReturnValue:
    leaver_session.leaver_who_may_answer()
    return render_template("invitations/own_address.html", form=OwnAddressForm(), back_address=leaver_session.ENTRANCE)


@blueprint.post("/link/own-address")
@leaver
def send_to_own_address() -> ResponseReturnValue:
    access = leaver_session.leaver_who_may_answer()
    form = OwnAddressForm()
    if language_switch_pressed() or not form.validate():
        return render_template("invitations/own_address.html", form=form, back_address=leaver_session.ENTRANCE)
    try:
        requests_for_links.send_to_own_address(db.session, access.case_id, access.occasion, form.address.data or "")
    except requests_for_links.AskedTooOften:
        form.address.errors = [_("A link has been sent three times today. Look in your mail, or try again tomorrow")]
        return render_template("invitations/own_address.html", form=form, back_address=leaver_session.ENTRANCE)
    return render_template("invitations/link_sent.html", address=form.address.data)

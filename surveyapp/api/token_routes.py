"""Tokens of HR systems on screen: made, rotated and revoked by an administrator; the text is shown once."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from surveyapp import clock
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.api import tokens
from surveyapp.api.models import ApiScope, ApiToken
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.languages import N_
from surveyapp.web.forms import SelectChoice, StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

blueprint = Blueprint("api_tokens", __name__, template_folder="templates", url_prefix="/settings/api-tokens")
SCOPES = {
    ApiScope.READ: N_("Read who is leaving and their status"),
    ApiScope.WRITE: N_("Send and change leavers"),
    ApiScope.REPORTS: N_("Read the tables of signed releases"),
}
MOST_DAYS = 730


class TokenForm(StaffForm):
    """A new token: whose, what for, what it may do and for how long."""

    agency = SelectField(_l("Agency"))
    name = StringField(
        _l("Name of the system"), [DataRequired(_l("Enter the name of the system that will use it")), Length(max=80)]
    )
    scopes = SelectMultipleField(_l("What it may do"), [DataRequired(_l("Choose what it may do"))])
    days = IntegerField(
        _l("Days it is valid"),
        [NumberRange(1, MOST_DAYS, _l("Enter a whole number from 1 to 730"))],
        default=tokens.VALID_DAYS,
    )


def _form() -> TokenForm:
    form = TokenForm()
    named = directory.whole_agencies_for(viewer(), db.session, Permission.EDIT_SETTINGS)
    form.agency.choices = [SelectChoice(one.code, one.name) for one in named]
    form.scopes.choices = [SelectChoice(scope.value, _(words)) for scope, words in SCOPES.items()]
    return form


def _token(token_id: uuid.UUID) -> ApiToken:
    found = db.session.get(ApiToken, token_id) or abort(404)
    return found if viewer().may(Permission.EDIT_SETTINGS, found.agency) else abort(404)


def _page(form: TokenForm) -> str:
    mine = [one for one in tokens.tokens_of(db.session) if viewer().may(Permission.EDIT_SETTINGS, one.agency)]
    agencies = directory.place_names(db.session).agencies
    return render_template(
        "api/tokens.html",
        form=form,
        live=[one for one in mine if tokens.is_live(one)],
        over=[one for one in mine if not tokens.is_live(one)],
        agencies=agencies,
        words={scope.value: words for scope, words in SCOPES.items()},
        today=clock.today(),
    )


@blueprint.get("/")
@requires(Permission.EDIT_SETTINGS)
def list_tokens() -> ResponseReturnValue:
    """The tokens of one's agencies with their scopes and last use, and a form for another."""
    return _page(_form())


@blueprint.post("/")
@requires(Permission.EDIT_SETTINGS)
def make_token() -> ResponseReturnValue:
    """Make one and show its text this once."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    scopes = tuple(ApiScope(scope) for scope in form.scopes.data or [])
    made, text = tokens.make_token(
        db.session, form.agency.data, form.name.data or "", scopes, viewer().actor, days=form.days.data or 1
    )
    return render_template("api/token_made.html", made=made, text=text, old=None)


@blueprint.post("/<uuid:token_id>/rotate")
@requires(Permission.EDIT_SETTINGS)
def rotate_token(token_id: uuid.UUID) -> ResponseReturnValue:
    """Make a successor with the same rights; the old one works for a few days more."""
    old = _token(token_id)
    try:
        made, text = tokens.rotate_token(db.session, old, viewer().actor)
    except tokens.TokenRefused:
        flash(_("This token is over. Make a new one."))
        return redirect(url_for("api_tokens.list_tokens"))
    return render_template("api/token_made.html", made=made, text=text, old=old)


@blueprint.post("/<uuid:token_id>/revoke")
@requires(Permission.EDIT_SETTINGS)
def revoke_token(token_id: uuid.UUID) -> ResponseReturnValue:
    """Stop it from working, now."""
    tokens.revoke_token(db.session, _token(token_id), viewer().actor)
    flash(_("The token no longer works."), "success")
    return redirect(url_for("api_tokens.list_tokens"))

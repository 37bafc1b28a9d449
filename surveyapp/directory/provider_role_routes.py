"""The settings page of single sign-on: which claims give which staff roles."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import provider_roles, queries, sign_in
from surveyapp.directory.accounts import GrantRefused
from surveyapp.directory.forms import ProviderRoleForm
from surveyapp.directory.identity_models import ProviderRole
from surveyapp.directory.role_words import ROLES
from surveyapp.directory.user_routes import wanted_grant, with_choices
from surveyapp.web.language import gettext as _

blueprint = Blueprint("provider_roles", __name__, template_folder="templates", url_prefix="/settings/single-sign-on")


def _rule(rule_id: uuid.UUID) -> ProviderRole:
    _only_for_all_agencies()
    return db.session.get(ProviderRole, rule_id) or abort(404)


def _only_for_all_agencies() -> None:
    if not provider_roles.may_edit(viewer()):
        abort(404)


@blueprint.get("/")
@requires(Permission.EDIT_USERS)
def show_rules() -> ResponseReturnValue:
    """The provider in force, the rules, and a form for a new one."""
    _only_for_all_agencies()
    return _page(with_choices(ProviderRoleForm()))


def _page(form: ProviderRoleForm) -> str:
    return render_template(
        "directory/provider_roles.html",
        form=form,
        rules=provider_roles.rules(db.session),
        known=sign_in.settings(),
        names=queries.place_names(db.session),
        words=ROLES,
        own_id=viewer().user_id,
    )


@blueprint.post("/")
@requires(Permission.EDIT_USERS)
def make_rule() -> ResponseReturnValue:
    """Write a rule, to be agreed to by somebody else."""
    _only_for_all_agencies()
    form = with_choices(ProviderRoleForm())
    if form.validate():
        try:
            provider_roles.make(db.session, viewer(), form.claim.data or "", wanted_grant(form))
            flash(_("The rule is written. It holds once another administrator agrees."), "success")
            return redirect(url_for("provider_roles.show_rules"))
        except GrantRefused as refused:
            form.form_errors.append(_(str(refused)))
    return _page(form), 422


@blueprint.post("/<uuid:rule_id>/agree")
@requires(Permission.EDIT_USERS)
def agree_to_rule(rule_id: uuid.UUID) -> ResponseReturnValue:
    """Put somebody else's rule in force."""
    rule = _rule(rule_id)
    try:
        provider_roles.agree(db.session, viewer(), rule)
        flash(_("The rule is in force."), "success")
    except provider_roles.RuleRefused as refused:
        flash(_(str(refused)))
    return redirect(url_for("provider_roles.show_rules"))


@blueprint.post("/<uuid:rule_id>/remove")
@requires(Permission.EDIT_USERS)
def remove_rule(rule_id: uuid.UUID) -> ResponseReturnValue:
    """Take a rule away, and with it what only it gave."""
    provider_roles.remove(db.session, viewer(), _rule(rule_id))
    flash(_("The rule is removed. Staff roles that only it gave have ended."), "success")
    return redirect(url_for("provider_roles.show_rules"))

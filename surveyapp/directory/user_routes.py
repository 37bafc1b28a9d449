"""Staff accounts on screen: who there is, giving and ending staff roles, closing an account."""

import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission, StaffRole
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import accounts, granting, password_links, queries, second_step
from surveyapp.directory.accounts import GrantRefused
from surveyapp.directory.forms import AddUserForm, GrantForm, PlaceForm
from surveyapp.directory.models import Area, Region, User
from surveyapp.directory.role_words import ROLES
from surveyapp.web.forms import SelectChoice
from surveyapp.web.language import gettext as _

blueprint = Blueprint("users", __name__, template_folder="templates", url_prefix="/settings/users")
SEPARATOR = "/"
Form = TypeVar("Form", bound=PlaceForm)


def _user(user_id: uuid.UUID) -> User:
    return granting.user_for(viewer(), db.session, user_id) or abort(404)


def with_choices(form: Form) -> Form:
    """Staff roles, and the agencies, regions and Areas in which the viewer may give them."""
    codes = granting.agencies_to_give(viewer(), db.session)
    names = queries.place_names(db.session)
    form.staff_role.choices = [SelectChoice(role.value, _(ROLES[role])) for role in StaffRole]
    everywhere = viewer().scope_for(Permission.EDIT_USERS).everywhere
    form.agency.choices = [SelectChoice("", _("Every agency"))] if everywhere else []
    form.agency.choices += [SelectChoice(code, names.agencies[code]) for code in codes]
    areas = [area for code in codes for area in queries.areas_of(db.session, code)]
    regions = [region for code in codes for region in queries.regions_of(db.session, code)]
    filled = {(area.agency, area.region) for area in areas}
    form.areas.choices = _choices(areas, names)
    form.regions.choices = _choices([one for one in regions if (one.agency, one.code) in filled], names)
    return form


def _choices(places: Sequence[Area | Region], names: queries.PlaceNames) -> list[SelectChoice]:
    return [
        SelectChoice(f"{one.agency}{SEPARATOR}{one.code}", f"{names.agencies[one.agency]}: {one.name}")
        for one in places
    ]


def wanted_grant(form: PlaceForm) -> granting.NewGrant:
    """What the form asks for; Areas and regions of another agency than the chosen one are refused."""
    agency = form.agency.data or None
    named = _codes(form.areas.data, agency, _("Choose Areas of the chosen agency."))
    regions = _codes(form.regions.data, agency, _("Choose regions of the chosen agency."))
    _agency, areas = accounts.with_regions(db.session, agency, named, regions)
    until_on = form.until.data if isinstance(form, GrantForm) else None
    return granting.NewGrant(StaffRole(form.staff_role.data), agency, areas, until_on)


def _codes(chosen: list[str] | None, agency: str | None, otherwise: str) -> tuple[str, ...]:
    """The codes of places chosen within the agency; raises GrantRefused with that text for another's."""
    places = [one.split(SEPARATOR) for one in chosen or []]
    if any(owner != agency for owner, _code in places):
        raise GrantRefused(otherwise)
    return tuple(code for _owner, code in places)


@blueprint.get("/")
@requires(Permission.EDIT_USERS)
def list_users() -> ResponseReturnValue:
    users = granting.users_for(viewer(), db.session)
    names = queries.place_names(db.session)
    return render_template("directory/users.html", users=users, names=names, words=ROLES)


@blueprint.get("/add")
@requires(Permission.EDIT_USERS)
def ask_user() -> ResponseReturnValue:
    return render_template("directory/user_add.html", form=with_choices(AddUserForm()))


@blueprint.post("/add")
@requires(Permission.EDIT_USERS)
def add_user() -> ResponseReturnValue:
    """Make the account with its first staff role, and mail a link to set a password."""
    form = with_choices(AddUserForm())
    if form.validate():
        try:
            user = granting.give(db.session, viewer(), form.email.data or "", form.name.data or "", wanted_grant(form))
            if user.password is None:
                password_links.ask_for_link(db.session, user.email, viewer().actor)
            flash(_("The account is made. A link to set a password is on its way."), "success")
            return redirect(url_for("users.show_user", user_id=user.id))
        except GrantRefused as refused:
            form.form_errors.append(_(str(refused)))
    return render_template("directory/user_add.html", form=form), 422


@blueprint.get("/<uuid:user_id>")
@requires(Permission.EDIT_USERS)
def show_user(user_id: uuid.UUID) -> ResponseReturnValue:
    return _user_page(_user(user_id), with_choices(GrantForm()))


@blueprint.post("/<uuid:user_id>")
@requires(Permission.EDIT_USERS)
def give_staff_role(user_id: uuid.UUID) -> ResponseReturnValue:
    user, form = _user(user_id), with_choices(GrantForm())
    if form.validate():
        try:
            granting.give(db.session, viewer(), user.email, user.name, wanted_grant(form))
            flash(_("The staff role is given."), "success")
            return redirect(url_for("users.show_user", user_id=user.id))
        except GrantRefused as refused:
            form.form_errors.append(_(str(refused)))
    return _user_page(user, form), 422


def _user_page(user: User, form: GrantForm) -> str:
    own = user.id == viewer().user_id
    may_close = granting.may_administer_wholly(viewer(), user)
    names = queries.place_names(db.session)
    return render_template(
        "directory/user.html", user=user, form=form, own=own, may_close=may_close, names=names, words=ROLES
    )


@blueprint.post("/<uuid:user_id>/grants/<uuid:grant_id>/end")
@requires(Permission.EDIT_USERS)
def end_grant(user_id: uuid.UUID, grant_id: uuid.UUID) -> ResponseReturnValue:
    user = _user(user_id)
    if all(grant.id != grant_id for grant in user.grants):
        abort(404)
    return _done(user, lambda: granting.end_grant(db.session, viewer(), user, grant_id), _("The staff role is ended."))


@blueprint.post("/<uuid:user_id>/close")
@requires(Permission.EDIT_USERS)
def close_account(user_id: uuid.UUID) -> ResponseReturnValue:
    user = _user(user_id)
    return _done(user, lambda: granting.deactivate(db.session, viewer(), user), _("The account is closed."))


@blueprint.post("/<uuid:user_id>/open")
@requires(Permission.EDIT_USERS)
def open_account(user_id: uuid.UUID) -> ResponseReturnValue:
    user = _user(user_id)
    return _done(user, lambda: granting.activate(db.session, viewer(), user), _("The account is open again."))


@blueprint.post("/<uuid:user_id>/second-step/remove")
@requires(Permission.EDIT_USERS)
def remove_second_step(user_id: uuid.UUID) -> ResponseReturnValue:
    """For a lost phone without recovery codes; the person is asked to set it up again."""
    user = _user(user_id)
    if not granting.may_administer_wholly(viewer(), user):
        abort(404)
    return _done(
        user, lambda: second_step.remove_all(db.session, user, viewer().actor), _("The second step is removed.")
    )


@blueprint.post("/<uuid:user_id>/password-link")
@requires(Permission.EDIT_USERS)
def send_password_link(user_id: uuid.UUID) -> ResponseReturnValue:
    user = _user(user_id)
    return _done(
        user,
        lambda: password_links.ask_for_link(db.session, user.email, viewer().actor),
        _("A link to set a password is on its way."),
    )


def _done(user: User, act: Callable[[], None], said: str) -> ResponseReturnValue:
    """Do it and say so, or say why not."""
    try:
        act()
        flash(said, "success")
    except GrantRefused as refused:
        flash(_(str(refused)))
    return redirect(url_for("users.show_user", user_id=user.id))

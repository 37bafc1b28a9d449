"""The audit log on screen: searched by event, person, record and day; it holds ids and codes, never an answer."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from surveyapp import audit
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.audit import queries
from surveyapp.audit.models import AuditEvent
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.forms import DateBoxesField, SelectChoice, StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

blueprint = Blueprint("audit_log", __name__, template_folder="templates", url_prefix="/settings/audit")


class AuditForm(StaffForm):
    """What to look for; read from the address."""

    class Meta(StaffForm.Meta):
        csrf = False

    event = SelectField(_l("Event"), validate_choice=False)
    actor = StringField(_l("Who"), description=_l("The e-mail address of a member of staff, or an id"))
    subject = StringField(_l("Record"), description=_l("The id in the address of a case's page"))
    first = DateBoxesField(_l("From"), [Optional()])
    last = DateBoxesField(_l("Until"), [Optional()])


@blueprint.get("/")
@requires(Permission.SEE_AUDIT)
def show_log() -> ResponseReturnValue:
    """A page of events; that somebody searched is in the log too."""
    form = AuditForm(formdata=request.args or None)
    form.event.choices = [SelectChoice("", _("All"))]
    form.event.choices += [SelectChoice(name, name) for name in queries.event_names(db.session)]
    filters = _filters(form) if not request.args or form.validate() else queries.AuditFilters(event="-")
    audit.record_look(db.session, "audit.searched", viewer().actor, ("audit", filters.subject_id or "all"))
    found = queries.search(db.session, filters, request.args.get("page", 1, type=int))
    people = directory.users_by_id(db.session, _staff_ids(found.events))
    names = {str(user_id): user.email for user_id, user in people.items()}
    return render_template("settings/audit.html", form=form, found=found, names=names, address=_address)


def _filters(form: AuditForm) -> queries.AuditFilters:
    scope = viewer().scope_for(Permission.SEE_AUDIT)
    return queries.AuditFilters(
        event=form.event.data or "",
        actor_id=_actor_id((form.actor.data or "").strip()),
        subject_id=(form.subject.data or "").strip(),
        agencies=None if scope.everywhere else scope.agencies,
        from_on=form.first.data,
        until_on=form.last.data,
    )


def _actor_id(typed: str) -> str:
    """An e-mail address stands for its account; anything else is an id."""
    user = directory.user_by_email(db.session, typed) if "@" in typed else None
    return str(user.id) if user else typed


def _staff_ids(events: list[AuditEvent]) -> list[UUID | None]:
    ids = {event.actor_id for event in events if event.actor_kind == audit.ActorKind.STAFF}
    return [UUID(one) for one in ids if len(one) == 36]


def _address(page: int) -> str:
    asked: dict[str, Any] = {**request.args.to_dict(), "page": page}
    return url_for("audit_log.show_log", **asked)

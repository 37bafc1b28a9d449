"""The leaver sees who has looked at their record, and when."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import leaver
from surveyapp.audit import ActorKind
from surveyapp.cases.models import Case
from surveyapp.db import db
from surveyapp.directory.queries import viewer_of
from surveyapp.directory.role_words import ROLES
from surveyapp.disposal.looks import LOOKS, Look, looks_at
from surveyapp.invitations.leaver_session import ENTRANCE, leaver_or_404
from surveyapp.languages import N_
from surveyapp.web.language import gettext as _

blueprint = Blueprint("looks", __name__, url_prefix="/a", template_folder="templates")
MOST_SHOWN = 200
OTHERS = {
    ActorKind.HR_SYSTEM: N_("HR's computer system"),
    ActorKind.COMMAND: N_("A technician who runs this service"),
    ActorKind.WORKER: N_("This service itself"),
}


@blueprint.get("/looks")
@leaver
def show_looks() -> ResponseReturnValue:
    """Newest first; confidential answers are not in it, since nobody can look them up by person."""
    case = db.session.get(Case, leaver_or_404().case_id) or abort(404)
    found = looks_at(db.session, case)
    rows = [(look.at, who(look), _(LOOKS[look.event])) for look in found[:MOST_SHOWN]]
    return render_template("disposal/looks.html", rows=rows, n=len(found), back_address=ENTRANCE)


def who(look: Look) -> str:
    """A name and what the person does, or what it was if it was no member of staff."""
    if look.user is None:
        return _(OTHERS.get(look.kind, N_("Somebody who no longer works with this service")))
    roles = ", ".join(sorted(_(ROLES[role]) for role in viewer_of(look.user).staff_roles))
    name = look.user.name or look.user.email
    return f"{name} ({roles})" if roles else name

"""The index of the settings, and who may do what: the whole permission policy as one table."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission, StaffRole
from surveyapp.access.guards import requires, viewer
from surveyapp.access.staff_roles import PERMISSIONS
from surveyapp.directory.role_words import ROLES
from surveyapp.languages import N_
from surveyapp.settings.permission_words import WORDS
from surveyapp.web.language import gettext as _

blueprint = Blueprint("settings", __name__, template_folder="templates", url_prefix="/settings")


@dataclass(frozen=True)
class Page:
    """One page of the settings: its name, what it is for, where it is, and who may open it."""

    name: str
    about: str
    endpoint: str
    permission: Permission
    for_all_agencies: bool = False


PAGES = (
    Page(
        N_("Your account"),
        N_("Password, second step, sign out everywhere"),
        "account.show_account",
        Permission.SIGNED_IN,
    ),
    Page(N_("Staff accounts"), N_("Who may do what, where and until when"), "users.list_users", Permission.EDIT_USERS),
    Page(
        N_("Single sign-on"),
        N_("The identity provider, and the staff roles it gives"),
        "provider_roles.show_rules",
        Permission.EDIT_USERS,
        for_all_agencies=True,
    ),
    Page(
        N_("Organisation"),
        N_("Areas, job roles, closure days"),
        "organisation.show_organisation",
        Permission.EDIT_SETTINGS,
    ),
    Page(
        N_("Questionnaires"),
        N_("Look at, try, publish and retire versions"),
        "questionnaires.list_versions",
        Permission.EDIT_QUESTIONNAIRES,
    ),
    Page(
        N_("Confidentiality"),
        N_("What leavers are promised, and how small a shown group may be"),
        "confidentiality.choose_agency",
        Permission.EDIT_SETTINGS,
    ),
    Page(N_("Policy"), N_("What happens to a leaver, and when"), "policy.choose_agency", Permission.EDIT_POLICY),
    Page(N_("Messages"), N_("Wording, sender and reply-to"), "wording.choose_agency", Permission.EDIT_SETTINGS),
    Page(
        N_("Head-count and workload"),
        N_("Figures that leaving rates are made from"),
        "context.show_held",
        Permission.IMPORT_CONTEXT,
    ),
    Page(
        N_("Outside surveys"),
        N_("Bring in past and outside surveys, and have them released"),
        "survey_imports.list_surveys",
        Permission.IMPORT_RESPONSES,
    ),
    Page(
        N_("Tokens of HR systems"),
        N_("Let an HR system send leavers; stop it"),
        "api_tokens.list_tokens",
        Permission.EDIT_SETTINGS,
    ),
    Page(
        N_("Emergency"),
        N_("Open a case that is shut to you, or agree to it"),
        "case_openings.show_openings",
        Permission.BREAK_GLASS,
    ),
    Page(N_("Audit log"), N_("Who did or looked at what"), "audit_log.show_log", Permission.SEE_AUDIT),
    Page(
        N_("Operation"),
        N_("Mail, worker, backups: what works and what does not"),
        "operation.show_state",
        Permission.SEE_OPERATION,
    ),
    Page(N_("Disposal"), N_("How long records are kept"), "disposal.show_plan", Permission.RUN_DISPOSAL),
    Page(
        N_("One person's data"),
        N_("Give a person their data, hold it or erase it"),
        "disposal.find_person",
        Permission.EXPORT_SUBJECT,
    ),
    Page(N_("Permissions"), N_("What each staff role may do"), "settings.show_permissions", Permission.SIGNED_IN),
)


@blueprint.get("/")
@requires(Permission.SIGNED_IN)
def show_index() -> ResponseReturnValue:
    """The pages this person may open."""
    pages = [(_(one.name), url_for(one.endpoint), _(one.about)) for one in PAGES if _may_open(one)]
    return render_template("settings/index.html", pages=pages)


def _may_open(page: Page) -> bool:
    everywhere = not page.for_all_agencies or viewer().scope_for(page.permission).everywhere
    return viewer().can(page.permission) and everywhere


@blueprint.get("/permissions")
@requires(Permission.SIGNED_IN)
def show_permissions() -> ResponseReturnValue:
    """Staff role by permission, made from the table that the guards read."""
    roles = list(StaffRole)
    rows = [
        [_(words), *(_("Yes") if permission in PERMISSIONS[role] else "" for role in roles)]
        for permission, words in WORDS.items()
    ]
    return render_template("settings/permissions.html", roles=[_(ROLES[role]) for role in roles], rows=rows)

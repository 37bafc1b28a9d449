"""Puts the application together: lists of slices and extensions, no logic."""

from apiflask import APIFlask
from flask import Flask

from surveyapp import cli, tables, web
from surveyapp.access import Permission, guards
from surveyapp.actions import chapter as actions_chapter
from surveyapp.actions import move_routes as action_moves
from surveyapp.actions import staff_routes as actions
from surveyapp.api import page_routes as api_pages
from surveyapp.api import report_routes as api_reports
from surveyapp.api import routes as api
from surveyapp.api import token_routes as api_tokens
from surveyapp.case_page import named_routes as named_answers
from surveyapp.case_page import staff_routes as case_page
from surveyapp.cases import absence_routes as case_absences
from surveyapp.cases import import_routes as case_imports
from surveyapp.cases import opening_routes as case_openings
from surveyapp.cases import policy_routes as policy
from surveyapp.cases import staff_routes as cases
from surveyapp.cases import verb_routes as case_verbs
from surveyapp.coding import reading_routes as coding_pages
from surveyapp.coding import settling_routes as disputes
from surveyapp.coding import staff_routes as coding
from surveyapp.compliance import snapshot_routes as snapshots
from surveyapp.compliance import staff_routes as compliance
from surveyapp.concerns import staff_routes as concerns
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.context import staff_routes as context
from surveyapp.definitions import staff_routes as questionnaires
from surveyapp.directory import account_routes as account
from surveyapp.directory import passkey_routes as passkeys
from surveyapp.directory import password_routes as staff_passwords
from surveyapp.directory import provider_role_routes as provider_roles
from surveyapp.directory import provider_routes as provider
from surveyapp.directory import sign_in
from surveyapp.directory import staff_routes as directory
from surveyapp.directory import user_routes as users
from surveyapp.disposal import leaver_routes as looks
from surveyapp.disposal import staff_routes as disposal
from surveyapp.interviews import booking_routes as interviews
from surveyapp.interviews import guide_routes as guide
from surveyapp.interviews import interviewer_routes as interviewers
from surveyapp.interviews import leaver_record_routes as interview_record
from surveyapp.interviews import leaver_routes as interview_leaver
from surveyapp.interviews import own_routes as own_interviews
from surveyapp.interviews import record_routes as interview_records
from surveyapp.invitations import bounce_routes as bounces
from surveyapp.invitations import leaver_routes as invitations_leaver
from surveyapp.invitations import list_routes as invitation_lists
from surveyapp.invitations import staff_routes as inviting
from surveyapp.invitations import wording_routes as wording
from surveyapp.languages import N_
from surveyapp.operation import edge, health, logs, metrics, startup
from surveyapp.operation import staff_routes as operation
from surveyapp.reports import agencies_routes as agencies
from surveyapp.reports import file_routes as report_files
from surveyapp.reports import import_routes as survey_imports
from surveyapp.reports import later_chapters
from surveyapp.reports import release_routes as releases
from surveyapp.reports import staff_routes as reports
from surveyapp.responses import keyed_routes as keyed_answers
from surveyapp.responses import leaver_routes as answers
from surveyapp.responses import promise_routes as confidentiality
from surveyapp.responses import receipt_routes as receipts
from surveyapp.responses import trial_routes as trials
from surveyapp.settings import audit_routes as audit_log
from surveyapp.settings import organisation_routes as organisation
from surveyapp.settings import staff_routes as settings_pages
from surveyapp.web import navigation
from surveyapp.worklist import staff_routes as worklist

BLUEPRINTS = (
    directory.blueprint,
    staff_passwords.blueprint,
    provider.blueprint,
    passkeys.blueprint,
    account.blueprint,
    provider_roles.blueprint,
    users.blueprint,
    questionnaires.blueprint,
    cases.blueprint,
    case_verbs.blueprint,
    case_absences.blueprint,
    case_imports.blueprint,
    case_openings.blueprint,
    policy.blueprint,
    concerns.blueprint,
    invitations_leaver.blueprint,
    bounces.blueprint,
    inviting.blueprint,
    invitation_lists.blueprint,
    wording.blueprint,
    answers.blueprint,
    receipts.blueprint,
    keyed_answers.blueprint,
    confidentiality.blueprint,
    interviews.blueprint,
    interviewers.blueprint,
    guide.blueprint,
    own_interviews.blueprint,
    interview_records.blueprint,
    interview_leaver.blueprint,
    interview_record.blueprint,
    trials.blueprint,
    compliance.blueprint,
    snapshots.blueprint,
    context.blueprint,
    coding.blueprint,
    disputes.blueprint,
    coding_pages.blueprint,
    reports.blueprint,
    report_files.blueprint,
    agencies.blueprint,
    releases.blueprint,
    survey_imports.blueprint,
    actions.blueprint,
    action_moves.blueprint,
    worklist.blueprint,
    case_page.blueprint,
    named_answers.blueprint,
    settings_pages.blueprint,
    disposal.blueprint,
    looks.blueprint,
    audit_log.blueprint,
    organisation.blueprint,
    api_pages.blueprint,
    api_tokens.blueprint,
    api_reports.blueprint,
    api.blueprint,
    operation.blueprint,
    health.blueprint,
    metrics.blueprint,
)
"""Every slice's pages, in the order of the pipeline."""

NAVIGATION: tuple[navigation.Entry, ...] = (
    navigation.Entry(N_("Reasons for leaving"), "reports.what_stands_out", Permission.SEE_REPORTS, 60),
    navigation.Entry(N_("Releases"), "releases.list_releases", Permission.SEE_REPORTS, 61),
    navigation.Entry(N_("Actions"), "actions.list_actions", Permission.SEE_ACTIONS, 62),
    navigation.Entry(N_("Work list"), "worklist.home", Permission.EDIT_CASES, 10),
    navigation.Entry(N_("Cases"), "cases.list_cases", Permission.SEE_CASES, 20),
    navigation.Entry(N_("Policy"), "policy.choose_agency", Permission.EDIT_POLICY, 80),
    navigation.Entry(N_("Invitations"), "invitation_lists.show_waiting", Permission.SEND_INVITATIONS, 30),
    navigation.Entry(N_("Interviews"), "interviews.list_interviews", Permission.SEE_INTERVIEWS, 30),
    navigation.Entry(N_("Named answers"), "named_answers.list_people", Permission.SEE_NAMED_ANSWERS, 36),
    navigation.Entry(N_("Compliance"), "compliance.show_board", Permission.SEE_COMPLIANCE, 40),
    navigation.Entry(N_("Comments to code"), "coding.show_progress", Permission.CODE_COMMENTS, 50),
    navigation.Entry(N_("Comments before release"), "coding_pages.show_ready", Permission.RELEASE_COMMENTS, 51),
    navigation.Entry(N_("Concerns"), "concerns.list_concerns", Permission.SEE_CONCERNS, 35),
    navigation.Entry(N_("Settings"), "settings.show_index", Permission.SIGNED_IN, 90),
)
"""Every slice's entries for the staff navigation, in the order people work."""

LEAVER_TASKS: tuple[navigation.LeaverTask, ...] = (
    navigation.LeaverTask(N_("Exit interview"), "interview.choose_interview", 20, interview_leaver.is_open_to),
    navigation.LeaverTask(
        N_("The record of your interview"), "interview_record.read_record", 25, interview_record.is_open_to
    ),
    navigation.LeaverTask(N_("Who has looked at your record"), "looks.show_looks", 85, lambda access: True),
    navigation.LeaverTask(N_("Ask someone to contact me"), "interview_record.ask_for_contact", 80, lambda access: True),
    navigation.LeaverTask(
        N_("Go on later or on another device"), "invitations.show_own_link", 80, lambda access: access.may_answer
    ),
    navigation.LeaverTask(
        N_("Send this to my own e-mail"), "invitations.choose_own_address", 90, lambda access: access.may_answer
    ),
)
"""What a leaver may do from their first page, in order."""

CHAPTERS = (actions_chapter.CHAPTER,)
"""Chapters of a release's report that slices after `reports` write."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (by default from the environment and the instance folder)."""
    settings = settings or Settings()
    app = APIFlask("surveyapp", json_errors=False, docs_path=None, spec_path=None, static_folder=None)  # type: ignore[arg-type]  # None: web serves them
    app.config[SETTINGS_KEY] = settings
    app.config.update(startup.flask_config(settings))
    startup.init_app(app, settings)
    logs.init_app(app)
    metrics.init_app(app)
    web.init_app(app)
    guards.init_app(app, sign_in.load_viewer)
    edge.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    navigation.add(app, *NAVIGATION)
    navigation.add_leaver(app, *LEAVER_TASKS)
    later_chapters.add(app, *CHAPTERS)
    web.csrf.exempt(api.blueprint)
    app.cli = cli.Commands(app.name)
    return app


__all__ = ["create_app", "tables"]

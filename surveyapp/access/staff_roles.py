"""The whole permission policy as data: each staff role and what it may do. Where, is in the grant's scope."""

from enum import StrEnum

from surveyapp.access.permissions import Permission as P


class StaffRole(StrEnum):
    """What a signed-in user may be; a person may hold several (CONTRACTS section 4)."""

    HR_ADVISER = "hr_adviser"
    HR_LEAD = "hr_lead"
    NATIONAL_HR = "national_hr"
    INTERVIEWER = "interviewer"
    RETENTION_LEAD = "retention_lead"
    CODER = "coder"
    ADMINISTRATOR = "administrator"
    NOMINATED_OFFICER = "nominated_officer"
    CENTRAL_TEAM = "central_team"
    RELEASE_SIGNER = "release_signer"


_ADVISER = frozenset(
    {
        P.SEE_CASES,
        P.EDIT_CASES,
        P.IMPORT_CASES,
        P.SEND_INVITATIONS,
        P.KEY_IN_RESPONSES,
        P.SEE_NAMED_ANSWERS,
        P.SEE_INTERVIEWS,
        P.BOOK_INTERVIEWS,
        P.SEE_COMPLIANCE,
        P.EXPORT_WORKLIST,
    }
)
_LEAD = _ADVISER | {P.UNDO_DEATHS, P.MANAGE_INTERVIEWERS, P.EXPORT_OPERATIONS, P.SEE_ACTIONS, P.BREAK_GLASS}

PERMISSIONS: dict[StaffRole, frozenset[P]] = {
    StaffRole.HR_ADVISER: _ADVISER,
    StaffRole.HR_LEAD: _LEAD,
    StaffRole.NATIONAL_HR: _LEAD | {P.IMPORT_CONTEXT, P.EDIT_POLICY},
    StaffRole.INTERVIEWER: frozenset({P.SEE_INTERVIEWS, P.HOLD_INTERVIEWS}),
    StaffRole.RETENTION_LEAD: frozenset(
        {P.SEE_REPORTS, P.EXPORT_REPORTS, P.SEE_ACTIONS, P.EDIT_ACTIONS, P.SEE_COMPLIANCE}
    ),
    StaffRole.CODER: frozenset({P.CODE_COMMENTS}),
    StaffRole.ADMINISTRATOR: frozenset(
        {
            P.EDIT_SETTINGS,
            P.EDIT_POLICY,
            P.EDIT_USERS,
            P.EDIT_QUESTIONNAIRES,
            P.IMPORT_RESPONSES,
            P.SEE_AUDIT,
            P.SEE_OPERATION,
            P.RUN_DISPOSAL,
        }
    ),
    StaffRole.NOMINATED_OFFICER: frozenset({P.SEE_CONCERNS}),
    StaffRole.CENTRAL_TEAM: frozenset(
        {
            P.SEE_NAMED_ANSWERS,
            P.SEE_INTERVIEWS,
            P.READ_RECORDS,
            P.RELEASE_COMMENTS,
            P.IMPORT_CONTEXT,
            P.IMPORT_RESPONSES,
            P.EXPORT_SUBJECT,
            P.SEE_COMPLIANCE,
            P.BREAK_GLASS,
        }
    ),
    StaffRole.RELEASE_SIGNER: frozenset({P.SIGN_RELEASES, P.SEE_REPORTS}),
}

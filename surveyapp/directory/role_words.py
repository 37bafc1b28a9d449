"""Staff roles in words."""

from typing import Final

from surveyapp.access import StaffRole
from surveyapp.languages import N_

ROLES: Final = {
    StaffRole.HR_ADVISER: N_("HR adviser"),
    StaffRole.HR_LEAD: N_("HR lead"),
    StaffRole.NATIONAL_HR: N_("National HR"),
    StaffRole.INTERVIEWER: N_("Interviewer"),
    StaffRole.RETENTION_LEAD: N_("Retention lead"),
    StaffRole.CODER: N_("Coder"),
    StaffRole.ADMINISTRATOR: N_("Administrator"),
    StaffRole.NOMINATED_OFFICER: N_("Nominated officer"),
    StaffRole.CENTRAL_TEAM: N_("Central team"),
    StaffRole.RELEASE_SIGNER: N_("Release signer"),
}

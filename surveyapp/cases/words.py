"""The names of states, kinds and events of a case as they stand on screen, marked for translation."""

from surveyapp.cases.arrivals import Outcome
from surveyapp.cases.models import CaseKind, CaseState, Regretted
from surveyapp.languages import N_

STATES = {
    CaseState.OPEN: N_("Open"),
    CaseState.STAYED: N_("Stayed"),
    CaseState.DIED: N_("Died"),
    CaseState.CLOSED: N_("Closed"),
}
STATE_COLOURS = {
    CaseState.OPEN: "blue",
    CaseState.STAYED: "green",
    CaseState.DIED: "grey",
    CaseState.CLOSED: "grey",
}
KINDS = {CaseKind.LEAVER: N_("Leaver"), CaseKind.STARTER: N_("New starter"), CaseKind.STAY: N_("Stay conversation")}
REGRETTED = {Regretted.YES: N_("Yes"), Regretted.NO: N_("No"), Regretted.NOT_GIVEN: N_("Not given")}
WORKING_PATTERNS = {"": N_("Not known"), "full_time": N_("Full-time"), "part_time": N_("Part-time")}
OUTCOMES = {
    Outcome.CREATED: N_("New cases"),
    Outcome.UPDATED: N_("Changed cases"),
    Outcome.UNCHANGED: N_("Nothing new"),
    Outcome.STAYED: N_("Closed as stayed"),
    Outcome.DIED: N_("Deaths"),
    Outcome.REOPENED: N_("Opened again"),
}
FIELDS = {
    "staff_number": N_("staff number"),
    "name": N_("name"),
    "area": N_("Area"),
    "job_role": N_("job role"),
    "kind": N_("kind of case"),
    "leaving_type": N_("leaving type"),
    "last_working_day": N_("last working day"),
    "grade": N_("grade"),
    "work_email": N_("work e-mail"),
    "personal_email": N_("personal e-mail"),
    "phone": N_("phone"),
    "line_manager_email": N_("line manager's e-mail"),
    "manager_line": N_("managers above"),
    "start_date": N_("start date"),
    "notice_date": N_("notice date"),
    "working_pattern": N_("working pattern"),
    "language": N_("language"),
}

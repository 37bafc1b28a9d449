"""What kinds, sources, outcomes and people to tell are called, marked for translation."""

from typing import Final

from surveyapp.concerns.models import ConcernKind, ConcernSource, ConcernState, MustBeTold, Outcome
from surveyapp.languages import N_

KINDS: Final = {
    ConcernKind.RISK_TO_LIFE: N_("Somebody's life is at risk"),
    ConcernKind.HARM: N_("Harm to the leaver or somebody else"),
    ConcernKind.CRIME: N_("A crime"),
    ConcernKind.MISCONDUCT: N_("Serious misconduct"),
    ConcernKind.CONTACT: N_("The leaver asks to be contacted"),
}
SOURCES: Final = {
    ConcernSource.INTERVIEW: N_("Raised from an interview"),
    ConcernSource.LEAVER_FORM: N_("Asked for by the leaver"),
}
STATES: Final = {ConcernState.RAISED: N_("Open"), ConcernState.CLOSED: N_("Closed")}
OUTCOMES: Final = {
    Outcome.REFERRED_POLICE: N_("Passed to the police"),
    Outcome.REFERRED_SAFEGUARDING: N_("Passed to safeguarding"),
    Outcome.REFERRED_CONDUCT: N_("Passed to conduct and discipline"),
    Outcome.SUPPORT_GIVEN: N_("Support was given"),
    Outcome.NOT_TAKEN_FURTHER: N_("Not taken further, as the person wished"),
    Outcome.COULD_NOT_REACH: N_("The person could not be reached"),
}
TOLD: Final = {
    MustBeTold.NOMINATED_OFFICER: N_("Nominated officer"),
    MustBeTold.EMERGENCY_SERVICES: N_("Emergency services"),
    MustBeTold.SAFEGUARDING_LEAD: N_("Safeguarding lead"),
    MustBeTold.POLICE_LIAISON: N_("Police liaison"),
    MustBeTold.CONDUCT_LEAD: N_("Conduct lead"),
    MustBeTold.LEAVER: N_("The leaver"),
}

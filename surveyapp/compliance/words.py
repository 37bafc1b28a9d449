"""What groupings and overdue steps are called, marked for translation."""

from typing import Final

from surveyapp.compliance.progress import Stage
from surveyapp.languages import N_

GROUPING_NAMES: Final = {
    "area": N_("Area"),
    "agency": N_("Agency"),
    "family": N_("Role family"),
    "leaving_type": N_("Leaving type"),
}
OVERDUE_WORDS: Final = {
    Stage.INVITED_IN_TIME: N_("Send the invitation"),
    Stage.OFFERED_IN_TIME: N_("Offer the interview"),
    Stage.WRITTEN_UP_IN_TIME: N_("Write up the interview"),
}

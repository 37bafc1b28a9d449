"""What measures are called, and what their numbers are."""

from typing import Final

from surveyapp.context.models import Measure
from surveyapp.languages import N_

MEASURES: Final = {
    Measure.HEADCOUNT: N_("Head-count at the end of the month"),
    Measure.STARTERS: N_("New starters in the month"),
    Measure.VACANCIES: N_("Vacant posts at the end of the month"),
    Measure.CASELOAD: N_("Cases for each person"),
    Measure.SICKNESS_DAYS: N_("Days lost to sickness in the month"),
}

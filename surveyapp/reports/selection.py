"""What a reader asks of a release: the same words at the command line, in an address and in the API."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.tables import Family, Selection, WindowCode
from surveyapp.reports.sources import HR, INTERVIEWER, LEAVER, LEAVER_MAIN


class By(StrEnum):
    """How a table of reasons is broken down."""

    ORGANISATION = "organisation"
    AREA = "area"
    ROLE = "role"
    ROLE_AREA = "role-area"
    ROLE_FAMILY = "role-family"
    REGION = "region"
    LEAVING_TYPE = "leaving-type"
    TENURE = "tenure"
    GRADE = "grade"


FAMILIES: dict[By, Family] = {
    By.ORGANISATION: Family.ORGANISATION,
    By.AREA: Family.AREA,
    By.ROLE: Family.ROLE,
    By.ROLE_AREA: Family.ROLE_AREA,
    By.ROLE_FAMILY: Family.ROLE_FAMILY,
    By.REGION: Family.REGION,
    By.LEAVING_TYPE: Family.ORGANISATION,
    By.TENURE: Family.ORGANISATION_D,
    By.GRADE: Family.ORGANISATION_D,
}
DIMENSIONS = {By.TENURE: "tenure", By.GRADE: "grade"}
READABLE_SOURCES = (LEAVER, INTERVIEWER, HR)


@dataclass(frozen=True)
class Asked:
    """One question to a release. `window` None means twelve months, and for role-area each cell's shortest."""

    by: By = By.AREA
    window: WindowCode | None = None
    selection: Selection = Selection.RESIGNATION
    source: str = LEAVER
    reason: str | None = None
    count: str = "any"

    @property
    def family(self) -> Family:
        return FAMILIES[self.by]

    @property
    def dimension(self) -> str:
        return DIMENSIONS.get(self.by, "")

    @property
    def stored_source(self) -> str:
        """The source as releases name it: counting main reasons is a source of its own."""
        return LEAVER_MAIN if self.source == LEAVER and self.count == "main" else self.source

    @property
    def window_or_default(self) -> WindowCode:
        """The window that applies to everything but role x Area cells."""
        if self.window is None and self.by in DIMENSIONS:
            return WindowCode.YEAR
        return self.window or WindowCode.TWELVE_MONTHS

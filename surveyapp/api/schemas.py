"""What HR systems send and get, as schemas: they check the shape, `cases.file_rows` checks the meaning."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from surveyapp.cases.arrivals import Outcome
from surveyapp.cases.models import CaseKind, CaseState
from surveyapp.cases.policy import leaving_types

Text = Annotated[str, Field(max_length=254)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2027-03-27"], description="ISO date")]
Code = Annotated[str, Field(max_length=120, description="Code or exact name from the organisation")]


class LeaverChange(BaseModel):
    """What HR knows now; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    area: Code | None = None
    job_role: Code | None = None
    leaving_type: Annotated[str | None, Field(description=f"One of {', '.join(leaving_types())}")] = None
    last_working_day: Day | None = None
    grade: Code | None = None
    work_email: Text | None = None
    personal_email: Text | None = None
    phone: Annotated[str | None, Field(max_length=40)] = None
    line_manager_email: Text | None = None
    manager_line: Annotated[list[Text] | None, Field(max_length=20)] = None
    start_date: Day | None = None
    notice_date: Day | None = None
    working_pattern: Literal["full_time", "part_time"] | None = None
    language: Literal["en", "cy"] | None = None


class LeaverNews(LeaverChange):
    """News of a person's leaving: makes a case or changes the one there is."""

    staff_number: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    area: Code
    job_role: Code
    agency: Annotated[str | None, Field(max_length=120, description="The token's own agency; may be left out")] = None
    kind: CaseKind = CaseKind.LEAVER
    status: Literal["leaving", "withdrawn", "died"] = "leaving"


class Withdrawal(BaseModel):
    """The resignation was withdrawn."""

    model_config = ConfigDict(extra="forbid")

    after_conversation: Annotated[bool, Field(description="They stayed after a conversation about it")] = False


class Leaver(BaseModel):
    """A leaver's status: never an answer, never anything said in confidence."""

    id: str
    staff_number: str
    kind: CaseKind
    state: CaseState
    agency: str
    area: str
    job_role: str
    leaving_type: str | None
    last_working_day: str | None
    questionnaire: Literal["not_invited", "invited", "answered", "declined", "closed"]
    invited_on: str | None


class LeaverResult(Leaver):
    """The leaver after the request, and what the request did."""

    outcome: Outcome


class LeaverPage(BaseModel):
    """One page of leavers."""

    items: list[Leaver]
    page: int
    per_page: int
    total: int
    pages: int


class FieldFault(BaseModel):
    """One thing that is wrong with what was sent."""

    field: str
    wanted: str


class Problem(BaseModel):
    """What went wrong and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldFault] | None = None

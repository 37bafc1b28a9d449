"""What a step on the work list is: which case, what to do, by when, whose; and the words for each kind."""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveyapp.languages import N_


class StepKind(StrEnum):
    """Everything HR may have to do for a case, in the order of the pipeline."""

    INVITE = "invite"
    ASK_PERSONAL_EMAIL = "ask_personal_email"


WORDS = {
    StepKind.INVITE: N_("Send the invitation"),
    StepKind.ASK_PERSONAL_EMAIL: N_("Ask for a personal e-mail before the work mailbox closes"),
}


@dataclass(frozen=True)
class Step:
    """One thing to do for one case, by a day; without an owner it is every adviser's of the Area."""

    kind: StepKind
    due_on: date
    case_id: uuid.UUID
    agency: str
    area: str
    owner_id: uuid.UUID | None

    def is_overdue(self, today: date) -> bool:
        """Whether the day has passed."""
        return self.due_on < today

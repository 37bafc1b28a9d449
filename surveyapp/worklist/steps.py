"""What a step on the work list is: which case, what to do, by when, whose; and the words for each kind."""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveyapp.languages import N_


class StepKind(StrEnum):
    """Everything HR may have to do for a case, in the order of the pipeline."""

    INVITE = "invite"
    PRINT_LETTER = "print_letter"
    MEND_ADDRESS = "mend_address"
    AGREE_ADDRESS = "agree_address"
    ASK_PERSONAL_EMAIL = "ask_personal_email"
    CALL_BACK = "call_back"
    OFFER_INTERVIEW = "offer_interview"
    WRITE_UP = "write_up"


WORDS = {
    StepKind.INVITE: N_("Send the invitation"),
    StepKind.PRINT_LETTER: N_("Print the letter"),
    StepKind.MEND_ADDRESS: N_("Find an address that works"),
    StepKind.AGREE_ADDRESS: N_("Agree to a change of address, as a second person"),
    StepKind.ASK_PERSONAL_EMAIL: N_("Ask for a personal e-mail before the work mailbox closes"),
    StepKind.CALL_BACK: N_("Call the leaver back about the interview"),
    StepKind.OFFER_INTERVIEW: N_("Offer an exit interview"),
    StepKind.WRITE_UP: N_("Write up the interview"),
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

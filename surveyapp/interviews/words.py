"""What interviewer types, modes, states and reasons are called, marked for translation where they are shown."""

from typing import Final

from surveyapp.interviews.interviewer_models import AbsenceReason, InterviewerKind
from surveyapp.interviews.models import BookingState, DeclineReason, InterviewerType, Mode, OfferState
from surveyapp.interviews.record_models import RecordState, Sharing
from surveyapp.languages import N_

TYPES: Final = {
    InterviewerType.AREA_HR: N_("HR in my Area"),
    InterviewerType.OTHER_AREA_HR: N_("HR of another Area"),
    InterviewerType.INDEPENDENT: N_("Somebody independent of HR"),
}
TYPE_HINTS: Final = {
    InterviewerType.AREA_HR: N_("They know your Area. They are never your manager or above your manager."),
    InterviewerType.OTHER_AREA_HR: N_("They do the same job somewhere else and do not work with your managers."),
    InterviewerType.INDEPENDENT: N_("They do not work in HR or in your line."),
}
MODES: Final = {
    Mode.IN_PERSON: N_("In person"),
    Mode.PHONE: N_("By phone"),
    Mode.VIDEO: N_("By video call"),
}
DECLINE_REASONS: Final = {
    DeclineReason.ALREADY_SAID: N_("I have said what I want to say"),
    DeclineReason.NO_TIME: N_("I do not have the time"),
    DeclineReason.NO_DIFFERENCE: N_("I do not think it will change anything"),
    DeclineReason.NOT_COMFORTABLE: N_("I would not be comfortable"),
    DeclineReason.WORRIED_WHO_SEES: N_("I am worried about who will see it"),
    DeclineReason.OTHER: N_("Another reason"),
    DeclineReason.NO_REASON: N_("I would rather not say"),
}
OFFER_STATES: Final = {
    OfferState.OFFERED: N_("Offered, no reply yet"),
    OfferState.ACCEPTED: N_("Accepted"),
    OfferState.DECLINED: N_("Declined"),
    OfferState.LAPSED: N_("Lapsed without a reply"),
    OfferState.WITHDRAWN: N_("Withdrawn"),
}
BOOKING_STATES: Final = {
    BookingState.BOOKED: N_("Booked"),
    BookingState.HELD: N_("Held"),
    BookingState.NO_SHOW: N_("The leaver did not come"),
    BookingState.CANCELLED: N_("Cancelled"),
}
RECORD_STATES: Final = {
    RecordState.DRAFTED: N_("Draft"),
    RecordState.WRITTEN_UP: N_("Written up, sent to the leaver"),
    RecordState.COMMENTED: N_("The leaver has commented"),
    RecordState.AGREED: N_("Agreed by the leaver"),
    RecordState.REOPENED: N_("Being corrected"),
}
SHARINGS: Final = {
    Sharing.CENTRAL: N_("Central team only"),
    Sharing.AREA_HR: N_("Area HR too"),
    Sharing.LINE_MANAGER: N_("Area HR and the line manager"),
}
ABSENCE_REASONS: Final = {
    AbsenceReason.LEAVE: N_("Leave"),
    AbsenceReason.SICK: N_("Sick"),
    AbsenceReason.TRAINING: N_("Training"),
    AbsenceReason.OTHER: N_("Something else"),
}
INTERVIEWER_KINDS: Final = {
    InterviewerKind.HR: N_("HR"),
    InterviewerKind.INDEPENDENT: N_("Independent of HR"),
}

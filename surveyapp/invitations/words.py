"""What the states, steps and refusals of invitations are called on screen."""

from surveyapp.invitations import service
from surveyapp.invitations.models import LedgerState, Step, StepOutcome
from surveyapp.languages import N_
from surveyapp.mail.models import Failure

STATES = {
    LedgerState.DUE: N_("Not invited yet"),
    LedgerState.INVITED: N_("Invited"),
    LedgerState.BEGUN: N_("Begun"),
    LedgerState.ANSWERED: N_("Answered"),
    LedgerState.DECLINED: N_("Declined"),
    LedgerState.CLOSED: N_("Closed without an answer"),
}
STEPS = {
    Step.INVITE: N_("Invitation"),
    Step.FIRST_REMINDER: N_("First reminder"),
    Step.SECOND_REMINDER: N_("Second reminder"),
    Step.LAST_REMINDER: N_("Reminder before the last day"),
}
OUTCOMES = {
    StepOutcome.E_MAILED: N_("by e-mail"),
    StepOutcome.LETTER: N_("by letter"),
    StepOutcome.DROPPED: N_("left out: it came too late to be of use"),
}
OCCASIONS = {
    "leaving": N_("Leaving questionnaire"),
    "month_1": N_("New starter, after 1 month"),
    "month_3": N_("New starter, after 3 months"),
    "month_6": N_("New starter, after 6 months"),
    "stay": N_("Stay conversation"),
}
FAILURES = {
    Failure.REFUSED: N_("The mail server refused the address. Enter another address, or print a letter."),
    Failure.BOUNCED: N_("The message came back. Enter another address, or print a letter."),
    Failure.GAVE_UP: N_("The mail server did not take it for two days. Try again, or enter another address."),
}
REFUSALS = {
    service.CaseNotOpen: N_("The case is not open, so nothing can be sent."),
    service.NotInPolicy: N_("Policy invites this leaving type to no questionnaire."),
    service.AlreadyEnded: N_("The leaver has answered or declined, or the time to answer is over."),
    service.IsHeld: N_("The invitation is on hold. Release it first."),
    service.AddressRefused: N_("Enter another e-mail address, like name@example.org"),
    service.NeedsSecondPerson: N_("Somebody else must agree to this change of address."),
}


def refusal(error: service.InvitationRefused) -> str:
    """Why it was refused, and what to do; still to be translated."""
    return REFUSALS[type(error)]

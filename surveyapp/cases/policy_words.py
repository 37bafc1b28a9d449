"""An agency's policy in plain words, marked for translation."""

from surveyapp.cases.policy import InterviewOffer, Questionnaire
from surveyapp.cases.schedule import PlannedStep
from surveyapp.languages import N_

QUESTIONNAIRES = {
    Questionnaire.FULL: N_("Invited to the full questionnaire"),
    Questionnaire.SHORT: N_("Invited to the short questionnaire"),
    Questionnaire.NONE: N_("Not invited to a questionnaire"),
}
INTERVIEWS = {
    InterviewOffer.OFFER: N_("Offered an exit interview"),
    InterviewOffer.OPTIONAL: N_("Told that they may ask for an exit interview"),
    InterviewOffer.NONE: N_("Not offered an exit interview"),
}
NEVER = N_("Never contacted. Every message that waits is stopped at once.")
NUMBERS = {
    "invite_within_days": N_("Working days to invite a leaver after HR tells us"),
    "first_reminder_days": N_("Working days to the first reminder after the invitation"),
    "second_reminder_days": N_("Working days to the second reminder after the invitation"),
    "last_reminder_days_before": N_("Working days before the last day for the last reminder"),
    "closes_calendar_days": N_("Days the questionnaire stays open after the last working day"),
    "least_open_calendar_days": N_("Days the questionnaire stays open at least, when news comes late"),
    "offer_within_days": N_("Working days to offer an interview after HR tells us"),
    "offer_reminder_days": N_("Working days to the reminder of an offer without a reply"),
    "offer_lapses_days": N_("Working days until an offer without a reply lapses"),
    "write_up_within_days": N_("Working days to write up an interview"),
    "agree_within_days": N_("Working days for the leaver to comment on the record"),
    "case_closes_calendar_days": N_("Days until the case is closed, after the last working day or late news"),
}
STEPS = {
    PlannedStep.INVITE: N_("Invitation to the questionnaire"),
    PlannedStep.FIRST_REMINDER: N_("First reminder"),
    PlannedStep.SECOND_REMINDER: N_("Second reminder"),
    PlannedStep.LAST_REMINDER: N_("Last reminder"),
    PlannedStep.CLOSE_QUESTIONNAIRE: N_("Last day to answer the questionnaire"),
    PlannedStep.OFFER_INTERVIEW: N_("Offer of an exit interview"),
    PlannedStep.REMIND_OF_OFFER: N_("Reminder of the offer"),
    PlannedStep.LAPSE_OFFER: N_("The offer lapses"),
    PlannedStep.CLOSE_CASE: N_("The case is closed"),
}

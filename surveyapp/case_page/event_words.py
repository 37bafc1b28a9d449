"""What each event of a case's timeline is called on screen; a test finds events that have no words."""

from surveyapp.languages import N_

EVENTS = {
    "case.created": N_("The case was added"),
    "case.updated": N_("Details changed: %(fields)s"),
    "case.last_day_changed": N_("The last working day moved by %(days)s days"),
    "case.area_changed": N_("The Area changed"),
    "case.leaving_type_changed": N_("The leaving type changed"),
    "case.stayed": N_("The person stays"),
    "case.reopened": N_("The case was opened again"),
    "case.death_recorded": N_("A death was recorded"),
    "case.closed": N_("The case was closed"),
    "case.merged": N_("Closed into another case of the same person"),
    "case.took_over_duplicate": N_("A duplicate was merged into this case"),
    "case.handed_over": N_("The case was handed over"),
    "case.noted": N_("A note was added"),
    "case.regretted_set": N_("HR's view of the loss was recorded"),
    "link.asked_again": N_("The leaver asked for a new link"),
    "link.sent_to_own_address": N_("The leaver had the link sent to an address of their own"),
}
LATE = N_("The case was added %(days_late)s days after the last working day")
AFTER_CONVERSATION = N_("The person stays after a conversation")
ACTORS = {
    "leaver": N_("the leaver"),
    "hr_system": N_("the HR system"),
    "command": N_("a command"),
    "worker": N_("the service itself"),
    "staff": N_("a member of staff"),
}

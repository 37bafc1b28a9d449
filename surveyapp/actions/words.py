"""What states, outcomes, events and the unknown are called."""

from typing import Final

from surveyapp.actions.before_after import Unknown
from surveyapp.actions.models import ActionState, Outcome
from surveyapp.languages import N_

STATES: Final = {
    ActionState.AGREED: N_("Agreed"),
    ActionState.STARTED: N_("Under way"),
    ActionState.COMPLETED: N_("Done"),
    ActionState.REVIEWED: N_("Reviewed"),
    ActionState.STOPPED: N_("Stopped"),
}
COLOURS: Final = {
    ActionState.AGREED: "grey",
    ActionState.STARTED: "blue",
    ActionState.COMPLETED: "turquoise",
    ActionState.REVIEWED: "green",
    ActionState.STOPPED: "grey",
}
OUTCOMES: Final = {
    Outcome.WORKED: N_("It worked"),
    Outcome.WORKED_IN_PART: N_("It worked in part"),
    Outcome.DID_NOT_WORK: N_("It did not work"),
    Outcome.TOO_EARLY: N_("It is too early to say"),
    Outcome.CANNOT_TELL: N_("We cannot tell"),
}
EVENTS: Final = {
    "action.agreed": N_("Agreed"),
    "action.changed": N_("Changed"),
    "action.started": N_("Begun"),
    "action.completed": N_("Done"),
    "action.reviewed": N_("Reviewed"),
    "action.stopped": N_("Stopped"),
    "action.reopened": N_("Taken up again"),
    "action.noted": N_("Progress noted"),
}
UNKNOWN: Final = {
    Unknown.NO_REASON: N_("No reason for leaving is named, so there is nothing to compare."),
    Unknown.NOT_BEGUN: N_("It has not begun. Before and after is shown once it has."),
    Unknown.NO_BEFORE: N_("We cannot tell: no release shows the year before it began."),
    Unknown.TOO_EARLY: N_(
        "We cannot tell yet. The release that covers the first whole year after it is due on %(day)s."
    ),
    Unknown.NOT_YOURS: N_("The figures for these places are for those who read their reports."),
    Unknown.HIDDEN: N_("We cannot tell: too few leavers answered in these places to show a figure."),
    Unknown.NOWHERE_ELSE: N_("We cannot tell: no figure is shown for other places to compare with."),
}

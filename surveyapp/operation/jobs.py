"""Every job of the worker, in the order of the pipeline, and who composes which message. Lists, no logic.

A slice adds a line here for each function of its `jobs.py`. Such a function takes the session and today, may be run
again at any time without harm, may commit as it goes (one case at a time), and returns how many things it did.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from surveyapp.actions import emails as action_emails
from surveyapp.actions import jobs as actions
from surveyapp.cases import emails as case_emails
from surveyapp.cases import jobs as cases
from surveyapp.compliance import jobs as compliance
from surveyapp.concerns import emails as concern_emails
from surveyapp.concerns import jobs as concerns
from surveyapp.context import jobs as context
from surveyapp.directory import emails as directory_emails
from surveyapp.disposal import jobs as disposal
from surveyapp.interviews import emails as interview_emails
from surveyapp.interviews import jobs as interviews
from surveyapp.invitations import emails as invitation_emails
from surveyapp.invitations import jobs as invitations
from surveyapp.mail import Composer
from surveyapp.operation import emails as operation_emails
from surveyapp.operation import escalation
from surveyapp.outside import jobs as outside
from surveyapp.reports import emails as report_emails
from surveyapp.reports import jobs as reports
from surveyapp.responses import jobs as responses

OFTEN = timedelta(minutes=1)
QUARTER_HOUR = timedelta(minutes=15)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Job:
    """One job: how often it runs; or, with `daily_from`, once a London day from that hour on."""

    name: str
    run: Callable[[Session, date], int]
    every: timedelta = QUARTER_HOUR
    daily_from: time | None = None
    lease: timedelta = timedelta(minutes=30)


JOBS: tuple[Job, ...] = (
    Job("cases.close_finished_cases", cases.close_finished_cases, HOUR),
    Job("cases.discard_old_uploads", cases.discard_old_uploads, HOUR),
    Job("concerns.follow_concerns", concerns.follow_concerns),
    Job("invitations.follow_failures", invitations.follow_failures, OFTEN),
    Job("invitations.tell_old_addresses", invitations.tell_old_addresses, OFTEN),
    Job("invitations.send_due_messages", invitations.send_due_messages, OFTEN),
    Job("invitations.forget_guesses", invitations.forget_guesses, HOUR),
    Job("responses.destroy_dead_drafts", responses.destroy_dead_drafts, HOUR),
    Job("interviews.withdraw_from_ended_cases", interviews.withdraw_from_ended_cases, OFTEN),
    Job("interviews.keep_from_managers", interviews.keep_from_managers),
    Job("interviews.offer_interviews", interviews.offer_interviews, daily_from=time(8)),
    Job("interviews.remind_of_offers", interviews.remind_of_offers, daily_from=time(8)),
    Job("interviews.remind_of_tomorrow", interviews.remind_of_tomorrow, daily_from=time(9)),
    Job("compliance.freeze_due_counts", compliance.freeze_due_counts, HOUR, daily_from=time(1)),
    Job("compliance.make_snapshots", compliance.make_snapshots, HOUR, daily_from=time(3)),
    Job("context.discard_old_uploads", context.discard_old_uploads, HOUR),
    Job("outside.discard_old_uploads", outside.discard_old_uploads, HOUR),
    Job("reports.cut_asked_surveys", reports.cut_asked_surveys, lease=timedelta(hours=3)),
    Job("reports.cut_due_releases", reports.cut_due_releases, HOUR, daily_from=time(2), lease=timedelta(hours=3)),
    Job("actions.remind_of_reviews", actions.remind_of_reviews, daily_from=time(8)),
    Job("disposal.dispose_of_what_is_due", disposal.dispose_of_what_is_due, daily_from=time(2)),
    Job("operation.escalate_overdue_steps", escalation.escalate_overdue_steps, daily_from=time(5)),
    Job("operation.send_digests", escalation.send_digests, daily_from=time(6)),
)

COMPOSERS: dict[str, Composer] = {
    **action_emails.COMPOSERS,
    **case_emails.COMPOSERS,
    **concern_emails.COMPOSERS,
    **directory_emails.COMPOSERS,
    **invitation_emails.COMPOSERS,
    **interview_emails.COMPOSERS,
    **operation_emails.COMPOSERS,
    **report_emails.COMPOSERS,
    # each other slice's emails.COMPOSERS
}

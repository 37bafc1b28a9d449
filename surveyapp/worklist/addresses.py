"""Where each step is done: one click from the work list and from the case page."""

from flask import url_for

from surveyapp.worklist.steps import Step, StepKind

ENDPOINTS = {
    StepKind.INVITE: "inviting.show_invitation",
    StepKind.PRINT_LETTER: "inviting.show_invitation",
    StepKind.MEND_ADDRESS: "inviting.show_invitation",
    StepKind.AGREE_ADDRESS: "inviting.show_invitation",
    StepKind.ASK_PERSONAL_EMAIL: "cases.edit_case",
    StepKind.CALL_BACK: "interviews.show_case",
    StepKind.OFFER_INTERVIEW: "interviews.show_case",
    StepKind.WRITE_UP: "interviews.show_case",
}


def step_address(step: Step) -> str | None:
    """The page on which the step is done, None where the case page itself is the place."""
    endpoint = ENDPOINTS.get(step.kind)
    return url_for(endpoint, case_id=step.case_id) if endpoint else None

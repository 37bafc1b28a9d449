"""Letter codes for tests: made up and kept at once, as printing a letter does in two steps."""

from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.invitations import codes


def minted_code(session: Session, case_id: UUID) -> str:
    """A code as it is printed, which opens the case's questionnaire from now on."""
    made = codes.new_code(session)
    codes.keep_code(session, made, case_id)
    return made.code

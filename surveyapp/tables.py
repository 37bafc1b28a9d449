"""Imports every slice's models, so that the metadata is whole: migrations and tests import this module."""

from surveyapp.actions import models as actions
from surveyapp.api import models as api
from surveyapp.audit import models as audit
from surveyapp.cases import models as cases
from surveyapp.coding import models as coding
from surveyapp.compliance import models as compliance
from surveyapp.concerns import models as concerns
from surveyapp.context import models as context
from surveyapp.definitions import models as definitions
from surveyapp.directory import identity_models as identities
from surveyapp.directory import models as directory
from surveyapp.disposal import models as disposal
from surveyapp.encryption import records as encryption
from surveyapp.interviews import interviewer_models as interviewers
from surveyapp.interviews import models as interviews
from surveyapp.interviews import record_models as interview_records
from surveyapp.invitations import models as invitations
from surveyapp.mail import models as mail
from surveyapp.operation import models as operation
from surveyapp.outside import models as outside
from surveyapp.reports import models as reports
from surveyapp.responses import models as responses

__all__ = [
    "actions",
    "api",
    "audit",
    "cases",
    "coding",
    "compliance",
    "concerns",
    "context",
    "definitions",
    "directory",
    "disposal",
    "encryption",
    "identities",
    "interview_records",
    "interviewers",
    "interviews",
    "invitations",
    "mail",
    "outside",
    "reports",
    "operation",
    "responses",
]

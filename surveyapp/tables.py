"""Imports every slice's models, so that the metadata is whole: migrations and tests import this module."""

from surveyapp.audit import models as audit
from surveyapp.cases import models as cases
from surveyapp.directory import models as directory
from surveyapp.encryption import records as encryption
from surveyapp.mail import models as mail

__all__ = ["audit", "cases", "directory", "encryption", "mail"]

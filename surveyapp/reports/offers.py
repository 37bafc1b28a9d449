"""What the releases of each source offer: thresholds as promised, D tables, and less for further questions."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from analytics.lattice import DimensionRule
from analytics.releases import DisclosureSettings
from analytics.tables import Family, WindowCode
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import NotPublished
from surveyapp.engine.definition import Definition
from surveyapp.reports.questions import AVOIDABLE, PREFIX, characteristics
from surveyapp.reports.reason_lists import ReasonEntry
from surveyapp.reports.sources import CHECK_PREFIX, LEAVER
from surveyapp.responses.promises import strictest

REGRETTED = DimensionRule("regretted", (WindowCode.THREE_YEARS,))
DIMENSION_RULES = (DimensionRule("tenure"), DimensionRule("grade"), REGRETTED)
FURTHER_FAMILIES = frozenset(
    {Family.ORGANISATION, Family.ROLE, Family.AREA, Family.ORGANISATION_D, Family.ROLE_D, Family.AREA_D}
)
FURTHER_WINDOWS = frozenset({WindowCode.YEAR, WindowCode.THREE_YEARS})
"""Further questions are read once a year, like the tables by a D: each is a base and an audit of its own."""


def definition_offered(session: Session, questionnaire: str = "leaver") -> Definition | None:
    """The questionnaire whose further questions and characteristics are counted; None before one is published."""
    try:
        return definitions.offered(session, questionnaire)
    except NotPublished:
        return None


def disclosure_settings(session: Session, agency: str, reasons: Iterable[ReasonEntry]) -> DisclosureSettings:
    """k and sensitive k as promised, the sensitive reasons, and the D tables on offer."""
    promised = strictest(session, agency)
    return DisclosureSettings(
        k=promised.smallest_group,
        sensitive_k=promised.smallest_sensitive_group,
        sensitive=frozenset(reason.code for reason in reasons if reason.sensitive),
        dimensions=DIMENSION_RULES,
        equality=tuple(
            DimensionRule(code, (WindowCode.THREE_YEARS,), organisation_only=True)
            for code in characteristics(definition_offered(session))
        ),
    )


def settings_of(source: str, settings: DisclosureSettings) -> DisclosureSettings:
    """The same, narrowed to what this source has: only the leavers' own reasons are split by a characteristic."""
    if source == LEAVER:
        return settings
    if not source.startswith((PREFIX, CHECK_PREFIX)):
        return replace(settings, equality=())
    split = (REGRETTED,) if source == PREFIX + AVOIDABLE else ()
    return replace(
        settings,
        sensitive=frozenset(),
        equality=(),
        dimensions=split,
        families=FURTHER_FAMILIES,
        windows=FURTHER_WINDOWS,
    )

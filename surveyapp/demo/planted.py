"""The differences planted in the invented years, so that what reports find can be checked against what is there."""

from collections.abc import Mapping
from datetime import timedelta

BASE_CHANCES: Mapping[str, float] = {
    "workload": 0.30,
    "work_interest": 0.10,
    "management": 0.16,
    "leadership": 0.17,
    "team": 0.09,
    "culture": 0.14,
    "bullying_harassment": 0.05,
    "discrimination": 0.03,
    "pay": 0.34,
    "promotion": 0.26,
    "flexibility": 0.17,
    "travel": 0.12,
    "wellbeing": 0.17,
    "health": 0.06,
    "caring": 0.08,
    "career_change": 0.18,
    "other": 0.07,
}
"""How often a leaver gives each reason where nothing is planted. `team` has nothing planted anywhere."""

ROLE_ODDS: Mapping[tuple[str, str], float] = {
    ("case_lawyer", "workload"): 5.0,
    ("senior_case_lawyer", "workload"): 4.5,
    ("paralegal_officer", "promotion"): 5.5,
    ("paralegal_assistant", "pay"): 4.5,
    ("administrator", "pay"): 5.0,
    ("advocate", "travel"): 7.0,
    ("legal_manager", "wellbeing"): 5.0,
    ("court_usher", "pay"): 4.0,
}
AREA_ODDS: Mapping[tuple[str, str], float] = {
    ("NM", "workload"): 6.0,
    ("HS", "management"): 7.0,
    ("DY", "travel"): 9.0,
    ("KF", "flexibility"): 6.0,
    ("DIG", "career_change"): 6.0,
    ("CO", "travel"): 6.0,
}
CELL_ODDS: Mapping[tuple[str, str, str], float] = {
    ("case_lawyer", "NM", "wellbeing"): 3.0,
    ("administrator", "HS", "culture"): 3.0,
}

EASED_ROLE, EASED_REASON, EASED_FOR = "legal_manager", "wellbeing", timedelta(640)
"""An action began so long ago; since then this role gives this reason no more often than others do."""


def chance(role: str, area: str, reason: str, *, eased: bool = False) -> float:
    """The chance that a leaver of this role and Area gives this reason, before or after the demo's action."""
    odds = BASE_CHANCES[reason] / (1 - BASE_CHANCES[reason])
    if eased and (role, reason) == (EASED_ROLE, EASED_REASON):
        return odds / (1 + odds)
    odds *= ROLE_ODDS.get((role, reason), 1) * AREA_ODDS.get((area, reason), 1) * CELL_ODDS.get((role, area, reason), 1)
    return odds / (1 + odds)

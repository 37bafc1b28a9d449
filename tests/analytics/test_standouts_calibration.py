"""Calibration of the stand-outs on simulated agencies: silence where nothing differs, planted differences found."""

import numpy as np
import pytest

from tests.analytics.simulated_agency import areas_with_planted_effects, report_without_effects


def _null_flags(reports: int, a_year: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([report_without_effects(rng, a_year) for _ in range(reports)]).mean(axis=0)


def _check_silence(flags: np.ndarray) -> None:
    assert (flags <= 0.2).all(), flags
    assert flags.sum() <= 0.45, flags


def test_an_agency_without_differences_has_almost_nothing_standing_out() -> None:
    _check_silence(_null_flags(reports=100, a_year=420, seed=11))


@pytest.mark.drill
@pytest.mark.parametrize("a_year", [420, 700, 1260, 6000])
def test_agencies_of_every_size_without_differences_stay_silent(a_year: int) -> None:
    # 400 reports, since the mean over 100 of them still moves by a tenth of a flag either way
    flags = _null_flags(reports=400, a_year=a_year, seed=1)
    print(f"{a_year} a year: {flags.round(3)} flags by family and direction, {flags.sum():.2f} a report")
    _check_silence(flags)


def _planted(reports: int, responses: int, odds_ratio: float, n_planted: int, seed: int = 5) -> tuple[float, float]:
    """Mean precision among the ten firmest, and the share of false ones among all flags."""
    rng = np.random.default_rng(seed)
    precision, false_flags, flags = [], 0, 0
    for _ in range(reports):
        family = areas_with_planted_effects(rng, responses, odds_ratio, n_planted)
        precision.append(family.planted[np.argsort(family.tests.p_over)[:10]].mean())
        flags += int(family.tests.is_over.sum())
        false_flags += int((family.tests.is_over & ~family.planted).sum())
    return float(np.mean(precision)), false_flags / max(flags, 1)


@pytest.mark.parametrize(("responses", "odds_ratio", "precision_wanted"), [(1260, 2.0, 0.45), (6000, 1.6, 0.55)])
def test_planted_differences_lead_the_list(responses: int, odds_ratio: float, precision_wanted: float) -> None:
    precision, false_share = _planted(30, responses, odds_ratio, n_planted=12)
    assert precision >= precision_wanted
    assert false_share <= 0.15


@pytest.mark.drill
@pytest.mark.parametrize("n_planted", [8, 12, 17, 25])
@pytest.mark.parametrize(("responses", "odds_ratio", "precision_wanted"), [(1260, 2.0, 0.45), (6000, 1.6, 0.55)])
def test_planted_differences_lead_the_list_at_full_size(
    responses: int, odds_ratio: float, precision_wanted: float, n_planted: int
) -> None:
    precision, false_share = _planted(300, responses, odds_ratio, n_planted)
    print(f"{responses} responses, odds ratio {odds_ratio}, {n_planted} planted: {precision:.2f}, {false_share:.3f}")
    assert precision >= precision_wanted
    assert false_share <= 0.15

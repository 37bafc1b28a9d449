"""In a young agency's first years: in how many more quarters a window can first be whole (CONTRACTS 2.11)."""

from analytics.lattice import YEAR_LENGTHS, quarter_name, quarter_number
from analytics.tables import WindowCode
from surveyapp.languages import ngettext
from surveyapp.reports import queries
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.populations import POPULATION
from surveyapp.reports.wording import period_words


def first_whole(first: str, window: WindowCode) -> str:
    """The quarter with which a window is first whole, counting from the first quarter with answers.

    Rolling 12 months end with any quarter, financial years with January to March.
    """
    start = quarter_number(first)
    if window is WindowCode.TWELVE_MONTHS:
        return quarter_name(start + 3)
    last = start + 4 * YEAR_LENGTHS[window] - 1
    while last % 4:
        last += 1
    return quarter_name(last)


def quarters_to_wait(reading: Reading, window: WindowCode) -> int:
    """Quarters from this release to the first with the whole window; 0 when it is whole, or not counted in quarters."""
    as_of = reading.release.as_of
    held = [period for period in queries.counts_of(reading.session, reading.release, POPULATION) if "Q" in period]
    if "Q" not in as_of or not held or window not in (WindowCode.TWELVE_MONTHS, *YEAR_LENGTHS):
        return 0
    return max(0, quarter_number(first_whole(held[0], window)) - quarter_number(as_of))


def waiting_words(reading: Reading, window: WindowCode) -> str:
    """When there will be something to see; nothing when time is not what is missing."""
    wait = quarters_to_wait(reading, window)
    if not wait:
        return ""
    language = reading.language
    quarter = quarter_name(quarter_number(reading.release.as_of) + wait)
    return ngettext(
        "There are too few quarters yet. You can read this in %(n)s more quarter, with the release for %(period)s.",
        "There are too few quarters yet. You can read this in %(n)s more quarters, with the release for %(period)s.",
        wait,
        language,
        period=period_words(quarter, language),
    )

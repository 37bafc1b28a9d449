"""Every check of a written definition: words, questions, conditions, piping, reachable pages."""

from collections.abc import Iterator

from surveyapp.engine.checks.conditions import condition_faults
from surveyapp.engine.checks.piping import piping_faults
from surveyapp.engine.checks.questions import question_faults
from surveyapp.engine.checks.reachability import reachability_faults
from surveyapp.engine.checks.whole import whole_faults
from surveyapp.engine.checks.words import word_faults
from surveyapp.engine.faults import Fault
from surveyapp.engine.outline import Outline


def all_faults(found: Outline) -> list[Fault]:
    """Every fault of the definition and of what it includes, in the order of the files."""
    faults = {*found.faults, *_checked(found)}
    if not any(fault for fault in condition_faults(found)):
        faults |= set(reachability_faults(found))
    return sorted(faults)


def _checked(found: Outline) -> Iterator[Fault]:
    yield from word_faults(found)
    yield from whole_faults(found)
    yield from question_faults(found)
    yield from condition_faults(found)
    yield from piping_faults(found)

"""Every check of a written definition: words, questions, conditions, piping, reachable pages."""

from collections.abc import Iterator

from surveyapp.engine.checks.conditions import condition_faults
from surveyapp.engine.checks.piping import piping_faults
from surveyapp.engine.checks.questions import question_faults
from surveyapp.engine.checks.reachability import reachability_faults
from surveyapp.engine.checks.whole import reason_faults, whole_faults
from surveyapp.engine.checks.words import word_faults, word_faults_in
from surveyapp.engine.faults import DefinitionFaulty, Fault
from surveyapp.engine.outline import Outline, outline
from surveyapp.engine.shapes import shaped
from surveyapp.engine.sources import Shelf, Source
from surveyapp.engine.written import WrittenReasonList, WrittenSection


def faults_of(source: Source, shelf: Shelf) -> list[Fault]:
    """Every fault of a file: a questionnaire, a reason list or a shared section."""
    if "reason_list" in source.data:
        reasons, faults = shaped(source, WrittenReasonList)
        words = word_faults_in(source, reasons.languages)
        return sorted({*faults, *words, *reason_faults(reasons, source)})
    if "section" in source.data:
        # its conditions are checked where its pages are included
        _, faults = shaped(source, WrittenSection)
        return sorted({*faults, *word_faults_in(source, ["en", "cy"])})
    try:
        return all_faults(outline(source, shelf))
    except DefinitionFaulty as error:
        # too far from the format for the other checks; its words can still be read
        return sorted({*error.faults, *word_faults_in(source, ["en", "cy"])})


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

"""Two versions of a questionnaire compared: what changed, and which numbers may be set side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.engine.definition import Definition, Option, Page, Question


class Comparability(StrEnum):
    """Whether a question's figures from both versions may be set side by side."""

    COMPARABLE = "comparable"
    WITH_CARE = "with_care"
    NOT_COMPARABLE = "not_comparable"


_WORSE = list(Comparability)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, said in a sentence, and what it does to the question's figures."""

    question: str
    what: str
    comparability: Comparability


@dataclass(frozen=True)
class VersionComparison:
    """Every change, and for each question of either version how far its figures can be compared."""

    changes: tuple[Change, ...]
    questions: dict[str, Comparability]

    @property
    def comparable(self) -> tuple[str, ...]:
        return tuple(code for code, how in self.questions.items() if how is Comparability.COMPARABLE)


def compare_versions(old: Definition, new: Definition) -> VersionComparison:
    """What changed from the old version to the new. Both must be of the same questionnaire, or share its questions."""
    changes: list[Change] = []
    questions = {code: Comparability.COMPARABLE for code in {**old.questions, **new.questions}}
    for code in questions:
        for change in _changes_of(code, old, new):
            changes.append(change)
            questions[code] = max(questions[code], change.comparability, key=_WORSE.index)
    return VersionComparison(tuple(changes), questions)


def _changes_of(code: str, old: Definition, new: Definition) -> Iterator[Change]:
    before, after = old.questions.get(code), new.questions.get(code)
    if before is None:
        yield Change(code, "The question is new.", Comparability.NOT_COMPARABLE)
    elif after is None:
        yield Change(code, "The question is no longer asked.", Comparability.NOT_COMPARABLE)
    else:
        yield from _question_changes(before, after)
        yield from _base_changes(before, after, old, new)


def _question_changes(before: Question, after: Question) -> Iterator[Change]:
    code = before.code
    if before.type != after.type:
        what = f"The type changed from {before.type} to {after.type}."
        yield Change(code, what, Comparability.NOT_COMPARABLE)
        return
    if before.text != after.text or before.hint != after.hint:
        languages = [one for one in after.text if before.text.get(one) != after.text[one]]
        what = f"The wording changed in {', '.join(languages)}." if languages else "The hint changed."
        yield Change(code, what, Comparability.WITH_CARE)
    yield from _option_changes(before, after)
    yield from _row_changes(before, after)
    if (before.minimum, before.maximum, before.pick) != (after.minimum, after.maximum, after.pick):
        yield Change(code, "The limits of the answer changed.", Comparability.WITH_CARE)
    if (before.low, before.high, before.unit) != (after.low, after.high, after.unit):
        yield Change(code, "The words at the ends of the scale, or the unit, changed.", Comparability.WITH_CARE)


def _option_changes(before: Question, after: Question) -> Iterator[Change]:
    code, was, now = before.code, before.option_by_code, after.option_by_code
    added, removed = [one for one in now if one not in was], [one for one in was if one not in now]
    # ticks are counted option by option; in one choice, and on a scale, each option bears on every other
    free = before.type == "multiple_choice"
    for name, codes in (("added", added), ("removed", removed)):
        if codes:
            what = f"Options {name}: {', '.join(codes)}."
            what += " Compare only the options that both offered." if free else ""
            yield Change(code, what, Comparability.WITH_CARE if free else Comparability.NOT_COMPARABLE)
    reworded = [one for one in now if one in was and _words(was[one]) != _words(now[one])]
    if reworded:
        yield Change(code, f"Options reworded: {', '.join(reworded)}.", Comparability.WITH_CARE)
    rescored = [one for one in now if one in was and was[one].score != now[one].score]
    if rescored:
        yield Change(code, f"Options count differently: {', '.join(rescored)}.", Comparability.NOT_COMPARABLE)
    if not (added or removed) and list(was) != list(now):
        yield Change(code, "The options stand in another order.", Comparability.WITH_CARE)


def _words(option: Option) -> tuple[object, object]:
    return option.text, option.hint


def _row_changes(before: Question, after: Question) -> Iterator[Change]:
    was, now = {row.code: row for row in before.rows}, {row.code: row for row in after.rows}
    added, removed = [one for one in now if one not in was], [one for one in was if one not in now]
    for name, codes in (("added", added), ("removed", removed)):
        if codes:
            what = f"Statements {name}: {', '.join(codes)}. The others stay comparable."
            yield Change(before.code, what, Comparability.WITH_CARE)
    reworded = [one for one in now if one in was and was[one].text != now[one].text]
    if reworded:
        yield Change(before.code, f"Statements reworded: {', '.join(reworded)}.", Comparability.WITH_CARE)


def _base_changes(before: Question, after: Question, old: Definition, new: Definition) -> Iterator[Change]:
    if _asked_if(before, old) != _asked_if(after, new):
        yield Change(before.code, "It is now asked of other people: its base changed.", Comparability.NOT_COMPARABLE)
    if before.choose_among != after.choose_among or before.prefer_not_to_say != after.prefer_not_to_say:
        yield Change(before.code, "The answers on offer changed.", Comparability.WITH_CARE)
    if before.locked and not after.locked:
        yield Change(before.code, "It is no longer a national question.", Comparability.COMPARABLE)


def _asked_if(question: Question, definition: Definition) -> tuple[object, object, object]:
    page: Page = definition.pages[question.page]
    return definition.part_by_code[page.part].show_if, page.show_if, question.show_if

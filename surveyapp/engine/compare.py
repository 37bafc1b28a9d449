"""Two versions of a questionnaire compared: what changed, and which numbers may be set side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.engine.definition import Definition, Option, Page, Question
from surveyapp.engine.faults import N_


class Comparability(StrEnum):
    """Whether a question's figures from both versions may be set side by side."""

    COMPARABLE = "comparable"
    WITH_CARE = "with_care"
    NOT_COMPARABLE = "not_comparable"


_WORSE = list(Comparability)
_WORDING = {
    (): N_("The hint changed."),
    ("en",): N_("The wording changed in English."),
    ("cy",): N_("The wording changed in Welsh."),
}
_ADDED_TO_TICKS = N_("Options added: %(codes)s. Compare only the options that both offered.")
_REMOVED_FROM_TICKS = N_("Options removed: %(codes)s. Compare only the options that both offered.")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, as a text with its values, and what it does to the question's figures."""

    question: str
    text: str
    comparability: Comparability
    given: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> dict[str, str]:
        return dict(self.given)

    @property
    def what(self) -> str:
        """The difference, in English."""
        return self.text % self.values if self.given else self.text


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
        yield Change(code, N_("The question is new."), Comparability.NOT_COMPARABLE)
    elif after is None:
        yield Change(code, N_("The question is no longer asked."), Comparability.NOT_COMPARABLE)
    else:
        yield from _question_changes(before, after)
        yield from _base_changes(before, after, old, new)


def _question_changes(before: Question, after: Question) -> Iterator[Change]:
    code = before.code
    if before.type != after.type:
        types = (("before", before.type), ("after", after.type))
        text = N_("The type changed from %(before)s to %(after)s.")
        yield Change(code, text, Comparability.NOT_COMPARABLE, types)
        return
    if before.text != after.text or before.hint != after.hint:
        languages = tuple(one for one in after.text if before.text.get(one) != after.text[one])
        text = _WORDING.get(languages, N_("The wording changed in more than one language."))
        yield Change(code, text, Comparability.WITH_CARE)
    yield from _option_changes(before, after)
    yield from _row_changes(before, after)
    if (before.minimum, before.maximum, before.pick) != (after.minimum, after.maximum, after.pick):
        yield Change(code, N_("The limits of the answer changed."), Comparability.WITH_CARE)
    if (before.low, before.high, before.unit) != (after.low, after.high, after.unit):
        text = N_("The words at the ends of the scale, or the unit, changed.")
        yield Change(code, text, Comparability.WITH_CARE)


def _option_changes(before: Question, after: Question) -> Iterator[Change]:
    code, was, now = before.code, before.option_by_code, after.option_by_code
    added, removed = [one for one in now if one not in was], [one for one in was if one not in now]
    # ticks are counted option by option; in one choice, and on a scale, each option bears on every other
    free = before.type == "multiple_choice"
    comparability = Comparability.WITH_CARE if free else Comparability.NOT_COMPARABLE
    if added:
        text = _ADDED_TO_TICKS if free else N_("Options added: %(codes)s.")
        yield Change(code, text, comparability, _listed(added))
    if removed:
        text = _REMOVED_FROM_TICKS if free else N_("Options removed: %(codes)s.")
        yield Change(code, text, comparability, _listed(removed))
    reworded = [one for one in now if one in was and _words(was[one]) != _words(now[one])]
    if reworded:
        yield Change(code, N_("Options reworded: %(codes)s."), Comparability.WITH_CARE, _listed(reworded))
    rescored = [one for one in now if one in was and was[one].score != now[one].score]
    if rescored:
        text = N_("Options count differently: %(codes)s.")
        yield Change(code, text, Comparability.NOT_COMPARABLE, _listed(rescored))
    if not (added or removed) and list(was) != list(now):
        yield Change(code, N_("The options stand in another order."), Comparability.WITH_CARE)


def _listed(codes: list[str]) -> tuple[tuple[str, str], ...]:
    return (("codes", ", ".join(codes)),)


def _words(option: Option) -> tuple[object, object]:
    return option.text, option.hint


def _row_changes(before: Question, after: Question) -> Iterator[Change]:
    was, now = {row.code: row for row in before.rows}, {row.code: row for row in after.rows}
    added, removed = [one for one in now if one not in was], [one for one in was if one not in now]
    if added:
        text = N_("Statements added: %(codes)s. The others stay comparable.")
        yield Change(before.code, text, Comparability.WITH_CARE, _listed(added))
    if removed:
        text = N_("Statements removed: %(codes)s. The others stay comparable.")
        yield Change(before.code, text, Comparability.WITH_CARE, _listed(removed))
    reworded = [one for one in now if one in was and was[one].text != now[one].text]
    if reworded:
        text = N_("Statements reworded: %(codes)s.")
        yield Change(before.code, text, Comparability.WITH_CARE, _listed(reworded))


def _base_changes(before: Question, after: Question, old: Definition, new: Definition) -> Iterator[Change]:
    if _asked_if(before, old) != _asked_if(after, new):
        text = N_("It is now asked of other people: its base changed.")
        yield Change(before.code, text, Comparability.NOT_COMPARABLE)
    if before.choose_among != after.choose_among or before.prefer_not_to_say != after.prefer_not_to_say:
        yield Change(before.code, N_("The answers on offer changed."), Comparability.WITH_CARE)
    if before.locked and not after.locked:
        yield Change(before.code, N_("It is no longer a national question."), Comparability.COMPARABLE)


def _asked_if(question: Question, definition: Definition) -> tuple[object, object, object]:
    page: Page = definition.pages[question.page]
    return definition.part_by_code[page.part].show_if, page.show_if, question.show_if

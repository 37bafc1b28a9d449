"""The outline of a written definition turned into the frozen, compiled `Definition`."""

import hashlib
from collections.abc import Iterable, Iterator

from surveyapp.engine.definition import (
    Definition,
    Fill,
    Help,
    Option,
    Page,
    Part,
    Question,
    Reason,
    ReasonList,
    Row,
)
from surveyapp.engine.outline import Outline
from surveyapp.engine.placeholders import names_in
from surveyapp.engine.rules import All, Comparison, Condition, Not, Some, Test, Value, compile_condition
from surveyapp.engine.written import (
    WrittenCondition,
    WrittenFill,
    WrittenOption,
    WrittenPage,
    WrittenQuestion,
    WrittenReasonList,
)

OFFERS_PREFER_NOT = frozenset({"single_choice", "multiple_choice"})
LENGTHS = {"short_text": 200, "long_text": 4000}


def assemble(found: Outline) -> Definition:
    """The definition; call it only when the checks found no fault."""
    written = found.written
    parts = tuple(
        Part(
            code=part.code,
            title=part.title,
            progress=part.progress,
            pages=tuple(_page(found, placed.page, part.code) for placed in pages),
            separate=part.separate,
            show_if=condition(part.show_if),
            shown=_test(part.show_if),
        )
        for part, _, pages in found.parts()
    )
    return Definition(
        questionnaire=written.questionnaire,
        version=written.version,
        kind=written.kind,
        languages=tuple(written.languages),
        title=written.title,
        minutes=written.minutes,
        parts=parts,
        fills={name: _fill(name, fill) for name, fill in written.fills.items()},
        reasons=_reason_list(found) if found.reasons else None,
        sha256=_joint_hash([found.source.sha256, *(one.sha256 for one in found.files.values())]),
        includes=tuple(found.files),
    )


def _joint_hash(hashes: Iterable[str]) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def _page(found: Outline, page: WrittenPage, part: str) -> Page:
    return Page(
        code=page.code,
        title=page.title,
        part=part,
        questions=tuple(_question(found, question, page.code) for question in page.questions),
        intro=page.intro,
        help=tuple(Help(one.text, one.phone, one.url) for one in page.help or ()),
        show_if=condition(page.show_if),
        shown=_test(page.show_if),
        fills=tuple(sorted(names_in(page.title) | names_in(page.intro))),
    )


def _question(found: Outline, question: WrittenQuestion, page: str) -> Question:
    offered = question.prefer_not_to_say
    return Question(
        code=question.code,
        type=question.type,
        text=question.text,
        page=page,
        hint=question.hint,
        show_if=condition(question.show_if),
        shown=_test(question.show_if),
        purpose=question.purpose,
        locked=question.locked,
        required=question.required,
        prefer_not_to_say=question.type in OFFERS_PREFER_NOT if offered is None else offered,
        options=tuple(_option(option) for option in options_of(found, question)),
        choose_among=question.choose_among,
        default=question.default,
        rows=tuple(Row(row.code, row.text) for row in question.rows or ()),
        low=question.low,
        high=question.high,
        pick=question.pick or 3,
        minimum=question.min,
        maximum=question.max,
        decimals=question.decimals or 0,
        unit=question.unit,
        max_length=question.max_length or LENGTHS.get(question.type, 0),
        fills=tuple(sorted(names_in(question.text) | names_in(question.hint))),
    )


def options_of(found: Outline, question: WrittenQuestion) -> list[WrittenOption]:
    """The options a question offers: its list, then its own; those of the earlier question it chooses among."""
    if question.choose_among:
        source = next((q for page in found.pages for q, _ in page.questions() if q.code == question.choose_among), None)
        return [one for one in options_of(found, source) if not one.exclusive] if source else []
    listed: list[WrittenOption] = []
    if question.list_ == "reasons":
        listed = found.reason_options()
    elif question.list_:
        listed = found.lists.get(question.list_, [])
    return [*listed, *(question.options or [])]


def _option(written: WrittenOption) -> Option:
    return Option(
        code=written.code,
        text=written.text,
        hint=written.hint,
        fill=written.fill,
        exclusive=written.exclusive,
        other=written.other,
        score=written.score,
    )


def _fill(name: str, fill: WrittenFill) -> Fill:
    return Fill(name, fill.if_blank, fill.question, fill.case, dict(fill.plural) if fill.plural else None)


def _reason_list(found: Outline) -> ReasonList:
    written = found.reasons
    assert isinstance(written, WrittenReasonList)
    reference = f"{written.reason_list}/{written.version}"
    return ReasonList(
        reference=reference,
        groups={group.code: group.text for group in written.groups},
        reasons=tuple(
            Reason(
                code=one.code,
                text=one.text,
                group=one.group,
                kind=one.kind,
                sensitive=one.sensitive,
                other=one.other,
                hint=one.hint,
                fill=one.fill,
                report=one.report,
                civil_service=tuple(one.civil_service),
            )
            for one in written.reasons
        ),
        sha256=found.files[reference].sha256,
    )


def condition(written: WrittenCondition | None) -> Condition | None:
    """The written condition as rules; its shape has been checked."""
    if written is None:
        return None
    if written.all is not None:
        return All(tuple(_inner(written.all)))
    if written.any is not None:
        return Some(tuple(_inner(written.any)))
    if written.not_ is not None:
        return Not(next(_inner([written.not_])))
    return Comparison(
        subject=written.question or written.case or "",
        op=written.op or "answered",
        value=_value(written.value),
        row=written.row,
        of_case=written.case is not None,
    )


def _inner(written: list[WrittenCondition]) -> Iterator[Condition]:
    for one in written:
        rule = condition(one)
        if rule is not None:
            yield rule


def _value(value: object) -> Value:
    if value is None:
        return None
    return tuple(str(one) for one in value) if isinstance(value, list) else str(value)


def _test(written: WrittenCondition | None) -> Test | None:
    rule = condition(written)
    return compile_condition(rule) if rule is not None else None

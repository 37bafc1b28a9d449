"""The mapping of an outside survey: a YAML file that says what each column means. MAPPINGS.md tells how."""

import hashlib
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from surveyapp.outside import fault_texts as t
from surveyapp.outside.faults import Fault, MappingFaulty

LABEL = "label"
OWN = "own"
LONGEST_CODE = 40
AGENCY_CODE = r"^[a-z0-9][a-z0-9_-]*$"


class MappingRule(ValueError):
    """What a part of a mapping says does not hold together; a text of `fault_texts` and its values."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text, self.values = text, values


class Part(BaseModel):
    """A part of a mapping: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _column_alone(given: Any) -> Any:
    """`area: Institute` is short for `area: {column: Institute}`."""
    return {"column": given} if isinstance(given, str) else given


class Place(Part):
    """Where a row's Area or job role stands, or the one `value` of every row; `blank` is the name for empty cells."""

    column: str = ""
    value: str = ""
    blank: str = "Not stated"
    codes: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_of_both(self) -> "Place":
        if bool(self.column) == bool(self.value):
            raise MappingRule(t.COLUMN_OR_VALUE)
        return self


class LeavingType(Part):
    """Which cells mean a resignation; every other is not one. With `other` listed, anything else is a fault."""

    column: str = ""
    value: Literal["", "resignation", "other"] = ""
    resignation: list[str] = []
    other: list[str] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> "LeavingType":
        if bool(self.column) == bool(self.value):
            raise MappingRule(t.COLUMN_OR_VALUE)
        if self.column and not self.resignation:
            raise MappingRule(t.WHICH_RESIGNATION)
        return self


class DateField(Part):
    """When somebody left. `order` must be said for dates like 03/04/2012; it is never guessed."""

    column: str
    precision: Literal["year", "quarter", "month"]
    order: Literal["dmy", "mdy"] | None = None


class Tenure(Part):
    """Which cells belong to which tenure band (lt2, 2to4, 5to9, 10plus, not_known); empty cells are not_known."""

    column: str
    bands: dict[Literal["lt2", "2to4", "5to9", "10plus", "not_known"], list[str]]


class Fields(Part):
    """What is known of the person."""

    area: Annotated[Place, BeforeValidator(_column_alone)]
    role: Annotated[Place, BeforeValidator(_column_alone)]
    leaving_type: LeavingType
    date: DateField | None = None
    tenure: Tenure | None = None


class TickColumn(Part):
    """One reason with a column of its own; without a name the heading is its name."""

    column: str
    name: str = ""
    code: str = ""


class Reasons(Part):
    """The reasons: one column each (`tick_columns`), or cells that name them (`multi_column`, one or several).

    A cell of `skipped` was not answered; one of `not_ticked` was answered without this reason. Somebody all of whose
    cells are skipped is not in the base.
    """

    tick_columns: list[Annotated[TickColumn, BeforeValidator(_column_alone)]] = []
    multi_column: Annotated[list[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)] = []
    name_columns: list[str] = []
    separator: str = ""
    ticked: list[str] = []
    not_ticked: list[str] = []
    skipped: list[str] = []
    codes: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_way(self) -> "Reasons":
        if bool(self.tick_columns) == bool(self.multi_column):
            raise MappingRule(t.ONE_WAY_OF_REASONS)
        if self.tick_columns and not self.ticked:
            raise MappingRule(t.WHICH_TICKED)
        if self.name_columns and len(self.name_columns) != len(self.multi_column):
            raise MappingRule(t.NAME_COLUMNS)
        if both := (set(self.not_ticked) & set(self.skipped)) | (set(self.ticked) & {*self.not_ticked, *self.skipped}):
            raise MappingRule(t.IN_TWO_LISTS, cells=", ".join(sorted(both)))
        return self


class Check(Part):
    """A column that figures do not use but whose cells are to be whole numbers between two bounds."""

    column: str
    least: int
    most: int


class Mapping(Part):
    """What the columns of one outside survey mean."""

    agency: str = Field(min_length=1, max_length=LONGEST_CODE, pattern=AGENCY_CODE)
    agency_name: str = ""
    source: str = Field(min_length=1, max_length=120)
    questionnaire: str = OWN
    encoding: Literal["auto", "utf-8", "cp1252", "ascii", "utf-16"] = "auto"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    header_row: int = Field(default=1, ge=1, le=50)
    count_column: str = ""
    fields: Fields
    reasons: Reasons
    main_reason: str = ""
    sensitive: list[str] = []
    recode: dict[Literal["area", "role", "leaving_type", "tenure", "reason", "main_reason"], dict[str, list[str]]] = {}
    checks: list[Check] = []

    @property
    def sha256(self) -> str:
        """Equal for mappings that mean the same, whatever their comments and line breaks."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def has_own_reasons(self) -> bool:
        """Whether the survey's reasons are a list of their own, not that of one of our questionnaires."""
        return self.questionnaire == OWN

    def for_agency(self, code: str) -> "Mapping":
        """The same mapping for another agency. Errors: MappingFaulty."""
        if not re.fullmatch(AGENCY_CODE, code) or len(code) > LONGEST_CODE:
            raise MappingFaulty([Fault(0, "agency", code, t.AGENCY_CODE)])
        return self.model_copy(update={"agency": code})

    def columns(self) -> list[str]:
        """Every column the mapping reads for a figure."""
        fields = self.fields
        named = [fields.area.column, fields.role.column, fields.leaving_type.column, self.count_column]
        named += [fields.date.column if fields.date else "", fields.tenure.column if fields.tenure else ""]
        named += [one.column for one in self.reasons.tick_columns] + self.reasons.multi_column
        return [name for name in (*named, *self.reasons.name_columns, self.main_reason) if name]


def read_mapping(text: str) -> Mapping:
    """The mapping written in this YAML; every cell value in it is text. Errors: MappingFaulty with line and remedy."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        given = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar stays text: Yes is no truth value here
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise MappingFaulty([Fault(mark.line + 1 if mark else 1, "", "", t.NO_YAML)]) from error
    if not isinstance(node, yaml.MappingNode):
        raise MappingFaulty([Fault(1, "", "", t.KEYS_AND_VALUES)])
    if twice := list(_keys_twice(node)):
        raise MappingFaulty(twice)
    try:
        return Mapping.model_validate(given)
    except ValidationError as error:
        raise MappingFaulty([_fault(node, one) for one in error.errors()]) from error


def _keys_twice(node: yaml.Node) -> Iterable[Fault]:
    """Keys that stand twice in one place: YAML would silently take the last."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_twice(item)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield Fault(key.start_mark.line + 1, key.value, key.value, t.KEY_TWICE)
            seen.add(key.value)
            yield from _keys_twice(value)


REMEDIES = {
    "missing": t.KEY_MISSING,
    "extra_forbidden": t.KEY_UNKNOWN,
    "literal_error": t.ONE_OF,
    "int_parsing": t.A_NUMBER,
    "int_type": t.A_NUMBER,
    "greater_than_equal": t.AT_LEAST,
    "less_than_equal": t.AT_MOST,
    "string_type": t.A_TEXT,
    "string_pattern_mismatch": t.AGENCY_CODE,
    "string_too_short": t.NOT_EMPTY,
    "string_too_long": t.TOO_LONG,
    "list_type": t.A_LIST,
    "dict_type": t.KEYS_HERE,
    "model_type": t.KEYS_HERE,
}
SAYS_ALL = ("missing", "extra_forbidden")  # of these, what was read adds nothing


def _fault(root: yaml.Node, error: ErrorDetails) -> Fault:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    rule = context.get("error")
    if isinstance(rule, MappingRule):
        wanted, values = rule.text, rule.values
    else:
        wanted, values = REMEDIES.get(kind, t.DOES_NOT_FIT), _values(context)
    read = given if isinstance(given, str) and kind not in SAYS_ALL else ""
    return Fault(_line(root, error["loc"]), ".".join(map(str, error["loc"])), read, wanted, values)


def _values(context: dict[str, Any]) -> dict[str, object]:
    """The bounds and choices that pydantic names, by the names that the texts use."""
    most = context.get("le", context.get("max_length"))
    return {"choices": context.get("expected"), "least": context.get("ge"), "most": most}


def _line(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line of the innermost part of the mapping that a place names."""
    line = node.start_mark.line + 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line

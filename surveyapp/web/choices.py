"""Radios, checkboxes, selects and date boxes in the design system's markup, as plain functions like `web.fields`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from surveyapp.web.fields import Frame, Text, attributes, error_of, framed, group, hint_of
from surveyapp.web.language import gettext as _


@dataclass(frozen=True)
class Choice:
    """One option of radios, checkboxes or a select."""

    value: str
    text: Text
    hint: Text = ""
    checked: bool = False
    exclusive: bool = False  # "none of these": choosing it clears the others
    divider: Text = ""  # a word such as "or" above this option
    revealed: Markup = field(default_factory=Markup)  # shown below the option while it is chosen


def radios(frame: Frame, choices: Sequence[Choice], *, inline: bool = False, small: bool = False) -> Markup:
    return _fieldset(frame, _options(frame, choices, "radio", inline, small))


def checkboxes(frame: Frame, choices: Sequence[Choice], *, small: bool = False) -> Markup:
    return _fieldset(frame, _options(frame, choices, "checkbox", False, small))


def one_checkbox(frame: Frame, *, checked: bool, value: str = "y") -> Markup:
    """A single yes, such as "Show closed cases": the label stands beside the box, without a legend."""
    only = Choice(value, frame.label, frame.hint, checked)
    options = _options(Frame(frame.name, "", error=frame.error, id=frame.id), [only], "checkbox", False, False)
    return group(frame, error_of(frame) + options)


def _options(frame: Frame, choices: Sequence[Choice], kind: str, inline: bool, small: bool) -> str:
    block = "radios" if kind == "radio" else "checkboxes"
    classes = f"govuk-{block}{f' govuk-{block}--inline' * inline}{f' govuk-{block}--small' * small}"
    items = "".join(_option(frame, choice, i, kind, block) for i, choice in enumerate(choices))
    # The design system's own script is only needed to reveal a field or to clear the others.
    lively = any(choice.revealed or choice.exclusive for choice in choices)
    return f'<div class="{classes}"{attributes(data_module=f"govuk-{block}" if lively else None)}>{items}</div>'


def _option(frame: Frame, choice: Choice, position: int, kind: str, block: str) -> str:
    # The first option carries the field's own id, so that the error summary's link lands on it.
    own_id = frame.input_id if position == 0 else f"{frame.input_id}-{position + 1}"
    marked = attributes(
        class_=f"govuk-{block}__input",
        id=own_id,
        name=frame.name,
        type=kind,
        value=choice.value,
        checked=choice.checked,
        data_behaviour="exclusive" if choice.exclusive and kind == "checkbox" else None,
        data_aria_controls=f"{own_id}-revealed" if choice.revealed else None,
        aria_describedby=f"{own_id}-item-hint" if choice.hint else None,
    )
    label = f'<label class="govuk-label govuk-{block}__label" for="{escape(own_id)}">{escape(choice.text)}</label>'
    divider = f'<div class="govuk-{block}__divider">{escape(choice.divider)}</div>' if choice.divider else ""
    item = f'<div class="govuk-{block}__item"><input{marked}>{label}{_item_hint(choice, own_id, block)}</div>'
    return f"{divider}{item}{_revealed(choice, own_id, block)}"


def _item_hint(choice: Choice, own_id: str, block: str) -> str:
    if not choice.hint:
        return ""
    return f'<div id="{escape(own_id)}-item-hint" class="govuk-hint govuk-{block}__hint">{escape(choice.hint)}</div>'


def _revealed(choice: Choice, own_id: str, block: str) -> str:
    if not choice.revealed:
        return ""
    hidden = "" if choice.checked else f" govuk-{block}__conditional--hidden"
    return f'<div class="govuk-{block}__conditional{hidden}" id="{escape(own_id)}-revealed">{choice.revealed}</div>'


def select(frame: Frame, choices: Sequence[Choice]) -> Markup:
    options = "".join(
        f"<option{attributes(value=choice.value, selected=choice.checked)}>{escape(choice.text)}</option>"
        for choice in choices
    )
    marked = attributes(
        class_=f"govuk-select{' govuk-select--error' if frame.error else ''}",
        id=frame.input_id,
        name=frame.name,
        aria_describedby=frame.described_by,
    )
    return framed(frame, f"<select{marked}>{options}</select>")


def date_input(frame: Frame, typed: dict[str, str], *, parts: Sequence[str] = ("day", "month", "year")) -> Markup:
    """Boxes named `<name>-day`, `<name>-month`, `<name>-year`; `parts` without the day asks for a month."""
    names = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    boxes = "".join(_date_box(frame, part, names[part], typed.get(part, "")) for part in parts)
    return _fieldset(frame, f'<div class="govuk-date-input" id="{escape(frame.input_id)}">{boxes}</div>', role="group")


def _date_box(frame: Frame, part: str, label: str, typed: str) -> str:
    own_id = f"{frame.input_id}-{part}"
    width = f"govuk-input--width-{4 if part == 'year' else 2}"
    marked = attributes(
        class_=f"govuk-input govuk-date-input__input {width}{' govuk-input--error' if frame.error else ''}",
        id=own_id,
        name=f"{frame.name}-{part}",
        type="text",
        value=typed or None,
        inputmode="numeric",
    )
    words = f'<label class="govuk-label govuk-date-input__label" for="{escape(own_id)}">{escape(label)}</label>'
    return f'<div class="govuk-date-input__item"><div class="govuk-form-group">{words}<input{marked}></div></div>'


def _fieldset(frame: Frame, inside: str, role: str | None = None) -> Markup:
    size = f" govuk-fieldset__legend--{frame.label_size}" if frame.label_size else ""
    words = f'<h1 class="govuk-fieldset__heading">{frame.label_text}</h1>' if frame.heading else frame.label_text
    legend = f'<legend class="govuk-fieldset__legend{size}">{words}</legend>'
    marked = attributes(class_="govuk-fieldset", role=role, aria_describedby=frame.described_by)
    return group(frame, f"<fieldset{marked}>{legend}{hint_of(frame)}{error_of(frame)}{inside}</fieldset>")

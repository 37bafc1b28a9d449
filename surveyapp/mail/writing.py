"""Writing a message from a wording: one plain source per language becomes a subject, a plain text and an HTML part.

A wording is text: its first line `Subject: ...`, then blocks with empty lines between. `{name}` stands for a value,
`[[Begin]]` alone on its line is a button that opens `{link}`, `## Text` a heading, lines that begin with `- ` a list.
Nothing in it is run: unknown names are refused when the wording is saved, and every value is escaped.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

PLACE: Final = re.compile(r"\{([a-z_]+)\}")
SUBJECT: Final = "Subject:"
FONT: Final = "font-family:Arial,Helvetica,sans-serif"
DEFAULT_COLOUR: Final = "#1d3d63"


class FaultyWording(ValueError):
    """The wording cannot be used as it stands; the message says what to change."""


@dataclass(frozen=True)
class WrittenMessage:
    """Subject, plain text and HTML of one message."""

    subject: str
    text: str
    html: str


def split(wording: str) -> tuple[str, str]:
    """A wording file as subject and body."""
    first, _newline, body = wording.strip().partition("\n")
    if not first.startswith(SUBJECT):
        raise FaultyWording("Begin with a line like “Subject: Tell us why you are leaving”.")
    return first.removeprefix(SUBJECT).strip(), body.strip()


def places_in(text: str) -> set[str]:
    """The names in curly brackets."""
    return set(PLACE.findall(text))


def check(subject: str, body: str, known: Collection[str], *, needs_button: bool) -> list[str]:
    """What is wrong with a wording, each in words (the interface texts of the settings page); empty when nothing is."""
    faults = []
    if unknown := sorted(places_in(subject + body) - set(known)):
        faults.append(f"unknown:{', '.join(unknown)}")
    if needs_button and not re.search(r"^\[\[.+\]\]$", body, re.MULTILINE):
        faults.append("button")
    if "link" in places_in(subject):
        faults.append("link in subject")
    return faults


def write(
    subject: str, body: str, values: Mapping[str, str], language: str, *, colour: str = DEFAULT_COLOUR
) -> WrittenMessage:
    """Fill in a wording; `values["link"]` is where its button leads."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", body.replace("\r\n", "\n")) if block.strip()]
    link = values.get("link", "")
    filled_subject = " ".join(_filled(subject, values).split())
    text = "\n\n".join(_as_text(block, values, link) for block in blocks) + "\n"
    html = _page(filled_subject, "".join(_as_html(block, values, link, colour) for block in blocks), language)
    return WrittenMessage(filled_subject, text, html)


def paragraphs(body: str, values: Mapping[str, str]) -> list[str]:
    """A wording's blocks as plain text, filled in: for letters, which have a layout of their own."""
    blocks = re.split(r"\n\s*\n", body.replace("\r\n", "\n"))
    return [_filled(block.strip(), values) for block in blocks if block.strip()]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def _filled_html(text: str, values: Mapping[str, str]) -> str:
    escaped = {name: escape(value) for name, value in values.items()}
    return _filled(escape(text, quote=False), escaped).replace("\n", "<br>\n")


def _button_text(block: str) -> str | None:
    return block[2:-2].strip() if block.startswith("[[") and block.endswith("]]") else None


def _as_text(block: str, values: Mapping[str, str], link: str) -> str:
    button = _button_text(block)
    if button is not None:
        return f"{_filled(button, values)}:\n{link}"
    return _filled(block.removeprefix("## "), values)


def _as_html(block: str, values: Mapping[str, str], link: str, colour: str) -> str:
    button = _button_text(block)
    if button is not None:
        style = f"{FONT};display:inline-block;padding:12px 20px;font-size:18px;font-weight:bold"
        style += f";color:#ffffff;background-color:{colour};text-decoration:none;border-radius:3px"
        shown = f'<a href="{escape(link)}" style="{style}">{_filled_html(button, values)}</a>'
        address = f'<p style="{FONT};font-size:14px;line-height:1.5">{escape(link)}</p>'
        return f'<p style="margin:24px 0">{shown}</p>\n{address}\n'
    if block.startswith("## "):
        return f'<h2 style="{FONT};font-size:19px;margin:24px 0 8px">{_filled_html(block[3:], values)}</h2>\n'
    if all(line.startswith("- ") for line in block.splitlines()):
        items = "".join(f"<li>{_filled_html(line[2:], values)}</li>" for line in block.splitlines())
        return f'<ul style="{FONT};font-size:16px;line-height:1.5">{items}</ul>\n'
    return f'<p style="{FONT};font-size:16px;line-height:1.5;margin:0 0 16px">{_filled_html(block, values)}</p>\n'


def _page(subject: str, content: str, language: str) -> str:
    """One column of 600 pixels in a table, which old mail programs need; styles inline, no pictures, nothing loaded."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(subject)}</title>\n</head>\n"
        '<body style="margin:0;padding:0;background-color:#ffffff;color:#0b0c0c">\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="left">\n'
        '<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" '
        'style="width:100%;max-width:600px"><tr><td style="padding:24px 16px">\n'
        f"{content}</td></tr></table>\n</td></tr></table>\n</body>\n</html>\n"
    )

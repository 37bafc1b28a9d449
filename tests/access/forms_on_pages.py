"""The forms of a page as a browser without JavaScript would send them: every field, its value, what may be typed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = frozenset({"text", "email", "search", "tel", "url", "password", "number"})
Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    """One form: where it goes, what its fields hold, and the names of those one types into."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    has_button: bool = False

    def filled(self, text: str) -> dict[str, list[str]]:
        """What is sent when that text is typed into every field."""
        return {**self.values, **{name: [text] for name in self.typed}}


class _Reader(HTMLParser):
    """Collects the forms; of choices the one that is chosen, else the first that says something."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select, self.options = "", list[tuple[str, bool]]()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(named.get("action", ""), named.get("method", "get").lower()))
        elif self.forms and tag == "select":
            self.select, self.options = named.get("name", ""), []
        elif self.forms and tag == "option":
            self.options.append((named.get("value", ""), "selected" in named))
        elif self.forms and tag == "button":
            self._button(named)
        elif self.forms and named.get("name"):
            {"input": self._input, "textarea": self._textarea}.get(tag, _nothing)(named)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.forms and self.select:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            said = [value for value, _is_chosen in self.options if value]
            self.forms[-1].values[self.select] = chosen[:1] if any(chosen) else said[:1]
            self.select = ""

    def _input(self, named: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], named["name"], named.get("type", "text")
        if kind in TYPED:
            form.typed.append(name)
            form.values[name] = [named.get("value", "")]
        elif kind == "file":
            form.files.append(name)
        elif kind in ("radio", "checkbox"):
            if "checked" in named or name not in form.values:
                form.values[name] = [named.get("value", "on")]
        else:
            form.values.setdefault(name, []).append(named.get("value", "on"))

    def _textarea(self, named: dict[str, str]) -> None:
        self.forms[-1].typed.append(named["name"])

    def _button(self, named: dict[str, str]) -> None:
        """The form's first button is the one that is pressed."""
        form = self.forms[-1]
        if not form.has_button and named.get("name"):
            form.values[named["name"]] = [named.get("value", "")]
        form.has_button = True


def _nothing(_named: dict[str, str]) -> None:
    """An element that sends nothing."""


def forms_on(page: str) -> list[Form]:
    """The forms of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms

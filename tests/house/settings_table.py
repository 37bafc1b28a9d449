"""The README table of settings, made from the settings themselves; `python -m tests.house.settings_table` renews it."""

from pathlib import Path

from pydantic import SecretStr

from surveyapp.config import Settings

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- settings -->\n", "<!-- /settings -->"


def settings_table() -> str:
    """One row a setting: its variable, what it is when not set, what it means."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = default.get_secret_value() if isinstance(default, SecretStr) else default
        text = "" if field.is_required() or field.default_factory or shown in ("", None) else f"`{shown}`"
        rows.append(f"| `SURVEYAPP_{name.upper()}` | {text} | {field.description} |")
    return "\n".join(rows) + "\n"


def written_table(text: str) -> str:
    """The table as the README has it."""
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


if __name__ == "__main__":
    text = README.read_text()
    README.write_text(text.replace(BEGIN + written_table(text) + END, BEGIN + settings_table() + END))

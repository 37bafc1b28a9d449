"""The filters of released tables, as the routes obey them and the document tells them; their names are the pages'."""

from collections.abc import Mapping

from surveyapp.reports.for_programs import CHOICES

MOST_DIGITS = 9


def faults_of(what: str, sent: Mapping[str, str]) -> list[dict[str, str]]:
    """What stands against these filters, by field; a filter that is sent empty is one that is not sent."""
    known = {"release", "reason", *CHOICES[what]}
    wanted = {name: f"Take it out. Filters are {', '.join(sorted(known))}." for name in sent if name not in known}
    for name, choices in CHOICES[what].items():
        if sent.get(name) and sent[name] not in choices:
            wanted[name] = f"Use one of: {', '.join(choices)}."
    if sent.get("release") and number_of(sent["release"]) is None:
        wanted["release"] = "Send the number of a signed release, or leave it out for the newest."
    return [{"field": name, "wanted": words} for name, words in wanted.items()]


def number_of(sent: str) -> int | None:
    """The release's number, None when the text is none."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= MOST_DIGITS else None

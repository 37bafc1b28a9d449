"""The address under which people reach the service, for links in messages, letters and calendars."""

_base_url = ""


class NoBaseUrl(RuntimeError):
    """The application has not said under which address it is reached."""


def use_base_url(url: str) -> None:
    """Set the process's base address; the application does this once when it starts."""
    global _base_url
    _base_url = url.rstrip("/")


def address(path: str) -> str:
    """The whole address of a path such as `/a/<token>`."""
    if not _base_url:
        raise NoBaseUrl("Set SURVEYAPP_BASE_URL.")
    return f"{_base_url}{path}"

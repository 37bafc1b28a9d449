"""What tests of operation share: another place to restore into."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresTemplate, SqliteTemplate


@pytest.fixture
def elsewhere(
    backend: str, templates: Callable[[str], SqliteTemplate | PostgresTemplate], tmp_path: Path
) -> Iterator[str]:
    """The address of another place to restore into: no file yet, or a freshly made database."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'app.sqlite'}"
    else:
        with templates(backend).copy() as address:
            yield address

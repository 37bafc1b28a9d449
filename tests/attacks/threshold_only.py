"""The positive control: releases that show every group of k or more, as dashboards with a minimum count do."""

from __future__ import annotations

from unittest.mock import patch

from analytics import rules
from tests.attacks.conftest import Published, publish
from tests.factories.agencies import Agency


def publish_by_threshold(agency: Agency) -> Published:
    """All releases of an agency with T1 as the only rule."""

    def only_t1(run: rules.Run, group: rules.Group, *_: object) -> str:
        return "T1" if rules.is_too_small(run.people_in(group), run.k) else ""

    with patch.object(rules.Run, "_refusing_rule", only_t1):
        return publish(agency)

"""Releases, and the pages, files and documents made from them.

Owns `releases`, `release_atoms` (sealed), `release_groups`, `release_rows`, `release_findings` and `frozen_counts`.
States of a release: cut > signed, or refused when its second audit fails. The cut (`cutting.py`) is the one place that
reads responses; pages, files, commands and the API read `release_rows` of signed releases through `queries.py`.
"""

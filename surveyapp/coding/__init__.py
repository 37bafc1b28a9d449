"""Redacted comments and the codes people give them.

Owns `comments`, `coding_decisions` (append-only), `released_comments`, `comment_agreement` and `known_names`. A comment
is taken in at a cut, coded by people, counted and listed by the next cut; `reports` calls `taking_in` and `counting`.
May call `responses` and the slices before it.
"""

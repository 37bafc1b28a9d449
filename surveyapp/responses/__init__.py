"""The leaver's journey, drafts, the ballot box, receipts, named answers, and the promise they were given under.

Owns `drafts`, `ballots` (waiting, sealed), `receipts`, `opened_ballots` (after the cut, re-sealed), `named_responses`,
`promises` and `promise_uses`. A confidential response is sealed on submission and has no case; only the cut opens it.
May call definitions, cases, invitations and shared ground.
"""

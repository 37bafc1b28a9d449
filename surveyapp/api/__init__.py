"""The interface for HR systems: leavers come in and their status goes out, by bearer tokens that belong to one agency.

Owns `api_tokens` and `api_requests` (idempotency keys). Calls the verbs of cases; answers never pass here.
"""

"""The interface for HR systems: leavers come in, their status and released tables go out, by tokens of one agency.

Owns `api_tokens` and `api_requests` (idempotency keys). Calls the verbs of cases; answers never pass here.
"""

"""The ledger of who was invited, and every link, letter code, letter and reminder.

Owns `invitations` (one row a case and occasion, dates only), its steps, links, letters, letter codes and requests to
change an address. States of an invitation: due > invited > begun > answered, or declined, or closed; held in between.
May call cases, definitions, the directory and shared ground. It knows that somebody answered, never what.
"""

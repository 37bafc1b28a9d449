"""The leaver's journey, drafts, the ballot box and receipts."""

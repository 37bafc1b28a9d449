"""The index of the settings, the permission policy in words, the organisation, and the audit log on screen.

Owns no table. Each slice keeps its own settings pages; this one links to them and may call every slice before it.
"""

"""Agencies, Areas, regions, job roles, role families, grades, closure days; staff accounts and their grants.

Codes are the keys everywhere: an Area is named by (agency, area). May call nothing but shared ground.
"""

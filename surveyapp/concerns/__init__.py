"""Disclosures of harm, crime or serious misconduct, seen by nominated officers only."""

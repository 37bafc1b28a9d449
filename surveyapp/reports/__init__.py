"""Releases and the pages, files and documents made from them."""

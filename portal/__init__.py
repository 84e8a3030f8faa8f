"""Mashwara: public comment on policy drafts, clause by clause."""

__version__ = "0.1.0"

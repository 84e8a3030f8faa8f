"""The tables. Importing this package makes every table known to `Base.metadata`."""

from portal.models.audit import AuditRecord
from portal.models.base import Base, table_of
from portal.models.comment import Appeal, Comment, Concern, Revision, Sketch, StatusChange, Submission
from portal.models.consultation import Clause, ClauseText, Consultation, Draft
from portal.models.job import Job
from portal.models.reviewer import DeskSession, Reviewer, SignInLink
from portal.models.sheet import Answer, Sheet
from portal.models.theme import Theme, ThemeMember, ThemeRun

__all__ = [
    "Answer",
    "Appeal",
    "AuditRecord",
    "Base",
    "Clause",
    "ClauseText",
    "Comment",
    "Concern",
    "Consultation",
    "DeskSession",
    "Draft",
    "Job",
    "Reviewer",
    "Revision",
    "Sheet",
    "SignInLink",
    "Sketch",
    "StatusChange",
    "Submission",
    "Theme",
    "ThemeMember",
    "ThemeRun",
    "table_of",
]

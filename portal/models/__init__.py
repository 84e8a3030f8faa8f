"""The tables. Importing this package makes every table known to `Base.metadata`."""

from portal.models.audit import AuditRecord
from portal.models.base import Base, table_of
from portal.models.comment import Appeal, Comment, Concern, Revision, Sketch, StatusChange, Submission
from portal.models.consultation import Clause, ClauseText, Consultation, Draft, Extension
from portal.models.desk import (
    Assignment,
    Note,
    Original,
    Reading,
    Redaction,
    SavedSearch,
    SecondLook,
    SynonymGroup,
    Tag,
    Tagging,
)
from portal.models.job import Job
from portal.models.reviewer import (
    DeskSession,
    KnownDevice,
    RecoveryCode,
    Reviewer,
    ReviewerAccess,
    SignInFailure,
    SignInLink,
)
from portal.models.sheet import Answer, Sheet
from portal.models.theme import Theme, ThemeMember, ThemeRun

__all__ = [
    "Answer",
    "Appeal",
    "Assignment",
    "AuditRecord",
    "Base",
    "Clause",
    "ClauseText",
    "Comment",
    "Concern",
    "Consultation",
    "DeskSession",
    "Draft",
    "Extension",
    "Job",
    "KnownDevice",
    "Note",
    "Original",
    "Reading",
    "RecoveryCode",
    "Redaction",
    "Reviewer",
    "ReviewerAccess",
    "Revision",
    "SavedSearch",
    "SecondLook",
    "Sheet",
    "SignInFailure",
    "SignInLink",
    "Sketch",
    "StatusChange",
    "Submission",
    "SynonymGroup",
    "Tag",
    "Tagging",
    "Theme",
    "ThemeMember",
    "ThemeRun",
    "table_of",
]

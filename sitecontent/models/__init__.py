"""The tables: drafts that reviewers edit, and the review state that only `sitecontent.review` writes."""

from sitecontent.models.base import Lookup, Part, WorkingRecord
from sitecontent.models.category import Category
from sitecontent.models.cause import Cause, CauseName, Escalation, FindingLink
from sitecontent.models.claim_review import ClaimReview
from sitecontent.models.discussion import Audience, Comment, ReviewClaim
from sitecontent.models.edition import EditionChange, PublishedEdition, RecordReview
from sitecontent.models.finding import Finding, FindingAnswer
from sitecontent.models.letters import LetterChoice
from sitecontent.models.page import Page
from sitecontent.models.people import ADMINISTRATORS, MODERATORS, REVIEWERS, Contribution, ReviewerProfile, name_of
from sitecontent.models.problem_report import ProblemReport
from sitecontent.models.remark import Reason, Remark, RemarkResolution
from sitecontent.models.revision import ChangeSet, Decision, Revision, RevisionContributor, State, Verdict
from sitecontent.models.safety_rule import SafetyRule
from sitecontent.models.source import Source
from sitecontent.models.urgency_level import LevelContact, LevelEquivalent, UrgencyLevel
from sitecontent.models.vignette import Vignette, VignetteAnswer

WORKING_RECORDS: dict[str, type[WorkingRecord]] = {
    model.kind(): model
    for model in (Category, Source, Finding, UrgencyLevel, SafetyRule, Cause, Vignette, ClaimReview, Page)
}
"""Kind of document -> the table of its drafts, in an order in which each comes after what it refers to."""

__all__ = [
    "ADMINISTRATORS",
    "MODERATORS",
    "REVIEWERS",
    "WORKING_RECORDS",
    "Audience",
    "Category",
    "Cause",
    "CauseName",
    "ChangeSet",
    "ClaimReview",
    "Comment",
    "Contribution",
    "Decision",
    "EditionChange",
    "Escalation",
    "Finding",
    "FindingAnswer",
    "FindingLink",
    "LetterChoice",
    "LevelContact",
    "LevelEquivalent",
    "Lookup",
    "Page",
    "Part",
    "ProblemReport",
    "PublishedEdition",
    "Reason",
    "RecordReview",
    "Remark",
    "RemarkResolution",
    "ReviewClaim",
    "ReviewerProfile",
    "Revision",
    "RevisionContributor",
    "SafetyRule",
    "Source",
    "State",
    "UrgencyLevel",
    "Verdict",
    "Vignette",
    "VignetteAnswer",
    "WorkingRecord",
    "name_of",
]

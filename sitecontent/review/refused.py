"""What every refusal of the workflow has in common."""


class ReviewRefused(Exception):
    """The workflow does not allow this. The text says why, in words for the person who asked."""

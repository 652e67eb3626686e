"""Remarks on the desk: where one can be made, how the form sends them, and beside which field they stand."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from sitecontent import review
from sitecontent.admin.names import edition_or_none, names_for
from sitecontent.admin.showing import Comparison
from sitecontent.documents import Document
from sitecontent.models import Reason, Remark, Revision
from sitecontent.review.diff import FieldChange, FieldShown, Names, Piece, mark_words, show_document
from sitecontent.review.state import contributors_of, open_revision, remarks_on

MAY_RESOLVE = "sitecontent.approve_revision"


@dataclass(frozen=True)
class Spot:
    """One field beside which remarks stand, and where one can be written."""

    field: str
    label: str
    remarks: tuple[Remark, ...] = ()
    reason: str = ""
    text: str = ""
    """What was typed there, on a page that comes back."""
    is_form: bool = True
    """False for a second change of the same name: it has no box of its own."""

    @property
    def key(self) -> str:
        """A short name for it in the form, the same each time."""
        return hashlib.sha256(f"{self.field}\n{self.label}".encode()).hexdigest()[:16]

    @property
    def new(self) -> review.NewRemark:
        """What was typed there, as a remark."""
        return review.NewRemark(self.field, self.label, self.reason, self.text)


class Remarking:
    """The fields of one revision: those that change and all the rest, with what is and was remarked on each."""

    reasons = tuple(Reason.choices)

    def __init__(
        self, document: Document, comparison: Comparison, names: Names, remarks: Iterable[Remark], posted: QueryDict
    ) -> None:
        self._remarks = tuple(remarks)
        self._posted = posted
        self._by_change: dict[str, Spot] = {}
        taken: set[str] = set()
        for item in comparison.changes:
            spot = self._spot(item.change.path, item.change.place, taken)
            self._by_change.setdefault(item.change.id, spot)
        touched = {(_top(item.change.path), part) for item in comparison.changes for part in _parts_of(item.change)}
        self.rest: tuple[tuple[FieldShown, Spot], ...] = tuple(
            (shown, self._spot(shown.path, shown.label, taken))
            for shown in show_document(document, names)
            if (_top(shown.path), shown.label) not in touched
        )
        """The fields that stay as they are."""

    def _spot(self, field: str, label: str, taken: set[str]) -> Spot:
        key = Spot(field, label).key
        is_form = key not in taken
        taken.add(key)
        return Spot(
            field,
            label,
            tuple(remark for remark in self._remarks if stands_at(remark, field, label)),
            self._posted.get(f"reason-{key}", ""),
            self._posted.get(f"remark-{key}", ""),
            is_form,
        )

    def at(self, change: FieldChange) -> Spot | None:
        """The spot of a change."""
        return self._by_change.get(change.id)

    @property
    def _spots(self) -> tuple[Spot, ...]:
        return (*self._by_change.values(), *(spot for _, spot in self.rest))

    @property
    def typed(self) -> tuple[review.NewRemark, ...]:
        """The remarks that were typed into the form."""
        return tuple(spot.new for spot in self._spots if spot.is_form and spot.text.strip())

    @property
    def is_rest_open(self) -> bool:
        """True when something was typed on a field that stays as it is."""
        return any(spot.text.strip() or spot.remarks for _, spot in self.rest)

    @property
    def lost(self) -> tuple[str, ...]:
        """Words typed on a field that this page does not have, because names changed meanwhile."""
        known = {f"remark-{spot.key}" for spot in self._spots}
        names = (name for name in self._posted if name.startswith("remark-") and name not in known)
        return tuple(text for text in (self._posted[name] for name in names) if text.strip())


def stands_at(remark: Remark, field: str, label: str) -> bool:
    """True when a remark is about this field, about a part that holds it, or about something in it."""
    if not remark.field or _top(remark.field) != _top(field):
        return False
    return remark.place == label or remark.place.startswith(f"{label}: ") or label.startswith(f"{remark.place}: ")


def _top(field: str) -> str:
    """The field as it stands in a whole document: parts of a list are one, sections are not."""
    head, _, rest = field.partition(".")
    return field if head in ("sections", "how_common") and rest else head


def _parts_of(change: FieldChange) -> tuple[str, str]:
    return (change.where, change.place)


@dataclass(frozen=True)
class Asked:
    """A remark as the decision page shows it: what it was about then, and what stands there now."""

    remark: Remark
    pieces: tuple[Piece, ...]
    """The text of then and of now as one; empty when nothing differs."""
    is_comparable: bool
    why_not: str
    """Why this person can not resolve it; empty when they can, or when it is resolved."""
    words: str
    """What was typed, on a page that comes back."""

    @property
    def is_same(self) -> bool:
        """True when the field says what it said then."""
        return self.is_comparable and not self.pieces


def remarks_for(row: Revision) -> list[Remark]:
    """The remarks that belong on the page of a revision.

    While it waits: those that are open on the record, and those that it answered. Afterwards: those made on it.
    """
    remarks = list(remarks_on(row.kind, row.slug))
    if row.is_open:
        return [item for item in remarks if item.resolved is None or item.resolved.answered_in_id == row.pk]
    return [item for item in remarks if item.decision.revision_id == row.pk]


def asked_of(row: Revision, remarks: list[Remark], user: Any, names: Names, posted: QueryDict) -> tuple[Asked, ...]:
    """Remarks with the text of then beside that of now, and whether this person can resolve them."""
    revisions = Revision.objects.in_bulk({item.decision.revision_id for item in remarks} - {row.pk})
    texts = {pk: _texts(revision.document, names) for pk, revision in revisions.items()}
    now = _texts(row.document, names) if texts else {}
    refusal = _why_not(row, user) if any(item.is_open for item in remarks) else ""
    asked = []
    for item in remarks:
        then = texts.get(item.decision.revision_id)
        before, after = (_text_at(item, then), _text_at(item, now)) if then and item.field else ("", "")
        asked.append(
            Asked(
                remark=item,
                pieces=mark_words(before, after) if before != after else (),
                is_comparable=bool(then and item.field),
                why_not=refusal if item.is_open else "",
                words=posted.get("words", "") if posted.get("remark") == str(item.pk) else "",
            )
        )
    return tuple(asked)


def _texts(document: Document, names: Names) -> Mapping[tuple[str, str], str]:
    return {(shown.path, shown.label): shown.text for shown in show_document(document, names)}


def _text_at(remark: Remark, texts: Mapping[tuple[str, str], str]) -> str:
    return next((text for (field, label), text in texts.items() if stands_at(remark, field, label)), "")


def _why_not(row: Revision, user: Any) -> str:
    if not user.has_perm(MAY_RESOLVE):
        return "A moderator marks it resolved."
    if user.pk in {**row.people, **contributors_of(row.kind, row.slug)}:
        return "You wrote or touched this, so somebody else must mark it resolved."
    return ""


def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a remark resolved, and go back to the page on which it stands."""
    from sitecontent.admin.decisions import decision_page, revision_or_404

    if not request.user.has_perm(MAY_RESOLVE):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    remark = get_object_or_404(Remark.objects.select_related("decision__revision"), pk=pk)
    asked_on = remark.decision.revision
    stands_on = open_revision(asked_on.kind, asked_on.slug) or asked_on
    try:
        review.resolve(remark=remark, by=request.user, words=request.POST.get("words", ""), at=timezone.now())
    except (review.ReviewRefused, IntegrityError) as refused:
        return decision_page(request, revision_or_404(stands_on.pk), refusal=str(refused))
    messages.success(request, f"Resolved: {remark.where}.")
    return HttpResponseRedirect(reverse("admin:revision", args=[stands_on.pk]) + "#asked")


# Beside the fields of a draft


def beside_fields(context: Mapping[str, Any], remarks: Iterable[Remark], document: Document | None) -> None:
    """Put each open remark into the help of the form field that it is about, where there is one.

    The help is tied to the field for whoever can not see it. What finds no field stands at the head of the page.
    """
    rows = [remark for remark in remarks if remark.field]
    if not rows:
        return
    form = context["adminform"].form
    for remark in rows:
        _help(form, remark.field.removeprefix("sections.").replace(".", "_"), remark)
    shown = show_document(document, names_for([document], edition_or_none())) if document else ()
    for inline in context["inline_admin_formsets"]:
        path = getattr(inline.opts, "label_prefix", "").rstrip(".")
        labels = [item.label for item in shown if item.path == path]
        for label, part_form in zip(labels, inline.formset.initial_forms, strict=False):
            for remark in rows:
                if stands_at(remark, path, label):
                    _help(part_form, remark.field.partition(".")[2] or _first_field(part_form), remark)


def _first_field(form: forms.BaseForm) -> str:
    return next(name for name, field in form.fields.items() if not field.widget.is_hidden)


def _help(form: forms.BaseForm, name: str, remark: Remark) -> None:
    field = form.fields.get(name)
    if field is None:
        return
    said = format_html(
        '<span class="field-remark"><strong>{}:</strong> {} <em>{}</em></span>',
        remark.get_reason_display(),
        " ".join(remark.text.split()),
        remark.decision.by_name,
    )
    field.help_text = format_html("{} {}", mark_safe(field.help_text), said)  # noqa: S308 (our own help, as Django shows it)
    form[name].help_text = field.help_text

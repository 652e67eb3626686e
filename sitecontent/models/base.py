"""What all working records share: a slug, a draft, and the way to and from a document."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models

from sitecontent.documents import Document, DocumentInvalid, FieldProblem, load_document

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z", "Use small letters, digits and single hyphens, for example “cervical-polyp”."
)


def choices_of(values: type[StrEnum]) -> list[tuple[str, str]]:
    """Choices for a form from a vocabulary, in its own order: `self-care` reads "Self care"."""
    return [(value.value, value.value.replace("-", " ").capitalize()) for value in values]


def is_one_of(field: str, values: Iterable[str], *, model: str) -> models.CheckConstraint:
    """A constraint that the column holds a word of this vocabulary."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [str(v) for v in values]}), name=f"{model}_{field}_known"
    )


class WorkingRecord(models.Model):
    """A draft that reviewers edit. Public code never reads it; `review.submit` freezes it into a document.

    `edited_version` grows with every save, so that a save over somebody else's is noticed.
    `draft_sha256` is the hash of the document that the draft would make, empty while it makes none.
    """

    document_class: ClassVar[type[Document]]

    slug = models.SlugField(
        max_length=80,
        unique=True,
        validators=[slug_validator],
        help_text="The address of this record, and what other records call it. It can not change once published.",
    )
    language = models.CharField(max_length=5, default="en", help_text="Language of the text, for example “en”.")
    edited_version = models.PositiveIntegerField(default=1, editable=False)
    draft_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(getattr(self, "title", self.slug))

    @classmethod
    def kind(cls) -> str:
        """The kind of document that this table drafts."""
        return str(cls.document_class.model_fields["kind"].default)

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the record: its kind and its slug."""
        return (self.kind(), self.slug)

    def to_document(self) -> Document:
        """Freeze the draft. Raises: DocumentInvalid, naming each field that is wrong and why."""
        return load_document({"kind": self.kind(), **self.document_data()})

    def document_data(self) -> dict[str, Any]:
        """The draft as the fields of its document, ready for JSON."""
        return {name: self._value_for_document(name) for name in self._document_fields()}

    @classmethod
    def apply_document(cls, document: Document, lookup: "Lookup | None" = None) -> Self:
        """Make the draft say what the document says; create it where there is none.

        Whoever applies many documents hands the same `lookup` to each.
        Raises: DocumentInvalid, when the document names a record that has no working record.
        """
        lookup = lookup or Lookup()
        record = lookup.find(cls, document.slug) or cls(slug=document.slug)
        is_new = record.pk is None
        data = document.model_dump(mode="json")
        record.read_document(data, lookup)
        record.draft_sha256 = document.sha256
        record.save()
        record.read_parts(data, lookup, is_new=is_new)
        lookup.add(record)
        return record

    def read_document(self, data: Mapping[str, Any], lookup: "Lookup") -> None:
        """Take the columns from the fields of a document."""
        for name in self._document_fields():
            field = self._meta.get_field(name)
            if isinstance(field, models.ForeignKey):
                setattr(self, name, lookup.named(self, name, field.related_model, data[name]))
            elif not field.is_relation:
                setattr(self, name, _said(data, name, field))

    def read_parts(self, data: Mapping[str, Any], lookup: "Lookup", *, is_new: bool) -> None:
        """Take the rows that hang on this one from the fields of a document; the old ones go."""
        for name in self._document_fields():
            field = self._meta.get_field(name)
            if isinstance(field, models.ManyToManyField):
                named = lookup.all_named(self, name, field.related_model, data[name])
                getattr(self, name).set(named)
            elif field.one_to_many:
                if not is_new:
                    getattr(self, name).all().delete()
                part_class = field.related_model
                part_class.objects.bulk_create(
                    part_class.from_data(self, position, item, lookup) for position, item in enumerate(data[name])
                )

    @classmethod
    def _document_fields(cls) -> list[str]:
        return [name for name in cls.document_class.model_fields if name not in {"kind", "schema_version"}]

    def _value_for_document(self, name: str) -> Any:
        field = self._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            return sorted(record.slug for record in getattr(self, name).all())
        if field.one_to_many:
            return [part.as_data() for part in self._parts(name, field.related_model)] if self.pk else []
        if isinstance(field, models.ForeignKey):
            return getattr(self, name).slug if getattr(self, f"{name}_id") else None
        return getattr(self, name)

    def _parts(self, name: str, part_class: type["Part"]) -> Iterable["Part"]:
        """The rows that hang on this one, with the records that they name, in one query."""
        named = [item for item in part_class.data_fields if part_class._meta.get_field(item).is_relation]
        return getattr(self, name).select_related(*named) if named else getattr(self, name).all()


class Lookup:
    """Working records by slug, kept for the length of one act.

    An act over many documents reads whole tables once (`whole_tables`) instead of a row at a time.
    """

    def __init__(self, *, whole_tables: bool = False) -> None:
        self._whole_tables = whole_tables
        self._found: dict[type[models.Model], dict[str, Any]] = {}

    def find(self, model: type[models.Model], slug: str) -> Any | None:
        """The record of that slug, or None."""
        return self._look(model, [slug]).get(slug)

    def add(self, record: WorkingRecord) -> None:
        """Know a record that was just saved."""
        self._found.setdefault(type(record), {})[record.slug] = record

    def named(self, owner: models.Model, field: str, model: type[models.Model], slug: str | None) -> Any | None:
        """The record that a field of `owner` names. Raises: DocumentInvalid."""
        return None if slug is None else self.all_named(owner, field, model, [slug])[0]

    def all_named(self, owner: models.Model, field: str, model: type[models.Model], slugs: list[str]) -> list[Any]:
        """The records that a field of `owner` names, in the same order.

        Raises: DocumentInvalid, naming the record, the field and each slug that nobody has.
        """
        found = self._look(model, slugs)
        missing = [slug for slug in slugs if slug not in found]
        if missing:
            record = "/".join(getattr(owner, "key", (str(owner),)))
            name = model._meta.verbose_name
            raise DocumentInvalid(
                record, tuple(FieldProblem(field, f"there is no {name} called {slug!r}") for slug in missing)
            )
        return [found[slug] for slug in slugs]

    def _look(self, model: type[models.Model], slugs: list[str]) -> dict[str, Any]:
        if self._whole_tables and model not in self._found:
            self._found[model] = {record.slug: record for record in model._default_manager.all()}
        found = self._found.setdefault(model, {})
        unknown = [slug for slug in slugs if slug not in found]
        if unknown and not self._whole_tables:
            found.update({record.slug: record for record in model._default_manager.filter(slug__in=unknown)})
        return found


class Part(models.Model):
    """A row that belongs to one working record and is edited with it. Its position is its order."""

    owner_name: ClassVar[str]
    data_fields: ClassVar[tuple[str, ...]]

    position = models.PositiveSmallIntegerField(default=0, help_text="Order: smaller comes first.")

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def as_data(self) -> dict[str, Any]:
        """The row as one item of its record's document."""
        return {name: self._value(name) for name in self.data_fields}

    def _value(self, name: str) -> Any:
        field = self._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            return getattr(self, name).slug if getattr(self, f"{name}_id") else None
        return getattr(self, name)

    @classmethod
    def from_data(cls, owner: models.Model, position: int, data: Mapping[str, Any], lookup: Lookup) -> Self:
        """A row, not yet saved, that says what the item says."""
        part = cls(position=position, **{cls.owner_name: owner})
        for name in cls.data_fields:
            field = cls._meta.get_field(name)
            value = _said(data, name, field) if name in data or _is_text(field) else None
            if isinstance(field, models.ForeignKey) and value is not None:
                value = lookup.named(owner, name, field.related_model, value)
            setattr(part, name, value)
        return part


def _said(data: Mapping[str, Any], name: str, field: Any) -> Any:
    """What a document says of a field. A text that came after the first release is left out where it is empty."""
    return data.get(name, "") if _is_text(field) else data[name]


def _is_text(field: Any) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.null

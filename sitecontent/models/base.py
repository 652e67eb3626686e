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
    def apply_document(cls, document: Document) -> Self:
        """Make the draft say what the document says; create it where there is none.

        Raises: DocumentInvalid, when the document names a record that has no working record.
        """
        record = cls.objects.filter(slug=document.slug).first() or cls(slug=document.slug)
        data = document.model_dump(mode="json")
        record.read_document(data)
        record.draft_sha256 = document.sha256
        record.save()
        record.read_parts(data)
        return record

    def read_document(self, data: Mapping[str, Any]) -> None:
        """Take the columns from the fields of a document."""
        for name in self._document_fields():
            field = self._meta.get_field(name)
            if isinstance(field, models.ForeignKey):
                setattr(self, name, self._referred(name, field.related_model, data[name]))
            elif not field.is_relation:
                setattr(self, name, data[name])

    def read_parts(self, data: Mapping[str, Any]) -> None:
        """Take the rows that hang on this one from the fields of a document; the old ones go."""
        for name in self._document_fields():
            field = self._meta.get_field(name)
            if isinstance(field, models.ManyToManyField):
                getattr(self, name).set(self._referred_all(name, field.related_model, data[name]))
            elif field.one_to_many:
                getattr(self, name).all().delete()
                part_class = field.related_model
                part_class.objects.bulk_create(
                    part_class.from_data(self, position, item) for position, item in enumerate(data[name])
                )

    @classmethod
    def _document_fields(cls) -> list[str]:
        return [name for name in cls.document_class.model_fields if name not in {"kind", "schema_version"}]

    def _value_for_document(self, name: str) -> Any:
        field = self._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            return sorted(record.slug for record in getattr(self, name).all())
        if field.one_to_many:
            return [part.as_data() for part in getattr(self, name).all()] if self.pk else []
        if isinstance(field, models.ForeignKey):
            return getattr(self, name).slug if getattr(self, f"{name}_id") else None
        return getattr(self, name)

    def _referred(self, field: str, model: type[models.Model], slug: str | None) -> models.Model | None:
        return None if slug is None else self._referred_all(field, model, [slug])[0]

    def _referred_all(self, field: str, model: type[models.Model], slugs: list[str]) -> list[models.Model]:
        return referred(model, slugs, record=f"{self.kind()}/{self.slug}", field=field)


def referred(model: type[models.Model], slugs: list[str], *, record: str, field: str) -> list[Any]:
    """The working records of these slugs, in the same order.

    Raises: DocumentInvalid, naming the record, the field and each slug that nobody has.
    """
    found = {item.slug: item for item in model._default_manager.filter(slug__in=slugs)}
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        name = model._meta.verbose_name
        raise DocumentInvalid(
            record, tuple(FieldProblem(field, f"there is no {name} called {slug!r}") for slug in missing)
        )
    return [found[slug] for slug in slugs]


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
    def from_data(cls, owner: models.Model, position: int, data: Mapping[str, Any]) -> Self:
        """A row, not yet saved, that says what the item says."""
        part = cls(position=position, **{cls.owner_name: owner})
        for name in cls.data_fields:
            field = cls._meta.get_field(name)
            value = data.get(name)
            if isinstance(field, models.ForeignKey) and value is not None:
                kind = getattr(owner, "kind", lambda: "record")()
                value = referred(field.related_model, [value], record=f"{kind}/{owner.slug}", field=name)[0]  # type: ignore[attr-defined]
            setattr(part, name, value)
        return part

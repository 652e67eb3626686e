"""Two people in one draft: a save over somebody else's is refused, and nothing that was typed is lost.

A form carries what it showed when it was opened. When a save comes too late, there are three
texts of each field: base (as it was opened), theirs (as it is saved now) and mine (as it was
typed). What only one of the two changed is taken from that one; where both did, mine stays in
the form and all three are shown. Nothing is saved until the person has looked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict

from sitecontent.admin.fields import tidy
from sitecontent.review.diff import Piece, mark_words

SALT = "causeway.desk.opened"

Texts = dict[str, Any]
"""Name of a field -> what it would submit: a text, or for several choices a list of texts."""


class StaleSave(Exception):
    """Somebody saved this draft since the form was opened."""


@dataclass(frozen=True)
class Snapshot:
    """What a form shows: its own fields, and for each list of parts the rows by their key."""

    fields: Texts = field(default_factory=dict)
    rows: dict[str, dict[str, Texts]] = field(default_factory=dict)

    def signed(self) -> str:
        """As a text that a form can carry, and nobody can change unnoticed."""
        return signing.dumps([self.fields, self.rows], salt=SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> "Snapshot | None":
        """What `signed` wrote, or None when it is not that."""
        try:
            fields, rows = signing.loads(text, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(fields, rows)


def snapshot_of(form: forms.BaseForm, formsets: Sequence[forms.BaseFormSet]) -> Snapshot:
    """What a form and its lists of parts show now, or, once posted, what was typed."""
    return Snapshot(
        fields=_texts(form),
        rows={
            formset.prefix: {
                _row_key(part, place): _texts(part) | _deletion(part) for place, part in enumerate(formset.forms)
            }
            for formset in formsets
        },
    )


def _row_key(form: forms.BaseForm, place: int) -> str:
    """The database key of a row, or "new-3" for one that has none yet."""
    name = form._meta.model._meta.pk.name
    value = _raw(form, name) if name in form.fields else None
    return str(value) if value not in (None, "") else f"new-{place}"


def _texts(form: forms.BaseForm) -> Texts:
    hidden = {form._meta.model._meta.pk.name, DELETION_FIELD_NAME, getattr(getattr(form, "fk", None), "name", "")}
    return {name: _text(form, name) for name in form.fields if name not in hidden and not _is_parent_key(form, name)}


def _is_parent_key(form: forms.BaseForm, name: str) -> bool:
    return isinstance(form.fields[name], forms.models.InlineForeignKeyField)


def _deletion(form: forms.BaseForm) -> Texts:
    """A row that is ticked to be deleted says so."""
    return {DELETION_FIELD_NAME: "on"} if DELETION_FIELD_NAME in form.fields and _raw(form, DELETION_FIELD_NAME) else {}


def _raw(form: forms.BaseForm, name: str) -> Any:
    bound = form[name]
    return bound.value()


def _text(form: forms.BaseForm, name: str) -> Any:
    """One spelling for what a field holds, whether it was shown or typed."""
    form_field, value = form.fields[name], _raw(form, name)
    if isinstance(form_field.widget, forms.CheckboxInput):
        return "on" if form_field.widget.check_test(value) else ""
    if isinstance(value, list | tuple) and isinstance(
        form_field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField
    ):
        return sorted(str(item) for item in value)
    if isinstance(value, str) and not isinstance(form_field, forms.ModelChoiceField):
        try:
            value = form_field.prepare_value(form_field.to_python(value))
        except ValidationError:
            return tidy(value)
    return "" if value is None else tidy(str(value))


@dataclass(frozen=True)
class Clash:
    """A field that both changed. `mine` is what the form keeps."""

    label: str
    base: str
    theirs: str
    mine: str
    field_id: str
    """The field in the form."""

    @property
    def theirs_marked(self) -> tuple[Piece, ...]:
        """What they changed, marked."""
        return mark_words(self.base, self.theirs)

    @property
    def mine_marked(self) -> tuple[Piece, ...]:
        """What I changed, marked."""
        return mark_words(self.base, self.mine)


@dataclass
class Merge:
    """Both texts brought together, to be looked at and saved again."""

    data: QueryDict
    """What the form is filled with."""
    clashes: list[Clash] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """What only the other person changed, and is in the form now."""
    by: str = ""
    """Who saved in between."""

    @property
    def words(self) -> str:
        """Why nothing was saved."""
        who = self.by or "Somebody else"
        if self.clashes:
            return (
                f"Not saved yet: {who} saved this draft since you opened it, and you both changed the same fields. "
                "Your text is in the form; theirs is shown beside it above. Look at each, then save again."
            )
        return (
            f"Not saved yet: {who} saved this draft since you opened it, in other places than you did. "
            "The form now holds both. Look it through, then save again."
        )


class Merger:
    """Merges one posted form with what is saved now."""

    def __init__(
        self,
        *,
        posted: QueryDict,
        base: Snapshot | None,
        theirs: Snapshot,
        mine: Snapshot,
        form: forms.BaseForm,
        formsets: Sequence[forms.BaseFormSet],
    ) -> None:
        self.base, self.theirs, self.mine = base, theirs, mine
        self.form, self.formsets = form, formsets
        self.merge = Merge(data=posted.copy())

    def result(self) -> Merge:
        """The merge. Without a base every difference between the two is a clash."""
        data = self.merge.data
        base = self.base.fields if self.base else None
        merged = self._fields(self.form, base, self.theirs.fields, self.mine.fields, prefix="", where="")
        _write(data, self.form, "", merged)
        for formset in self.formsets:
            self._rows(formset)
        return self.merge

    def _fields(
        self, form: forms.BaseForm, base: Texts | None, theirs: Texts, mine: Texts, *, prefix: str, where: str
    ) -> Texts:
        merged: Texts = {}
        for name in mine:
            old = base.get(name) if base is not None else None
            has_base = base is not None and name in base
            label = f"{where}: {_label(form, name)}" if where else _label(form, name)
            their, my = theirs.get(name, ""), mine[name]
            if their == my or (has_base and their == old):
                merged[name] = my
            elif has_base and my == old:
                merged[name] = their
                self.merge.taken.append(label)
            else:
                merged[name] = my
                self.merge.clashes.append(
                    Clash(
                        label,
                        _said(form, name, old) if has_base else "",
                        _said(form, name, their),
                        _said(form, name, my),
                        f"id_{prefix}{name}",
                    )
                )
        return merged

    def _rows(self, formset: forms.BaseFormSet) -> None:
        prefix = formset.prefix
        base = self.base.rows.get(prefix, {}) if self.base else None
        theirs, mine = self.theirs.rows.get(prefix, {}), self.mine.rows.get(prefix, {})
        sample = formset.empty_form
        rows: list[tuple[str, Texts]] = []
        for place, (key, their) in enumerate(theirs.items()):
            rows.append((key, self._row(sample, base, key, their, mine.get(key), prefix=f"{prefix}-{place}-")))
        saved = len(rows)
        for key, my in mine.items():
            if key not in theirs and self._is_kept(sample, base, key, my, f"{prefix}-{len(rows)}-"):
                rows.append(("", {name: text for name, text in my.items() if name != DELETION_FIELD_NAME}))
        self._write_rows(formset, sample, rows, saved)

    def _row(
        self,
        form: forms.BaseForm,
        base: Mapping[str, Texts] | None,
        key: str,
        their: Texts,
        my: Texts | None,
        *,
        prefix: str,
    ) -> Texts:
        """A row that is saved now: mine may have changed it, deleted it, or not know it."""
        name = _name_of_row(form, their)
        if my is None:
            self.merge.taken.append(f"{name} (added)")
            return their
        old = base.get(key) if base is not None else None
        if my.get(DELETION_FIELD_NAME):
            if old is None or old == their:
                return their | {DELETION_FIELD_NAME: "on"}
            self.merge.clashes.append(
                Clash(name, _summary(form, old), _summary(form, their), "You removed it; it is kept.", f"id_{prefix}id")
            )
            return their
        return self._fields(form, old, their, my, prefix=prefix, where=name)

    def _is_kept(
        self, form: forms.BaseForm, base: Mapping[str, Texts] | None, key: str, my: Texts, prefix: str
    ) -> bool:
        """A row of mine that is not saved: a new one stays; one that they removed stays only when I changed it."""
        if my.get(DELETION_FIELD_NAME):
            return False
        if key.startswith("new-"):
            return True
        old = base.get(key) if base is not None else None
        name = _name_of_row(form, my)
        if old == my:
            self.merge.taken.append(f"{name} (removed)")
            return False
        self.merge.clashes.append(
            Clash(name, _summary(form, old or {}), "They removed it.", _summary(form, my), f"id_{prefix}id")
        )
        return True

    def _write_rows(
        self, formset: forms.BaseFormSet, sample: forms.BaseForm, rows: Sequence[tuple[str, Texts]], saved: int
    ) -> None:
        data, prefix = self.merge.data, formset.prefix
        for name in [name for name in data if name.startswith(f"{prefix}-") and "__prefix__" not in name]:
            if name not in (f"{prefix}-MIN_NUM_FORMS", f"{prefix}-MAX_NUM_FORMS"):
                del data[name]
        data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(len(rows))
        data[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(saved)
        key_name = sample._meta.model._meta.pk.name
        owner = getattr(formset.instance, "pk", None)
        for place, (key, texts) in enumerate(rows):
            row = f"{prefix}-{place}-"
            _write(data, sample, row, texts)
            data[f"{row}{key_name}"] = key
            data[f"{row}{formset.fk.name}"] = str(owner or "")
            if texts.get(DELETION_FIELD_NAME):
                data[f"{row}{DELETION_FIELD_NAME}"] = "on"


def _write(data: QueryDict, form: forms.BaseForm, prefix: str, texts: Texts) -> None:
    """Fill a posted form with these texts."""
    for name, text in texts.items():
        if name not in form.fields or name == DELETION_FIELD_NAME:
            continue
        key = f"{prefix}{name}"
        if isinstance(text, list):
            data.setlist(key, text)
        elif isinstance(form.fields[name].widget, forms.CheckboxInput) and not text:
            data.pop(key, None)
        else:
            data[key] = text


def _label(form: forms.BaseForm, name: str) -> str:
    return str(form.fields[name].label or name.replace("_", " ").capitalize())


def _said(form: forms.BaseForm, name: str, text: Any) -> str:
    """A submitted value as people read it: the label of a choice, the name of a record."""
    form_field = form.fields.get(name)
    if isinstance(form_field, forms.ModelChoiceField):
        keys = [key for key in (text if isinstance(text, list) else [text]) if key]
        numbers = [key for key in keys if key.isdecimal()]
        names = {str(row.pk): str(row) for row in form_field.queryset.filter(pk__in=numbers)} if numbers else {}
        return "\n".join(names.get(key, key) for key in keys)
    if isinstance(form_field, forms.ChoiceField):
        labels = {str(value): str(label) for value, label in form_field.choices}
        return "\n".join(labels.get(key, key) for key in (text if isinstance(text, list) else [text]))
    if isinstance(form_field, forms.BooleanField):
        return "Yes" if text else "No"
    return "\n".join(text) if isinstance(text, list) else str(text or "")


def _summary(form: forms.BaseForm, texts: Texts) -> str:
    return "\n".join(_lines_of(form, texts))


def _lines_of(form: forms.BaseForm, texts: Texts) -> Iterator[str]:
    for name, text in texts.items():
        said = _said(form, name, text) if name in form.fields else ""
        if said and name not in ("position", DELETION_FIELD_NAME):
            yield f"{_label(form, name)}: {said}"


def _name_of_row(form: forms.BaseForm, texts: Texts) -> str:
    """What to call a row: its kind and the first thing that it says."""
    said = next(iter(_lines_of(form, texts)), "")
    kind = str(form._meta.model._meta.verbose_name).capitalize()
    return f"{kind} “{said.partition(': ')[2].splitlines()[0][:60]}”" if said else kind

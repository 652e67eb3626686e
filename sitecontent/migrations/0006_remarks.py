"""Remarks of a request for changes, how they were answered, and the guards of both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sitecontent.models import guards


def create(apps, schema_editor):
    for statement in guards.create(schema_editor.connection.vendor, guards.REMARKS):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in guards.drop(schema_editor.connection.vendor, guards.REMARKS):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0005_change_sets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(blank=True, max_length=200)),
                ("place", models.CharField(blank=True, max_length=400)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("wrong", "Wrong"),
                            ("unsafe", "Unsafe"),
                            ("unclear", "Unclear"),
                            ("no-source", "No source"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="sitecontent.decision"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RemarkResolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=100)),
                ("words", models.TextField(blank=True)),
                ("resolved_at", models.DateTimeField()),
                (
                    "answered_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sitecontent.revision",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "remark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolution", to="sitecontent.remark"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["wrong", "unsafe", "unclear", "no-source", "other"])),
                name="remark_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="remark_has_words"),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("field", ""), ("place", "")),
                    models.Q(models.Q(("field", ""), _negated=True), models.Q(("place", ""), _negated=True)),
                    _connector="OR",
                ),
                name="remark_names_its_field_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="remarkresolution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by__isnull", False),
                    models.Q(("by_name", ""), _negated=True),
                    models.Q(("role", ""), _negated=True),
                ),
                name="resolution_has_its_person",
            ),
        ),
        migrations.RunPython(create, drop),
    ]

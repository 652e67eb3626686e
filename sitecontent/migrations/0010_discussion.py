"""Comments on revisions, who is on a review until when, and the guards of both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sitecontent.models import guards


def create(apps, schema_editor):
    for statement in guards.create(schema_editor.connection.vendor, guards.DISCUSSION):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in guards.drop(schema_editor.connection.vendor, guards.DISCUSSION):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0009_cause_never_likely"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "audience",
                    models.CharField(
                        choices=[("everybody", "Everybody at the desk"), ("moderators", "Moderators only")],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                ("by_name", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=100)),
                ("said_at", models.DateTimeField()),
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
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="sitecontent.revision"
                    ),
                ),
            ],
            options={
                "ordering": ["said_at", "pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["everybody", "moderators"])), name="comment_audience_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False),
                            models.Q(("by_name", ""), _negated=True),
                            models.Q(("role", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="comment_has_its_person_and_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(null=True)),
                ("by_name", models.CharField(max_length=200)),
                ("words", models.TextField(blank=True)),
                ("claimed_at", models.DateTimeField()),
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
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="sitecontent.revision"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by__isnull", False), models.Q(("by_name", ""), _negated=True)),
                        name="claim_has_its_person",
                    )
                ],
            },
        ),
        migrations.RunPython(create, drop),
    ]

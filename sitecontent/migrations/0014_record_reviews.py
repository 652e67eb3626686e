"""Reviews that change nothing, and the guards that keep them honest."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sitecontent.models import guards


def create(apps, schema_editor):
    for statement in guards.create(schema_editor.connection.vendor, guards.RECORD_REVIEWS):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in guards.drop(schema_editor.connection.vendor, guards.RECORD_REVIEWS):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0013_desk_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("slug", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("seen_sha256", models.CharField(max_length=64)),
                ("by_name", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=100)),
                ("qualification", models.CharField(blank=True, max_length=200)),
                ("registration", models.CharField(blank=True, max_length=300)),
                ("declared", models.JSONField(editable=False, null=True)),
                ("note", models.TextField()),
                ("reviewed_at", models.DateTimeField()),
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
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="sitecontent.publishededition",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="sitecontent.revision"
                    ),
                ),
            ],
            options={
                "ordering": ["reviewed_at", "pk"],
                "indexes": [models.Index(fields=["kind", "slug"], name="record_review_record")],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "kind", "slug"), name="edition_reviews_a_record_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False),
                            models.Q(("by_name", ""), _negated=True),
                            models.Q(("role", ""), _negated=True),
                            models.Q(("note", ""), _negated=True),
                        ),
                        name="record_review_has_its_person_and_note",
                    ),
                ],
                "default_permissions": (),
            },
        ),
        migrations.RunPython(create, drop),
    ]

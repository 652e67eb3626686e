"""Change sets: revisions that are submitted and decided together, and the guards that hold them together."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sitecontent.models import guards


def create(apps, schema_editor):
    for statement in guards.create(schema_editor.connection.vendor, guards.CHANGE_SETS):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in guards.drop(schema_editor.connection.vendor, guards.CHANGE_SETS):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0004_problem_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.TextField()),
                ("author_name", models.CharField(max_length=200)),
                ("submitted_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-submitted_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("author__isnull", False),
                            models.Q(("author_name", ""), _negated=True),
                            models.Q(("note", ""), _negated=True),
                        ),
                        name="change_set_has_its_author_and_note",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="revision",
            name="change_set",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to="sitecontent.changeset",
            ),
        ),
        migrations.RunPython(create, drop),
    ]

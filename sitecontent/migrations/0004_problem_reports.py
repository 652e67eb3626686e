"""Reports of visitors, and who may read them."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


PERMISSIONS = {
    "Reviewers": ("view", "change"),
    "Moderators": ("view", "change"),
    "Administrators": ("view", "change", "delete"),
}


def permissions_of(apps, acts):
    permission_model = apps.get_model("auth", "Permission")
    return permission_model.objects.filter(
        content_type__app_label="sitecontent", codename__in=[f"{act}_problemreport" for act in acts]
    )


def give_permissions(apps, schema_editor):
    # Permissions are made after all migrations; the roles need them now.
    config = apps.get_app_config("sitecontent")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    for group in apps.get_model("auth", "Group").objects.filter(name__in=PERMISSIONS):
        group.permissions.add(*permissions_of(apps, PERMISSIONS[group.name]))


def take_permissions(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=PERMISSIONS):
        group.permissions.remove(*permissions_of(apps, PERMISSIONS[group.name]))


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0003_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProblemReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "page",
                    models.CharField(help_text="The address of the page, as the visitor gave it.", max_length=300),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="what is wrong")),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="Given for an answer. Erased once the report is dealt with.",
                        max_length=200,
                    ),
                ),
                ("edition", models.PositiveIntegerField(help_text="The edition that the visitor was reading.")),
                ("reported_at", models.DateTimeField(db_index=True)),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="dealt with")),
                ("handled_by_name", models.CharField(blank=True, max_length=200, verbose_name="dealt with by")),
                (
                    "handled_by",
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
                "ordering": ["-reported_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("handled_by_name", "")),
                            models.Q(
                                ("contact", ""),
                                ("handled_at__isnull", False),
                                models.Q(("handled_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_handled_by_somebody_and_contact_erased",
                    )
                ],
            },
        ),
        migrations.RunPython(give_permissions, take_permissions),
    ]

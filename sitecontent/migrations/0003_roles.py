"""Make the three roles. Reviewers edit and submit, Moderators approve, Administrators manage people."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

DRAFTS = (
    "category",
    "source",
    "finding",
    "findinganswer",
    "urgencylevel",
    "levelcontact",
    "levelequivalent",
    "safetyrule",
    "cause",
    "causename",
    "escalation",
    "findinglink",
    "vignette",
    "vignetteanswer",
    "claimreview",
    "page",
)
LEDGER = ("revision", "decision", "publishededition", "editionchange")
PEOPLE = ("user", "group", "reviewerprofile")

ROLES = {
    "Reviewers": [f"{act}_{model}" for model in DRAFTS for act in ("add", "change", "delete", "view")]
    + [f"view_{model}" for model in LEDGER]
    + ["submit_revision", "view_reviewerprofile"],
    "Moderators": [f"view_{model}" for model in DRAFTS + LEDGER]
    + ["approve_revision", "retire_record", "view_reviewerprofile"],
    "Administrators": [f"{act}_{model}" for model in PEOPLE for act in ("add", "change", "delete", "view")]
    + [f"view_{model}" for model in DRAFTS + LEDGER],
}


def create_roles(apps, schema_editor):
    # Permissions are made after all migrations; the roles need them now.
    for label in ("auth", "sitecontent"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.set(permission_model.objects.filter(codename__in=codenames))


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0002_guards"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_roles, remove_roles)]

"""For whoever keeps the site running: is the process up, and can it serve."""

from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sitecontent.edition import current


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers. Asks nothing of anybody else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say which edition is served and how old it is, and whether the database can be reached.

    503 when there is no edition. A database that is away does not make the site unready: the
    edition in memory goes on serving.
    """
    database = "reachable" if is_database_reachable() else "unreachable"
    try:
        edition = current.current_edition()
    except current.NoEdition:
        return JsonResponse({"ready": False, "edition": None, "database": database}, status=503)
    age = datetime.now(UTC) - edition.published_at
    return JsonResponse(
        {
            "ready": True,
            "edition": edition.number,
            "sha256": edition.sha256,
            "published_at": edition.published_at.isoformat(),
            "age_seconds": round(age.total_seconds()),
            "database": database,
        }
    )


def is_database_reachable() -> bool:
    """Ask the database the smallest of questions."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError, OSError):
        return False
    return True

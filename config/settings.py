"""Causeway's settings. Everything that differs between machines is read from the environment.

There are two modes. The demo (`DEMO=1`, which `make run` sets) runs on one's own machine with secrets that it makes
itself. Everything else is a real deployment, and refuses to start when a setting would let somebody in.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.environment import database, env_bool, env_int, env_list, env_str, kept_secret, refuse_unsafe_production

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_str("VAR_DIR") or BASE_DIR / "var").resolve()
"""What the running site writes: the SQLite database, the demo's secrets, the last edition, collected static files."""
EDITION_FILE = VAR_DIR / "edition.json"
"""The last edition that was loaded, for a start while the database is away."""
SEARCH_FOLDER = VAR_DIR / "search"
"""The words of the last editions, each in a file that every worker opens. They are made anew when they are missing."""
SOURCES_FILE = VAR_DIR / "sources.json"
"""What `check_sources` found last, for the desk."""
PROOF_FILE = VAR_DIR / "proof.json"
"""What `prove_safety` found last, for the page that tells how we review."""

# Who may come in

DEMO = env_bool("DEMO")
DEBUG = env_bool("DEBUG")
SECRET_KEY = env_str("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
PORT = env_int("PORT", default=8000)

DEMO_PASSWORD = ""
"""The password of the demo's accounts; there are none elsewhere."""

if DEMO:
    DEMO_PASSWORD = env_str("DEMO_PASSWORD") or kept_secret(VAR_DIR / "demo-password", random_bytes=12)
    SECRET_KEY = SECRET_KEY or kept_secret(VAR_DIR / "secret-key")
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost", "[::1]"]
else:
    refuse_unsafe_production(secret_key=SECRET_KEY, allowed_hosts=ALLOWED_HOSTS, debug=DEBUG)

SITE_URL = (
    env_str("SITE_URL") or (f"http://127.0.0.1:{PORT}" if DEMO else f"https://{ALLOWED_HOSTS[0].lstrip('.')}")
).rstrip("/")
"""The site's own address, for feeds, the sitemap and canonical links: the same on every node."""


CHECKER_REGION = env_str("CHECKER_REGION", default="uk").lower()
"""Whose services and numbers the checker names first: a region of the urgency levels."""
CHECKER_MODE = env_str("CHECKER_MODE", default="personal").lower()
"""`personal` tells each visitor how soon to be seen; `guided` shows all criteria to everybody."""
CLINICAL_SAFETY_OFFICER = env_str("CLINICAL_SAFETY_OFFICER")
"""Who answers for the checker in personal mode, as "name, role". See `docs/clinical-safety/`."""
SECURITY_CONTACT = env_str("SECURITY_CONTACT")
"""Where to tell of a hole in the site, as `mailto:` or `https:`. Empty: there is no /.well-known/security.txt."""


# What it is made of

INSTALLED_APPS = [
    "sitecontent",
    "sitecontent.sign_in.apps.SignInConfig",
    "triage",
    "config.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "markdownx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.outage.DeskSessionMiddleware",
    "config.typed.TypedMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "sitecontent.sign_in.middleware.SecondStepMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.outage.OutageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.tight.TightLoader", "django.template.loaders.app_directories.Loader"],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# What it remembers

DATABASES = {
    "default": database(env_str("DATABASE_URL"), var_dir=VAR_DIR, pool_size=env_int("DATABASE_POOL_SIZE", default=10)),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Words and time

LANGUAGE_CODE = env_str("LANGUAGE_CODE", default="en-gb").lower()
"""The language of the interface: one for the whole site, whatever a browser asks for. Records carry their own."""
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Letters to staff. Without a server none is sent; the demo shows them on its terminal.

EMAIL_HOST = env_str("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=EMAIL_PORT == 587)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=EMAIL_PORT == 465)
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env_str("EMAIL_FROM") or f"causeway@{urlsplit(SITE_URL).hostname}"
EMAIL_SUBJECT_PREFIX = ""
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = f"django.core.mail.backends.{'console' if DEMO else 'dummy'}.EmailBackend"

# Files that never change

STATIC_URL = "/static/"
STATIC_ROOT = None if DEMO else VAR_DIR / "static"  # The demo serves them from where they lie.
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

FINISHED_PAGES_MB = env_int("FINISHED_PAGES_MB", default=64)
"""How much memory a process spends on public pages kept ready to be sent; for a moment twice that in a new edition."""

METRICS_TOKEN = env_str("METRICS_TOKEN")
"""Who holds it may read /metrics from another machine. Empty: only this machine may."""

# Security, all of it on. The demo speaks plain HTTP to its own machine, so only what needs HTTPS is left out there.

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "no-referrer"
X_FRAME_OPTIONS = "DENY"

SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
if env_bool("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# How often one visitor may ask what has to be worked out, by each process. Finished pages are never limited. 0 is no
# limit, as in the demo, which answers to its own machine only.

CHECKS_A_MINUTE = env_int("CHECKS_A_MINUTE", default=0 if DEMO else 60)
SEARCHES_A_MINUTE = env_int("SEARCHES_A_MINUTE", default=0 if DEMO else 60)

# What one request may hold.

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# Staff accounts. The cookies are bound to the desk, so a browser never sends one with a public page.

LOGIN_URL = "admin:login"
SESSION_ENGINE = "sitecontent.sign_in.sessions"
SESSION_COOKIE_PATH = "/admin/"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_IDLE_SECONDS = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = not DEMO
CSRF_FAILURE_VIEW = "sitecontent.sign_in.again.not_accepted"
CSRF_COOKIE_PATH = "/admin/"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = not DEMO
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECOND_STEP_REQUIRED = not DEMO
"""Nobody works at a real deployment with a password alone. In the demo it can be set up, and then it is asked for."""
PROVE_AGAIN_AFTER_SECONDS = 60 * env_int("PROVE_AGAIN_AFTER_MINUTES", default=15)
"""How long after a sign-in or a proof somebody may approve and take down without proving again who they are."""
OTP_TOTP_ISSUER = "Causeway" if DEMO else f"Causeway {ALLOWED_HOSTS[0].lstrip('.')}"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "sitecontent.sign_in.lockout.Lockout"
AXES_CLIENT_IP_CALLABLE = "sitecontent.sign_in.lockout.nowhere"
AXES_CLIENT_STR_CALLABLE = "sitecontent.sign_in.lockout.somebody"
AXES_LOCKOUT_CALLABLE = "sitecontent.sign_in.lockout.closed"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # The address is always "nowhere": it counts by name alone.
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# django-markdownx: its own addresses are never routed. The preview is a view of ours, and uploading is off.

MARKDOWNX_URLS_PATH = "/admin/preview/"
MARKDOWNX_UPLOAD_URLS_PATH = "/admin/preview/"
MARKDOWNX_UPLOAD_MAX_SIZE = 0
MARKDOWNX_UPLOAD_CONTENT_TYPES: list[str] = []

# The log goes to standard error, as JSON in a real deployment. Django's own messages name a path, never a query string
# or what a form held.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.LineFormatter"}, "json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line" if DEMO else "json"}},
    "root": {"handlers": ["stderr"], "level": env_str("LOG_LEVEL", default="INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Anybody can send a wrong name. It is refused; a traceback for each would bury what matters.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # It says of every try that there was one; what matters is said by `sitecontent.sign_in.lockout`.
        "axes": {"level": "ERROR"},
    },
}

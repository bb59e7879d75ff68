"""All settings, from the environment. docs/operations.md lists every variable."""

import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env("SYMBOLON_VAR", default=str(BASE_DIR / "var"))).resolve()


def kept(name: str, make) -> str:
    """Return what var/NAME holds; make and keep it (mode 600) at the first start."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make() + "\n")
    return path.read_text().strip()


def first_address() -> str:
    """Return the address of the first start; before it, that of the port which is asked for."""
    frozen, port = VAR_DIR / "address", env("PORT", default="8000")
    if frozen.exists():
        return frozen.read_text().strip()
    return f"http://localhost:{port if port.isdecimal() else 8000}"


DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("SYMBOLON_DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or kept("secret_key", lambda: secrets.token_urlsafe(48))
# The secret that encrypts the issuers' signing keys. Losing it means losing those keys.
MASTER_KEY = env("SYMBOLON_MASTER_KEY", default="") or kept(
    "master_key", lambda: secrets.token_hex(32)
)
# The one before, while `manage.py rewrap_keys` changes from it to the one above.
OLD_MASTER_KEY = env("SYMBOLON_OLD_MASTER_KEY", default="")
# The public address is part of every credential: `manage.py serve` freezes that of its first start,
# so that another port or host name later does not kill old ones.
ADDRESS = env("SYMBOLON_ADDRESS", default="") or first_address()
HOSTS = env.list("SYMBOLON_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ALLOWED_HOSTS = [*HOSTS, ADDRESS.split("//")[-1].split(":")[0]]
CSRF_TRUSTED_ORIGINS = [ADDRESS]
SECURE = ADDRESS.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "csp",
    "credentials",
    "portfolios",
    "recognition",
]
if env("DATABASE_URL", default="").startswith("postgres"):
    INSTALLED_APPS.insert(0, "django.contrib.postgres")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.NoNull",
    "config.middleware.Private",
    "config.middleware.Refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "credentials.templatetags.symbolon",
                "credentials.templatetags.facts",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True  # the way of Django 6, where this line falls away

# Database --------------------------------------------------------------------------------------
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'symbolon.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    options = DATABASES["default"].setdefault(
        "OPTIONS", {}
    )  # the address may have some, as sslmode
    # Our questions take milliseconds; compiling one takes PostgreSQL a second.
    options.setdefault("options", "-c jit=off")
    if env.bool("DATABASE_POOL", default=True):  # a connection for each of gunicorn's threads
        options["pool"] = {"min_size": 1, "max_size": 10, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Background work and cache ------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "revive-silent-jobs": {"task": "credentials.tasks.revive_silent_jobs", "schedule": 60.0},
    "close-ballots": {"task": "recognition.tasks.close_ballots", "schedule": 900.0},
    "look-after-precedents": {
        "task": "recognition.tasks.look_after_precedents",
        "schedule": 86400.0,
    },
    "keep-time": {"task": "recognition.tasks.keep_time", "schedule": 3600.0},
    "send-waiting-mails": {"task": "credentials.tasks.send_waiting_mails", "schedule": 120.0},
    "announce-documents": {
        "task": "credentials.tasks.announce_documents",
        "schedule": 900.0,
    },
    "remind-of-conditions": {
        "task": "recognition.tasks.remind_of_conditions",
        "schedule": 3600.0,
    },
    "send-digests": {"task": "recognition.tasks.send_digests", "schedule": 600.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("in", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "in"),
        "data_folder_out": str(BROKER_DIR / "in"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "credentials.User"
AUTHENTICATION_BACKENDS = [
    "config.accounts.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "credentials.forms.people.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Behind a reverse proxy all visitors come from its address; sign-in limits need the real one.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("SYMBOLON_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Symbolon"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "work"
LOGOUT_REDIRECT_URL = "home"

# Languages ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
# Documents can be printed in more languages than the pages are read in: see decision 22.
DOCUMENT_LANGUAGES = (*(tag for tag, _name in LANGUAGES), "es")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TZ_NAME", default="Europe/Berlin")

# Numbers of recognition -----------------------------------------------------------------------
# A group of fewer lines is not shown. From three or four cases those who know one of the learners
# read the others; five is what offices of statistics ask for at least. Outside people have no
# duty of secrecy, so they see groups of ten.
STATISTICS_FEWEST = 5
STATISTICS_FEWEST_PUBLIC = 10

# Files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
UPLOAD_MAX_BYTES = env.int("SYMBOLON_UPLOAD_MAX_MB", default=20) * 1024 * 1024
# Portals on a private network ("http://localhost:8001") that may be asked for keys and lists.
PRIVATE_ISSUERS = env.list("SYMBOLON_PRIVATE_ISSUERS", default=[])
# A time stamp service (RFC 3161) for the seals of printed documents; none: seals without.
TIMESTAMP_URL = env("SYMBOLON_TIMESTAMP_URL", default="")

# Mail -----------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env("SYMBOLON_MAIL_FROM", default="Symbolon <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The envelope's sender of mails, to whom mail servers report: see `manage.py bounces`.
MAIL_BOUNCES_TO = env("SYMBOLON_MAIL_BOUNCES_TO", default="")
DIGEST_HOUR = env.int("SYMBOLON_DIGEST_HOUR", default=7)  # 0 to 23, in the time zone of TIME_ZONE
EMAIL_TIMEOUT = 30  # seconds: a mail server that does not answer must not hold a worker
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# Security -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
CSRF_FAILURE_VIEW = "credentials.views.pages.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}

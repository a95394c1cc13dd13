"""Settings, all from the environment. README has the table of variables."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from introprogram.environment import (
    BASE_DIR,
    env,
    read_address,
    read_base_url,
    read_gateway,
    read_log_level,
    read_mode,
    read_number,
    read_secret_key,
    read_sender,
    read_storage,
    read_switch,
    read_text,
    read_token,
    read_url,
    stop,
)
from introprogram.providers import read_anymail, read_provider

# --- Where and how it runs ------------------------------------------------------------------------
ENVIRONMENT = read_mode()
PRODUCTION = ENVIRONMENT == "production"
DEVELOPMENT = ENVIRONMENT == "development"
DEBUG = read_switch("DEBUG") and not PRODUCTION
VAR_DIR = Path(read_text("VAR_DIR", str(BASE_DIR / "var")))
SECRET_KEY = read_secret_key(ENVIRONMENT, VAR_DIR)
BASE_URL = read_base_url(ENVIRONMENT)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(BASE_URL).hostname, *([] if PRODUCTION else LOCAL_HOSTS)])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# How many proxies stand before the portal: the client's address is read that many steps from the right.
TRUSTED_PROXIES = read_number("TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What it is made of ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "introprogram",
    "reports",
    "certificates",
    "sessions",
    "participants",
    "cohorts",
    "accounts",
    "regions",
    "messaging",
    "audit",
    "common",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.LogInMiddleware",
    "common.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "common.middleware.GoneMiddleware",
    "common.middleware.AwayMiddleware",
]
ROOT_URLCONF = "introprogram.urls"
WSGI_APPLICATION = "introprogram.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "common.templatetags.interface",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "introprogram.context.portal",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Data -----------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_TIMEOUTS = {"socket_timeout": 1, "socket_connect_timeout": 1}  # seconds: a silent Redis must not hang a page
DATABASES = {
    "default": read_url(
        "DATABASE_URL",
        env.db_url,
        default=f"sqlite:///{VAR_DIR}/db.sqlite3",
        schemes=("sqlite", "postgres", "postgresql"),
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits for its turn instead of failing half-way
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        # How much alike two words must be for a search to take one for the other: Bergström for Berström is 0.58.
        "options": "-c pg_trgm.word_similarity_threshold=0.5",
    }
CACHES = {
    "default": read_url(
        "CACHE_URL",
        env.cache_url,
        default=f"filecache://{VAR_DIR}/cache",
        schemes=("filecache", "redis", "rediss"),
    )
}
if CACHES["default"]["LOCATION"].startswith("redis"):
    CACHES["default"]["OPTIONS"] = REDIS_TIMEOUTS | CACHES["default"].get("OPTIONS", {})
MEDIA_ROOT = Path(read_text("MEDIA_ROOT", str(VAR_DIR / "media")))
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION
STORAGES = {
    "default": read_storage("STORAGE_URL"),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
MATERIAL_FILE_LIMIT = read_number("MATERIAL_FILE_MB", 20) * 1024 * 1024  # bytes
MATERIAL_REGION_LIMIT = read_number("MATERIAL_REGION_MB", 2000) * 1024 * 1024  # bytes

# --- Seals on certificates ------------------------------------------------------------------------
SEAL_REGIONS: list[str] = env.list("SEAL_REGIONS", default=[])
SEAL_FOLDER = read_text("SEAL_FOLDER")
if SEAL_REGIONS and not SEAL_FOLDER:
    stop("SEAL_FOLDER", "is missing: name the folder that holds the keys of SEAL_REGIONS")
SEAL_TIMESTAMP_URL = read_text("SEAL_TIMESTAMP_URL")
if SEAL_TIMESTAMP_URL:
    read_address("SEAL_TIMESTAMP_URL", default="", schemes=("http", "https"))

# --- People ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.validators.NotTheDemoPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; it tells allauth that log-in may ask for a password
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address comes from an invitation or an enrolment, and a code proves it
# An unknown address gets a mail too: the page answers the same, in the same time, and a mistyped address is noticed.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}  # a phone shows its number keys
# A new code is asked for like the first: allauth's resending passes the limits by, and mails to known addresses only,
# which its answer's time would tell.
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = False
# A whole cohort logs in from one venue's address in the same minute; one mailbox asks for few codes.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "request_login_code": "60/m/ip,3/m/key,20/h/key"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["introprogram.formats"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# --- Security -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a load balancer asks over plain HTTP from inside
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# --- Mail -----------------------------------------------------------------------------------------
MAIL_FOLDER = VAR_DIR / "mail"
EMAIL_PROVIDER, _provider = read_provider()
ANYMAIL = read_anymail(_provider, ENVIRONMENT)
_email = (
    env.email_url_config("filemail://")  # which isn't used
    if _provider
    else read_url(
        "EMAIL_URL",
        env.email_url,
        default="filemail://",
        schemes=("smtp", "smtp+tls", "smtp+ssl", "filemail"),
    )
)
EMAIL_REPORTS = _provider.reports if _provider else ""
EMAIL_IN_FOLDER = not _provider and str(_email["EMAIL_BACKEND"]).endswith("filebased.EmailBackend")
if _provider:
    EMAIL_BACKEND = _provider.backend
else:
    EMAIL_BACKEND = "messaging.backends.FolderBackend" if EMAIL_IN_FOLDER else _email["EMAIL_BACKEND"]
# django-environ leaves the first slash of an absolute path out.
EMAIL_FILE_PATH = f"/{_email['EMAIL_FILE_PATH']}" if _email["EMAIL_FILE_PATH"] else str(MAIL_FOLDER)
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
MAIL_PER_DOMAIN = read_number("MAIL_PER_DOMAIN", 0)  # how many a receiving domain is given in a minute; 0: any
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read_text("MAIL_FROM", "Introprogram <no-reply@example.org>")

# --- SMS ------------------------------------------------------------------------------------------
_sms = read_gateway("SMS_URL", ENVIRONMENT)
SMS_IN_FOLDER = _sms.scheme == "folder"  # with the mail
SMS_ON = bool(_sms.scheme)
SMS_GATEWAY, SMS_USER, SMS_PASSWORD = _sms.address, _sms.user, _sms.password
SMS_FROM = read_sender("SMS_FROM", "Intro")

# --- Celery only wakes workers; the database is the queue (docs/adr) ------------------------------
CELERY_BROKER_URL = read_address(
    "CELERY_BROKER_URL", default="filesystem://localhost", schemes=("filesystem", "redis", "rediss")
)
BROKER_FOLDER = VAR_DIR / "broker"
if CELERY_BROKER_URL.startswith("filesystem"):
    for _folder in ("queue", "control"):
        (BROKER_FOLDER / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "data_folder_in": str(BROKER_FOLDER / "queue"),
        "data_folder_out": str(BROKER_FOLDER / "queue"),
        "control_folder": str(BROKER_FOLDER / "control"),
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "retry_on_timeout": False,
        **REDIS_TIMEOUTS,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "introprogram.beat.Beat"
BEAT_HEARTBEAT = VAR_DIR / "beat-heartbeat"

# --- Metrics --------------------------------------------------------------------------------------
METRICS_TOKEN = read_token("METRICS_TOKEN")

# --- Logging --------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "common.logs.RedactingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": read_log_level(ENVIRONMENT),
    },
    "loggers": {
        # In Django's own settings these have handlers that write addresses as they are.
        "django": {"handlers": []},
        "django.server": {"handlers": [], "propagate": True},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
    },
}

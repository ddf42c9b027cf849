"""All settings, read from the environment (and from `data/rboard.env`, which `bin/run` writes).

Secure unless told otherwise: `PUBLIC_URL` with https turns every HTTPS-only protection on,
`DEBUG=1` is for development. What is wrong stops the start with one line that names the variable.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from rboard import addresses, logs
from rboard.databases import database, replica
from rboard.environment import (
    BASE_DIR,
    DATA_DIR,
    boolean,
    choice,
    env,
    log_file,
    log_level,
    networks,
    number,
    one_line,
    port,
    seconds,
    secret,
)
from rboard.uploads import uploads

DEBUG = boolean("DEBUG", False)
SECRET_KEY = (env.str("SECRET_KEY", "") or "development-only") if DEBUG else secret("SECRET_KEY")


# --- Where the site lives -----------------------------------------------------------------------

SITE_NAME = one_line("SITE_NAME", "rboard")
PORT = port("PORT", 8000)
_public = addresses.public("PUBLIC_URL", f"http://localhost:{PORT}")
PUBLIC_URL = _public.geturl()
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
HTTPS = _public.scheme == "https"
_host = addresses.host(_public)
ALLOWED_HOSTS = addresses.hosts("ALLOWED_HOSTS", LOOPBACK if _host in LOOPBACK else [_host])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Who is believed when it says for whom it asks, and whether that one came by HTTPS.
TRUSTED_PROXIES = networks("TRUSTED_PROXIES", "127.0.0.0/8,::1")
# From where /metrics may be read; empty to have none.
METRICS_ALLOW = networks("METRICS_ALLOW")

# --- Database -----------------------------------------------------------------------------------

DATABASES = {"default": database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'rboard.sqlite3'}")}
if env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = replica("DATABASE_REPLICA_URL", of=DATABASES["default"])
    DATABASE_ROUTERS = ["rboard.replica.Router"]
# Seconds by which a replica that is read may be behind.
DATABASE_REPLICA_LAG = seconds("DATABASE_REPLICA_LAG", 5, most=600)
# Seconds for which a migration may wait for a table, and the site behind it.
MIGRATE_LOCK_TIMEOUT = seconds("MIGRATE_LOCK_TIMEOUT", 5, most=86_400)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "rboard",
    "moderation",
    "discussions",
    "boards",
    "inbox",
    "accounts",
    "markup",
    "rboard.admin_config.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "mptt",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
    "bs_icon_templates",
    "csp",
    "axes",
]

MIDDLEWARE = [
    # Before anything that looks at the host: who probes a server asks for its address.
    "rboard.health.probes",
    "rboard.requests.numbered",
    *(["rboard.metrics.measured"] if METRICS_ALLOW else []),
    "rboard.middleware.head_only",
    # Before kept pages are looked for: it may drop them.
    "rboard.readonly.noticed",
    "rboard.guest_pages.guest_pages",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rboard.middleware.response_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "rboard.entity_tags.entity_tags",
    # Outside of what asks who the visitor is; kept pages of guests are further outside.
    *(["rboard.replica.Reading"] if "replica" in DATABASES else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "rboard.readonly.Refusing",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "rboard.urls"
WSGI_APPLICATION = "rboard.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "rboard.templating.Templates",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "bs_icon_templates.templatetags.bs_icons",
                "markup.templatetags.rboard_text",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rboard.context_processors.site",
                "moderation.context_processors.waiting",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Caches -------------------------------------------------------------------------------------

# For how many seconds a guest may be shown a page as it was; 0 makes each anew.
PAGE_CACHE_SECONDS = number("PAGE_CACHE_SECONDS", 10)
# Without Redis each process keeps its own pages.
REDIS_URL = addresses.redis("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "rboard",
        # Slower than making the page, it is of no use.
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 60},  # some 200 KB each
    }
}

# --- Members ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses, and lets nobody in
    "accounts.backends.MemberBackend",
]
# How often a password may be tried; see accounts/tries.py. The eleventh is refused, and whatever
# comes after it.
AXES_HANDLER = "accounts.tries.Tries"
AXES_FAILURE_LIMIT = 11
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "accounts.tries.counted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.tries.one_address"
AXES_LOCKOUT_CALLABLE = "accounts.views.errors.too_many_tries"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# By the name alone, and meant: whatever else a guesser changes, the name stays.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
SESSION_ENGINE = "accounts.sessions"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds

# --- Mail ---------------------------------------------------------------------------------------

_email = addresses.mail("EMAIL_URL")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = addresses.sender("FROM_EMAIL", SITE_NAME, _public)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
# One way of writing dates, in the admin and on the site.
FORMAT_MODULE_PATH = "rboard.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files -------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": uploads("UPLOADS_URL", f"file://{DATA_DIR / 'uploads'}"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Pages name the hashed files alone; source maps are for the developer's own checkout.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "map jpg jpeg png gif webp zip gz tgz bz2 tbz xz br woff woff2 avif".split()
)

# --- Security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A browser takes a __Host- cookie only over HTTPS, from this very host and for the whole site.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- The board ----------------------------------------------------------------------------------

# Seconds that weigh as much as ten times the score in the order "hot"; after a change run
# `manage.py recompute_ranks`.
RANKING_TAU = seconds("RANKING_TAU", 79_200)

# How often each process looks whether the site was made read-only.
READ_ONLY_SECONDS = 3

# --- Logs ---------------------------------------------------------------------------------------

LOG_FORMAT = choice("LOG_FORMAT", "text", "json")
# A file for a line each request, or - for standard output; none by default.
ACCESS_LOG = log_file("ACCESS_LOG")
LOGGING = logs.configuration(LOG_FORMAT, log_level("LOG_LEVEL"), ACCESS_LOG)

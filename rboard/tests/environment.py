"""The environment of the tests, set before Django reads its settings (pytest's option -p)."""

import os
import tempfile

os.environ["ENV_FILE"] = os.devnull  # not what this checkout's own site is set to
os.environ.setdefault("SECRET_KEY", "for tests only, never for a site")
os.environ.setdefault("PUBLIC_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
# Not the uploads of this checkout's own site; who tests them says where they are.
os.environ.setdefault("UPLOADS_URL", f"file://{tempfile.gettempdir()}/rboard-tests-uploads")
# Tests change things behind the back of the pages; who tests kept pages asks for them.
os.environ.setdefault("PAGE_CACHE_SECONDS", "0")

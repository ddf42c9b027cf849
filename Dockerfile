# rboard in a container; README.md, "Container", tells how it is used.
# Any image of Debian with Python 3.11 or newer and its venv module will do for PYTHON_IMAGE.
ARG PYTHON_IMAGE=docker.io/library/python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
RUN python3 -m venv .venv
COPY requirements.txt ./
# Where packages come from another place than PyPI, hand pip's own settings in:
# --secret id=pip.conf,src=/etc/pip.conf
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    .venv/bin/pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check \
        -r requirements.txt && \
    .venv/bin/pip uninstall --quiet --yes pip setuptools
COPY . ./
# The key is for this one command. What only developers and other Pythons read goes, and what boto3
# knows of Amazon's other services. Nothing in the image changes from here on, so Python need not look
# whether its bytecode is old.
RUN SECRET_KEY=nothing-is-signed-here .venv/bin/python manage.py collectstatic --noinput -v 0 && \
    find staticfiles .venv -name '*.map' -delete -o -path '*/zstandard/_cffi.*' -delete && \
    find .venv -path '*/botocore/data/*' -prune -type d ! -name s3 ! -name sts -exec rm -r {} + && \
    .venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash . && \
    ln -s /data data

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="rboard" \
    org.opencontainers.image.description="A message board" \
    org.opencontainers.image.licenses="MIT"
# Backups need three programs of PostgreSQL: these alone, without the Perl of their package.
RUN apt-get update -qq && \
    apt-get install -qq -y --no-install-recommends libpq5 liblz4-1 libreadline8 libzstd1 >/dev/null && \
    cd /tmp && \
    apt-get download -qq "$(apt-cache depends postgresql-client | sed -n 's/.*Depends: //p' | head -1)" && \
    dpkg-deb --fsys-tarfile postgresql-client-*.deb | tar -x -C / --wildcards \
        './usr/lib/postgresql/*/bin/pg_dump' './usr/lib/postgresql/*/bin/pg_restore' \
        './usr/lib/postgresql/*/bin/psql' && \
    rm -rf postgresql-client-*.deb /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log && \
    /usr/lib/postgresql/*/bin/psql --version
# The official image brings its library without bytecode, and a read-only one can't keep any.
RUN groupadd --gid 10001 rboard && \
    useradd --no-log-init --uid 10001 --gid 10001 --home-dir /data --no-create-home \
        --shell /usr/sbin/nologin rboard && \
    install -d -o 10001 -g 10001 -m 0750 /data && \
    python3 -m compileall -q -j 0 -x '/(site|dist)-packages/' \
        "$(python3 -c 'import os; print(os.path.dirname(os.__file__))')"
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
# Threads, because a container may face browsers itself: see rboard/gunicorn.py.
ENV PATH=/app/.venv/bin:$PATH HOME=/tmp \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 WEB_THREADS=8 ACCESS_LOG=-
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["/app/bin/entrypoint", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/bin/entrypoint"]
CMD ["serve"]

# Newsbell in a container: two stages, no compiler and no pip in the result.
# The root file system may be read-only; everything that lasts is in /data.

FROM python:3.11-slim AS build
COPY requirements.lock .
# Wheels only: nothing that is downloaded gets to run while the image is built.
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        --only-binary :all: --target /packages -r requirements.lock
COPY bot /app/bot
COPY handlers /app/handlers
RUN python -m compileall -q /packages /app

FROM python:3.11-slim
RUN python -m pip uninstall --quiet --yes --root-user-action ignore pip \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin newsbell \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /packages /packages
COPY --from=build /app /app
ENV PYTHONPATH=/packages:/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/newsbell.db \
    WEB_PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['WEB_PORT']}/healthz\", timeout=8)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]

# Introprogram's image: web, worker, beat and migrate are the same image with different commands (docker-compose.yml).
FROM python:3.13-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH
# What WeasyPrint draws with.
RUN apt-get update --quiet --quiet \
    && apt-get install --quiet --quiet --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS build
COPY requirements/base.txt requirements/
RUN python -m venv /venv \
    && pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements/base.txt
COPY . .
# Nothing is kept of these values; production's settings refuse to load without them.
RUN export ENVIRONMENT=production SECRET_KEY="$(head -c 48 /dev/urandom | base64)" BASE_URL=https://build.invalid VAR_DIR=/tmp \
    && python manage.py compile_catalogues \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q /app /venv

FROM base
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin introprogram \
    && install --directory --owner introprogram /srv/media
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV ENVIRONMENT=production MEDIA_ROOT=/srv/media VAR_DIR=/tmp
USER introprogram
EXPOSE 8000
# No access log: addresses hold search words, invitations' tokens and certificates' codes.
CMD ["gunicorn", "introprogram.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]

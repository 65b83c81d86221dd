#!/bin/sh
# Build an installation, step by step. The image runs these steps, and so does a server without
# containers; whatever is installed belongs to who runs this, and the service only reads it.
#
#   sh deploy/install.sh packages TARGET   TARGET/venv: the pinned packages, each by its hash
#   sh deploy/install.sh code TARGET       TARGET/app: the code, compiled
#   sh deploy/install.sh all TARGET        both
set -eu
umask 022
step=${1:-} target=${2:-}
source=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}

packages() {
    mkdir -p "$target"
    "$python" -m venv "$target/venv"
    "$target/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
        --use-pep517 --require-hashes -r "$source/requirements.lock"
}

code() {
    fresh="$target/app.new"
    rm -rf "$fresh"
    mkdir -p "$fresh/deploy"
    for part in run.py bot db flows payments tickets locale sandbox; do
        cp -R "$source/$part" "$fresh/"
    done
    cp "$source/deploy/healthy.py" "$fresh/deploy/"
    find "$fresh" -name __pycache__ -prune -exec rm -rf {} +
    "$python" -m compileall -q "$fresh"
    chmod -R a+rX,go-w "$fresh"
    rm -rf "$target/app"
    mv "$fresh" "$target/app"
}

case "$step:$target" in
    *:) echo "usage: sh deploy/install.sh packages|code|all TARGET" >&2; exit 2 ;;
    packages:*) packages ;;
    code:*) code ;;
    all:*) packages; code ;;
    *) echo "$step: no step; packages, code or all" >&2; exit 2 ;;
esac

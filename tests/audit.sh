#!/bin/sh
# Look for known holes in what is installed in production: 0 none, 1 some, 2 it could not be told.
set -u
VERSION=2.10.1
TOOL=.venv/audit/bin
python=${PYTHON:-python3}

pinned=$(grep -cE '^[A-Za-z0-9._-]+(\[[a-z,]+\])?==' requirements.lock)
hashed=$(grep -A1 -E '^[A-Za-z0-9._-]+(\[[a-z,]+\])?==' requirements.lock | grep -c -- '--hash=')
echo "requirements.lock: $pinned packages, $hashed of them with hashes"
[ "$pinned" = "$hashed" ] || { echo "every package must be pinned with its hash" >&2; exit 1; }

if ! { [ -x "$TOOL/pip-audit" ] || { "$python" -m venv .venv/audit &&
    "$TOOL/python" -m pip install --quiet --disable-pip-version-check "pip-audit==$VERSION"; }; }
then
    echo "pip-audit $VERSION cannot be installed here." >&2
    echo "Run 'make audit' on a machine that reaches a package index." >&2
    exit 2
fi

report=$("$TOOL/pip-audit" --strict --require-hashes --disable-pip -r requirements.lock 2>&1)
outcome=$?
printf '%s\n' "$report" | tail -n 40
case "$report" in
    *"could not be audited"* | *"not found on PyPI"* | *ConnectionError* | *Max\ retries* | *imed\ out*)
        echo "The advisory data cannot be reached from here, so nothing is known of any package." >&2
        echo "Run 'make audit' on a machine that reaches the public Python package index, or there" >&2
        echo "'pip-audit --strict --require-hashes --disable-pip -r requirements.lock'." >&2
        exit 2
        ;;
esac
exit "$outcome"

#!/bin/sh
# The page tests drive Debian's Chromium; it is installed where that can be done.
set -e
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Chromium for the page tests"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-core >/dev/null
    exit 0
fi
echo "The page tests need Chromium: install the package 'chromium', then run make test again." >&2
exit 1

#!/bin/sh
# What the tests in a browser need and cannot bring along: Chromium, and axe-core for accessibility.
# Without them these tests are skipped and say so.
#
#   tools/browser.sh fetch    get what is missing (Chromium only as root on Debian)
#   tools/browser.sh remove   remove axe-core
set -eu
AXE=4.14.1
FOLDER=$(dirname "$0")/../.browser

case "${1:-fetch}" in
remove)
  rm -rf "$FOLDER"
  ;;
fetch)
  if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
      apt-get install -y -q chromium
    else
      echo "no Chromium: on Debian, apt-get install chromium" >&2
    fi
  fi
  if [ ! -f "$FOLDER/axe.min.js" ]; then
    if command -v npm >/dev/null; then
      mkdir -p "$FOLDER"
      (cd "$FOLDER" && npm pack --silent "axe-core@$AXE" && tar -xzf "axe-core-$AXE.tgz" \
        && cp package/axe.min.js . && rm -r package "axe-core-$AXE.tgz")
    else
      echo "no axe-core: npm is missing" >&2
    fi
  fi
  ;;
*)
  sed -n '2,6p' "$0" >&2
  exit 2
  ;;
esac

#!/bin/sh
# Install Debian packages that are missing: tools/debian.sh PACKAGE...
#
# Ends with 0 if all are there in the end, with 1 if they cannot be installed here (no Debian, no
# right to, no network), and says so.
set -eu

missing=""
for package in "$@"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null \
    | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "no apt-get here; install by other means:$missing" >&2
  exit 1
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "not root, and no sudo: cannot install$missing" >&2; exit 1; }
  root="sudo -n"
fi

# The services that come with the packages are not wanted, only the programs.
echo "installing$missing (Debian) ..." >&2
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
if ! { $root apt-get update -qq && $root apt-get install -qq --yes --no-install-recommends $missing; } \
  >/tmp/debian-$$.log 2>&1; then
  tail -n 5 /tmp/debian-$$.log >&2
  echo "cannot install$missing" >&2
  exit 1
fi
rm -f /tmp/debian-$$.log

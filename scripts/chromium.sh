#!/bin/sh
# Makes sure that Chromium is there for the browser tests. As root on Debian it
# installs the package and Chinese fonts when they are missing.
set -eu
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium and Chinese fonts (Debian packages)…" >&2
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk fontconfig; } >&2
  exit 0
fi
command -v chromium >/dev/null && exit 0
echo "Chromium is not installed. Install it (Debian: apt-get install chromium fonts-noto-cjk)." >&2
exit 1

#!/bin/sh
# Makes sure that Chromium is there for the browser tests. As root on Debian it
# installs the headless shell (half the cost of the desktop's program) and Chinese
# fonts when they are missing; a desktop Chromium does when they cannot be had.
set -eu
fonts() { fc-list :lang=zh 2>/dev/null | grep -q .; }
if command -v chromium-headless-shell >/dev/null && fonts; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium and Chinese fonts (Debian packages)…" >&2
  if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium-headless-shell fonts-noto-cjk fontconfig; } >&2; then exit 0; fi
fi
if command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null; then exit 0; fi
echo "Chromium is not installed. Install it (Debian: apt-get install chromium-headless-shell fonts-noto-cjk)." >&2
exit 1

#!/bin/sh
# Starts a throw-away PostgreSQL for tests, without fsync, unless
# ZHIYIN_TEST_DSN already names a server, and prints the shell words that set
# ZHIYIN_TEST_DSN and ZHIYIN_TEST_PGDATA:   eval "$(scripts/postgres.sh)"
# "scripts/postgres.sh stop" ends and removes it. As root on Debian it installs
# the package when it is missing.
set -eu

bindir() { ls -d /usr/lib/postgresql/*/bin /usr/local/pgsql/bin 2>/dev/null | sort -V | tail -n 1; }
# PostgreSQL refuses to run as root: as root, its own user runs it.
as_owner() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }

if [ "${1:-}" = stop ]; then
  [ -n "${ZHIYIN_TEST_PGDATA:-}" ] || exit 0
  as_owner "'$(bindir)/pg_ctl' -D '$ZHIYIN_TEST_PGDATA' -m immediate stop >/dev/null 2>&1" || true
  rm -rf "$ZHIYIN_TEST_PGDATA"
  exit 0
fi

if [ -n "${ZHIYIN_TEST_DSN:-}" ]; then
  echo "export ZHIYIN_TEST_DSN='$ZHIYIN_TEST_DSN'"
  exit 0
fi

if [ -z "$(bindir)" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing PostgreSQL (Debian package)…" >&2
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql; } >&2
  else
    echo "PostgreSQL is not installed. Install it (Debian: apt-get install postgresql) or set ZHIYIN_TEST_DSN to a server in which databases may be made." >&2
    exit 1
  fi
fi

bin=$(bindir)
data=$(mktemp -d "${TMPDIR:-/tmp}/zhiyin-pg-XXXXXX")
[ "$(id -u)" != 0 ] || chown postgres "$data"
as_owner "'$bin/initdb' -D '$data' -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null"
cat >>"$data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$data'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 400
shared_buffers = 256MB
CONF
as_owner "'$bin/pg_ctl' -D '$data' -w -l '$data/log' start >/dev/null"
echo "export ZHIYIN_TEST_PGDATA='$data'"
echo "export ZHIYIN_TEST_DSN='postgres://postgres@/postgres?host=$data'"

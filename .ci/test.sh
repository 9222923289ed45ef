#!/usr/bin/env bash
# Runs the tests of the packages given, or of all, with the race detector.
#
#     bash .ci/test.sh [-run TestR38 ./bot/...]
#
# On a Debian with Go, git and make it installs what else the tests want, and
# starts a MariaDB of its own. To bring your own, set
#
#     HUIBAN_TEST_MYSQL_DSN   a go-sql-driver DSN without a database name, as
#                             root:secret@tcp(127.0.0.1:3306)/?charset=utf8mb4&parseTime=true&loc=UTC
#                             whose account may create and drop databases
#     HUIBAN_TEST_CHROMIUM    the path of a Chromium or Chrome
#
# A plain `go test ./...` passes too: tests skip what is not there and say so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/packages.sh
source .ci/mariadb.sh

# c_compiler reports whether cgo, which the race detector needs, will build.
c_compiler() {
  echo 'int main(void) { return 0; }' | "${CC:-gcc}" -include stdlib.h -x c -o /dev/null -
}

need gcc command -v "${CC:-gcc}"
need libc6-dev c_compiler
if [[ -z ${HUIBAN_TEST_MYSQL_DSN:-} ]]; then
  need mariadb-server command -v mariadbd
fi
if [[ -z ${HUIBAN_TEST_CHROMIUM:-} ]]; then
  need chromium command -v chromium
  need fonts-noto-cjk has_cjk_font
fi
install_missing

if [[ -z ${HUIBAN_TEST_CHROMIUM:-} ]]; then
  HUIBAN_TEST_CHROMIUM=$(command -v chromium)
fi
export HUIBAN_TEST_CHROMIUM
if [[ -z ${HUIBAN_TEST_MYSQL_DSN:-} ]]; then
  trap mariadb_stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mariadb_start
fi

# Each quick benchmark once, so that none is found broken by who measures.
if (($# == 0)); then
  CGO_ENABLED=1 go test -race -run '^$' -bench . -benchtime 1x ./bot/... ./scheduler ./adapters/playground |
    sed -E '/^(Benchmark|goos|goarch|pkg|cpu|PASS)/d'
  set -- ./... ./.ci/coverage # which ./... passes over
fi
# Tests of the program wait for clocks and other processes most of their time, so
# more of them run beside each other than there are processors.
CGO_ENABLED=1 go test -race -parallel 6 -timeout 9m "$@"

# shellcheck shell=bash
# Sourced: mariadb_start runs a MariaDB of our own, mariadb_stop removes it.
#
# The server lives in a temporary folder, listens on a free port of 127.0.0.1
# only and knows one account, root without a password. It is durable as in
# production (innodb_flush_log_at_trx_commit=1), so tests of crashes mean
# something. mariadb_start exports
#
#     HUIBAN_TEST_MYSQL_DSN=root@tcp(127.0.0.1:PORT)/?charset=utf8mb4&parseTime=true&loc=UTC
#
# in the form of go-sql-driver/mysql. It names no database on purpose: each
# test creates its own and drops it.

PATH=$PATH:/usr/sbin:/usr/local/sbin # where mariadbd is, and an ordinary account does not look
mariadb_dir=''
mariadb_pid=''

# free_port prints a port of 127.0.0.1 nobody listens on, below the range that
# the kernel gives to outgoing connections.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# mariadb_answers reports whether the server answers over TCP on port $1.
mariadb_answers() {
  mariadb-admin --no-defaults --protocol=tcp --host=127.0.0.1 --port="$1" --user=root \
    --connect-timeout=2 ping >/dev/null 2>&1
}

# mariadb_create makes the data folder; the server will not run as root.
mariadb_create() {
  mariadb_dir=$(mktemp -d "${TMPDIR:-/tmp}/huiban-mariadb.XXXXXX") || return 1
  mariadb_user=()
  if ((EUID == 0)); then
    chown mysql: "$mariadb_dir" || return 1
    mariadb_user=(--user=mysql)
  fi
  mariadb-install-db --no-defaults "${mariadb_user[@]}" --datadir="$mariadb_dir/data" \
    --auth-root-authentication-method=normal --skip-test-db >"$mariadb_dir/install.log" 2>&1
}

# mariadb_launch starts the server on port $1 and waits until it answers, for
# 60 seconds at most; it fails at once if the server ends.
mariadb_launch() {
  local port=$1 deadline=$((SECONDS + 60))
  mariadbd --no-defaults "${mariadb_user[@]}" --datadir="$mariadb_dir/data" \
    --bind-address=127.0.0.1 --port="$port" --skip-name-resolve \
    --socket="$mariadb_dir/sock" --pid-file="$mariadb_dir/pid" \
    --secure-file-priv="$mariadb_dir/data" --local-infile=OFF \
    --character-set-server=utf8mb4 --default-time-zone=+00:00 \
    --innodb-flush-log-at-trx-commit=1 --innodb-log-file-size=64M --max-connections=400 \
    >>"$mariadb_dir/server.log" 2>&1 &
  mariadb_pid=$!
  while kill -0 "$mariadb_pid" 2>/dev/null && ((SECONDS < deadline)); do
    if mariadb_answers "$port" && kill -0 "$mariadb_pid" 2>/dev/null; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}

mariadb_start() {
  local port
  if ! mariadb_create; then
    echo "mariadb: no data folder could be made" >&2
    tail -n 20 "$mariadb_dir/install.log" >&2
    return 1
  fi
  for _ in 1 2 3; do # somebody may take the port between the look and the bind
    port=$(free_port)
    if mariadb_launch "$port"; then
      export HUIBAN_TEST_MYSQL_DSN="root@tcp(127.0.0.1:$port)/?charset=utf8mb4&parseTime=true&loc=UTC"
      return 0
    fi
    mariadb_kill
  done
  echo "mariadb: the server does not start" >&2
  tail -n 20 "$mariadb_dir/server.log" >&2
  return 1
}

# mariadb_kill ends the server without ceremony: its data is thrown away.
mariadb_kill() {
  if [[ -n $mariadb_pid ]]; then
    kill -KILL "$mariadb_pid" 2>/dev/null || true
    wait "$mariadb_pid" 2>/dev/null || true
    mariadb_pid=''
  fi
}

mariadb_stop() {
  mariadb_kill
  if [[ -n $mariadb_dir ]]; then
    rm -rf "$mariadb_dir"
    mariadb_dir=''
  fi
}

#!/usr/bin/env bash
# A server that speaks the MongoDB protocol, to test against on a machine that
# has none: FerretDB on PostgreSQL with the DocumentDB extension. PostgreSQL
# lives in a Debian root of its own, because the extension is packaged for a
# newer Debian than the one that tests usually run on.
#
#   mongo.sh start    set up what is missing, start, wait until it answers,
#                     print the URI (and nothing else) on standard output
#   mongo.sh stop     stop the server and PostgreSQL gracefully
#   mongo.sh kill9    kill the server with SIGKILL (for tests of faults);
#                     a later start brings it back on the same data
#   mongo.sh status   exit 0 if it answers, 1 if not
#   mongo.sh uri      print the URI
#
# Every step is done beside its place and moved there when complete, and
# all mounts live in a namespace of their own: an interrupted setup or a reboot
# leaves nothing behind that the next start has to clean up by hand.
set -euo pipefail

root=$(readlink -m "${RECTIFY_MONGO_ROOT:-/var/tmp/rectify-mongo}")
port=${RECTIFY_MONGO_PORT:-27999}
pg_port=${RECTIFY_MONGO_PG_PORT:-27998}
suite=${RECTIFY_MONGO_SUITE:-sid}
mirror=${RECTIFY_MONGO_MIRROR:-} # empty: debootstrap's own default
ferretdb_version=v2.7.0
pg_version=18

uri="mongodb://127.0.0.1:$port/"
debian=$root/debian
bin=$root/bin/ferretdb-$ferretdb_version
pg_bin=/usr/lib/postgresql/$pg_version/bin # this and the next: inside the Debian root
pg_data=/var/lib/rectify-pg

say() { printf 'mongo.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# --- Is it there? -----------------------------------------------------------

# answers sends one listDatabases, which reaches PostgreSQL too, as a raw
# OP_MSG and looks for the list in the reply: no client program is needed.
answers() {
	timeout 5 bash -c '
		exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
		printf "%b" "\x47\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0" "\0\0\0\0\0" \
			"\x32\0\0\0" "\x10listDatabases\0\x01\0\0\0" "\x08nameOnly\0\x01" \
			"\x02\$db\0\x06\0\0\0admin\0" "\0" >&3
		size=$(head -c 4 <&3 | od -An -td4 | tr -d " ")
		[ "${size:-0}" -gt 16 ] || exit 1
		head -c $((size - 4)) <&3 | tr -c "[:print:]" "\n" | grep -qx databases
	' _ "$port" 2>/dev/null
}

# ferretdb_pids prints the process ids of our own server only.
ferretdb_pids() {
	local p exe
	for p in /proc/[0-9]*; do
		exe=$(readlink "$p/exe" 2>/dev/null) || continue
		case $exe in "$root"/bin/ferretdb-*) printf '%s\n' "${p#/proc/}" ;; esac
	done
}

# postgres_pid prints the process id of our PostgreSQL if it runs.
postgres_pid() {
	local pid
	pid=$(head -n 1 "$debian$pg_data/postmaster.pid" 2>/dev/null) || return 1
	[ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ] && printf '%s\n' "$pid"
}

# --- Set up -----------------------------------------------------------------

apt_install() {
	local opts=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=600)
	export DEBIAN_FRONTEND=noninteractive
	apt-get install "${opts[@]}" "$@" >&2 && return
	apt-get update -q -o DPkg::Lock::Timeout=600 >&2
	apt-get install "${opts[@]}" "$@" >&2
}

setup_debian() {
	[ -x "$debian$pg_bin/postgres" ] && return
	command -v debootstrap >/dev/null || apt_install debootstrap
	local part=$root/debian.part
	rm -rf --one-file-system "$part"
	say "installing PostgreSQL $pg_version with DocumentDB into a Debian root (a minute or two)"
	# A namespace of its own: whatever the packages mount or start ends with it.
	unshare --mount --pid --fork --kill-child \
		debootstrap --variant=minbase --include="postgresql-$pg_version-documentdb" \
		"$suite" "$part" ${mirror:+"$mirror"} >"$root/debootstrap.log" 2>&1 || {
		tail -n 20 "$root/debootstrap.log" >&2
		[ -f "$part/debootstrap/debootstrap.log" ] && tail -n 20 "$part/debootstrap/debootstrap.log" >&2
		die "debootstrap failed"
	}
	rm -rf "$part"/var/cache/apt/archives/*.deb
	mv -T "$part" "$debian"
}

setup_ferretdb() {
	[ -x "$bin" ] && return
	say "building FerretDB $ferretdb_version"
	local part=$root/bin.part
	mkdir -p "$part" "$root/bin"
	(cd "$part" && env -u GOFLAGS GOWORK=off GOBIN="$part" \
		go install "github.com/FerretDB/FerretDB/v2/cmd/ferretdb@$ferretdb_version") >&2
	mv -T "$part/ferretdb" "$bin"
}

# inside runs a command as postgres in the Debian root, with /proc and /dev
# mounted in a namespace that ends with the last process in it.
inside() {
	unshare --mount bash -c '
		set -euo pipefail
		root=$1; shift
		mount --rbind /dev "$root/dev"
		mount -t proc proc "$root/proc"
		exec chroot --userspec=postgres:postgres "$root" \
			/usr/bin/env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/tmp "$@"
	' _ "$debian" "$@" </dev/null
}

setup_cluster() {
	[ -f "$debian$pg_data/ready-2" ] && return
	say "creating the database cluster"
	stop_postgres # one that an interrupted setup left
	rm -rf --one-file-system "${debian:?}$pg_data"
	chroot "$debian" install -d -m 700 -o postgres -g postgres "$pg_data"
	inside "$pg_bin/initdb" -A trust -U postgres -E UTF8 --locale=C.UTF-8 -D "$pg_data" >"$root/initdb.log"
	cat >>"$debian$pg_data/postgresql.conf" <<-CONF
		shared_preload_libraries = 'pg_documentdb_extended_rum,pg_cron,pg_documentdb_core,pg_documentdb'
		# indexes that are walked in order, as MongoDB's are
		documentdb.rum_library_load_option = 'require_documentdb_extended_rum'
		documentdb.alternate_index_handler_name = 'extended_rum'
		cron.database_name = 'postgres'
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '/tmp'
		max_connections = 200
		shared_buffers = 256MB
		max_wal_size = 2GB
		cron.log_run = off
		cron.log_statement = off
		log_min_messages = warning
		log_checkpoints = off
	CONF
	start_postgres
	inside "$pg_bin/psql" -qX -h 127.0.0.1 -p "$pg_port" -U postgres -v ON_ERROR_STOP=1 \
		-c 'SET client_min_messages = warning' -c 'CREATE EXTENSION IF NOT EXISTS documentdb CASCADE' \
		-c 'CREATE EXTENSION IF NOT EXISTS documentdb_extended_rum CASCADE' postgres >&2
	touch "$debian$pg_data/ready-2"
}

# --- Start and stop ---------------------------------------------------------

start_postgres() {
	postgres_pid >/dev/null && return
	# Not running, so a lock file is left over from a crash or a reboot.
	rm -f "$debian$pg_data/postmaster.pid"
	inside "$pg_bin/pg_ctl" -s -w -t 60 -D "$pg_data" -l "$pg_data/server.log" \
		-o "-p $pg_port" start >&2 9>&- || {
		tail -n 20 "$debian$pg_data/server.log" >&2
		die "PostgreSQL does not start"
	}
}

start_ferretdb() {
	[ -n "$(ferretdb_pids)" ] && return
	mkdir -p "$root/state"
	(
		cd /
		exec setsid "$bin" \
			--postgresql-url="postgres://postgres@127.0.0.1:$pg_port/postgres" \
			--listen-addr="127.0.0.1:$port" --state-dir="$root/state" \
			--telemetry=disable --debug-addr=- --no-auth --log-level=warn
	) >"$root/ferretdb.log" 2>&1 </dev/null 9>&- &
}

# gone waits until none of the given processes is left, at most $1 seconds.
gone() {
	local end=$((SECONDS + $1)) pid
	shift
	for pid in "$@"; do
		while [ -d "/proc/$pid" ] && [ "$(sed 's/.*) //;s/ .*//' "/proc/$pid/stat" 2>/dev/null)" != Z ]; do
			[ "$SECONDS" -lt "$end" ] || return 1
			sleep 0.1
		done
	done
}

stop_ferretdb() {
	local pids
	pids=$(ferretdb_pids)
	[ -n "$pids" ] || return 0
	# shellcheck disable=SC2086 # a list of numbers
	kill -s "$1" $pids 2>/dev/null || true
	# shellcheck disable=SC2086
	gone 15 $pids || { kill -s KILL $pids 2>/dev/null || true; gone 5 $pids; }
}

stop_postgres() {
	local pid
	pid=$(postgres_pid) || return 0
	kill -s INT "$pid" 2>/dev/null || true # "fast": ends sessions, writes a checkpoint
	gone 60 "$pid" || die "PostgreSQL does not stop"
}

start() {
	answers && return
	command -v go >/dev/null || die "go is not on the PATH"
	setup_ferretdb &
	local build=$!
	setup_debian
	setup_cluster
	start_postgres
	wait "$build" || die "FerretDB could not be built"
	local try
	for try in 1 2; do
		start_ferretdb
		local end=$((SECONDS + 30))
		while [ "$SECONDS" -lt "$end" ]; do
			answers && return
			[ -n "$(ferretdb_pids)" ] || break
			sleep 0.2
		done
		stop_ferretdb TERM # started, but dead to the world: once more
		[ "$try" = 2 ] || sleep 1
	done
	tail -n 20 "$root/ferretdb.log" >&2
	die "FerretDB does not answer on 127.0.0.1:$port"
}

case ${1:-} in
uri) printf '%s\n' "$uri"; exit ;;
status) answers; exit ;;
start | stop | kill9) ;;
*) sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac

[ "$(id -u)" = 0 ] || die "needs root: it makes a chroot"
mkdir -p "$root"
exec 9>"$root/lock"
flock -w 900 9 || die "another mongo.sh is busy"
case $1 in
start) start; printf '%s\n' "$uri" ;;
stop) stop_ferretdb TERM; stop_postgres ;;
kill9) stop_ferretdb KILL ;;
esac

#!/usr/bin/env bash
# Checks what the Dockerfile promises where no container engine can run: its
# own build line makes the binary, and its own arguments start that binary as
# its own user in a root that holds nothing else and cannot be written to,
# save for /data.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'container.sh: %s\n' "$*"; }
die() { say "FAIL: $*"; [ ! -s "$work/log" ] || tail -n 30 "$work/log"; exit 1; }

work=$(mktemp -d)
pid=
cleanup() {
	[ -z "$pid" ] || kill -s KILL "$pid" 2>/dev/null || true
	chmod -R u+w "$work" 2>/dev/null || true
	rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

[ "$(id -u)" = 0 ] || die "needs root: it makes a chroot"

# --- Read the Dockerfile -----------------------------------------------------

# words KEYWORD reads a line in the JSON form, one word a line.
words() {
	grep -E "^$1 " Dockerfile | sed -n 's/^[^[]*\[\(.*\)\]$/\1/p' | tr ',' '\n' | sed 's/^ *"//; s/" *$//'
}
build=$(grep -E '^RUN .*\bgo build\b' Dockerfile | sed 's/^RUN //') || true
[ -n "$build" ] || die "no build line in the Dockerfile"
user=$(sed -n 's/^USER //p' Dockerfile)
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || die "USER is not a numeric user other than root: '$user'"
mapfile -t environment < <(sed -n 's/^ENV //p' Dockerfile)
mapfile -t entrypoint < <(words ENTRYPOINT)
mapfile -t arguments < <(words CMD)
mapfile -t health < <(words HEALTHCHECK)
[ "${#entrypoint[@]}" -gt 0 ] && [ "${#arguments[@]}" -gt 0 ] && [ "${#health[@]}" -gt 0 ] ||
	die "ENTRYPOINT, CMD and HEALTHCHECK must stand in the JSON form, one line each"

image_go=$(sed -n 's/^FROM golang:\([0-9]*\.[0-9]*\).*/\1/p' Dockerfile)
module_go=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' go.mod)
[ "$image_go" = "$module_go" ] || die "Dockerfile builds with Go $image_go, go.mod asks for $module_go"

# --- Build -------------------------------------------------------------------

mkdir "$work/out" "$work/jail"
say "building: $build"
bash -euc "${build//\/out\//$work/out/}"

jail=$work/jail
chmod 755 "$work" "$jail"
install -m 755 "$work/out/rectify" "$jail/rectify"
install -d -m 700 -o "${user%:*}" -g "${user#*:}" "$jail/data"

# --- Run ---------------------------------------------------------------------

free_port() {
	local p
	for p in $(shuf -i 20000-29999 -n 50); do
		(exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { printf '%s\n' "$p"; return; }
	done
	return 1
}
port=${RECTIFY_CONTAINER_PORT:-$(free_port)}
arguments=("${arguments[@]/:8080/:$port}")

# The root is mounted read-only where mounting is allowed, and else made so by
# its permissions. The namespace is taken along into the process.
if unshare --mount true 2>/dev/null; then
	readonly_by=mount
else
	readonly_by=permissions
	chmod 555 "$jail"
fi
inside() {
	local enter='exec "$@"'
	# shellcheck disable=SC2016 # expanded by the shell that it is for
	[ "$readonly_by" != mount ] || enter='
		mount --bind "$0" "$0"
		mount --bind "$0/data" "$0/data"
		mount -o remount,bind,ro "$0"
		exec "$@"'
	local namespace=()
	[ "$readonly_by" != mount ] || namespace=(unshare --mount)
	exec env -i "${environment[@]}" PATH="$PATH" "${namespace[@]}" bash -euc "$enter" "$jail" \
		chroot --userspec="$user" --groups= "$jail" "$@"
}

inside "${entrypoint[@]}" "${arguments[@]}" >"$work/log" 2>&1 </dev/null &
pid=$!
say "started as $user in a root made read-only by $readonly_by: ${entrypoint[*]} ${arguments[*]}"

healthy() { (inside "${health[@]}" --listen "127.0.0.1:$port") >"$work/health" 2>&1 </dev/null; }
end=$((SECONDS + 60))
until [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$port/healthz")" = 200 ]; do
	kill -0 "$pid" 2>/dev/null || { pid=; die "the program ended"; }
	[ "$SECONDS" -lt "$end" ] || die "/healthz does not answer 200 within 60 s"
	sleep 0.2
done
say "/healthz answers 200 from outside"
healthy || { cat "$work/health"; die "${health[*]} says it is not well"; }
say "${health[*]} agrees from inside"

code=$(curl -s -L -o "$work/page" -w '%{http_code}' --max-time 10 "http://127.0.0.1:$port/")
[ "$code" = 200 ] && grep -qi '<html' "$work/page" || die "/ answers $code and no page"
say "/ answers a page of $(wc -c <"$work/page") bytes"

owner=$(awk '/^Uid:/{u=$2} /^Gid:/{g=$2} END{print u ":" g}' "/proc/$pid/status")
[ "$owner" = "$user" ] || die "runs as $owner, not as $user"
[ -n "$(ls -A "$jail/data")" ] || die "/data is empty: the store is somewhere else"
strays=$(cd "$jail" && find . -mindepth 1 -maxdepth 1 ! -name rectify ! -name data)
[ -z "$strays" ] || die "wrote outside /data: $strays"

kill -s TERM "$pid"
end=$((SECONDS + 10))
while kill -0 "$pid" 2>/dev/null && [ "$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null)" != Z ]; do
	[ "$SECONDS" -lt "$end" ] || die "does not stop within 10 s of SIGTERM"
	sleep 0.1
done
status=0
wait "$pid" || status=$?
pid=
[ "$status" = 0 ] || die "exit status $status after SIGTERM"
! healthy || die "${health[*]} says it is well when nothing runs"
say "stopped cleanly on SIGTERM"
say "PASS"

# How a step speaks: what it does, how long, how it went.

say() { printf '\033[1m[set-up]\033[0m %s\n' "$*"; }

# fail WHAT WHAT-TO-DO
fail() {
  printf '\n[set-up] failed: %s\n[set-up] what to do: %s\n' "$1" "$2" >&2
  exit 1
}

# step WHAT USUALLY COMMAND…: runs it with a clock.
step() {
  local what=$1 usually=$2 start=$SECONDS
  shift 2
  say "$what (usually $usually)"
  "$@"
  say "… done in $((SECONDS - start)) s"
}

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least HAVE WANT
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Cargo's own progress where a person watches; every 25th crate where nobody does.
with_progress() {
  if [ -t 2 ]; then "$@"; return; fi
  "$@" 2>&1 | awk '/Downloaded|Downloading/ { next } /Compiling/ { n++; if (n % 25 == 0) { printf "    … %d crates compiled\n", n; fflush() }; next } { print; fflush() }'
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo && sudo -n true 2>/dev/null; then sudo "$@"
  else return 1; fi
}

# debian_packages PACKAGE…: installs them where apt and the right to use it exist.
debian_packages() {
  have apt-get || return 1
  as_root apt-get -qq update || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# need PROGRAM PACKAGE USUALLY HINT: a program, else its Debian package, else what to do.
need() {
  have "$1" && return
  step "installing $2 for '$1'" "$3" debian_packages "$2" ||
    fail "'$1' is missing and could not be installed" "$4"
  have "$1" || fail "'$1' is still missing after installing $2" "$4"
}

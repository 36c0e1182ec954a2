# What only the tests need: a browser, a PostgreSQL server, Playwright, and a Stripe of our own.

setup_test_tools() {
  if ! chromium_path >/dev/null; then
    step "installing Chromium" "1 min" debian_packages chromium ||
      fail "no Chromium" "install Chromium or set CHROMIUM to its program"
  fi
  if ! postgres_bin >/dev/null; then
    step "installing PostgreSQL" "1 min" debian_packages postgresql ||
      fail "no PostgreSQL server programs" "install PostgreSQL 14 or newer (initdb, postgres)"
  fi
  if ! "$LOCALSTRIPE_PYTHON" -c 'import localstripe.server' 2>/dev/null; then
    step "fetching localstripe $LOCALSTRIPE_VERSION" "20 s" install_localstripe
  fi
  if [ ! -d "$ROOT/end2end/node_modules/@playwright" ] ||
    [ "$ROOT/end2end/package-lock.json" -nt "$ROOT/end2end/node_modules/.package-lock.json" ]; then
    step "fetching Playwright" "20 s" npm ci --silent --no-fund --no-audit --prefix "$ROOT/end2end" ||
      fail "npm ci in end2end" "check that npm reaches its registry"
  fi
}

# An independent server that speaks Stripe's API, in a folder of its own.
install_localstripe() {
  local folder=$CACHE/localstripe-$LOCALSTRIPE_VERSION
  rm -rf "$folder"
  need python3 python3 "20 s" "install Python 3.9 or newer"
  python3 -m venv "$folder" 2>/dev/null || { debian_packages python3-venv && python3 -m venv --clear "$folder"; } ||
    fail "python3 -m venv" "install Python's venv module (python3-venv)"
  "$folder/bin/pip" install --quiet --disable-pip-version-check "localstripe==$LOCALSTRIPE_VERSION" ||
    fail "pip install localstripe" "check that pip reaches its registry"
}

chromium_path() { echo "${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}" | grep .; }

# The folder of initdb and postgres; Debian keeps them off PATH.
postgres_bin() {
  local folder
  for folder in /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb || echo /none/x)")"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then echo "$folder"; return; fi
  done
  return 1
}

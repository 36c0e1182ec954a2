# What only the tests need: a browser, a PostgreSQL server, Playwright.

setup_test_tools() {
  if ! chromium_path >/dev/null; then
    step "installing Chromium" "1 min" debian_packages chromium ||
      fail "no Chromium" "install Chromium or set CHROMIUM to its program"
  fi
  if ! postgres_bin >/dev/null; then
    step "installing PostgreSQL" "1 min" debian_packages postgresql ||
      fail "no PostgreSQL server programs" "install PostgreSQL 14 or newer (initdb, postgres)"
  fi
  if [ ! -d "$ROOT/end2end/node_modules/@playwright" ] ||
    [ "$ROOT/end2end/package-lock.json" -nt "$ROOT/end2end/node_modules/.package-lock.json" ]; then
    step "fetching Playwright" "20 s" npm ci --silent --no-fund --no-audit --prefix "$ROOT/end2end" ||
      fail "npm ci in end2end" "check that npm reaches its registry"
  fi
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

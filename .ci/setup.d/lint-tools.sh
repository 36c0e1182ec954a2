# What looks at the dependencies: cargo-deny.

setup_lint_tools() {
  if [ "$("$CACHE/bin/cargo-deny" --version 2>/dev/null | awk '{print $2}')" != "$CARGO_DENY_VERSION" ]; then
    step "building cargo-deny $CARGO_DENY_VERSION" "1 min on 2 cores" install_cargo_deny
  fi
}

# With the lock file it was tested with; where a mirror lags behind that, without.
install_cargo_deny() {
  build_cargo_deny --locked || build_cargo_deny || fail "cargo install cargo-deny" "see cargo's message above"
  rm -rf "$CACHE/tools-target"
}

build_cargo_deny() {
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_TARGET_DIR=$CACHE/tools-target with_progress \
    cargo install cargo-deny --version "$CARGO_DENY_VERSION" --root "$CACHE" --force "$@"
}

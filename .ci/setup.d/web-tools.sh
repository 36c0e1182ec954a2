# What turns the crate into a site: cargo-leptos, wasm-bindgen in the locked version, wasm-opt.

setup_web_tools() {
  need node nodejs "1 min" "install Node.js 20 or newer"
  need npm npm "1 min" "install npm"
  if [ "$("$CACHE/bin/cargo-leptos" --version 2>/dev/null | awk '{print $2}')" != "$CARGO_LEPTOS_VERSION" ]; then
    step "building cargo-leptos $CARGO_LEPTOS_VERSION" "8 min on 2 cores" install_cargo_leptos
  fi
  if [ "$("$CACHE/bin/wasm-bindgen" --version 2>/dev/null | awk '{print $2}')" != "$WASM_BINDGEN_VERSION" ]; then
    step "building wasm-bindgen $WASM_BINDGEN_VERSION" "2 min on 2 cores" install_wasm_bindgen
  fi
  if [ ! -x "$CACHE/binaryen-$BINARYEN_VERSION/node_modules/.bin/wasm-opt" ]; then
    step "fetching wasm-opt (binaryen $BINARYEN_VERSION)" "10 s" install_wasm_opt
  fi
  ln -sfn "$CACHE/binaryen-$BINARYEN_VERSION/node_modules/.bin/wasm-opt" "$CACHE/bin/wasm-opt"
  offer_to_plain_cargo
}

# cargo-leptos' own release profile is fat LTO with one codegen unit: half an hour for nothing here.
install_cargo_leptos() {
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_TARGET_DIR=$CACHE/tools-target with_progress \
    cargo install cargo-leptos --version "$CARGO_LEPTOS_VERSION" --locked --features no_downloads --root "$CACHE" --force ||
    fail "cargo install cargo-leptos" "see cargo's message above; a mirror that lags may want another try later"
  rm -rf "$CACHE/tools-target"
}

# Without --locked: a mirror may lag behind the versions in the tool's own lock file.
install_wasm_bindgen() {
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_TARGET_DIR=$CACHE/tools-target with_progress \
    cargo install wasm-bindgen-cli --version "$WASM_BINDGEN_VERSION" --root "$CACHE" --force ||
    fail "cargo install wasm-bindgen-cli" "see cargo's message above"
  rm -rf "$CACHE/tools-target"
}

install_wasm_opt() {
  npm install --silent --no-fund --no-audit --prefix "$CACHE/binaryen-$BINARYEN_VERSION" "binaryen@$BINARYEN_VERSION" ||
    fail "npm install binaryen" "check that npm reaches its registry"
}

# So that `cargo leptos watch` works in any terminal, without taking over tools that are there.
offer_to_plain_cargo() {
  local tool
  for tool in cargo-leptos wasm-bindgen wasm-opt; do
    [ -e "$CARGO_BIN/$tool" ] || ln -sfn "$CACHE/bin/$tool" "$CARGO_BIN/$tool"
  done
}

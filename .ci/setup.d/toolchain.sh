# A Rust compiler with the wasm32 standard library: rustup's where it can be had, else Debian's.

setup_toolchain() {
  need cc build-essential "1 min" "install a C compiler"
  need git git "10 s" "install git"
  have rustup || fail "rustup is missing" "install it from https://rustup.rs and run this again"
  have mold || debian_packages mold || say "no mold: linking with the compiler's own linker (slower)"
  if [ -z "${RUSTUP_TOOLCHAIN:-}" ]; then
    choose_toolchain
  elif ! web_ready "$RUSTUP_TOOLCHAIN"; then
    rm -f "$CACHE/toolchain"
    unset RUSTUP_TOOLCHAIN
    choose_toolchain
  fi
  . "$here/env"
}

# The first of these that works: rustup's default, a newer one from rustup, Debian's web compiler.
choose_toolchain() {
  local default
  default=$(rustup default 2>/dev/null | awk '{print $1}')
  if [ -z "${IRONMONGER_DEBIAN_TOOLCHAIN:-}" ]; then
    if web_ready "$default" || add_web_target "$default"; then return; fi
    if step "installing Rust $RUST_INSTALL with rustup" "1 min" \
      rustup --quiet toolchain install "$RUST_INSTALL" --profile minimal -c clippy -c rustfmt 2>/dev/null &&
      { web_ready "$RUST_INSTALL" || add_web_target "$RUST_INSTALL"; }; then
      use_toolchain "$RUST_INSTALL"
      return
    fi
    say "rustup has no Rust $RUST_MINIMUM with wasm32 here: taking Debian's"
  fi
  debian_toolchain
  use_toolchain ironmonger-web
}

# True when the toolchain is new enough and has the wasm32 standard library.
web_ready() {
  local version sysroot
  version=$(RUSTUP_TOOLCHAIN=$1 rustc --version 2>/dev/null | awk '{print $2}') || return 1
  [ -n "$version" ] && version_at_least "$version" "$RUST_MINIMUM" || return 1
  sysroot=$(RUSTUP_TOOLCHAIN=$1 rustc --print sysroot)
  ls "$sysroot"/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib >/dev/null 2>&1
}

add_web_target() {
  local version
  version=$(RUSTUP_TOOLCHAIN=$1 rustc --version 2>/dev/null | awk '{print $2}')
  [ -n "$version" ] && version_at_least "$version" "$RUST_MINIMUM" || return 1
  step "adding the wasm32 standard library to $1" "20 s" \
    rustup --quiet target add --toolchain "$1" wasm32-unknown-unknown 2>/dev/null && web_ready "$1"
}

# Remembers the choice for our own commands, and for plain `cargo leptos watch` in this checkout.
use_toolchain() {
  printf '%s\n' "$1" > "$CACHE/toolchain"
  export RUSTUP_TOOLCHAIN=$1
  rustup --quiet override set "$1" --path "$ROOT" 2>/dev/null || true
}

# Debian's `-web` packages have a newer compiler and the sources of the standard library, from which
# the wasm32 one is built. They conflict with each other's siblings, so they are unpacked, not installed.
debian_toolchain() {
  local folder=$CACHE/debian-web
  if web_ready ironmonger-web; then return; fi
  have apt-get || fail "no Rust $RUST_MINIMUM with the wasm32 target" \
    "run 'rustup update stable && rustup target add wasm32-unknown-unknown' where rustup can download"
  step "unpacking Debian's web compiler" "1 min" unpack_debian_compiler "$folder"
  rustup toolchain link ironmonger-web "$folder/usr"
  step "building the wasm32 standard library" "1 min" build_wasm_std "$folder"
  web_ready ironmonger-web || fail "Debian's compiler is unpacked but does not work" \
    "remove $folder and run this again; if it stays, install Rust $RUST_MINIMUM by rustup"
}

unpack_debian_compiler() {
  local folder=$1 stable
  stable=$(RUSTUP_TOOLCHAIN=stable rustc --print sysroot)
  rm -rf "$folder" && mkdir -p "$folder/packages"
  as_root apt-get -qq update || true
  (cd "$folder/packages" &&
    apt-get -qq download rustc-web libstd-rust-web-1.96 libstd-rust-web-dev rust-web-src libllvm22) ||
    fail "apt-get download of Debian's web compiler" "check that this is Debian 12 or newer with its updates on"
  for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder"; done
  mv "$folder"/usr/lib/x86_64-linux-gnu/*.so* "$folder/usr/lib/"
  mkdir -p "$folder/usr/lib/rustlib/x86_64-unknown-linux-gnu"
  ln -sfn "$stable/lib/rustlib/x86_64-unknown-linux-gnu/bin" "$folder/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin"
  cp "$stable/bin/cargo" "$folder/usr/bin/cargo"
}

build_wasm_std() {
  local folder=$1 empty=$1/empty
  local target=$folder/usr/lib/rustlib/wasm32-unknown-unknown/lib
  rm -rf "$empty" && mkdir -p "$empty/src" "$target"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n' > "$empty/Cargo.toml"
  : > "$empty/src/lib.rs"
  (cd "$empty" && env -u CARGO_TARGET_DIR RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes RUSTUP_TOOLCHAIN=ironmonger-web \
    cargo build --quiet -Zbuild-std=std,panic_abort,panic_unwind --release --target wasm32-unknown-unknown)
  find "$empty/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libempty*' -exec cp {} "$target/" \;
  rm -rf "$empty"
}

# Checkouts share one compiler cache. Cargo tells its own crate's builds apart by the files' times and not by where
# they lie, so what another checkout left is thrown away: else its program, with its paths, would pass for this one's.
own_the_cache() {
  local stamp="$CARGO_TARGET_DIR/checkout"
  [ "$(cat "$stamp" 2>/dev/null)" = "$ROOT" ] && return
  mkdir -p "$CARGO_TARGET_DIR"
  find "$CARGO_TARGET_DIR" -maxdepth 4 -path '*/.fingerprint/ironmonger-*' -prune -exec rm -rf {} +
  echo "$ROOT" > "$stamp"
}

//! Addresses as rules about them see them. However an address is written, a rule about it must not be got round.

use axum::http::Uri;

/// The path with its escapes undone and without empty segments.
pub fn path(uri: &Uri) -> String {
    let decoded = percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy();
    decoded.split('/').filter(|segment| !segment.is_empty()).fold(String::new(), |path, segment| path + "/" + segment)
}

/// Whether a path is that folder or in it.
pub fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_same_however_it_is_written() {
        for written in ["/orders/x", "//orders/x", "/orders//x/", "/%6frders/x", "/orders%2Fx", "/orders/x?y=/z"] {
            assert_eq!(path(&written.parse().unwrap()), "/orders/x", "{written}");
        }
        assert!(is_below("/orders/x", "/orders") && is_below("/orders", "/orders") && !is_below("/ordersx", "/orders"));
    }
}

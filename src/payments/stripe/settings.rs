//! What the shop was told of Stripe by its environment.

use std::fmt;

/// A secret of the shop at Stripe. It cannot be printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// For the one header or signature that it is made for.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The settings of Stripe.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) secret_key: Secret,
    pub(super) webhook_secret: Secret,
    /// Made to be public.
    pub publishable_key: String,
    /// Without a slash at its end.
    pub api_base: String,
    /// The address of Stripe.js.
    pub script: String,
}

const API_BASE: &str = "https://api.stripe.com";
const SCRIPT: &str = "https://js.stripe.com/v3/";
/// Where Stripe's own frames come from beside its script.
const FRAMES: &str = "https://hooks.stripe.com";

/// Which setting is wrong, and what it should be.
pub type Problem = (&'static str, &'static str);

impl Settings {
    /// Reads the variables; nothing where no key is set.
    ///
    /// # Errors
    /// One that cannot be used. None is repeated: each could be a secret in the wrong place.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, Problem> {
        let get = |name: &str| get(name).map(|value| value.trim().to_owned());
        let Some(secret) = get("STRIPE_SECRET_KEY") else {
            let others = ["STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE", "STRIPE_JS_URL"];
            return match others.into_iter().find(|name| get(name).is_some()) {
                Some(name) => Err((name, "is set, but STRIPE_SECRET_KEY is not")),
                None => Ok(None),
            };
        };
        let key = key_kind(&secret, &["sk_", "rk_"]).ok_or(("STRIPE_SECRET_KEY", "is not a key like sk_live_…"))?;
        let public =
            get("STRIPE_PUBLISHABLE_KEY").ok_or(("STRIPE_PUBLISHABLE_KEY", "is missing beside the secret key"))?;
        let kind = key_kind(&public, &["pk_"]).ok_or(("STRIPE_PUBLISHABLE_KEY", "is not a key like pk_live_…"))?;
        if key != kind {
            return Err(("STRIPE_PUBLISHABLE_KEY", "is not of the same mode (test or live) as the secret key"));
        }
        let webhook = get("STRIPE_WEBHOOK_SECRET").filter(|secret| secret.starts_with("whsec_") && secret.len() > 12);
        let webhook = webhook.ok_or(("STRIPE_WEBHOOK_SECRET", "is not a secret like whsec_…"))?;
        let api_base = get("STRIPE_API_BASE").unwrap_or_else(|| API_BASE.to_owned());
        let script = get("STRIPE_JS_URL").unwrap_or_else(|| SCRIPT.to_owned());
        origin(&api_base).ok_or(("STRIPE_API_BASE", "is not an address like https://api.stripe.com"))?;
        origin(&script).ok_or(("STRIPE_JS_URL", "is not an address like https://js.stripe.com/v3/"))?;
        Ok(Some(Self {
            secret_key: Secret(secret),
            webhook_secret: Secret(webhook),
            publishable_key: public,
            api_base: api_base.trim_end_matches('/').to_owned(),
            script,
        }))
    }

    /// What a page that pays may load: scripts and frames, and what the script may ask.
    #[must_use]
    pub fn sources(&self) -> Sources {
        let (script, api) = (origin(&self.script).unwrap_or_default(), origin(&self.api_base).unwrap_or_default());
        let own_frames = if self.script == SCRIPT { format!(" {FRAMES}") } else { String::new() };
        let connect = if api == script { api.to_owned() } else { format!("{script} {api}") };
        Sources { script: script.to_owned(), frame: format!("{script}{own_frames}"), connect }
    }
}

/// Origins for a content policy, separated by spaces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sources {
    pub script: String,
    pub frame: String,
    pub connect: String,
}

/// `test` or `live`; nothing for what is no key of those.
fn key_kind<'a>(key: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    let rest = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix))?;
    let (kind, rest) = rest.split_once('_')?;
    let known = matches!(kind, "test" | "live") && rest.len() >= 4;
    (known && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(kind)
}

/// The origin of an address that secrets may be sent to: by TLS, or within this machine. It goes into a header as it is.
fn origin(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let host_and_port = rest.split('/').next()?;
    let host = host_and_port.rsplit_once(':').map_or(host_and_port, |(host, _)| host);
    let is_local = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    let is_safe = scheme == "https" || (scheme == "http" && is_local);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    let is_plain = !host.is_empty() && host_and_port.bytes().all(plain);
    let path = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
    let has_plain_path = rest[host_and_port.len()..].bytes().all(path);
    (is_safe && is_plain && has_plain_path).then(|| &url[..scheme.len() + 3 + host_and_port.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 3] = [
        ("STRIPE_SECRET_KEY", "sk_test_hunter2"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_public"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_hunter3hunter3"),
    ];

    fn read(changes: &[(&str, &str)]) -> Result<Option<Settings>, Problem> {
        let all: Vec<_> = changes.iter().chain(&GOOD).copied().collect();
        Settings::read(|name| {
            let found = all.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            found.filter(|value| !value.is_empty())
        })
    }

    #[test]
    fn without_a_key_there_is_no_stripe_and_nothing_that_asks_for_it() {
        assert!(Settings::read(|_| None).unwrap().is_none());
        for (name, value) in &GOOD[1..] {
            let only = |asked: &str| (asked == *name).then(|| (*value).to_owned());
            assert_eq!(Settings::read(only).unwrap_err(), (*name, "is set, but STRIPE_SECRET_KEY is not"));
        }
    }

    #[test]
    fn a_wrong_setting_is_named_and_never_repeated() {
        let wrong = [
            ("STRIPE_SECRET_KEY", "pk_test_public"),
            ("STRIPE_SECRET_KEY", "hunter2"),
            ("STRIPE_PUBLISHABLE_KEY", ""),
            ("STRIPE_PUBLISHABLE_KEY", "sk_test_hunter2"),
            ("STRIPE_PUBLISHABLE_KEY", "pk_live_public"),
            ("STRIPE_WEBHOOK_SECRET", ""),
            ("STRIPE_WEBHOOK_SECRET", "hunter3"),
            ("STRIPE_API_BASE", "http://api.stripe.com"),
            ("STRIPE_API_BASE", "stripe.example"),
            ("STRIPE_JS_URL", "https://js.stripe.com/v3/; script-src *"),
            ("STRIPE_JS_URL", "http://127.0.0.1.evil.example/v3/"),
        ];
        for (name, value) in wrong {
            let (variable, problem) = read(&[(name, value)]).unwrap_err();
            assert_eq!(variable, name, "{value}");
            assert!(value.is_empty() || !problem.contains(value), "{problem}");
        }
    }

    #[test]
    fn secrets_cannot_be_printed() {
        let printed = format!("{:?}", read(&[]).unwrap());
        assert!(printed.contains("pk_test_public") && !printed.contains("hunter"), "{printed}");
    }

    #[test]
    fn a_page_that_pays_may_load_what_stripe_needs_and_no_more() {
        let sources = read(&[]).unwrap().unwrap().sources();
        assert_eq!(sources.script, "https://js.stripe.com");
        assert_eq!(sources.frame, "https://js.stripe.com https://hooks.stripe.com");
        assert_eq!(sources.connect, "https://js.stripe.com https://api.stripe.com");
        let local = "http://127.0.0.1:8420";
        let script = format!("{local}/js.stripe.com/v3/");
        let sources = read(&[("STRIPE_API_BASE", local), ("STRIPE_JS_URL", &script)]).unwrap().unwrap().sources();
        assert_eq!(sources, Sources { script: local.into(), frame: local.into(), connect: local.into() });
    }
}

//! The settings of one run, from environment variables. A wrong one stops the start with one clear line.

use crate::{messaging::mail::Smtp, payments::stripe::settings::Settings as Stripe};
use leptos::config::LeptosOptions;
use lettre::message::Mailbox;
use sha2::{Digest, Sha256};
use std::{
    fmt,
    fs::File,
    io::{Read, Seek, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// What the program was told by its environment.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Where it listens.
    pub addr: SocketAddr,
    /// This node's index, caches and development mailbox.
    pub data_dir: PathBuf,
    /// The shop's address without a slash at its end, as customers see it.
    pub base_url: String,
    /// Whether to fill an empty database with the demo shop; unset: yes.
    pub demo: Option<bool>,
    pub rate_limit: bool,
    /// Where email goes; unset: to the development mailbox, or nowhere.
    pub smtp: Option<Smtp>,
    /// Who email is from. Without a name it is the shop's.
    pub mail_from: Mailbox,
    /// The account that takes cards; unset: the sandbox on playgrounds, else none.
    pub stripe: Option<Stripe>,
    /// How many proxies of ours are in front, each of which adds to `X-Forwarded-For`.
    pub proxies: usize,
    secret: Option<Secret>,
}

const SHORTEST_SECRET: usize = 16;

/// What tokens are signed with. It cannot be printed.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A setting that cannot be used: which, and what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct BadSetting {
    variable: &'static str,
    problem: String,
}

fn bad(variable: &'static str, problem: impl Into<String>) -> BadSetting {
    BadSetting { variable, problem: problem.into() }
}

impl Config {
    /// Reads the variables through `get`.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, BadSetting> {
        let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let addr = parse_addr(get("LEPTOS_SITE_ADDR"))?;
        let base_url = parse_base_url(get("SHOP_BASE_URL"), addr)?;
        let mail_from = parse_mail_from(get("SHOP_MAIL_FROM"), host_name(&base_url))?;
        Ok(Self {
            database_url: parse_database_url(get("DATABASE_URL"))?,
            addr,
            data_dir: get("SHOP_DATA_DIR").unwrap_or_else(|| "data".into()).into(),
            base_url,
            demo: parse_switch("SHOP_DEMO", get("SHOP_DEMO"), "0", "1")?,
            rate_limit: parse_switch("SHOP_RATE_LIMIT", get("SHOP_RATE_LIMIT"), "off", "on")?.unwrap_or(true),
            smtp: parse_smtp_url(get("SMTP_URL"), mail_from.email.domain())?,
            mail_from,
            stripe: Stripe::read(get).map_err(|(variable, problem)| bad(variable, problem))?,
            proxies: parse_proxies(get("SHOP_PROXIES"))?,
            secret: parse_secret(get("SHOP_SECRET"))?,
        })
    }

    pub fn from_env() -> Result<Self, BadSetting> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Whether customers reach the shop by TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether the sandbox gateway and the development mailbox exist: on a loopback name, or when asked to be a demo.
    #[must_use]
    pub fn is_playground(&self) -> bool {
        let name = host_name(&self.base_url);
        let loopback = name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        loopback || self.demo == Some(true)
    }

    /// The key that signs tokens: from `SHOP_SECRET`, else (SQLite only) made once into the data folder.
    pub fn secret(&self) -> Result<[u8; 32], BadSetting> {
        let secret = match &self.secret {
            Some(Secret(secret)) => secret.clone(),
            None if self.database_url.starts_with("sqlite:") => self.kept_secret().map_err(|cause| {
                bad("SHOP_SECRET", format!("could not be kept in {}: {cause}", self.data_dir.display()))
            })?,
            None => return Err(bad("SHOP_SECRET", "is required with PostgreSQL, the same on every node")),
        };
        Ok(Sha256::digest(secret.as_bytes()).into())
    }

    fn kept_secret(&self) -> std::io::Result<String> {
        std::fs::create_dir_all(&self.data_dir)?;
        let mut file = open_private(&self.data_dir.join("secret"))?;
        // Of several that start at once, one makes the secret and the others wait to read it.
        file.lock()?;
        let mut secret = String::new();
        file.read_to_string(&mut secret)?;
        if secret.len() < SHORTEST_SECRET {
            secret = super::clock::Random::System.token();
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(secret.as_bytes())?;
            file.sync_all()?;
        }
        Ok(secret)
    }

    /// How Leptos serves the site: as cargo-leptos says when it runs us, else by our own defaults.
    #[must_use]
    pub fn leptos_options(&self) -> LeptosOptions {
        if std::env::var_os("LEPTOS_OUTPUT_NAME").is_some()
            && let Ok(mut found) = leptos::config::get_configuration(None)
        {
            found.leptos_options.site_addr = self.addr;
            return found.leptos_options;
        }
        let hashed = std::env::current_exe().is_ok_and(|exe| exe.with_file_name("hash.txt").exists());
        LeptosOptions::builder()
            .output_name("ironmonger")
            .site_root("target/site")
            .site_pkg_dir("pkg")
            .site_addr(self.addr)
            .hash_files(hashed)
            .build()
    }
}

/// Opens a file that nobody else may read, made if need be.
fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn parse_addr(value: Option<String>) -> Result<SocketAddr, BadSetting> {
    let value = value.unwrap_or_else(|| "127.0.0.1:3000".into());
    value.parse().map_err(|_| bad("LEPTOS_SITE_ADDR", format!("'{value}' is not an address like 127.0.0.1:3000")))
}

fn parse_database_url(value: Option<String>) -> Result<String, BadSetting> {
    let value = value.unwrap_or_else(|| "sqlite:data/shop.db".into());
    let known = value.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())
        || value.starts_with("postgres://")
        || value.starts_with("postgresql://");
    // The value may hold a password, so it is not repeated.
    if known { Ok(value) } else { Err(bad("DATABASE_URL", "is neither sqlite:PATH nor postgres://…")) }
}

fn parse_base_url(value: Option<String>, addr: SocketAddr) -> Result<String, BadSetting> {
    let value = value.unwrap_or_else(|| format!("http://localhost:{}", addr.port()));
    let url = value.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(url.to_owned()),
        _ => Err(bad("SHOP_BASE_URL", format!("'{value}' is not an address like https://shop.example"))),
    }
}

/// The host of an address without its port, and an IPv6 one without its brackets.
fn host_name(base_url: &str) -> &str {
    let host = base_url.split_once("://").map_or("", |(_, rest)| rest);
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    }
}

/// `Name <shop@shop.example>` or the address alone. A shop without a name of its own in the network is `localhost`.
fn parse_mail_from(value: Option<String>, host: &str) -> Result<Mailbox, BadSetting> {
    let host = if host.parse::<std::net::IpAddr>().is_ok() { "localhost" } else { host };
    let value = value.unwrap_or_else(|| format!("shop@{host}"));
    let mailbox = value.parse().ok().filter(|_| !value.contains(char::is_control));
    mailbox.ok_or_else(|| bad("SHOP_MAIL_FROM", format!("'{value}' is not an address like shop@shop.example")))
}

fn parse_smtp_url(value: Option<String>, own_name: &str) -> Result<Option<Smtp>, BadSetting> {
    // The value holds a password, so it is not repeated.
    let problem = "is not an address like smtps://USER:PASSWORD@mail.example or smtp://mail.example?tls=required";
    let parse = |url: String| Smtp::parse(url.trim(), own_name).ok_or_else(|| bad("SMTP_URL", problem));
    value.map(parse).transpose()
}

fn parse_secret(value: Option<String>) -> Result<Option<Secret>, BadSetting> {
    match value {
        Some(secret) if secret.len() < SHORTEST_SECRET => {
            Err(bad("SHOP_SECRET", "needs at least 16 characters, better 32 random ones"))
        }
        secret => Ok(secret.map(Secret)),
    }
}

fn parse_proxies(value: Option<String>) -> Result<usize, BadSetting> {
    let value = value.unwrap_or_else(|| "0".into());
    let proxies = value.parse().ok().filter(|proxies| *proxies <= 10);
    proxies.ok_or_else(|| bad("SHOP_PROXIES", format!("'{value}' is not a number of proxies, from 0 to 10")))
}

fn parse_switch(
    variable: &'static str,
    value: Option<String>,
    off: &str,
    on: &str,
) -> Result<Option<bool>, BadSetting> {
    match value {
        None => Ok(None),
        Some(value) if value == on => Ok(Some(true)),
        Some(value) if value == off => Ok(Some(false)),
        Some(value) => Err(bad(variable, format!("'{value}' is neither {off} nor {on}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, BadSetting> {
        Config::read(|name| settings.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn nothing_set_is_a_demo_shop_on_this_machine() {
        let config = read(&[]).unwrap();
        assert_eq!(config.database_url, "sqlite:data/shop.db");
        assert_eq!(config.base_url, "http://localhost:3000");
        assert!(config.is_playground() && !config.is_https() && config.rate_limit);
    }

    #[test]
    fn a_wrong_setting_says_which_and_what_it_should_be() {
        let problems = [
            ("LEPTOS_SITE_ADDR", "nowhere"),
            ("DATABASE_URL", "mysql://x"),
            ("SHOP_BASE_URL", "shop.example"),
            ("SHOP_BASE_URL", "https://shop.example/path"),
            ("SHOP_DEMO", "yes"),
            ("SHOP_RATE_LIMIT", "0"),
            ("SHOP_PROXIES", "-1"),
            ("SHOP_PROXIES", "10.0.0.1"),
            ("SHOP_SECRET", "too short"),
            ("SMTP_URL", "https://mail.example"),
            ("STRIPE_SECRET_KEY", "hunter2"),
            ("STRIPE_JS_URL", "https://js.stripe.com/v3/"),
            ("SHOP_MAIL_FROM", "the shop"),
            ("SHOP_MAIL_FROM", "a@shop.example\r\nBcc: b@shop.example"),
        ];
        for (variable, value) in problems {
            let message = read(&[(variable, value)]).unwrap_err().to_string();
            assert!(message.starts_with(variable), "{message}");
        }
    }

    #[test]
    fn the_secret_is_required_where_nodes_share_a_database_and_cannot_be_printed() {
        let given = [("DATABASE_URL", "postgres://shop"), ("SHOP_SECRET", "a secret of some length")];
        assert!(read(&given[..1]).unwrap().secret().is_err());
        let config = read(&given).unwrap();
        assert!(config.secret().is_ok() && !format!("{config:?}").contains("some length"));
    }

    #[test]
    fn the_mail_server_s_password_is_in_no_message_and_cannot_be_printed() {
        let wrong = read(&[("SMTP_URL", "smtp://shop:hunter2@mail.example?tls=perhaps")]).unwrap_err().to_string();
        assert!(wrong.starts_with("SMTP_URL: ") && !wrong.contains("hunter2") && !wrong.contains('\n'), "{wrong}");
        let config = read(&[("SMTP_URL", "smtps://shop:hunter2@mail.example")]).unwrap();
        assert!(config.smtp.is_some() && !format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn email_is_from_the_shop_s_own_host_unless_told_otherwise() {
        let from = |url: &str, from: &str| {
            read(&[("SHOP_BASE_URL", url), ("SHOP_MAIL_FROM", from)]).unwrap().mail_from.to_string()
        };
        assert_eq!(from("https://shop.example:8443", ""), "shop@shop.example");
        assert_eq!(from("http://localhost:3000", ""), "shop@localhost");
        assert_eq!(from("http://[::1]:3000", ""), "shop@localhost");
        assert_eq!(from("https://shop.example", "Sea Shop <hello@sea.example>"), "Sea Shop <hello@sea.example>");
    }

    #[test]
    fn the_sandbox_is_for_loopback_names_and_declared_demos() {
        let playground =
            |url: &str, demo: &str| read(&[("SHOP_BASE_URL", url), ("SHOP_DEMO", demo)]).unwrap().is_playground();
        assert!(playground("http://127.0.0.1:3000", "0"));
        assert!(playground("http://[::1]:3000", "0"));
        assert!(!playground("https://shop.example", "0"));
        assert!(!playground("https://localhost.shop.example", "0"));
        assert!(playground("https://demo.example", "1"));
    }
}

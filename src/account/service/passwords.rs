//! Passwords: Argon2id, and as many at once as leave the pages their processors.

use crate::{
    domain::{
        account::{PASSWORD_LENGTH, Secret},
        address::{Field, Problem},
    },
    error::AppError,
    server::clock::Random,
};
use argon2::{
    Argon2, PasswordVerifier,
    password_hash::{PasswordHasher, phc::PasswordHash},
};
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// How many may wait for their turn; whoever comes then is asked to try again.
const MOST_WAITING: usize = 64;

/// Passwords that are tried first, one a line, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// What nobody's password is compared with, so that an account that is not there costs what one that is there does.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password", &[0x5a; 16]).unwrap_or_default());

/// The one place where passwords are hashed.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            turns: Arc::new(Semaphore::new((processors / 2).max(1))),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            computed: Arc::default(),
        }
    }
}

impl Passwords {
    /// How many times a password has been hashed or compared: what this node spent on them.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The hash of a password that has been [`chosen`], in the PHC format.
    pub async fn hash(&self, random: &Random, password: &Secret) -> Result<String, AppError> {
        let (password, salt) = (normal(password), random.bytes::<16>());
        self.in_turn(move || hash_now(&password, &salt)).await?.ok_or_else(|| AppError::internal("argon2"))
    }

    /// Whether the password is the one of that hash. Without a hash it takes as long and is not.
    pub async fn verify(&self, hash: Option<&str>, password: &Secret) -> Result<bool, AppError> {
        let hash = hash.filter(|hash| !hash.is_empty()).map(str::to_owned);
        let password = normal(password);
        if !PASSWORD_LENGTH.contains(&password.chars().count()) {
            return Ok(false);
        }
        self.in_turn(move || {
            let right = verify_now(hash.as_deref().unwrap_or(&NOBODYS), &password);
            right && hash.is_some()
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let busy = |_| AppError::TooManyRequests { retry_after: 1 };
        let _place = self.waiting.clone().try_acquire_owned().map_err(busy)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(AppError::internal)?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(AppError::internal)
    }
}

/// The same letters in the same form, whatever the keyboard made of them.
fn normal(password: &Secret) -> String {
    let text = password.reveal();
    // A megabyte is no password; it is not worth normalising either.
    if text.len() > 4 * PASSWORD_LENGTH.end() { "x".repeat(PASSWORD_LENGTH.end() + 1) } else { text.nfkc().collect() }
}

fn hash_now(password: &str, salt: &[u8]) -> Option<String> {
    let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt).ok()?;
    Some(hash.to_string())
}

fn verify_now(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// What is wrong with a password that somebody chooses.
#[must_use]
pub fn problem(field: Field, password: &Secret) -> Option<(Field, Problem)> {
    let password = normal(password);
    let problem = match password.chars().count() {
        0 => Problem::Missing,
        length if length < *PASSWORD_LENGTH.start() => Problem::TooShort,
        length if length > *PASSWORD_LENGTH.end() => Problem::TooLong,
        _ if is_common(&password.to_lowercase()) => Problem::Common,
        _ => return None,
    };
    Some((field, problem))
}

fn is_common(password: &str) -> bool {
    let mut letters = password.chars();
    let first = letters.next();
    letters.all(|letter| Some(letter) == first) || COMMON.lines().any(|line| line == password)
}

/// A password that somebody chose, if it can be one.
pub fn chosen(field: Field, password: &Secret) -> Result<(), AppError> {
    problem(field, password).map_or(Ok(()), |(field, problem)| Err(AppError::invalid(field, problem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_password_has_eight_characters_at_least_and_is_not_one_that_everybody_has() {
        let of = |text: &str| problem(Field::NewPassword, &secret(text)).map(|(_, problem)| problem);
        assert_eq!(of(""), Some(Problem::Missing));
        assert_eq!(of("sieben7"), Some(Problem::TooShort));
        assert_eq!(of(&"x1".repeat(101)), Some(Problem::TooLong));
        assert_eq!(of(&"long ".repeat(200_000)), Some(Problem::TooLong));
        for common in ["Password1", "12345678", "aaaaaaaaaaaa"] {
            assert_eq!(of(common), Some(Problem::Common), "{common}");
        }
        assert_eq!(of("größer8 "), None);
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_however_it_was_typed() {
        let (passwords, random) = (Passwords::default(), Random::seeded(1));
        let hash = passwords.hash(&random, &secret("Übergrösse 9")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(Some(&hash), &secret("U\u{308}bergro\u{308}sse 9")).await.unwrap());
        assert!(!passwords.verify(Some(&hash), &secret("Übergrösse 8")).await.unwrap());
        assert!(!passwords.verify(None, &secret("nobody's password")).await.unwrap());
        assert!(!passwords.verify(Some(""), &secret("")).await.unwrap());
        assert_ne!(passwords.hash(&random, &secret("Übergrösse 9")).await.unwrap(), hash);
    }
}

//! How often one client may ask for what costs much: each kind of request has an allowance, counted in this node's
//! memory. Who guesses passwords is stopped by the account itself, on all nodes; this keeps a single client from taking
//! the machine for itself.

use super::clock::Clock;
use axum::http::Method;
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware, nanos::Nanos, state::keyed::DashMapStateStore,
};
use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// What a request is, as far as its allowance goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Looking for products.
    Search,
    /// Trying a password, a code or a passkey, or setting a new one.
    SignIn,
    /// What has the shop send an email.
    Letters,
    /// What has the shop take money.
    Checkout,
    /// Trying a code that is worth something: a coupon, a gift card.
    Codes,
    /// Any other form.
    Forms,
}

/// How many at once, and how long until there is one more.
///
/// | kind | at once | then |
/// |---|---|---|
/// | search | 240 | 20 a second |
/// | sign-in | 30 | one in 2 s |
/// | letters | 10 | one in 30 s |
/// | checkout | 40 | one a second |
/// | codes | 120 | 5 a second |
/// | forms | 120 | 10 a second |
const ALLOWANCES: [(Kind, u32, Duration); 6] = [
    (Kind::Search, 240, Duration::from_millis(50)),
    (Kind::SignIn, 30, Duration::from_secs(2)),
    (Kind::Letters, 10, Duration::from_secs(30)),
    (Kind::Checkout, 40, Duration::from_secs(1)),
    (Kind::Codes, 120, Duration::from_millis(200)),
    (Kind::Forms, 120, Duration::from_millis(100)),
];

/// Server functions that are more than forms; a name that ends in `/` or `_` stands for all that begin so.
const FUNCTIONS: [(Kind, &[&str]); 5] = [
    (Kind::Search, &["search/"]),
    (
        Kind::SignIn,
        &[
            "account/sign_in",
            "account/second_factor",
            "account/passkey_",
            // Whoever found a session open must not find out its password either; and each hashes one.
            "account/verify",
            "account/reset",
            "account/change_password",
            "account/begin_codes",
            "account/enable_codes",
            "account/disable_codes",
            "account/new_recovery_codes",
            "account/begin_passkey",
            "account/erase",
        ],
    ),
    (
        Kind::Letters,
        &[
            "account/register",
            "account/forgot",
            "account/change_email",
            "account/export",
            "newsletter/",
            "giveaways/enter",
        ],
    ),
    (Kind::Checkout, &["checkout/place", "orders/pay"]),
    (Kind::Codes, &["cart/coupon"]),
];

impl Kind {
    /// The kind of a request, by its method and decoded path alone. Most have none.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        if let Some(function) = path.strip_prefix("/_fn/") {
            return Self::of_function(method, function);
        }
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        let searches = matches!(path, "/search" | "/api/v1/search" | "/api/v1/suggest") || path.starts_with("/c/");
        let orders = path.strip_prefix("/api/v1/orders");
        match orders {
            Some(rest) if *method == Method::POST && (rest.is_empty() || rest.ends_with("/payments")) => {
                Some(Self::Checkout)
            }
            _ if *method == Method::POST && path == "/api/v1/quote" => Some(Self::Codes),
            _ => (is_read && searches).then_some(Self::Search),
        }
    }

    fn of_function(method: &Method, function: &str) -> Option<Self> {
        let is_meant = |name: &str| function == name || name.ends_with(['/', '_']) && function.starts_with(name);
        let named = FUNCTIONS.iter().find(|(_, names)| names.iter().any(|name| is_meant(name))).map(|(kind, _)| *kind);
        named.or((!matches!(*method, Method::GET | Method::HEAD)).then_some(Self::Forms))
    }
}

/// The shop's clock in the limiter's own terms, except that it never goes back.
#[derive(Clone, Debug)]
struct Pace {
    clock: Clock,
    start: Instant,
}

impl governor::clock::Clock for Pace {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        match &self.clock {
            Clock::System => self.start.elapsed().into(),
            Clock::Manual(_) => Duration::from_millis(u64::try_from(self.clock.now().0).unwrap_or(0)).into(),
        }
    }
}

type Limiter = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, Pace, NoOpMiddleware<Nanos>>;

/// After so many requests those clients are forgotten whose allowance is whole again. Between two such times each
/// request can add one client, so what is remembered is bounded by what the node can answer in half a minute or so.
const FORGET_EVERY: u32 = 1 << 16;

/// Who asked for how much.
pub struct Limits {
    pace: Pace,
    limiters: [(Kind, Limiter); ALLOWANCES.len()],
    counted: AtomicU32,
}

impl Limits {
    /// Nobody has asked for anything yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let pace = Pace { clock, start: Instant::now() };
        let limiters = ALLOWANCES.map(|(kind, burst, every)| {
            let quota = Quota::with_period(every).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN));
            let quota = quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
            (kind, Limiter::dashmap_with_clock(quota, pace.clone()))
        });
        Self { pace, limiters, counted: AtomicU32::new(0) }
    }

    /// Counts a request; when it is one too many, in how many whole seconds it may be tried again.
    pub fn count(&self, kind: Kind, client: IpAddr) -> Result<(), u64> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.forget();
        }
        let Some((_, limiter)) = self.limiters.iter().find(|(own, _)| *own == kind) else { return Ok(()) };
        limiter.check_key(&client).map_err(|refused| {
            let wait = refused.wait_time_from(self.pace.now());
            (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
        })
    }

    /// How many clients are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.limiters.iter().map(|(_, limiter)| limiter.len()).sum()
    }

    fn forget(&self) {
        for (_, limiter) in &self.limiters {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{access, http::client::ClientAddress};
    use std::{
        net::{Ipv4Addr, Ipv6Addr},
        sync::{Arc, atomic::AtomicI64},
    };

    const NOON: i64 = 1_795_176_000_000;
    const ADA: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn limits() -> (Limits, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(NOON));
        (Limits::new(Clock::Manual(now.clone())), now)
    }

    /// How many of that many are let through.
    fn allowed(limits: &Limits, kind: Kind, client: IpAddr, tries: usize) -> usize {
        (0..tries).filter(|_| limits.count(kind, client).is_ok()).count()
    }

    #[test]
    fn an_allowance_is_used_up_and_grows_again() {
        for (kind, burst, every) in ALLOWANCES {
            let (limits, now) = limits();
            let millis = i64::try_from(every.as_millis()).unwrap();
            assert_eq!(allowed(&limits, kind, ADA, 1000), burst as usize, "{kind:?}");
            now.fetch_add(millis - 1, Ordering::SeqCst);
            assert_eq!(allowed(&limits, kind, ADA, 5), 0, "{kind:?}");
            now.fetch_add(1, Ordering::SeqCst);
            assert_eq!(allowed(&limits, kind, ADA, 5), 1, "{kind:?}");
            now.fetch_add(3 * millis, Ordering::SeqCst);
            assert_eq!(allowed(&limits, kind, ADA, 5), 3, "{kind:?}");
            now.fetch_add(i64::from(burst) * millis, Ordering::SeqCst);
            assert_eq!(allowed(&limits, kind, ADA, 1000), burst as usize, "{kind:?}");
        }
    }

    #[test]
    fn a_refusal_says_how_long_to_wait_and_that_is_enough() {
        let (limits, now) = limits();
        allowed(&limits, Kind::Letters, ADA, 10);
        assert_eq!(limits.count(Kind::Letters, ADA), Err(30));
        now.fetch_add(100, Ordering::SeqCst);
        assert_eq!(limits.count(Kind::Letters, ADA), Err(30));
        now.fetch_add(30_000, Ordering::SeqCst);
        assert_eq!(limits.count(Kind::Letters, ADA), Ok(()));
        allowed(&limits, Kind::Search, ADA, 240);
        assert_eq!(limits.count(Kind::Search, ADA), Err(1));
    }

    #[test]
    fn clients_and_kinds_are_counted_apart() {
        let (limits, _) = limits();
        assert_eq!(allowed(&limits, Kind::SignIn, ADA, 100), 30);
        assert_eq!(allowed(&limits, Kind::SignIn, BOB, 30), 30);
        assert_eq!(allowed(&limits, Kind::Forms, ADA, 120), 120);
    }

    #[test]
    fn a_million_addresses_of_one_network_are_one_client() {
        let (limits, _) = limits();
        let household = Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 0, 0, 0, 0).to_bits();
        let clients = (0..1_000_000).map(|i| ClientAddress(Ipv6Addr::from_bits(household + i).into()).network());
        let let_through = clients.filter(|client| limits.count(Kind::Search, *client).is_ok()).count();
        assert_eq!((let_through, limits.remembered()), (240, 1));
    }

    #[test]
    fn clients_whose_allowance_is_whole_again_are_forgotten() {
        let (limits, now) = limits();
        for i in 0..1_000_000 {
            let client = IpAddr::V4(Ipv4Addr::from_bits(i));
            limits.count(Kind::Search, client).unwrap();
            // Fifty seconds in all, in which one client has used up what it has.
            if i % 20 == 0 {
                now.fetch_add(1, Ordering::SeqCst);
                allowed(&limits, Kind::Letters, ADA, 1);
            }
            assert!(i % 1000 != 0 || limits.remembered() < 2 * FORGET_EVERY as usize, "{i}");
        }
        assert!(limits.remembered() < FORGET_EVERY as usize + 2000, "{}", limits.remembered());
        assert!(limits.count(Kind::Letters, ADA).is_err());
    }

    #[test]
    fn every_function_that_is_named_is_there() {
        let names = FUNCTIONS.iter().flat_map(|(_, names)| names.iter()).filter(|name| !name.ends_with(['/', '_']));
        for name in names {
            assert!(access::of_function(&format!("/_fn/{name}")).is_some(), "{name}");
        }
    }

    #[test]
    fn the_method_and_the_address_tell_what_a_request_is() {
        let kind = |method: &str, path: &str| Kind::of(&method.parse().unwrap(), path);
        let known = [
            (Kind::Search, "GET", &["/search", "/c/clothing/shirts", "/api/v1/search", "/api/v1/suggest"][..]),
            (Kind::Search, "GET", &["/_fn/search/results", "/_fn/search/suggest"]),
            (
                Kind::SignIn,
                "POST",
                &["/_fn/account/sign_in", "/_fn/account/second_factor", "/_fn/account/passkey_begin"],
            ),
            (Kind::Letters, "POST", &["/_fn/account/register", "/_fn/account/forgot", "/_fn/newsletter/join"]),
            (Kind::SignIn, "POST", &["/_fn/account/change_password", "/_fn/account/erase"]),
            (Kind::Checkout, "POST", &["/_fn/checkout/place", "/_fn/orders/pay", "/api/v1/orders"]),
            (Kind::Checkout, "POST", &["/api/v1/orders/AAAA-AAAA/payments"]),
            (Kind::Forms, "POST", &["/_fn/cart/add", "/_fn/account/sign_in_elsewhere", "/_fn/nothing"]),
        ];
        for (expected, method, paths) in known {
            for path in paths {
                assert_eq!(kind(method, path), Some(expected), "{method} {path}");
            }
        }
        for path in
            ["/", "/p/sea-shirt", "/cart", "/_fn/cart/show", "/api/v1/orders/AAAA-AAAA", "/searching", "/pkg/x.js"]
        {
            assert_eq!(kind("GET", path), None, "{path}");
        }
        assert_eq!(kind("POST", "/api/v1/quote"), Some(Kind::Codes));
    }
}

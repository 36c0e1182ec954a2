//! Who is asking: a cookie with a random token. It names a guest's shopper once there is something to remember, or a
//! session of somebody who has signed in.
//!
//! The cookie is strictly necessary (it holds the cart and protects forms), HttpOnly, and kept in the database as a
//! hash only. A guest's row comes into being with the first thing put into a cart or on a wishlist. Signing in and out
//! gives the browser another token, so that one that somebody planted or saw before is worth nothing.

use super::{config::Config, state::Shop, tokens::token_hash};
use crate::account::service::sessions::Seen;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{ids::ShopperId, timestamp::Timestamp},
    error::AppError,
};
use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use uuid::Uuid;

/// The holder of the cookie.
#[derive(Clone)]
pub struct Visitor {
    token: String,
    /// The cookie has still to be set.
    pub is_new: bool,
    /// When it asks.
    now: Timestamp,
    seen: Seen,
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Visitor(…)")
    }
}

const MAX_AGE: i64 = 180 * 24 * 60 * 60;
/// How stale "last seen" may be before it is written again.
const SEEN_EVERY: i64 = Timestamp::DAY;

/// `__Host-` binds the cookie to this very host, which browsers grant over TLS only.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-visitor" } else { "visitor" }
}

impl Visitor {
    /// The visitor of a request; a new one where it brings no usable cookie.
    #[must_use]
    pub fn of(headers: &HeaderMap, shop: &Shop) -> Self {
        let name = cookie_name(&shop.config);
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let token = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(n, value)| *n == name && is_token(value))
            .map(|(_, value)| value.to_owned());
        match token {
            Some(token) => Self { token, is_new: false, now: shop.clock.now(), seen: shop.seen.clone() },
            None => Self::new(shop),
        }
    }

    /// Somebody the shop has never seen: also what a browser becomes that signs in or out.
    #[must_use]
    pub fn new(shop: &Shop) -> Self {
        Self { token: shop.random.token(), is_new: true, now: shop.clock.now(), seen: shop.seen.clone() }
    }

    /// What the cookie is kept as.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        token_hash(&self.token)
    }

    /// When it asks.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Gives a new visitor a cookie along with an answer.
    pub fn greet(&self, headers: &mut HeaderMap, config: &Config) {
        if self.is_new
            && let Some(cookie) = self.cookie(config)
        {
            headers.append(SET_COOKIE, cookie);
        }
    }

    /// The cookie that names it.
    pub fn cookie(&self, config: &Config) -> Option<HeaderValue> {
        let secure = if config.is_https() { "; Secure" } else { "" };
        let name = cookie_name(config);
        let token = &self.token;
        format!("{name}={token}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax{secure}").parse().ok()
    }

    /// What a form of this visitor must carry.
    #[must_use]
    pub fn form_token(&self, shop: &Shop) -> String {
        shop.signer.form_token(&self.token)
    }

    /// The shopper behind the cookie, if there is one: the account's own for who has signed in, else the guest's.
    pub async fn find_shopper(&self, conn: &mut Conn<'_>) -> sqlx::Result<Option<ShopperId>> {
        if self.is_new {
            return Ok(None);
        }
        let hash = self.hash();
        let row = fetch!(
            conn,
            optional as (Uuid, Option<i64>),
            "SELECT a.shopper_id, s.seen_at FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.token_hash = $1 AND s.expires_at > $2
            UNION ALL SELECT id, CAST(NULL AS BIGINT) FROM shoppers WHERE token_hash = $1",
            hash.as_slice(),
            self.now.0
        )?;
        if let Some((_, Some(seen_at))) = row {
            self.seen.note(hash, seen_at, self.now);
        }
        Ok(row.map(|(id, _)| ShopperId(id)))
    }

    /// The guest's shopper behind the cookie; nothing for who has signed in.
    pub async fn find_guest(&self, conn: &mut Conn<'_>) -> sqlx::Result<Option<ShopperId>> {
        let row = fetch!(conn, optional as (Uuid,), "SELECT id FROM shoppers WHERE token_hash = $1", self.hash())?;
        Ok(row.map(|(id,)| ShopperId(id)))
    }

    /// The visitor as somebody who sent one of our own forms.
    pub fn verify(self, token: &str, shop: &Shop) -> Result<Verified, AppError> {
        if shop.signer.is_form_token(token, &self.token) { Ok(Verified(self)) } else { Err(AppError::ForeignRequest) }
    }
}

/// A visitor whose form carried the right token. Whatever changes something asks for this.
#[derive(Clone, Debug)]
pub struct Verified(Visitor);

impl std::ops::Deref for Verified {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.0
    }
}

impl Verified {
    /// The shopper behind the cookie, made now if need be.
    pub async fn ensure_shopper(&self, tx: &mut Tx, shop: &Shop) -> sqlx::Result<ShopperId> {
        let (hash, now) = (self.0.hash(), shop.clock.now().0);
        let own = fetch!(
            &mut tx.conn(),
            optional as (Uuid,),
            "SELECT a.shopper_id FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.token_hash = $1 AND s.expires_at > $2",
            hash.as_slice(),
            now
        )?;
        if let Some((id,)) = own {
            return Ok(ShopperId(id));
        }
        let row = fetch!(
            &mut tx.conn(),
            one as (Uuid, i64),
            "INSERT INTO shoppers (id, token_hash, created_at, seen_at) VALUES ($1, $2, $3, $3)
            ON CONFLICT (token_hash) DO UPDATE SET token_hash = excluded.token_hash RETURNING id, seen_at",
            shop.ids.next(),
            hash,
            now
        )?;
        if row.1 < now - SEEN_EVERY {
            execute!(tx, "UPDATE shoppers SET seen_at = $2 WHERE id = $1", row.0, now)?;
        }
        Ok(ShopperId(row.0))
    }
}

fn is_token(value: &str) -> bool {
    value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
}

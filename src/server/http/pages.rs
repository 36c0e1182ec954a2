//! Pages: rendered by Leptos, and kept while nothing they show has changed.
//!
//! A page of a visitor without cart and wishlist looks the same for everybody but for two random strings, the nonce
//! of its scripts and the token of its forms. So it is rendered and compressed once, cut at these two, and filled for
//! each visitor anew. It is good as long as the search snapshot it was made from is the newest, and a minute at the most.

use super::{
    packed::Packed,
    security::{content_policy, is_paying},
    shell::shell,
};
use crate::{
    account::service::drafts,
    db::fetch,
    error::AppError,
    payments::{
        stripe::{Stripe, settings::Sources},
        ui::PaysHere,
    },
    search::record::{PageSearch, Search, Visit},
    server::{api::Problem, query_pairs, state::Shop, visitor::Visitor},
    shop::ui::ShopName,
    ui::{FormToken, StatusSetter, Typed},
};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{expect_context, provide_context},
};
use leptos_axum::ResponseOptions;
use moka::sync::Cache;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tower::service_fn;

/// The length of a nonce.
const NONCE: usize = 32;
/// How much memory kept pages may take.
const KEPT_BYTES: u64 = 64 << 20;
const KEPT_FOR: Duration = Duration::from_secs(60);
/// Longer addresses are rendered and not kept.
const LONGEST_KEPT: usize = 512;

/// The pages of the shop.
#[derive(Clone)]
pub struct Pages {
    shop: Arc<Shop>,
    options: LeptosOptions,
    kept: Cache<String, Arc<Template>>,
}

/// A rendered page with holes where nonce and token go.
struct Template {
    status: StatusCode,
    headers: HeaderMap,
    parts: Vec<Part>,
    len: usize,
    /// The search it shows.
    search: Option<Search>,
    /// The search snapshot it was made from; none for a page that is not kept.
    version: Option<u64>,
    /// How long nonce and token are.
    holes: [usize; 2],
    /// Compressed, once somebody has asked for that.
    packed: OnceLock<Option<Packed>>,
}

/// A piece of a page.
#[derive(Clone)]
pub(super) enum Part {
    Text(Bytes),
    Nonce,
    Token,
}

impl Part {
    /// What stands there for one visitor.
    pub(super) fn bytes<'a>(&'a self, nonce: &'a [u8], token: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Text(text) => text,
            Self::Nonce => nonce,
            Self::Token => token,
        }
    }

    pub(super) fn is_same_hole(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Nonce, Self::Nonce) | (Self::Token, Self::Token))
    }
}

impl Pages {
    pub fn new(shop: Arc<Shop>, options: LeptosOptions) -> Self {
        let weigh = |key: &String, page: &Arc<Template>| u32::try_from(key.len() + page.len + 512).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(KEPT_BYTES).weigher(weigh).time_to_live(KEPT_FOR).build();
        Self { shop, options, kept }
    }

    /// The service that answers everything that is not another route's.
    pub fn service(
        self,
    ) -> impl tower::Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static {
        service_fn(move |request| {
            let pages = self.clone();
            async move { Ok(pages.answer(request).await) }
        })
    }

    async fn answer(&self, request: Request) -> Response {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return Problem::method_not_allowed().into_response();
        }
        let visitor = Visitor::of(request.headers(), &self.shop);
        let token = visitor.form_token(&self.shop);
        let brotli = accepts_brotli(request.headers());
        let card = self.shop.stripe.as_ref().filter(|_| is_paying(request.uri())).map(Stripe::sources);
        let visit = Visit::of(request.method(), request.uri(), request.headers());
        let page = match self.find(request, &visitor, &token).await {
            Ok(page) => page,
            Err(error) => return Problem::from(error).into_response(),
        };
        if let Some(visit) = visit.filter(|_| page.status == StatusCode::OK) {
            visit.record(&self.shop, page.search.as_ref());
        }
        let mut response = page.fill(&self.shop.random.token()[..NONCE], &token, brotli, card.as_ref());
        visitor.greet(response.headers_mut(), &self.shop.config);
        response
    }

    /// The page as it was kept, or rendered now.
    async fn find(&self, request: Request, visitor: &Visitor, token: &str) -> Result<Arc<Template>, AppError> {
        let address = request.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned();
        if !is_kept(&address) || !self.has_nothing(visitor).await? {
            return self.render(request, visitor, token, None).await.map(Arc::new);
        }
        let version = self.shop.search.version();
        if let Some(page) = self.kept.get(&address).filter(|page| page.version == Some(version)) {
            return Ok(page);
        }
        let page = Arc::new(self.render(request, visitor, token, Some(version)).await?);
        if page.status == StatusCode::OK {
            self.kept.insert(address, page.clone());
        }
        Ok(page)
    }

    /// Whether the visitor has neither cart nor wishlist, nor answered what the shop asks everybody.
    async fn has_nothing(&self, visitor: &Visitor) -> Result<bool, AppError> {
        if visitor.is_new {
            return Ok(true);
        }
        let mut reader = self.shop.db.read().await?;
        let conn = &mut reader.conn();
        let Some(shopper) = visitor.find_shopper(conn).await? else { return Ok(true) };
        let row = fetch!(
            conn,
            one as (bool,),
            "SELECT EXISTS (SELECT 1 FROM cart_lines WHERE shopper_id = $1)
            OR EXISTS (SELECT 1 FROM wishlist_items WHERE wishlist_id IN
                (SELECT id FROM wishlists WHERE shopper_id = $1))",
            shopper.0
        )?;
        Ok(!row.0 && !self.shop.info.load().asks_statistics)
    }

    /// What was typed into the form that this page shows again, which Leptos names in the address: after other forms that
    /// came back before, if any did.
    async fn typed(&self, query: Option<&str>, visitor: &Visitor) -> Result<Typed, AppError> {
        let pairs = query_pairs(query);
        let Some((_, form)) = pairs.iter().rfind(|(name, _)| name == "__path") else { return Ok(Typed::default()) };
        let now = self.shop.clock.now();
        let found = drafts::find(&mut self.shop.db.read().await?.conn(), &visitor.hash(), form, now).await?;
        Ok(Typed { form: form.clone(), fields: Arc::new(found) })
    }

    async fn render(
        &self,
        request: Request,
        visitor: &Visitor,
        token: &str,
        version: Option<u64>,
    ) -> Result<Template, AppError> {
        let (nonce, search) = (Arc::new(OnceLock::new()), PageSearch::default());
        let pays = PaysHere(is_paying(request.uri()));
        let typed = self.typed(request.uri().query(), visitor).await?;
        let context = {
            let (shop, visitor, nonce) = (self.shop.clone(), visitor.clone(), nonce.clone());
            let search = search.clone();
            let token = FormToken(token.to_owned());
            move || {
                provide_context(shop.clone());
                provide_context(visitor.clone());
                provide_context(search.clone());
                provide_context(token.clone());
                provide_context(typed.clone());
                provide_context(pays);
                provide_context(ShopName(shop.info.load().name.clone()));
                provide_context(StatusSetter(Arc::new(set_status(expect_context()))));
                if let Some(made) = use_nonce() {
                    let _ = nonce.set(made.to_string());
                }
            }
        };
        let options = self.options.clone();
        let render = leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
        let (parts, body) = render(request).await.into_parts();
        let html = to_bytes(body, usize::MAX).await.map_err(AppError::internal)?;
        let nonce = nonce.get().map_or("", String::as_str);
        let template = Template::cut(parts.status, parts.headers, &html, nonce, token, version);
        Ok(Template { search: search.take(), ..template })
    }
}

/// How a page sets the status of its answer.
fn set_status(response: ResponseOptions) -> impl Fn(u16) + Send + Sync {
    move |status| {
        if let Ok(status) = StatusCode::from_u16(status) {
            response.set_status(status);
        }
    }
}

/// Pages that look the same for everybody without a cart; not one that a form came back to (`__path`).
fn is_kept(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or("");
    address.len() <= LONGEST_KEPT
        && !address.contains("__path=")
        && (matches!(path, "/" | "/search") || path.starts_with("/c/") || path.starts_with("/p/"))
}

impl Template {
    fn cut(
        status: StatusCode,
        headers: HeaderMap,
        html: &Bytes,
        nonce: &str,
        token: &str,
        version: Option<u64>,
    ) -> Self {
        let text = std::str::from_utf8(html).unwrap_or("");
        let mut holes: Vec<(usize, usize, Part)> = Vec::new();
        if !nonce.is_empty() {
            holes.extend(text.match_indices(nonce).map(|(at, found)| (at, found.len(), Part::Nonce)));
        }
        holes.extend(text.match_indices(token).map(|(at, found)| (at, found.len(), Part::Token)));
        holes.sort_by_key(|(at, ..)| *at);
        let (mut parts, mut from) = (Vec::new(), 0);
        for (at, len, hole) in holes {
            parts.push(Part::Text(html.slice(from..at)));
            parts.push(hole);
            from = at + len;
        }
        parts.push(Part::Text(html.slice(from..)));
        let holes = [NONCE, token.len()];
        Self { status, headers, parts, len: html.len(), search: None, version, holes, packed: OnceLock::new() }
    }

    /// The page for a visitor, compressed where it was compressed before or is worth it.
    fn fill(&self, nonce: &str, token: &str, brotli: bool, card: Option<&Sources>) -> Response {
        let worth_it = brotli && self.version.is_some();
        let packed = worth_it.then(|| self.packed.get_or_init(|| Packed::new(&self.parts, self.holes)));
        let packed = packed.and_then(Option::as_ref).map(|packed| packed.fill(nonce.as_bytes(), token.as_bytes()));
        let is_packed = packed.is_some();
        let body = packed.unwrap_or_else(|| self.plain(nonce, token));
        let mut response = (self.status, Body::from(body)).into_response();
        *response.headers_mut() = self.headers.clone();
        let headers = response.headers_mut();
        if is_packed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        if let Ok(policy) = HeaderValue::from_str(&content_policy(nonce, card)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    fn plain(&self, nonce: &str, token: &str) -> Bytes {
        let mut html = BytesMut::with_capacity(self.len + 64);
        self.parts.iter().for_each(|part| html.extend_from_slice(part.bytes(nonce.as_bytes(), token.as_bytes())));
        html.freeze()
    }
}

/// Whether a browser takes brotli.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("br") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_for_those_who_take_it() {
        let accepts = |list: &'static str| {
            let header = (header::ACCEPT_ENCODING, HeaderValue::from_static(list));
            accepts_brotli(&HeaderMap::from_iter([header]))
        };
        for list in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=0.9"] {
            assert!(accepts(list), "{list}");
        }
        for list in ["", "gzip", "br;q=0, gzip", "br; q=0.0", "brotli"] {
            assert!(!accepts(list), "{list}");
        }
        assert!(!accepts_brotli(&HeaderMap::new()));
    }
}

//! The files of the site: the compiled browser side, style, fonts, scenes. Compressed when they were built.

use crate::{error::AppError, server::api::Problem};
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use leptos::config::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

const FOREVER: &str = "public, max-age=31536000, immutable";
const A_WEEK: &str = "public, max-age=604800";
const ASK_AGAIN: &str = "no-cache";
/// No file has a longer address. Asked for one, a file system answers with an error that would look like ours.
const LONGEST: usize = 200;

/// The routes of the site's files.
pub fn routes(options: &LeptosOptions) -> Router {
    let root = options.site_root.to_string();
    let folder = |name: &str| ServeDir::new(format!("{root}/{name}")).precompressed_br().precompressed_gzip();
    // A file whose name holds the hash of its content never changes.
    let built = if options.hash_files { FOREVER } else { ASK_AGAIN };
    let pkg = Router::new().nest_service(&format!("/{}", options.site_pkg_dir), folder(&options.site_pkg_dir));
    let kept = Router::new()
        .nest_service("/scenes", folder("scenes"))
        .nest_service("/fonts", folder("fonts"))
        .route_service("/favicon.svg", ServeFile::new(format!("{root}/favicon.svg")).precompressed_br())
        .route_service("/robots.txt", ServeFile::new(format!("{root}/robots.txt")));
    pkg.layer(middleware::from_fn(move |request, next| cached(built, request, next)))
        .merge(kept.layer(middleware::from_fn(move |request, next| cached(A_WEEK, request, next))))
}

async fn cached(how_long: &'static str, mut request: Request, next: Next) -> Response {
    if request.uri().path().len() > LONGEST {
        return Problem::from(AppError::NotFound).into_response();
    }
    // Asked for `identity`, tower-http drops the end of a name that it does not find: x.js.zip would be x.js.
    if names_identity(request.headers()) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    let mut response = next.run(request).await;
    if response.status().is_success() {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(how_long));
        // Scenes are SVG with styles of their own.
        let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn names_identity(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split([',', ';'])).any(|name| name.trim().eq_ignore_ascii_case("identity"))
}

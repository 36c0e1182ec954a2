//! A running shop within a test: a database of its own, a clock that stands still, and the whole router, called
//! without a network.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header, request::Builder},
};
use http_body_util::BodyExt;
use ironmonger::{
    catalog::import::{self, Context, Report, Summary},
    db::Conn,
    domain::timestamp::Timestamp,
    server::{
        clock::{Clock, Random},
        config::Config,
        http, jobs,
        state::Shop,
    },
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tower::ServiceExt;

/// Where a test's clock stands at first: 2026-11-20, a Friday, noon UTC.
pub const START: i64 = 1_795_176_000_000;

/// The database a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A shop.
pub struct TestApp {
    pub shop: Arc<Shop>,
    pub router: Router,
    clock: Arc<AtomicI64>,
    follower: Follower,
    folder: TempDir,
    settings: Settings,
}

/// Settings beside those that every test has, by their variables.
type Settings = Vec<(String, String)>;

/// The task that feeds search; it ends with the shop.
struct Follower(tokio::task::JoinHandle<()>);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl TestApp {
    /// An empty shop without the demo. Nothing when this machine has no such database, which is told.
    pub async fn start(engine: Engine) -> Option<Self> {
        Self::start_with(engine, &[]).await
    }

    /// The same with other settings.
    pub async fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("shop.db").display()),
            Engine::Postgres => new_postgres_database().await?,
        };
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Some(Self::on(&url, folder, settings).await)
    }

    async fn on(url: &str, folder: TempDir, settings: Settings) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let data = folder.path().display().to_string();
        let defaults = [
            ("DATABASE_URL", url),
            ("SHOP_DATA_DIR", &data),
            ("SHOP_DEMO", "0"),
            ("SHOP_RATE_LIMIT", "off"),
            ("SHOP_SECRET", "a secret that only tests know"),
        ];
        let own = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let find = |name: &str| own.clone().chain(defaults).find(|(n, _)| *n == name).map(|(_, v)| v.to_owned());
        let config = Config::read(find).unwrap();
        let manual = Clock::Manual(clock.clone());
        let shop = Arc::new(Shop::open(config, manual, Random::System).await.unwrap());
        let follower = Follower(tokio::spawn({
            let shop = shop.clone();
            async move { shop.run_search().await.unwrap() }
        }));
        let mut options = shop.config.leptos_options();
        options.site_root = site(folder.path()).into();
        let router = http::router(shop.clone(), options);
        let app = Self { shop, router, clock, follower, folder, settings };
        app.index_is_ready().await;
        app
    }

    /// Stops everything as a crash would and starts on the same data. Nothing is finished first.
    pub async fn restart(self) -> Self {
        let settings = self.settings.clone();
        self.restart_as(settings).await
    }

    /// The same, with settings that it did not have before.
    pub async fn restart_with(self, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.restart_as(settings).await
    }

    async fn restart_as(self, settings: Settings) -> Self {
        let Self { shop, folder, clock, follower, router, settings: _ } = self;
        let url = shop.config.database_url.clone();
        drop((follower, router, shop));
        let app = Self::on(&url, folder, settings).await;
        app.clock.store(clock.load(Ordering::SeqCst), Ordering::SeqCst);
        app
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn now(&self) -> Timestamp {
        self.shop.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    async fn index_is_ready(&self) {
        self.shop.search.snapshot().await;
    }

    /// Waits until search has taken in something newer than that version.
    pub async fn index_is_past(&self, before: u64) {
        for _ in 0..400 {
            if self.shop.search.version() > before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("search has taken in nothing for ten seconds");
    }

    /// Imports a file in Shopify's layout and waits until search knows it.
    pub async fn import(&self, csv: &str) -> Summary {
        let before = self.shop.search.version();
        let summary = self.import_with(csv, false, &mut ()).await.unwrap();
        if summary.products_new + summary.products_changed + summary.skus_new + summary.skus_changed > 0 {
            self.index_is_past(before).await;
        }
        summary
    }

    pub async fn import_with(
        &self,
        csv: &str,
        dry_run: bool,
        report: &mut impl Report,
    ) -> Result<Summary, import::ImportError> {
        import::import(&self.context(dry_run), csv.as_bytes(), report).await
    }

    /// Imports a file that may not be text at all.
    pub async fn import_bytes(&self, file: &[u8], report: &mut impl Report) -> Result<Summary, import::ImportError> {
        import::import(&self.context(false), file, report).await
    }

    fn context(&self, dry_run: bool) -> Context {
        Context {
            db: self.shop.db.clone(),
            clock: self.shop.clock.clone(),
            ids: self.shop.ids.clone(),
            currency: self.shop.currency,
            dry_run,
        }
    }

    /// Imports one product, `Sea Shirt`, with one SKU for each `(sku, size, price, stock)`.
    pub async fn with_shirt(&self, skus: &[(&str, &str, &str, i64)]) {
        let mut csv = String::from(
            "Handle,Title,Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
             Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n",
        );
        for (i, (sku, size, price, stock)) in skus.iter().enumerate() {
            let first = if i == 0 { "Sea Shirt,Fairlead,Clothing > Shirts,season:Summer,Size" } else { ",,,," };
            let colour = if i == 0 { "Colour" } else { "" };
            csv += &format!("sea-shirt,{first},{size},{colour},Blue,{sku},shopify,{stock},{price}\n");
        }
        let summary = self.import(&csv).await;
        assert_eq!(summary.skus_new as usize, skus.len(), "{summary}");
    }

    /// Sets how many there are of a SKU of that shirt.
    pub async fn with_more_shirts(&self, sku: &str, stock: i64) {
        let csv = format!(
            "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price\n\
             sea-shirt,Sea Shirt,Size,{sku},Colour,Blue,{sku},{stock},78.00\n"
        );
        let summary = self.import_with(&csv, false, &mut ()).await.unwrap();
        assert_eq!(summary.rows_refused, 0, "{summary}");
    }

    /// Sends a request. One that is not answered within a minute never will be: better told than waited for.
    pub async fn call(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        tokio::time::timeout(Duration::from_secs(60), self.answer_to(request))
            .await
            .unwrap_or_else(|_| panic!("no answer to {asked}"))
    }

    async fn answer_to(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status, headers: parts.headers, text, bytes: body.to_vec() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(path, body, &[]).await
    }

    pub async fn post_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.call(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// An order for the API: one of each SKU, paid with a card.
    pub fn order(&self, lines: &[(&str, i64)], card: &str) -> Value {
        let lines: Vec<_> = lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
        json!({
            "lines": lines,
            "email": "ada@example.com",
            "name": "Ada Lovelace",
            "address": { "line1": "1 Quay", "city": "Ely", "postcode": "CB7 4AA", "country": "GB" },
            "shipping_method": "standard",
            "payment": { "method": "sandbox", "card": card },
        })
    }

    /// Places it.
    pub async fn place(&self, lines: &[(&str, i64)], card: &str) -> Answer {
        self.post("/api/v1/orders", &self.order(lines, card)).await
    }

    /// Sends a form as a browser does.
    pub async fn post_form(&self, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.call(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Places an order that is taken: its number and token.
    pub async fn placed(&self, lines: &[(&str, i64)], card: &str) -> (String, String) {
        let answer = self.place(lines, card).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let field = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        (field("number"), field("token"))
    }

    /// The order as its buyer sees it.
    pub async fn order_of(&self, (number, token): &(String, String)) -> Value {
        self.get(&format!("/api/v1/orders/{number}?token={token}")).await.json()
    }

    /// Pays an order with a card.
    pub async fn pay(&self, (number, token): &(String, String), card: &str) -> Answer {
        let payment = json!({ "payment": { "method": "sandbox", "card": card } });
        self.post(&format!("/api/v1/orders/{number}/payments?token={token}"), &payment).await
    }

    /// Asks the database for a number.
    pub async fn number(&self, sql: &'static str) -> i64 {
        match &mut self.shop.db.read().await.unwrap().conn() {
            Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
            Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
        }
    }

    /// Changes the database behind the shop's back.
    pub async fn change(&self, sql: &'static str) {
        let mut tx = self.shop.db.begin().await.unwrap();
        match tx.conn() {
            Conn::Sqlite(c) => drop(sqlx::query(sql).execute(c).await.unwrap()),
            Conn::Postgres(c) => drop(sqlx::query(sql).execute(c).await.unwrap()),
        }
        tx.commit().await.unwrap();
    }

    /// What is on hand of a SKU.
    pub async fn stock(&self, sku: &str) -> i64 {
        let mut tx = self.shop.db.begin().await.unwrap();
        let offer = ironmonger::catalog::service::find_offer(&self.shop, &mut tx, sku).await.unwrap();
        offer.on_hand
    }

    /// Fails when stock, payments and orders do not agree.
    pub async fn doctor_finds_nothing(&self) {
        let findings =
            ironmonger::server::doctor::examine(&mut self.shop.db.read().await.unwrap().conn()).await.unwrap();
        let wrong: Vec<_> = findings.iter().filter(|finding| finding.wrong != 0).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    /// What the background does about payments, once.
    pub async fn run_payment_jobs(&self) {
        jobs::send_sandbox_webhooks(&self.shop).await.unwrap();
        ironmonger::payments::holds::expire_orders(&self.shop).await.unwrap();
    }

    /// Sends the letters that are due and gives those that the development mailbox has for an address, newest first.
    pub async fn mails_to(&self, address: &str) -> Vec<Value> {
        ironmonger::messaging::worker::run(&self.shop).await.unwrap();
        let to = percent_encoding::utf8_percent_encode(address, percent_encoding::NON_ALPHANUMERIC);
        let answer = self.get(&format!("/dev/mail.json?to={to}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json().as_array().unwrap().clone()
    }

    /// A browser with cookies.
    pub fn browser(&self) -> Browser<'_> {
        Browser { app: self, cookie: None, at: "/cart".into() }
    }

    /// The same with a cookie of another's.
    pub fn browser_with(&self, cookie: String) -> Browser<'_> {
        Browser { app: self, cookie: Some(cookie), at: "/cart".into() }
    }
}

/// Runs that many at once, each a task of its own, and gives what they came to.
pub async fn all_at_once<T, F>(count: usize, make: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|i| tokio::spawn(make(i))).collect();
    let mut done = Vec::with_capacity(count);
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The `code` of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Where in the request it is.
    pub fn pointer(&self) -> String {
        self.json()["pointer"].as_str().unwrap_or_default().to_owned()
    }
}

/// The value that a form on a page has in a field.
pub fn value_of(page: &str, field: &str) -> String {
    let tag =
        page.split('<').find(|tag| tag.contains(&format!("name=\"{field}\""))).unwrap_or_else(|| panic!("no {field}"));
    tag.split_once("value=\"").map_or(String::new(), |(_, rest)| rest[..rest.find('"').unwrap()].to_owned())
}

/// What somebody reads on a page.
pub fn text_of(page: &str) -> String {
    let texts = page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// A browser without JavaScript: it keeps its cookie and sends forms as they are on the page.
#[derive(Clone)]
pub struct Browser<'a> {
    app: &'a TestApp,
    cookie: Option<String>,
    /// The page it shows.
    at: String,
}

impl Browser<'_> {
    /// The cookie it has.
    pub fn cookie(&self) -> String {
        self.cookie.clone().expect("a cookie")
    }

    fn with_cookie(&self, request: Builder) -> Builder {
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    fn keep(&mut self, answer: &Answer) {
        if let Some(set) = answer.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()) {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
    }

    /// Goes to a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        path.clone_into(&mut self.at);
        self.fetch(path).await
    }

    async fn fetch(&mut self, path: &str) -> Answer {
        // A function is asked by a script, a page by a browser.
        let wanted = if path.starts_with("/_fn/") { "*/*" } else { "text/html" };
        let request = Request::get(path).header(header::HOST, "localhost").header(header::ACCEPT, wanted);
        let request = self.with_cookie(request);
        let answer = self.app.call(request.body(Body::empty()).unwrap()).await;
        self.keep(&answer);
        answer
    }

    /// The token of this browser's forms.
    pub async fn token(&mut self) -> String {
        let page = self.fetch("/cart").await.text;
        let at = page.find("name=\"form-token\" content=\"").expect("a form token") + 27;
        page[at..at + 64].to_owned()
    }

    /// Sends a form and goes where it leads.
    pub async fn submit_and_follow(&mut self, function: &str, fields: &[(&str, &str)]) -> Answer {
        let sent = self.submit(function, fields).await;
        assert!(sent.status.is_redirection(), "{}: {}", sent.status, sent.text);
        let to = sent.header("location").to_owned();
        self.get(to.strip_prefix("http://localhost").unwrap_or(&to)).await
    }

    /// Sends a form to a server function, with the right token.
    pub async fn submit(&mut self, function: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.submit_as_is(function, &fields, &[("origin", "http://localhost")]).await
    }

    /// Sends just these fields and headers.
    pub async fn submit_as_is(&mut self, function: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let request =
            Request::post(format!("/_fn/{function}")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(encoded(fields)), headers).await
    }

    /// Asks a server function that only reads.
    pub async fn ask(&mut self, function: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let request = Request::get(format!("/_fn/{function}?{}", encoded(fields)));
        self.send(request, Body::empty(), headers).await
    }

    async fn send(&mut self, request: Builder, body: Body, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.with_cookie(request).header(header::HOST, "localhost");
        if !headers.iter().any(|(name, _)| *name == "referer") {
            request = request.header(header::REFERER, format!("http://localhost{}", self.at));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !headers.iter().any(|(name, _)| *name == "accept") {
            request = request.header(header::ACCEPT, "text/html");
        }
        let answer = self.app.call(request.body(body).unwrap()).await;
        self.keep(&answer);
        answer
    }
}

/// Fields as they stand in an address or a form.
fn encoded(fields: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

/// The files of the site, as few as will do, beside others that are nobody's business.
fn site(folder: &std::path::Path) -> String {
    let root = folder.join("site");
    for kind in ["pkg", "scenes", "fonts"] {
        std::fs::create_dir_all(root.join(kind)).unwrap();
    }
    std::fs::write(root.join("pkg/ironmonger.css"), "body {}").unwrap();
    std::fs::write(root.join("robots.txt"), "User-agent: *").unwrap();
    std::fs::write(folder.join("private.txt"), "nobody's business").unwrap();
    root.display().to_string()
}

static DATABASES: AtomicU64 = AtomicU64::new(0);

/// A new database in the cluster of `TEST_POSTGRES_URL`, which `make test` starts.
pub async fn new_postgres_database() -> Option<String> {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("SKIPPED: no PostgreSQL (TEST_POSTGRES_URL is not set; `make test` sets it)");
        assert!(std::env::var_os("CI").is_none(), "in CI nothing may be skipped");
        return None;
    };
    let number = DATABASES.fetch_add(1, Ordering::SeqCst);
    let name = format!("t{}_{number}", std::process::id());
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    pool.close().await;
    let base = url.rsplit_once('/').unwrap().0;
    Some(format!("{base}/{name}"))
}

/// Makes a test of each story for each engine: `stories! { fn a_story(app) { … } }`.
#[macro_export]
macro_rules! stories {
    ($($(#[$attr:meta])* async fn $name:ident($app:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($app: $crate::app::TestApp) $body

            $(#[$attr])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                let app = $crate::app::TestApp::start($crate::app::Engine::Sqlite).await;
                story(app.expect("SQLite is always there")).await;
            }

            $(#[$attr])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                if let Some(app) = $crate::app::TestApp::start($crate::app::Engine::Postgres).await {
                    story(app).await;
                }
            }
        }
    )*};
}

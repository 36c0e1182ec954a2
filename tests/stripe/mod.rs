//! A Stripe within a test: localstripe, an independent server that speaks Stripe's API, with a faulty line to it.
//!
//! Each test has one of its own, on a loopback port of its own. It ends with the test, and with the test program.

mod proxy;

pub use proxy::{Fault, Hook, Proxy};

use crate::app::{Answer, TestApp};
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, UNIX_EPOCH},
};

pub const SECRET_KEY: &str = "sk_test_hunter2hunter2";
pub const PUBLISHABLE_KEY: &str = "pk_test_public";
pub const WEBHOOK_SECRET: &str = "whsec_hunter3hunter3";

/// On loopback only (its own start listens everywhere), with nothing kept from before, and no longer than we live: our
/// end of its standard input closes with us.
const LAUNCH: &str = "
import os, sys, threading, localstripe.server as server
from aiohttp import web
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.store.dump_to_disk = lambda: None
web.run_app(server.app, host='127.0.0.1', port=int(sys.argv[1]), print=None, access_log=None)
";

/// The server.
struct Localstripe {
    process: Child,
    url: String,
}

impl Localstripe {
    async fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(python())
            .args(["-c", LAUNCH, &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap_or_else(|cause| panic!("localstripe does not start ({cause}): run .ci/setup test"));
        let mut started = Self { process, url: format!("http://127.0.0.1:{port}") };
        for _ in 0..600 {
            if Client::new().get(&started.url).send().await.is_ok() {
                return started;
            }
            assert!(started.process.try_wait().unwrap().is_none(), "localstripe has ended: run .ci/setup test");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("localstripe does not answer");
    }
}

impl Drop for Localstripe {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python that has localstripe. Nothing is skipped where it is missing.
fn python() -> PathBuf {
    if let Some(given) = std::env::var_os("LOCALSTRIPE_PYTHON") {
        return given.into();
    }
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let caches = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
    let cache = std::env::var_os("IRONMONGER_CACHE").map_or_else(|| caches.join("ironmonger"), PathBuf::from);
    let folders = std::fs::read_dir(&cache).map(|entries| entries.filter_map(Result::ok)).into_iter().flatten();
    let mut found = folders.filter(|entry| entry.file_name().to_string_lossy().starts_with("localstripe-"));
    found.next().map(|entry| entry.path().join("bin/python")).expect("localstripe is not there: run .ci/setup test")
}

/// A shop that is paid by Stripe.
pub struct StripeShop {
    pub app: TestApp,
    pub line: Proxy,
    client: Client,
    stripe: Localstripe,
}

impl StripeShop {
    /// The same shop, started again with Stripe's keys. Its clock goes by the machine's, as Stripe's does.
    pub async fn with(app: TestApp) -> Self {
        let stripe = Localstripe::start().await;
        let line = Proxy::start(stripe.url.clone()).await;
        let script = format!("{}/js.stripe.com/v3/", line.url);
        let settings = [
            ("STRIPE_SECRET_KEY", SECRET_KEY),
            ("STRIPE_PUBLISHABLE_KEY", PUBLISHABLE_KEY),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("STRIPE_API_BASE", line.url.as_str()),
            ("STRIPE_JS_URL", script.as_str()),
        ];
        let app = app.restart_with(&settings).await;
        let started = Self { app, line, client: Client::new(), stripe };
        started.set_clock();
        let hook = json!({ "url": format!("{}/hook", started.line.url), "secret": WEBHOOK_SECRET });
        started.call("POST", "/_config/webhooks/shop", hook).await;
        started
    }

    /// Sets the shop's clock by the machine's.
    pub fn set_clock(&self) {
        let now = UNIX_EPOCH.elapsed().unwrap().as_millis();
        self.app.pass(i64::try_from(now).unwrap() - self.app.now().0);
    }

    /// Asks Stripe past the faulty line.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.stripe.url);
        let request = self.client.request(method.parse().unwrap(), url).bearer_auth(SECRET_KEY);
        let request = if method == "GET" { request } else { request.body(body.to_string()) };
        let answer = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }

    /// What Stripe's form in the browser makes of a card: a name for it.
    pub async fn card(&self, number: &str) -> String {
        let card = json!({ "number": number, "exp_month": 12, "exp_year": 2031, "cvc": "123" });
        let made = self.call("POST", "/v1/payment_methods", json!({ "type": "card", "card": card })).await;
        made["id"].as_str().unwrap_or_else(|| panic!("no card: {made}")).to_owned()
    }

    /// Places an order for one SKU, paid with a card.
    pub async fn place(&self, sku: &str, quantity: i64, number: &str) -> Answer {
        let mut order = self.app.order(&[(sku, quantity)], "");
        order["payment"] = json!({ "method": "stripe", "payment_method": self.card(number).await });
        self.app.post("/api/v1/orders", &order).await
    }

    /// Places one that is taken: its number and token.
    pub async fn placed(&self, sku: &str, quantity: i64, number: &str) -> (String, String) {
        let answer = self.place(sku, quantity, number).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let field = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        (field("number"), field("token"))
    }

    /// Pays an order again.
    pub async fn pay(&self, (number, token): &(String, String), card: &str) -> Answer {
        let payment = json!({ "payment": { "method": "stripe", "payment_method": self.card(card).await } });
        self.app.post(&format!("/api/v1/orders/{number}/payments?token={token}"), &payment).await
    }

    /// The intents that Stripe has, the newest first.
    pub async fn intents(&self) -> Vec<Value> {
        let mut found = self.call("GET", "/v1/payment_intents?limit=100", Value::Null).await;
        let mut intents = found["data"].as_array_mut().map(std::mem::take).unwrap_or_default();
        intents.sort_by_key(|intent| std::cmp::Reverse(intent["created"].as_i64()));
        intents
    }

    /// What has been charged in all, and paid back.
    pub async fn books(&self) -> (i64, i64) {
        let sum = |list: &Value, status: &str| -> i64 {
            let rows = list["data"].as_array().unwrap().iter();
            rows.filter(|row| row["status"] == status).filter_map(|row| row["amount"].as_i64()).sum()
        };
        let charges = self.call("GET", "/v1/charges?limit=100", Value::Null).await;
        let refunds = self.call("GET", "/v1/refunds?limit=100", Value::Null).await;
        (sum(&charges, "succeeded"), sum(&refunds, "succeeded"))
    }

    /// The order as its page's function gives it.
    pub async fn page_of(&self, (number, token): &(String, String)) -> Value {
        self.app.get(&format!("/_fn/orders/show?number={number}&token={token}")).await.json()
    }

    /// Answers the bank's question, as Stripe's script does with the secret that the order's page gave it.
    pub async fn answer_bank(&self, order: &(String, String), confirmed: bool) {
        let secret = self.page_of(order).await["confirm"].as_str().expect("a question of the bank").to_owned();
        let intent = secret.split("_secret_").next().unwrap().to_owned();
        let path = format!("/v1/payment_intents/{intent}/_authenticate?success={confirmed}");
        self.call("POST", &path, json!({ "key": PUBLISHABLE_KEY, "client_secret": secret })).await;
    }

    /// Waits for what Stripe tells by itself about something.
    pub async fn told(&self, kind: &str) -> Hook {
        for _ in 0..200 {
            if let Some(hook) = self.line.hooks().into_iter().find(|hook| hook.json()["type"] == kind) {
                return hook;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("Stripe has not told of {kind}");
    }

    /// Brings it to the shop.
    pub async fn deliver(&self, hook: &Hook) -> Answer {
        deliver(&self.app, &hook.body, &hook.signature).await
    }
}

/// Brings a webhook to a shop.
pub async fn deliver(app: &TestApp, body: &str, signature: &str) -> Answer {
    let request = axum::http::Request::post("/webhooks/stripe").header("stripe-signature", signature);
    app.call(request.body(axum::body::Body::from(body.to_owned())).unwrap()).await
}

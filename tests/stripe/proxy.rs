//! The line to localstripe, with what that lacks of Stripe (one answer for each idempotency key), and with faults: answers
//! that are lost or late. It also takes in the webhooks, for the test to deliver when and as often as it likes.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What goes wrong, once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is done, but nobody hears of it.
    LoseAnswer,
    /// It does not get there.
    LoseRequest,
    /// It is refused with this code.
    Refuse(&'static str),
    /// The answer is that late.
    Delay(Duration),
}

/// Something Stripe told by itself.
#[derive(Clone, Debug)]
pub struct Hook {
    pub body: String,
    pub signature: String,
}

impl Hook {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type Kept = (Bytes, StatusCode, Bytes);

struct Line {
    upstream: String,
    client: reqwest::Client,
    /// The answer of each key, with the request it was for. Held while a request with a key is on its way.
    kept: tokio::sync::Mutex<HashMap<String, Kept>>,
    /// The end of a path, and what goes wrong there.
    faults: Mutex<Vec<(&'static str, Fault)>>,
    hooks: Mutex<Vec<Hook>>,
    passed: Mutex<Vec<String>>,
}

/// The line.
pub struct Proxy {
    pub url: String,
    line: Arc<Line>,
    server: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let line = Arc::new(Line {
            upstream,
            client: reqwest::Client::new(),
            kept: Default::default(),
            faults: Mutex::default(),
            hooks: Mutex::default(),
            passed: Mutex::default(),
        });
        let router = Router::new().route("/hook", post(take_hook)).fallback(pass).with_state(line.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, line, server }
    }

    /// The next requests whose path ends so go wrong, one each time.
    pub fn fails(&self, path: &'static str, faults: &[Fault]) {
        self.line.faults.lock().unwrap().extend(faults.iter().map(|fault| (path, *fault)));
    }

    pub fn hooks(&self) -> Vec<Hook> {
        self.line.hooks.lock().unwrap().clone()
    }

    /// How often something was asked whose path ends so.
    pub fn count(&self, path: &str) -> usize {
        self.line.passed.lock().unwrap().iter().filter(|passed| passed.ends_with(path)).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take_hook(State(line): State<Arc<Line>>, headers: HeaderMap, body: String) {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    line.hooks.lock().unwrap().push(Hook { body, signature });
}

async fn pass(State(line): State<Arc<Line>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    line.passed.lock().unwrap().push(path.clone());
    let fault = {
        let mut faults = line.faults.lock().unwrap();
        let next = faults.iter().position(|(end, _)| path.ends_with(end));
        next.map(|at| faults.remove(at).1)
    };
    match fault {
        Some(Fault::LoseRequest) => return broken_off(),
        Some(Fault::Refuse(code)) => {
            let error = serde_json::json!({ "error": { "type": "invalid_request_error", "code": code } });
            return (StatusCode::BAD_REQUEST, axum::Json(error)).into_response();
        }
        _ => {}
    }
    let (status, body) = line.forward(request).await;
    match fault {
        Some(Fault::LoseAnswer) => return broken_off(),
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        _ => {}
    }
    (status, [("content-type", "application/json")], body).into_response()
}

/// An answer that breaks off before it says anything.
fn broken_off() -> Response {
    let end = futures::stream::once(async { Err::<Bytes, _>(io::Error::other("broken off")) });
    Response::new(Body::from_stream(end))
}

impl Line {
    async fn forward(&self, request: Request) -> (StatusCode, Bytes) {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let key = parts.headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
        let Some(key) = key.filter(|_| parts.method == Method::POST) else {
            return self.ask(&parts, body).await;
        };
        let mut kept = self.kept.lock().await;
        let scope = format!("{} {}", parts.uri.path(), String::from_utf8_lossy(&body));
        if let Some((before, status, answer)) = kept.get(&key) {
            let refusal = r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}"#;
            let same = *before == scope.as_bytes();
            return if same { (*status, answer.clone()) } else { (StatusCode::BAD_REQUEST, refusal.into()) };
        }
        let (status, answer) = self.ask(&parts, body).await;
        kept.insert(key, (scope.into(), status, answer.clone()));
        (status, answer)
    }

    async fn ask(&self, parts: &axum::http::request::Parts, body: Bytes) -> (StatusCode, Bytes) {
        let url = format!("{}{}", self.upstream, parts.uri);
        let mut request = self.client.request(parts.method.clone(), url).body(body);
        for name in ["authorization", "content-type"] {
            if let Some(value) = parts.headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap())
    }
}

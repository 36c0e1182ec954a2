//! Stripe's REST API, as far as the shop needs it: forms in, JSON out, told apart by status and type.
//! <https://docs.stripe.com/api/payment_intents>, <https://docs.stripe.com/api/refunds>
//!
//! An answer that does not come, or is an error of the server's side, leaves open what was done: [`Failure::Lost`]. It is
//! asked for once more with the same key, which Stripe answers without doing anything again. Bodies are never logged.

use super::settings::Settings;
use reqwest::{Client, Method, RequestBuilder, header};
use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The version of the API that this module was written by.
const VERSION: &str = "2024-06-20";
const CONNECT: Duration = Duration::from_secs(3);
const TIMEOUT: Duration = Duration::from_secs(8);
/// How often an answer that was lost is asked for.
const TRIES: u32 = 2;

/// The API of one account.
#[derive(Clone)]
pub struct Api {
    pub(super) settings: Arc<Settings>,
    http: Client,
}

/// Why there is no answer to work with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Whether it was done is not known.
    Lost,
    /// Stripe would not: its status, and the code it is told by.
    Refused { status: u16, code: String },
}

/// A payment, as Stripe sees it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Intent {
    pub id: String,
    pub status: String,
    pub amount: i64,
    pub currency: String,
    #[serde(default)]
    pub client_secret: Option<String>,
    #[serde(default)]
    pub last_payment_error: Option<PaymentError>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct PaymentError {
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub decline_code: Option<String>,
}

/// Money that went back, as Stripe sees it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Refund {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ApiError,
}

#[derive(Deserialize)]
struct ApiError {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    code: Option<String>,
}

/// Fields of a form.
pub type Form<'a> = [(&'a str, &'a str)];

impl Api {
    /// # Errors
    /// When the machine has no randomness or memory for TLS.
    pub fn new(settings: Settings) -> reqwest::Result<Self> {
        let http = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("Ironmonger/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { settings: Arc::new(settings), http })
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.send(|| self.request(Method::GET, path)).await
    }

    /// Does something once for each key.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, key: &str, form: &Form<'_>) -> Result<T, Failure> {
        let body = encoded(form);
        self.send(|| {
            self.request(Method::POST, path)
                .header("Idempotency-Key", key)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.clone())
        })
        .await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let settings = &self.settings;
        self.http
            .request(method, format!("{}/v1/{path}", settings.api_base))
            .bearer_auth(settings.secret_key.expose())
            .header("Stripe-Version", VERSION)
    }

    async fn send<T: DeserializeOwned>(&self, request: impl Fn() -> RequestBuilder) -> Result<T, Failure> {
        let mut answer = Err(Failure::Lost);
        for _ in 0..TRIES {
            answer = self.send_once(request()).await;
            if !matches!(answer, Err(Failure::Lost)) {
                break;
            }
        }
        answer
    }

    async fn send_once<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let lost = |cause: reqwest::Error| {
            // Without the address: it names a payment.
            tracing::warn!(cause = %cause.without_url(), "Stripe did not answer");
            Failure::Lost
        };
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(lost)?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|cause| {
                tracing::error!(line = cause.line(), column = cause.column(), "Stripe answered something else");
                Failure::Lost
            });
        }
        let error = serde_json::from_slice::<ErrorBody>(&body).map(|body| body.error).ok();
        let (kind, code) = error.map_or_else(Default::default, |error| (error.kind, error.code.unwrap_or_default()));
        tracing::warn!(status = status.as_u16(), kind, code, "Stripe refused");
        // 409: another request with the same key is under way. 429: too many of them.
        if status.is_server_error() || matches!(status.as_u16(), 409 | 429) {
            return Err(Failure::Lost);
        }
        Err(Failure::Refused { status: status.as_u16(), code })
    }
}

/// Fields as they stand in a form.
fn encoded(form: &Form<'_>) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let fields: Vec<_> = form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    fields.join("&")
}

//! Data of a page: loaded by the server before the page begins, sent along with it, loaded anew in the browser when
//! the address changes.
//!
//! Data and suspenses are numbered in the order in which they are made, and the browser finds what the server sent by
//! its number. So neither is made within a `Suspend`: there the order would depend on what is ready first.

use super::ErrorPage;
use crate::error::AppError;
use codee::{Decoder, Encoder};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;

/// JSON, read the way server functions read it, so that the browser has one reader for each type and not two.
pub struct Wire;

impl<T: Serialize> Encoder<T> for Wire {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Wire {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// What a page waits for.
pub type Loading<T> = Resource<Result<T, AppError>, Wire>;

/// Loads what `source` asks for, and again whenever that changes.
pub fn load<T, S, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loading<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: PartialEq + Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Resource::new_with_options(source, fetch, true)
}

/// A page that waits for its data: what `page` makes of it, or the page of the error.
pub fn when_loaded<P, F>(page: P) -> impl IntoView
where
    P: Fn() -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    let shown = move || {
        let page = page();
        Suspend::new(async move { page.await.unwrap_or_else(|error| view! { <ErrorPage error /> }.into_any()) })
    };
    view! { <Transition>{shown}</Transition> }
}

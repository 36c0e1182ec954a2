//! The browser's own interface to authenticators: `PublicKeyCredential` and `navigator.credentials`.

use super::PasskeyError;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use web_sys::js_sys::{JSON, Object, Promise, Reflect};

#[wasm_bindgen]
extern "C" {
    type PublicKeyCredential;

    #[wasm_bindgen(catch, static_method_of = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn read_creation(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, static_method_of = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn read_request(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = create)]
    fn create_credential(wanted: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = get)]
    fn get_credential(wanted: &Object) -> Result<Promise, JsValue>;
}

/// Whether this browser can use passkeys and reads their JSON by itself. (An insecure page has none of it.)
#[must_use]
pub fn is_supported() -> bool {
    let has = |object: &JsValue, name: &str| Reflect::has(object, &name.into()).unwrap_or(false);
    let window = JsValue::from(leptos::prelude::window());
    let Ok(credential) = Reflect::get(&window, &"PublicKeyCredential".into()) else { return false };
    credential.is_function()
        && has(&credential, "parseCreationOptionsFromJSON")
        && has(&credential, "parseRequestOptionsFromJSON")
}

/// Makes a passkey as the server's options want it; gives the authenticator's answer as JSON.
///
/// # Errors
/// When there is no answer: see [`PasskeyError`].
pub async fn create(options_json: String) -> Result<String, PasskeyError> {
    ask(&options_json, PublicKeyCredential::read_creation, create_credential).await.map_err(|error| reason(&error))
}

/// Uses a passkey as the server's options want it; gives the authenticator's answer as JSON.
///
/// # Errors
/// When there is no answer: see [`PasskeyError`].
pub async fn get(options_json: String) -> Result<String, PasskeyError> {
    ask(&options_json, PublicKeyCredential::read_request, get_credential).await.map_err(|error| reason(&error))
}

async fn ask(
    options_json: &str,
    read: fn(&JsValue) -> Result<JsValue, JsValue>,
    ask: fn(&Object) -> Result<Promise, JsValue>,
) -> Result<String, JsValue> {
    let name = JsValue::from("publicKey");
    let options = read(&Reflect::get(&JSON::parse(options_json)?, &name)?)?;
    let wanted = Object::new();
    Reflect::set(&wanted, &name, &options)?;
    let credential = ask(&wanted)?.await?;
    // By way of its own `toJSON`.
    JSON::stringify(&credential).map(String::from)
}

/// Errors of WebAuthn are told apart by their names.
fn reason(error: &JsValue) -> PasskeyError {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" | "AbortError" => PasskeyError::Cancelled,
        "InvalidStateError" => PasskeyError::AlreadyThere,
        _ => PasskeyError::Impossible,
    }
}

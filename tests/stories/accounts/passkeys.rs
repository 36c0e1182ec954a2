//! Passkeys, with an authenticator in software.

use super::{ADA, BOB, OTHER, PASSWORD, call, done, is_signed_in, refusal, see, sign_up};
use crate::{
    app::{Answer, Browser, TestApp, all_at_once},
    stories,
};
use ironmonger::domain::timestamp::Timestamp;
use passkey::{
    authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod},
    client::{Client, DefaultClientData},
    crypto::rust_crypto::RustCryptoBackend,
    types::{
        Passkey,
        ctap2::{Aaguid, Ctap2Error},
    },
};
use serde_json::Value;
use std::sync::Arc;
use webauthn_rs::prelude::Url;

/// Somebody who touches the sensor whenever they are asked to.
struct Owner;

#[async_trait::async_trait]
impl UserValidationMethod for Owner {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// An authenticator for one passkey, in a browser that says where it is.
#[derive(Clone)]
struct Device {
    passkey: Option<Passkey>,
    origin: Url,
}

impl Device {
    fn at(origin: &str) -> Self {
        Self { passkey: None, origin: origin.parse().unwrap() }
    }

    fn authenticator(&self) -> Authenticator<Option<Passkey>, Owner, RustCryptoBackend> {
        let mut authenticator = Authenticator::new(Aaguid::new_empty(), self.passkey.clone(), Owner, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(true);
        authenticator
    }

    /// Makes a passkey: the answer to the shop.
    async fn make(&mut self, options: &str) -> String {
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let made = client.register(&self.origin, serde_json::from_str(options).unwrap(), DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_string(&made.unwrap()).unwrap()
    }

    /// Shows it.
    async fn show(&mut self, options: &str) -> String {
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let shown = client.authenticate(&self.origin, serde_json::from_str(options).unwrap(), DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_string(&shown.unwrap()).unwrap()
    }
}

/// A ceremony that the shop began: its id and what the authenticator is asked.
fn ceremony(value: &Value) -> (String, String) {
    (value["id"].as_str().unwrap().to_owned(), value["options"].as_str().unwrap().to_owned())
}

async fn begin_adding(browser: &mut Browser<'_>) -> (String, String) {
    ceremony(&done(browser, "account/begin_passkey", &[("password", PASSWORD)]).await)
}

async fn add(browser: &mut Browser<'_>, id: &str, credential: &str) -> Answer {
    call(browser, "account/add_passkey", &[("ceremony", id), ("credential", credential), ("name", "My phone")]).await
}

/// Adds a passkey of this shop to an account.
async fn device_of(app: &TestApp, browser: &mut Browser<'_>) -> Device {
    let mut device = Device::at(&app.shop.config.base_url);
    let (id, options) = begin_adding(browser).await;
    let answer = add(browser, &id, &device.make(&options).await).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    device
}

async fn begin(browser: &mut Browser<'_>) -> (String, String) {
    ceremony(&done(browser, "account/passkey_challenge", &[]).await)
}

async fn show(browser: &mut Browser<'_>, id: &str, credential: &str) -> (u16, String) {
    refusal(&call(browser, "account/passkey_sign_in", &[("ceremony", id), ("credential", credential)]).await)
}

fn expired() -> (u16, String) {
    (410, "link_expired".into())
}

fn refused() -> (u16, String) {
    (401, "wrong_credentials".into())
}

fn fine() -> (u16, String) {
    (200, "done".into())
}

stories! {
    async fn a_passkey_signs_in_without_a_password_and_counts_as_a_code(app) {
        let mut ada = sign_up(&app, ADA).await;
        let wrong = call(&mut ada, "account/begin_passkey", &[("password", OTHER)]).await;
        assert_eq!(refusal(&wrong), (422, "invalid_fields".into()));
        let mut device = device_of(&app, &mut ada).await;
        assert!(app.mails_to(ADA).await[0]["text"].as_str().unwrap().contains("passkey"));
        let mut browser = app.browser();
        let (id, options) = begin(&mut browser).await;
        let before = browser.cookie();
        assert_eq!(show(&mut browser, &id, &device.show(&options).await).await, fine());
        assert!(is_signed_in(&mut browser).await && browser.cookie() != before);
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions WHERE strong").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM passkey_ceremonies").await, 0);
    }

    async fn a_passkey_shown_to_another_site_opens_nothing(app) {
        let mut ada = sign_up(&app, ADA).await;
        let mut device = device_of(&app, &mut ada).await;
        let (id, options) = begin_adding(&mut ada).await;
        let mut elsewhere = Device::at("https://evil.example");
        let credential = elsewhere.make(&options.replace("\"localhost\"", "\"evil.example\"")).await;
        assert_eq!(refusal(&add(&mut ada, &id, &credential).await), refused());
        let mut browser = app.browser();
        for origin in ["http://localhost:4444", "https://localhost:3000"] {
            let (id, options) = begin(&mut browser).await;
            device.origin = origin.parse().unwrap();
            assert_eq!(show(&mut browser, &id, &device.show(&options).await).await, refused(), "{origin}");
        }
        assert!(!is_signed_in(&mut browser).await);
    }

    async fn a_ceremony_belongs_to_its_browser_is_used_once_and_expires(app) {
        let app = Arc::new(app);
        let mut ada = sign_up(&app, ADA).await;
        let mut device = device_of(&app, &mut ada).await;
        let (mut here, mut there) = (app.browser(), app.browser());
        let (id, options) = begin(&mut here).await;
        let shown = device.show(&options).await;
        assert_eq!(show(&mut there, &id, &shown).await, expired());
        let cookie = here.cookie();
        let answers = all_at_once(5, |_| {
            let (app, cookie, id, shown) = (app.clone(), cookie.clone(), id.clone(), shown.clone());
            async move { show(&mut app.browser_with(cookie), &id, &shown).await }
        }).await;
        assert_eq!(answers.iter().filter(|answer| **answer == fine()).count(), 1, "{answers:?}");
        let (id, options) = begin(&mut there).await;
        let late = device.show(&options).await;
        app.pass(5 * Timestamp::MINUTE);
        assert_eq!(show(&mut there, &id, &late).await, expired());
        let (id, _) = begin(&mut there).await;
        assert_eq!(show(&mut there, &id, &late).await, refused(), "an answer to another question");
    }

    async fn a_copied_passkey_is_noticed_by_its_counter(app) {
        let mut ada = sign_up(&app, ADA).await;
        let mut device = device_of(&app, &mut ada).await;
        let mut copy = device.clone();
        let mut browser = app.browser();
        for _ in 0..2 {
            let (id, options) = begin(&mut browser).await;
            assert_eq!(show(&mut browser, &id, &device.show(&options).await).await, fine());
        }
        let mut eve = app.browser();
        let (id, options) = begin(&mut eve).await;
        assert_eq!(show(&mut eve, &id, &copy.show(&options).await).await, refused());
    }

    async fn passkeys_are_removed_by_their_owner_only_and_open_nothing_then(app) {
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        let mut device = device_of(&app, &mut ada).await;
        let id = see(&mut ada, "account/security").await.json()["passkeys"][0]["id"].as_str().unwrap().to_owned();
        let foreign = call(&mut bob, "account/remove_passkey", &[("id", &id)]).await;
        assert_eq!(refusal(&foreign), (404, "not_found".into()));
        // Nor can the same one be added by another.
        let (ceremony, options) = begin_adding(&mut bob).await;
        let mut other = Device::at(&app.shop.config.base_url);
        let made = other.make(&options).await;
        assert_eq!(refusal(&add(&mut ada, &ceremony, &made).await), expired());
        done(&mut ada, "account/remove_passkey", &[("id", &id)]).await;
        let mut browser = app.browser();
        let (ceremony, options) = begin(&mut browser).await;
        assert_eq!(show(&mut browser, &ceremony, &device.show(&options).await).await, refused());
    }

    async fn an_answer_that_is_none_is_the_senders_mistake(app) {
        let mut ada = sign_up(&app, ADA).await;
        let deep = "[".repeat(20_000);
        let huge = format!("{{\"id\":\"{}\"}}", "x".repeat(40_000));
        for credential in ["", "{}", "null", "[]", "{\"id\":1}", deep.as_str(), huge.as_str(), "\0"] {
            let (id, _) = begin(&mut ada).await;
            assert_eq!(show(&mut ada, &id, credential).await.0, 400, "{credential:.40}");
            let (id, _) = begin_adding(&mut ada).await;
            assert_eq!(add(&mut ada, &id, credential).await.status.as_u16(), 400, "{credential:.40}");
        }
        let mut device = device_of(&app, &mut ada).await;
        for id in ["", "x", "00000000-0000-0000-0000-000000000000", "\0"] {
            let (_, options) = begin(&mut ada).await;
            assert_eq!(show(&mut ada, id, &device.show(&options).await).await, expired(), "{id:?}");
        }
    }
}

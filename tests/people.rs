//! People with an account: customers, and who works here. Everybody comes in by the door, as people do.

use crate::app::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use ironmonger::{admin::service as staff, domain::account::Role};
use serde_json::Value;
use totp_rs::Totp;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// How the shop's own scripts ask.
pub const AS_SCRIPT: [(&str, &str); 2] = [("origin", "http://localhost"), ("accept", "application/json")];

impl TestApp {
    /// Registers, follows the link in the mail, and is signed in.
    pub async fn sign_up(&self, browser: &mut Browser<'_>, name: &str, email: &str, password: &str) {
        let sent =
            browser.submit("account/register", &[("name", name), ("email", email), ("password", password)]).await;
        assert_eq!(sent.header("location"), "/register?sent=1", "{email}: {}", sent.text);
        let mails = self.mails_to(email).await;
        let token = link_in(&mails[0], "/verify?token=");
        let verified = browser.submit("account/verify", &[("token", &token)]).await;
        assert_eq!(verified.header("location"), "/account", "{email}: {}", verified.text);
    }

    /// Gives somebody a role, as the command line does. It ends their sessions.
    pub async fn make_staff(&self, email: &str, role: Role) {
        staff::give_role(&self.shop, None, email, role).await.unwrap();
    }

    /// The browser of a new customer.
    pub async fn customer(&self, name: &str, email: &str) -> Browser<'_> {
        let mut browser = self.browser();
        self.sign_up(&mut browser, name, email, PASSWORD).await;
        browser
    }

    /// The browser of somebody who works here and has set up no codes yet.
    pub async fn new_colleague(&self, email: &str, role: Role) -> Browser<'_> {
        self.customer("Colleague", email).await;
        self.make_staff(email, role).await;
        let mut browser = self.browser();
        browser.sign_in(email, PASSWORD).await;
        browser
    }

    /// The browser of somebody who works here, and may work.
    pub async fn colleague(&self, email: &str, role: Role) -> Browser<'_> {
        let mut browser = self.new_colleague(email, role).await;
        self.set_up_codes(&mut browser, PASSWORD).await;
        browser
    }

    /// Switches one-time codes on. A step of thirty seconds is over then: its code was taken.
    pub async fn set_up_codes(&self, browser: &mut Browser<'_>, password: &str) -> Totp {
        let begun = browser.submit("account/begin_codes", &[("password", password)]).await;
        assert_eq!(begun.header("location"), "/account/security/codes", "{}", begun.text);
        let setup = browser.ask("account/code_setup", &[], &AS_SCRIPT).await.json();
        let totp = Totp::from_url(setup["address"].as_str().unwrap()).unwrap();
        let enabled = browser.submit("account/enable_codes", &[("code", &self.code_of(&totp))]).await;
        assert_eq!(enabled.header("location"), "/account/security/recovery", "{}", enabled.text);
        self.pass(30_000);
        totp
    }

    /// What the app shows now.
    pub fn code_of(&self, totp: &Totp) -> String {
        totp.generate(u64::try_from(self.now().0 / 1_000).unwrap()).to_string()
    }
}

impl Browser<'_> {
    /// Signs in by password, where that is enough.
    pub async fn sign_in(&mut self, email: &str, password: &str) {
        let answer = self.submit("account/sign_in", &[("email", email), ("password", password)]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/account"), "{email}");
    }
}

/// What follows that beginning of a link, in a mail.
pub fn link_in(mail: &Value, start: &str) -> String {
    let text = mail["text"].as_str().unwrap();
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

/// The kind of error that an answer to a script tells, as the API would call it; nothing for what is no error.
pub fn error_of(answer: &Answer) -> String {
    if answer.status.is_success() {
        return String::new();
    }
    match serde_json::from_str(&answer.text) {
        Ok(Value::String(kind)) => kind,
        Ok(Value::Object(fields)) => {
            let code = fields.get("code").and_then(Value::as_str);
            code.or(fields.keys().next().map(String::as_str)).unwrap_or_default().to_owned()
        }
        _ => answer.text.clone(),
    }
}

//! Everybody who could ask, and what is Ada's.

pub use super::calls::ORDER;
use super::calls::{ADDRESS, PASSKEY, PASSWORD, SESSION};
use crate::{
    app::{Browser, TestApp},
    people::{self, AS_SCRIPT},
};
use ironmonger::domain::account::Role;

/// Ada, and a word that only she should read.
pub const ADA: &str = "ada@example.com";
pub const HIDDEN: &str = "7 Hidden Lane";

/// Who somebody is, as far as that matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Not even a cookie.
    Stranger,
    Visitor,
    Customer,
    /// Ada.
    Owner,
    /// Works here, and has signed in as it is asked of them or not.
    Staff {
        role: Role,
        strong: bool,
    },
}

/// Somebody at a browser.
pub struct Person<'a> {
    pub standing: Standing,
    pub browser: Browser<'a>,
}

/// Everybody but Ada.
pub async fn others(app: &TestApp) -> Vec<Person<'_>> {
    let person = |standing, browser| Person { standing, browser };
    let mut visitor = app.browser();
    visitor.get("/cart").await;
    let mut people = vec![
        person(Standing::Stranger, app.browser()),
        person(Standing::Visitor, visitor),
        person(Standing::Customer, app.customer("Bob", "bob@example.com").await),
    ];
    for role in Role::ALL {
        let email = format!("{}@shop.example", role.name());
        people.push(person(Standing::Staff { role, strong: true }, app.colleague(&email, role).await));
    }
    let weak = Standing::Staff { role: Role::Owner, strong: false };
    people.push(person(weak, app.new_colleague("without-codes@shop.example", Role::Owner).await));
    people.push(person(weak, with_password_only(app).await));
    people
}

/// The browser of an owner who has codes and a session that was opened without one. (Switching codes on ends such
/// sessions, so this one is made by hand.)
pub async fn with_password_only(app: &TestApp) -> Browser<'_> {
    let browser = app.colleague("password-only@shop.example", Role::Owner).await;
    app.change(
        "UPDATE sessions SET strong = FALSE
        WHERE account_id IN (SELECT id FROM accounts WHERE email_key = 'password-only@shop.example')",
    )
    .await;
    browser
}

/// What is Ada's, by what the calls name it.
pub struct Things(Vec<(&'static str, String)>);

impl Things {
    /// An argument as it is sent; `password` is that of whoever calls.
    pub fn fill<'a>(&'a self, value: &'a str, password: &'a str) -> &'a str {
        let own = self.0.iter().find(|(name, _)| *name == value).map(|(_, id)| id.as_str());
        if value == PASSWORD { password } else { own.unwrap_or(value) }
    }

    /// Whether an argument is something of Ada's.
    pub fn is_named_by(&self, arguments: &[(&str, &str)]) -> bool {
        arguments.iter().any(|(_, value)| self.0.iter().any(|(name, _)| name == value))
    }

    pub fn of<'a>(&'a self, name: &'a str) -> &'a str {
        self.fill(name, "")
    }
}

/// Ada, with an order, an address, a passkey and another browser; and what these are called.
pub async fn ada(app: &TestApp) -> (Browser<'_>, Things) {
    let mut order = app.order(&[("S", 1)], "4242424242424242");
    order["address"]["line1"] = HIDDEN.into();
    let order = app.post("/api/v1/orders", &order).await.json();
    let mut browser = app.customer("Ada Lovelace", ADA).await;
    app.browser().sign_in(ADA, people::PASSWORD).await;
    let address = [("name", "Ada"), ("line1", HIDDEN), ("city", "Ely"), ("postcode", "CB7 4AA"), ("country", "GB")];
    browser.submit("account/save_address", &address).await;
    browser.submit("account/export", &[]).await;
    add_passkey(app).await;
    let addresses = browser.ask("account/addresses", &[], &AS_SCRIPT).await.json();
    let security = browser.ask("account/security", &[], &AS_SCRIPT).await.json();
    let sessions = security["sessions"].as_array().unwrap();
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let things = vec![
        (ORDER, text(&order["number"])),
        (ADDRESS, text(&addresses[0]["id"])),
        (PASSKEY, text(&security["passkeys"][0]["id"])),
        (SESSION, text(&other["id"])),
    ];
    (browser, Things(things))
}

/// One that no authenticator has made.
async fn add_passkey(app: &TestApp) {
    app.change(
        "INSERT INTO passkeys (id, account_id, credential_id, name, credential, created_at)
        SELECT id, account_id, token_hash, 'Key', '{}', 0 FROM sessions
        WHERE id = (SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE a.email_key = 'ada@example.com' ORDER BY s.id LIMIT 1)",
    )
    .await;
}

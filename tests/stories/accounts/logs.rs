//! The log tells what went wrong and never with whom: no password, token, address, card or code stands in it.

use super::{OTHER, PASSWORD, SCRIPT, call, codes, done, refusal, see, sign_in, token_for};
use crate::{app::TestApp, stories, stories::GOOD};
use ironmonger::{
    account::service::privacy::prepare_exports,
    messaging::{
        outbox::{Topic, enqueue_mail},
        worker,
    },
};
use serde_json::json;
use std::{
    io::{self, Write},
    sync::{LazyLock, Mutex},
};
use tracing_subscriber::EnvFilter;

/// What all tests of this process have logged since somebody listens.
static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
    let filter = EnvFilter::new(ironmonger::server::LOG_FILTER.to_owned() + ",ironmonger=trace");
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Listener).try_init());
    Mutex::default()
});

struct Listener;

impl Write for Listener {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const EVA: &str = "eva.in.no.log@example.com";
const SECRET: &str = "no log has 7 of these";

/// A letter that no email can be made of: the log has to tell that something is wrong.
async fn write_unfit_letter(app: &TestApp) {
    let payload = json!({ "heading": 1, "to": EVA, "password": SECRET });
    let mut tx = app.shop.db.begin().await.unwrap();
    enqueue_mail(&mut tx, &app.shop, Topic::VerifyEmail, "x", &payload).await.unwrap();
    tx.commit().await.unwrap();
    worker::run(&app.shop).await.unwrap();
}

stories! {
    async fn a_log_names_nobody_and_opens_nothing(app) {
        assert!(LOG.lock().is_ok());
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let mut secrets = vec![EVA.to_owned(), SECRET.to_owned(), GOOD.to_owned(), "4000000000000002".to_owned(), "Eva Unlogged".to_owned()];
        let mut eva = app.browser();
        done(&mut eva, "account/register", &[("name", "Eva Unlogged"), ("email", EVA), ("password", SECRET)]).await;
        let token = token_for(&app, EVA, "verify").await.unwrap();
        done(&mut eva, "account/verify", &[("token", &token)]).await;
        secrets.push(token.clone());
        call(&mut eva, "account/verify", &[("token", &token)]).await;
        sign_in(&mut app.browser(), EVA, OTHER).await;
        let changed = [("password", SECRET), ("new_password", PASSWORD)];
        done(&mut eva, "account/change_password", &changed).await;
        let phone = codes::set_up(&app, &mut eva).await;
        secrets.push(see(&mut eva, "account/recovery_codes").await.json()[0].as_str().unwrap().to_owned());
        app.pass(60_000);
        let mut other = app.browser();
        let ticket = sign_in(&mut other, EVA, PASSWORD).await.json()["code_needed"]["ticket"].as_str().unwrap().to_owned();
        assert_eq!(refusal(&call(&mut other, "account/second_factor", &[("ticket", &ticket), ("code", "99999999")]).await).0, 422);
        done(&mut other, "account/second_factor", &[("ticket", &ticket), ("code", &phone.code(&app))]).await;
        secrets.extend([ticket, "99999999".to_owned(), eva.cookie(), other.cookie(), other.token().await]);
        done(&mut eva, "account/forgot", &[("email", EVA)]).await;
        secrets.push(token_for(&app, EVA, "reset").await.unwrap());
        done(&mut eva, "account/export", &[]).await;
        prepare_exports(&app.shop).await.unwrap();
        secrets.push(see(&mut eva, "account/privacy").await.json()["exports"][0]["address"].as_str().unwrap().to_owned());
        for card in ["4000000000000002", GOOD] {
            let mut order = app.order(&[("S", 1)], card);
            order["email"] = EVA.into();
            let answer = app.post("/api/v1/orders", &order).await;
            secrets.extend(answer.json()["token"].as_str().map(str::to_owned));
        }
        call(&mut eva, "account/passkey_sign_in", &[("ceremony", SECRET), ("credential", SECRET)]).await;
        eva.submit_as_is("account/sign_in", &[("email", EVA), ("password", SECRET), ("csrf", SECRET)], &SCRIPT).await;
        write_unfit_letter(&app).await;
        let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
        assert!(log.contains("a letter cannot be made of its row"), "somebody listens");
        for secret in secrets {
            assert!(secret.len() > 5 && !log.contains(&secret), "{secret}");
        }
    }
}

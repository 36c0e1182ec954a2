//! An account comes into being by the link that is sent to its address, and nobody learns whether there was one before.

use super::{
    ADA, BOB, OTHER, PASSWORD, call, done, is_signed_in, refusal, register, sign_in, sign_up, token_for, told,
};
use crate::{
    app::{TestApp, all_at_once},
    stories,
};
use axum::http::StatusCode;
use ironmonger::domain::timestamp::Timestamp;
use std::sync::Arc;

const ACCOUNTS: &str = "SELECT COUNT(*) FROM accounts";
const REGISTRATIONS: &str = "SELECT COUNT(*) FROM registrations";

fn expired() -> (u16, String) {
    (410, "link_expired".to_owned())
}

/// What registering costs: passwords hashed, and rows written.
async fn cost(app: &TestApp) -> [i64; 4] {
    let hashed = i64::try_from(app.shop.passwords.computed()).unwrap();
    let tries = app.number("SELECT CAST(SUM(failures) AS BIGINT) FROM sign_in_tries").await;
    [hashed, app.number(REGISTRATIONS).await, app.number("SELECT COUNT(*) FROM outbox").await, tries]
}

stories! {
    async fn an_account_comes_by_the_link_only(app) {
        let mut browser = app.browser();
        assert_eq!(register(&mut browser, " Ada@Example.com ", PASSWORD).await.status, StatusCode::OK);
        assert_eq!((app.number(ACCOUNTS).await, app.number(REGISTRATIONS).await), (0, 1));
        assert!(!is_signed_in(&mut browser).await);
        assert_eq!(refusal(&sign_in(&mut browser, ADA, PASSWORD).await), (401, "wrong_credentials".into()));
        let token = token_for(&app, "Ada@Example.com", "verify").await.expect("a link");
        // Looking at the link, as scanners of mail do, uses nothing up.
        for _ in 0..3 {
            assert!(browser.get(&format!("/verify?token={token}")).await.text.contains("Ada@Example.com"));
        }
        done(&mut browser, "account/verify", &[("token", &token)]).await;
        assert_eq!((app.number(ACCOUNTS).await, app.number(REGISTRATIONS).await), (1, 0));
        assert!(is_signed_in(&mut browser).await);
        assert_eq!(sign_in(&mut app.browser(), ADA, PASSWORD).await.status, StatusCode::OK);
    }

    async fn registering_tells_nobody_whether_an_address_has_an_account(app) {
        sign_up(&app, ADA).await;
        let before = cost(&app).await;
        let known = register(&mut app.browser(), ADA, OTHER).await;
        let between = cost(&app).await;
        let unknown = register(&mut app.browser(), BOB, OTHER).await;
        let after = cost(&app).await;
        assert_eq!(told(&known), told(&unknown));
        assert_eq!([0, 1, 2, 3].map(|i| between[i] - before[i]), [1, 1, 1, 1]);
        assert_eq!([0, 1, 2, 3].map(|i| after[i] - between[i]), [1, 1, 1, 1]);
        let form = |email| [("name", "Ada"), ("email", email), ("password", OTHER)];
        let known = app.browser().submit("account/register", &form(ADA)).await;
        let unknown = app.browser().submit("account/register", &form(BOB)).await;
        assert_eq!(told(&known), told(&unknown));
        assert_eq!(token_for(&app, ADA, "verify").await, None, "only the letter differs");
        assert!(app.mails_to(ADA).await[0]["text"].as_str().unwrap().contains("/login"));
        assert!(token_for(&app, BOB, "verify").await.is_some());
    }

    async fn another_browser_has_to_know_the_password_and_wrong_ones_are_counted(app) {
        register(&mut app.browser(), ADA, PASSWORD).await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        let mut other = app.browser();
        assert!(other.get(&format!("/verify?token={token}")).await.text.contains("name=\"password\""));
        for password in ["", OTHER, "x", OTHER, OTHER] {
            let refused = call(&mut other, "account/verify", &[("token", &token), ("password", password)]).await;
            assert_eq!(refusal(&refused), (422, "invalid_fields".into()), "{}", refused.text);
        }
        let right = [("token", token.as_str()), ("password", PASSWORD)];
        assert_eq!(refusal(&call(&mut other, "account/verify", &right).await), (429, "too_many_requests".into()));
        assert_eq!(app.number(ACCOUNTS).await, 0);
        app.pass(Timestamp::SECOND);
        done(&mut other, "account/verify", &right).await;
        assert!(is_signed_in(&mut other).await);
    }

    async fn a_link_works_once_also_for_many_at_once(app) {
        let app = Arc::new(app);
        let mut browser = app.browser();
        register(&mut browser, ADA, PASSWORD).await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        let cookie = browser.cookie();
        let answers = all_at_once(8, |_| {
            let (app, cookie, token) = (app.clone(), cookie.clone(), token.clone());
            async move { call(&mut app.browser_with(cookie), "account/verify", &[("token", &token)]).await.status }
        }).await;
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| matches!(status.as_u16(), 200 | 410)), "{answers:?}");
        assert_eq!((app.number(ACCOUNTS).await, app.number("SELECT COUNT(*) FROM sessions").await), (1, 1));
        assert_eq!(refusal(&call(&mut browser, "account/verify", &[("token", &token)]).await), expired());
    }

    async fn links_that_are_old_forged_cut_or_empty_open_nothing(app) {
        let mut browser = app.browser();
        register(&mut browser, ADA, PASSWORD).await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        let (id, signature) = token.split_once('.').unwrap();
        let forged = [
            String::new(), ".".into(), id.into(), format!("{id}."), format!(".{signature}"), token[1..].into(),
            token[..token.len() - 1].into(), token.to_uppercase().replace(char::is_numeric, "0"),
            format!("{id}.{}", "0".repeat(64)), format!("{}.{signature}", uuid::Uuid::nil().simple()), "é\0".repeat(40),
        ];
        for forged in &forged {
            for (function, more) in [("verify", ("password", PASSWORD)), ("reset", ("new_password", OTHER)), ("confirm_email", ("x", ""))] {
                let refused = call(&mut browser, &format!("account/{function}"), &[("token", forged), more]).await;
                assert_eq!(refusal(&refused), expired(), "{function} {forged:?}");
            }
        }
        // One for another purpose neither.
        let misused = call(&mut browser, "account/reset", &[("token", &token), ("new_password", OTHER)]).await;
        assert_eq!(refusal(&misused), expired());
        app.pass(Timestamp::DAY);
        assert_eq!(refusal(&call(&mut browser, "account/verify", &[("token", &token)]).await), expired());
        assert_eq!(app.number(ACCOUNTS).await, 0);
    }

    async fn of_two_registrations_the_one_that_is_followed_counts(app) {
        let (mut first, mut second) = (app.browser(), app.browser());
        register(&mut first, ADA, OTHER).await;
        let stale = token_for(&app, ADA, "verify").await.unwrap();
        app.pass(Timestamp::MINUTE);
        register(&mut second, "ADA@example.com", PASSWORD).await;
        let token = token_for(&app, "ADA@example.com", "verify").await.unwrap();
        done(&mut second, "account/verify", &[("token", &token)]).await;
        assert_eq!(refusal(&call(&mut first, "account/verify", &[("token", &stale)]).await), expired());
        assert_eq!(refusal(&sign_in(&mut first, ADA, OTHER).await), (401, "wrong_credentials".into()));
        assert_eq!((app.number(ACCOUNTS).await, app.number(REGISTRATIONS).await), (1, 0));
    }

    /// Pre-hijacking: Sudhodanan and Paverd, "Pre-hijacked accounts" (USENIX Security 2022).
    async fn who_registers_your_address_gets_no_account_by_your_following_the_link(app) {
        let (mut eve, mut ada) = (app.browser(), app.browser());
        register(&mut eve, ADA, OTHER).await;
        let eves = token_for(&app, ADA, "verify").await.unwrap();
        for password in ["", PASSWORD] {
            let refused = call(&mut ada, "account/verify", &[("token", &eves), ("password", password)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        }
        assert_eq!(app.number(ACCOUNTS).await, 0);
        register(&mut ada, ADA, PASSWORD).await;
        let adas = token_for(&app, ADA, "verify").await.unwrap();
        done(&mut ada, "account/verify", &[("token", &adas)]).await;
        assert_eq!(refusal(&sign_in(&mut eve, ADA, OTHER).await), (401, "wrong_credentials".into()));
        assert_eq!(refusal(&call(&mut eve, "account/verify", &[("token", &eves)]).await), expired());
        assert!(!is_signed_in(&mut eve).await);
    }

    async fn what_cannot_be_an_account_is_told_by_field(app) {
        let mut browser = app.browser();
        for (email, password, wrong) in [
            ("", PASSWORD, "email"), ("nobody", PASSWORD, "email"), ("а@example.com.аda@x", PASSWORD, "email"),
            ("ada\0@example.com", PASSWORD, "email"), (ADA, "", "password"), (ADA, "tiny", "password"),
            (ADA, "password1", "password"), (ADA, &"x1".repeat(101), "password"),
        ] {
            let refused = register(&mut browser, email, password).await;
            assert_eq!(refusal(&refused), (422, "invalid_fields".into()), "{email:?}");
            assert!(refused.text.contains(wrong) && (password.is_empty() || !refused.text.contains(password)), "{}", refused.text);
        }
        assert_eq!((app.number(REGISTRATIONS).await, app.shop.passwords.computed()), (0, 0));
    }
}

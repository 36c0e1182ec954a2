//! Who guesses passwords has to wait, longer each time, whether or not there is such an account.

use super::{ADA, BOB, OTHER, PASSWORD, SCRIPT, is_signed_in, refusal, sign_in, sign_up, told};
use crate::{
    app::{TestApp, all_at_once},
    stories,
};
use axum::http::StatusCode;
use ironmonger::domain::timestamp::Timestamp;
use std::sync::Arc;

/// How many tries are looked at before the first wait, for an account and for a network address.
const FREE: usize = 5;
const FREE_OF_ADDRESS: usize = 30;

/// Tries a wrong password until it is not looked at any more.
async fn use_up(app: &TestApp, email: &str) {
    for _ in 0..FREE {
        assert_eq!(refusal(&sign_in(&mut app.browser(), email, OTHER).await), (401, "wrong_credentials".into()));
    }
}

stories! {
    async fn after_five_wrong_passwords_each_further_one_waits_longer(app) {
        sign_up(&app, ADA).await;
        for email in [ADA, BOB] {
            use_up(&app, email).await;
            for seconds in [1, 2, 4, 8] {
                let refused = sign_in(&mut app.browser(), email, OTHER).await;
                assert_eq!(refusal(&refused), (429, "too_many_requests".into()), "{email} {seconds}");
                assert_eq!(refused.header("retry-after"), seconds.to_string(), "{email}");
                app.pass(seconds * Timestamp::SECOND);
                assert_eq!(sign_in(&mut app.browser(), email, OTHER).await.status, StatusCode::UNAUTHORIZED);
            }
        }
    }

    async fn while_it_waits_an_account_takes_the_right_password_neither_nor_is_it_looked_at(app) {
        sign_up(&app, ADA).await;
        use_up(&app, ADA).await;
        use_up(&app, BOB).await;
        let hashed = app.shop.passwords.computed();
        let mut browser = app.browser();
        let right = sign_in(&mut browser, ADA, PASSWORD).await;
        let nobody = sign_in(&mut app.browser(), BOB, PASSWORD).await;
        assert_eq!(told(&right), told(&nobody));
        assert_eq!((right.status.as_u16(), app.shop.passwords.computed()), (429, hashed));
        app.pass(Timestamp::SECOND);
        assert!(sign_in(&mut browser, ADA, PASSWORD).await.text.contains("done"));
        assert!(is_signed_in(&mut browser).await);
        // The failures are forgotten.
        use_up(&app, ADA).await;
    }

    async fn a_network_address_waits_too_and_its_owners_own_sign_in_is_no_failure(app) {
        sign_up(&app, ADA).await;
        for i in 0..FREE_OF_ADDRESS {
            let refused = sign_in(&mut app.browser(), &format!("nobody{i}@example.com"), OTHER).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{i}");
            if i == 10 {
                assert_eq!(sign_in(&mut app.browser(), ADA, PASSWORD).await.status, StatusCode::OK);
            }
        }
        let refused = sign_in(&mut app.browser(), "another@example.com", OTHER).await;
        assert_eq!(refusal(&refused), (429, "too_many_requests".into()));
        app.pass(Timestamp::SECOND);
        assert_eq!(sign_in(&mut app.browser(), ADA, PASSWORD).await.status, StatusCode::OK);
    }

    async fn of_ten_thousand_tries_at_once_five_are_looked_at(app) {
        sign_up(&app, ADA).await;
        let hashed = app.shop.passwords.computed();
        let mut browser = app.browser();
        let (token, cookie) = (browser.token().await, browser.cookie());
        drop(browser);
        let app = Arc::new(app);
        for batch in 0..20 {
            let answers = all_at_once(500, |i| {
                let (app, token, cookie) = (app.clone(), token.clone(), cookie.clone());
                async move {
                    // The right one is among them, too late.
                    let password = if batch > 0 && i == 250 { PASSWORD.to_owned() } else { format!("guess number {batch} {i}") };
                    let fields = [("email", ADA), ("password", &*password), ("csrf", &*token)];
                    app.browser_with(cookie).submit_as_is("account/sign_in", &fields, &SCRIPT).await
                }
            }).await;
            for answer in answers {
                assert!(matches!(answer.status.as_u16(), 401 | 429), "{}", answer.text);
                assert!(!answer.text.contains("guess") && !answer.text.contains(ADA) && answer.text.len() < 100, "{}", answer.text);
            }
        }
        assert_eq!(app.shop.passwords.computed() - hashed, FREE as u64);
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 1);
    }
}

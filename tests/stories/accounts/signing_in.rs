//! Signing in and out, sessions, and passwords that were forgotten.

use super::{
    ADA, BOB, OTHER, PASSWORD, SCRIPT, call, done, is_signed_in, refusal, register, see, sign_in, sign_up, signed_in,
    token_for, told,
};
use crate::{
    app::{Engine, TestApp},
    stories,
};
use axum::http::StatusCode;
use ironmonger::domain::timestamp::Timestamp;

const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";

fn wrong() -> (u16, String) {
    (401, "wrong_credentials".to_owned())
}

/// What a try costs: passwords hashed, and rows that tell of it.
async fn cost(app: &TestApp) -> [i64; 3] {
    let hashed = i64::try_from(app.shop.passwords.computed()).unwrap();
    let failures = app.number("SELECT CAST(SUM(failures) AS BIGINT) FROM sign_in_tries").await;
    [hashed, app.number("SELECT COUNT(*) FROM sign_in_tries").await, failures]
}

/// The sessions of who has signed in.
async fn sessions(browser: &mut crate::app::Browser<'_>) -> Vec<serde_json::Value> {
    see(browser, "account/security").await.json()["sessions"].as_array().unwrap().clone()
}

stories! {
    async fn the_right_password_opens_and_any_other_does_not(app) {
        sign_up(&app, ADA).await;
        let mut browser = app.browser();
        for (email, password) in [(ADA, OTHER), (BOB, PASSWORD), ("", ""), (ADA, ""), ("\0", PASSWORD), (ADA, "\0\0\0\0\0\0\0\0")] {
            let refused = sign_in(&mut browser, email, password).await;
            assert_eq!(refusal(&refused), wrong(), "{email:?} {password:?}");
            assert!(!is_signed_in(&mut browser).await);
        }
        assert!(sign_in(&mut browser, " ADA@example.com ", PASSWORD).await.text.contains("done"));
        assert!(is_signed_in(&mut browser).await);
    }

    async fn a_wrong_password_costs_and_tells_the_same_whether_or_not_there_is_an_account(app) {
        sign_up(&app, ADA).await;
        let before = cost(&app).await;
        let known = sign_in(&mut app.browser(), ADA, OTHER).await;
        let between = cost(&app).await;
        let unknown = sign_in(&mut app.browser(), BOB, OTHER).await;
        let after = cost(&app).await;
        assert_eq!(told(&known), told(&unknown));
        // Each begins two counters of its own; the first also began that of the network address.
        assert_eq!([between[0] - before[0], between[1] - before[1], between[2] - before[2]], [1, 3, 3]);
        assert_eq!([after[0] - between[0], after[1] - between[1], after[2] - between[2]], [1, 2, 3]);
    }

    async fn signing_in_and_out_gives_the_browser_another_cookie_and_the_old_one_is_worth_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        sign_up(&app, ADA).await;
        let mut browser = app.browser();
        let planted = browser.token().await;
        let before = browser.cookie();
        sign_in(&mut browser, ADA, PASSWORD).await;
        let within = browser.cookie();
        assert_ne!(before, within);
        assert!(!is_signed_in(&mut app.browser_with(before)).await);
        let stale = [("sku", "S"), ("quantity", "1"), ("csrf", planted.as_str())];
        let refused = browser.submit_as_is("cart/add", &stale, &SCRIPT).await;
        assert_eq!(refusal(&refused), (403, "foreign_request".into()));
        done(&mut browser, "account/sign_out", &[]).await;
        assert_ne!(browser.cookie(), within);
        assert!(!is_signed_in(&mut browser).await && !is_signed_in(&mut app.browser_with(within)).await);
    }

    async fn a_session_can_be_seen_and_ended_by_its_owner_only(app) {
        let (mut here, mut eve) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        let mut there = signed_in(&app, ADA).await;
        let seen = sessions(&mut here).await;
        assert_eq!((seen.len(), seen.iter().filter(|session| session["current"] == true).count()), (2, 1));
        let other = seen.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
        let refused = call(&mut eve, "account/end_session", &[("id", &other)]).await;
        assert_eq!(refusal(&refused), (404, "not_found".into()));
        assert!(is_signed_in(&mut there).await);
        done(&mut here, "account/end_session", &[("id", &other)]).await;
        assert!(is_signed_in(&mut here).await && !is_signed_in(&mut there).await);
        let mut there = signed_in(&app, ADA).await;
        done(&mut here, "account/end_other_sessions", &[]).await;
        assert!(is_signed_in(&mut here).await && !is_signed_in(&mut there).await && is_signed_in(&mut eve).await);
    }

    async fn a_new_password_ends_all_other_sessions(app) {
        let (mut here, mut there) = (sign_up(&app, ADA).await, signed_in(&app, ADA).await);
        for (password, new, status) in [(OTHER, OTHER, 422), ("", OTHER, 422), (PASSWORD, "short", 422), (PASSWORD, OTHER, 200)] {
            let answer = call(&mut here, "account/change_password", &[("password", password), ("new_password", new)]).await;
            assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        }
        assert!(is_signed_in(&mut here).await && !is_signed_in(&mut there).await);
        assert_eq!(refusal(&sign_in(&mut there, ADA, PASSWORD).await), wrong());
        assert!(sign_in(&mut there, ADA, OTHER).await.text.contains("done"));
        assert!(app.mails_to(ADA).await[0]["text"].as_str().unwrap().contains("password"));
    }

    async fn a_session_that_is_not_used_ends_after_a_month_and_one_that_is_goes_on(app) {
        let (mut used, mut left) = (sign_up(&app, ADA).await, signed_in(&app, ADA).await);
        app.pass(29 * Timestamp::DAY);
        used.get("/cart").await;
        app.shop.seen.flush(&app.shop).await.unwrap();
        app.pass(Timestamp::DAY + 1);
        assert!(is_signed_in(&mut used).await && !is_signed_in(&mut left).await);
        assert_eq!(sessions(&mut used).await.len(), 1);
        let mut tx = app.shop.db.begin().await.unwrap();
        ironmonger::server::jobs::clean_up_accounts(&mut tx, app.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(app.number(SESSIONS).await, 1);
    }

    async fn who_has_signed_in_is_sent_to_pages_of_this_shop_only(app) {
        sign_up(&app, ADA).await;
        for (next, page) in [
            ("/wishlist", "/wishlist"), ("https://evil.example/", "/account"), ("//evil.example", "/account"),
            ("/\\evil.example", "/account"), ("/\t/evil.example", "/account"), ("javascript:alert(1)", "/account"),
            ("/\r\nSet-Cookie: visitor=x", "/account"), ("", "/account"),
        ] {
            let fields = [("email", ADA), ("password", PASSWORD), ("next", next)];
            let answer = app.browser().submit("account/sign_in", &fields).await;
            assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, page), "{next:?}");
        }
    }

    async fn a_password_of_a_megabyte_costs_nothing(app) {
        sign_up(&app, ADA).await;
        let before = app.shop.passwords.computed();
        let mut browser = app.browser();
        let (long, huge) = ("x".repeat(60_000), "x".repeat(1 << 20));
        assert_eq!(sign_in(&mut browser, ADA, &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(register(&mut browser, BOB, &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(refusal(&sign_in(&mut browser, ADA, &long).await), wrong());
        assert_eq!(register(&mut browser, BOB, &long).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(app.shop.passwords.computed(), before);
    }

    async fn a_password_is_the_same_however_a_keyboard_composes_it(app) {
        let mut browser = app.browser();
        register(&mut browser, ADA, "Übergröße 9 Å").await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        done(&mut browser, "account/verify", &[("token", &token)]).await;
        assert!(sign_in(&mut app.browser(), ADA, "U\u{308}bergro\u{308}ße 9 A\u{30a}").await.text.contains("done"));
        assert_eq!(refusal(&sign_in(&mut app.browser(), ADA, "Ubergroße 9 A").await), wrong());
    }
}

/// A try at Ada's password from somewhere.
async fn tried_from(app: &TestApp, network: &str, password: &str) -> u16 {
    let mut browser = app.browser();
    let token = browser.token().await;
    let fields = [("email", ADA), ("password", password), ("csrf", &token)];
    let headers = [SCRIPT[0], SCRIPT[1], ("x-forwarded-for", network)];
    browser.submit_as_is("account/sign_in", &fields, &headers).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_shut_nobody_out_of_where_they_always_sign_in() {
    let app = TestApp::start_with(Engine::Sqlite, &[("SHOP_PROXIES", "1")]).await.unwrap();
    sign_up(&app, ADA).await;
    assert_eq!(tried_from(&app, "192.0.2.1", PASSWORD).await, 200);
    for stranger in 0..40 {
        let status = tried_from(&app, &format!("198.51.100.{stranger}"), OTHER).await;
        assert_eq!(status, if stranger < 30 { 401 } else { 429 }, "{stranger}");
    }
    assert_eq!(tried_from(&app, "192.0.2.2", PASSWORD).await, 429, "a place nobody knows waits");
    assert_eq!(tried_from(&app, "192.0.2.1", PASSWORD).await, 200);
    app.pass(31 * Timestamp::DAY);
    let mut tx = app.shop.db.begin().await.unwrap();
    ironmonger::server::jobs::clean_up_accounts(&mut tx, app.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM known_places").await, 0);
}

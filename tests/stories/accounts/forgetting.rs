//! A password that was forgotten: a link to the address the account has, once, for an hour.

use super::{
    ADA, BOB, OTHER, PASSWORD, call, done, is_signed_in, refusal, sign_in, sign_up, signed_in, token_for, told,
};
use crate::{app::all_at_once, stories};
use ironmonger::domain::timestamp::Timestamp;
use std::sync::Arc;

fn expired() -> (u16, String) {
    (410, "link_expired".to_owned())
}

stories! {
    async fn asking_for_a_link_tells_nobody_whether_there_is_an_account(app) {
        sign_up(&app, ADA).await;
        // The letter about the account itself counts for a day.
        app.pass(2 * Timestamp::DAY);
        let rows = async || [app.number("SELECT COUNT(*) FROM outbox").await, app.number("SELECT COUNT(*) FROM sign_in_tries").await];
        let before = rows().await;
        let known = call(&mut app.browser(), "account/forgot", &[("email", "ADA@Example.com")]).await;
        let between = rows().await;
        let unknown = call(&mut app.browser(), "account/forgot", &[("email", BOB)]).await;
        let after = rows().await;
        assert_eq!(told(&known), told(&unknown));
        assert_eq!([between[0] - before[0], after[0] - between[0]], [1, 1]);
        assert_eq!(after[1] - between[1], 1);
        assert!(token_for(&app, ADA, "reset").await.is_some());
        assert_eq!(app.mails_to(ADA).await[0]["to"], ADA, "to the address as it is kept");
        assert_eq!(app.mails_to(BOB).await.len(), 0);
        for i in 0..3 {
            let again = [ADA, BOB].map(|email| [("email", email)]);
            let known = call(&mut app.browser(), "account/forgot", &again[0]).await;
            let unknown = call(&mut app.browser(), "account/forgot", &again[1]).await;
            assert_eq!(told(&known), told(&unknown));
            assert_eq!(known.status.as_u16(), if i < 2 { 200 } else { 429 });
        }
    }

    async fn the_link_sets_the_password_once_and_ends_all_sessions(app) {
        let (mut here, mut there) = (sign_up(&app, ADA).await, signed_in(&app, ADA).await);
        call(&mut app.browser(), "account/forgot", &[("email", ADA)]).await;
        let token = token_for(&app, ADA, "reset").await.unwrap();
        let mut anybody = app.browser();
        let short = call(&mut anybody, "account/reset", &[("token", &token), ("new_password", "short")]).await;
        assert_eq!(refusal(&short), (422, "invalid_fields".into()));
        done(&mut anybody, "account/reset", &[("token", &token), ("new_password", OTHER)]).await;
        assert!(!is_signed_in(&mut here).await && !is_signed_in(&mut there).await && !is_signed_in(&mut anybody).await);
        let again = call(&mut anybody, "account/reset", &[("token", &token), ("new_password", PASSWORD)]).await;
        assert_eq!(refusal(&again), expired());
        assert_eq!(refusal(&sign_in(&mut here, ADA, PASSWORD).await), (401, "wrong_credentials".into()));
        assert!(sign_in(&mut here, ADA, OTHER).await.text.contains("done"));
    }

    async fn of_many_who_follow_the_link_at_once_one_sets_the_password(app) {
        sign_up(&app, ADA).await;
        call(&mut app.browser(), "account/forgot", &[("email", ADA)]).await;
        let token = token_for(&app, ADA, "reset").await.unwrap();
        let app = Arc::new(app);
        let answers = all_at_once(6, |i| {
            let (app, token) = (app.clone(), token.clone());
            async move {
                let new = format!("password number {i}");
                call(&mut app.browser(), "account/reset", &[("token", &token), ("new_password", &new)]).await.status
            }
        }).await;
        assert_eq!(answers.iter().filter(|status| status.as_u16() == 200).count(), 1, "{answers:?}");
        let winner = answers.iter().position(|status| status.as_u16() == 200).unwrap();
        assert!(sign_in(&mut app.browser(), ADA, &format!("password number {winner}")).await.text.contains("done"));
    }

    async fn the_link_expires_and_a_newer_one_replaces_it(app) {
        sign_up(&app, ADA).await;
        let mut browser = app.browser();
        let mut tokens = Vec::new();
        for _ in 0..2 {
            call(&mut browser, "account/forgot", &[("email", ADA)]).await;
            tokens.push(token_for(&app, ADA, "reset").await.unwrap());
            app.pass(Timestamp::MINUTE);
        }
        let reset = async |token: &str| call(&mut app.browser(), "account/reset", &[("token", token), ("new_password", OTHER)]).await;
        assert_eq!(refusal(&reset(&tokens[0]).await), expired());
        app.pass(Timestamp::HOUR);
        assert_eq!(refusal(&reset(&tokens[1]).await), expired());
        assert!(sign_in(&mut browser, ADA, PASSWORD).await.text.contains("done"));
    }

    /// The unexpired email change of Sudhodanan and Paverd, "Pre-hijacked accounts" (USENIX Security 2022): who knew the
    /// password must not keep a link that takes the account over.
    async fn links_sent_before_die_with_a_new_password(app) {
        let mut eve = sign_up(&app, ADA).await;
        let change = [("email", "eve@example.com"), ("password", PASSWORD)];
        for by_link in [true, false] {
            done(&mut eve, "account/change_email", &change).await;
            let change = token_for(&app, "eve@example.com", "confirm-email").await.unwrap();
            call(&mut app.browser(), "account/forgot", &[("email", ADA)]).await;
            let reset = token_for(&app, ADA, "reset").await.unwrap();
            if by_link {
                done(&mut app.browser(), "account/reset", &[("token", &reset), ("new_password", PASSWORD)]).await;
            } else {
                done(&mut eve, "account/change_password", &[("password", PASSWORD), ("new_password", PASSWORD)]).await;
                let late = call(&mut app.browser(), "account/reset", &[("token", &reset), ("new_password", OTHER)]).await;
                assert_eq!(refusal(&late), expired());
            }
            let late = call(&mut app.browser(), "account/confirm_email", &[("token", &change)]).await;
            assert_eq!(refusal(&late), expired());
            eve = signed_in(&app, ADA).await;
            app.pass(Timestamp::DAY);
        }
    }

    async fn a_link_sent_to_the_old_address_dies_with_it(app) {
        let mut ada = sign_up(&app, ADA).await;
        call(&mut app.browser(), "account/forgot", &[("email", ADA)]).await;
        let reset = token_for(&app, ADA, "reset").await.unwrap();
        done(&mut ada, "account/change_email", &[("email", BOB), ("password", PASSWORD)]).await;
        let change = token_for(&app, BOB, "confirm-email").await.unwrap();
        done(&mut app.browser(), "account/confirm_email", &[("token", &change)]).await;
        let late = call(&mut app.browser(), "account/reset", &[("token", &reset), ("new_password", OTHER)]).await;
        assert_eq!(refusal(&late), expired());
        assert!(app.mails_to(ADA).await[0]["text"].as_str().unwrap().contains("address"), "the old address is told");
        assert!(sign_in(&mut ada, BOB, PASSWORD).await.text.contains("done"));
        assert_eq!(refusal(&sign_in(&mut ada, ADA, PASSWORD).await), (401, "wrong_credentials".into()));
    }

    async fn an_address_of_another_account_cannot_be_taken_over(app) {
        let mut ada = sign_up(&app, ADA).await;
        sign_up(&app, BOB).await;
        let letters = app.mails_to(BOB).await.len();
        let taken = call(&mut ada, "account/change_email", &[("email", "BOB@example.com"), ("password", PASSWORD)]).await;
        let free = call(&mut ada, "account/change_email", &[("email", "cleo@example.com"), ("password", PASSWORD)]).await;
        assert_eq!(told(&taken), told(&free));
        assert_eq!(app.mails_to(BOB).await.len(), letters);
    }
}

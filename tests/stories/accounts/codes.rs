//! One-time codes and recovery codes, as the second half of signing in.

use super::{ADA, BOB, OTHER, PASSWORD, call, done, is_signed_in, refusal, see, sign_in, sign_up};
use crate::{
    app::{Browser, TestApp, all_at_once},
    stories,
};
use ironmonger::domain::timestamp::Timestamp;
use std::sync::Arc;
use totp_rs::Totp;

const STEP: i64 = 30 * Timestamp::SECOND;

/// An app for one-time codes.
pub struct Phone(Totp);

impl Phone {
    /// The code of so many steps from now.
    pub fn code_in(&self, app: &TestApp, steps: i64) -> String {
        let at = (app.now().0 + steps * STEP) / Timestamp::SECOND;
        self.0.generate(u64::try_from(at).unwrap()).to_string()
    }

    pub fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }
}

/// Begins to set codes up.
async fn begin(browser: &mut Browser<'_>) -> Phone {
    let setup = done(browser, "account/begin_codes", &[("password", PASSWORD)]).await;
    Phone(Totp::from_url(setup["address"].as_str().unwrap()).unwrap())
}

/// Has codes switched on; the code of this step is used up.
pub async fn set_up(app: &TestApp, browser: &mut Browser<'_>) -> Phone {
    let phone = begin(browser).await;
    done(browser, "account/enable_codes", &[("code", &phone.code(app))]).await;
    phone
}

async fn recovery_codes(browser: &mut Browser<'_>) -> Vec<String> {
    let codes = see(browser, "account/recovery_codes").await.json();
    codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// The ticket that the right password gives.
async fn ticket(browser: &mut Browser<'_>) -> String {
    let answer = sign_in(browser, ADA, PASSWORD).await;
    answer.json()["code_needed"]["ticket"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn enter(browser: &mut Browser<'_>, ticket: &str, code: &str) -> (u16, String) {
    refusal(&call(browser, "account/second_factor", &[("ticket", ticket), ("code", code)]).await)
}

fn is_in(answer: &(u16, String)) -> bool {
    *answer == (200, "done".into())
}

fn wrong() -> (u16, String) {
    (422, "invalid_fields".into())
}

fn expired() -> (u16, String) {
    (410, "link_expired".into())
}

stories! {
    async fn codes_are_switched_on_by_the_first_of_them_and_then_asked_for(app) {
        let mut ada = sign_up(&app, ADA).await;
        let refused = call(&mut ada, "account/begin_codes", &[("password", OTHER)]).await;
        assert_eq!(refusal(&refused), wrong());
        let phone = begin(&mut ada).await;
        for code in ["", "000000", "abcdef", &phone.code_in(&app, 5), &phone.code_in(&app, -2)] {
            assert_eq!(refusal(&call(&mut ada, "account/enable_codes", &[("code", code)]).await), wrong(), "{code}");
        }
        app.pass(Timestamp::MINUTE);
        let mut elsewhere = app.browser();
        assert!(sign_in(&mut elsewhere, ADA, PASSWORD).await.text.contains("done"), "not yet asked for");
        done(&mut ada, "account/enable_codes", &[("code", &phone.code(&app))]).await;
        assert_eq!(see(&mut ada, "account/code_setup").await.status.as_u16(), 404, "the key is not shown again");
        assert_eq!(refusal(&call(&mut ada, "account/begin_codes", &[("password", PASSWORD)]).await), (404, "not_found".into()));
        let mut other = app.browser();
        let ticket = ticket(&mut other).await;
        assert!(!is_signed_in(&mut other).await);
        app.pass(STEP);
        assert!(is_in(&enter(&mut other, &ticket, &phone.code(&app)).await) && is_signed_in(&mut other).await);
    }

    async fn a_code_is_taken_once_and_none_before_it(app) {
        let mut ada = sign_up(&app, ADA).await;
        let phone = set_up(&app, &mut ada).await;
        let mut browser = app.browser();
        let ticket = ticket(&mut browser).await;
        for code in [phone.code(&app), phone.code_in(&app, -1), phone.code_in(&app, 2), String::new()] {
            assert_eq!(enter(&mut browser, &ticket, &code).await, wrong(), "{code}");
        }
        // A clock that is ahead by a step; then no code of the step it skipped.
        let ahead = phone.code_in(&app, 1);
        assert!(is_in(&enter(&mut browser, &ticket, &ahead).await));
        let mut other = app.browser();
        let ticket = self::ticket(&mut other).await;
        app.pass(STEP);
        assert_eq!(enter(&mut other, &ticket, &phone.code(&app)).await, wrong());
        app.pass(STEP);
        let spaced = phone.code(&app);
        assert!(is_in(&enter(&mut other, &ticket, &format!(" {} {} ", &spaced[..3], &spaced[3..])).await));
    }

    async fn of_many_who_use_one_code_at_once_one_gets_in(app) {
        let app = Arc::new(app);
        let mut ada = sign_up(&app, ADA).await;
        let phone = set_up(&app, &mut ada).await;
        app.pass(STEP);
        let recovery = recovery_codes(&mut ada).await[0].clone();
        for code in [phone.code(&app), recovery] {
            let answers = all_at_once(5, |_| {
                let (app, code) = (app.clone(), code.clone());
                async move {
                    let mut browser = app.browser();
                    let ticket = ticket(&mut browser).await;
                    enter(&mut browser, &ticket, &code).await
                }
            }).await;
            assert_eq!(answers.iter().filter(|answer| is_in(answer)).count(), 1, "{answers:?}");
            app.pass(Timestamp::DAY);
        }
    }

    async fn a_recovery_code_gets_in_once_and_new_ones_replace_the_old(app) {
        let mut ada = sign_up(&app, ADA).await;
        set_up(&app, &mut ada).await;
        let codes = recovery_codes(&mut ada).await;
        assert_eq!(codes.len(), 10);
        let left = async |browser: &mut Browser<'_>| see(browser, "account/security").await.json()["recovery_codes_left"].as_u64();
        let mut browser = app.browser();
        let first = ticket(&mut browser).await;
        assert!(is_in(&enter(&mut browser, &first, &codes[0].to_uppercase().replace('-', " ")).await));
        assert!(app.mails_to(ADA).await[0]["text"].as_str().unwrap().contains("recovery code"));
        assert_eq!(left(&mut browser).await, Some(9));
        let mut other = app.browser();
        let again = ticket(&mut other).await;
        assert_eq!(enter(&mut other, &again, &codes[0]).await, wrong());
        assert_eq!(refusal(&call(&mut ada, "account/new_recovery_codes", &[("password", OTHER)]).await), wrong());
        done(&mut ada, "account/new_recovery_codes", &[("password", PASSWORD)]).await;
        let renewed = recovery_codes(&mut ada).await;
        assert!(renewed.iter().all(|code| !codes.contains(code)));
        assert_eq!(enter(&mut other, &again, &codes[1]).await, wrong());
        assert!(is_in(&enter(&mut other, &again, &renewed[1]).await));
        app.pass(10 * Timestamp::MINUTE);
        assert_eq!(see(&mut ada, "account/recovery_codes").await.status.as_u16(), 404, "not shown for ever");
    }

    async fn the_half_that_a_password_is_belongs_to_its_browser_for_a_while_and_to_that_password(app) {
        let mut ada = sign_up(&app, ADA).await;
        let phone = set_up(&app, &mut ada).await;
        app.pass(STEP);
        let (mut here, mut there) = (app.browser(), app.browser());
        let ticket = ticket(&mut here).await;
        there.token().await;
        let (id, rest) = ticket.split_once('.').unwrap();
        let forged = [String::new(), "..".into(), id.into(), ticket[..ticket.len() - 1].into(), format!("{id}.f{rest}"), format!("{}.{rest}", uuid::Uuid::nil().simple())];
        for forged in &forged {
            assert_eq!(enter(&mut here, forged, &phone.code(&app)).await, expired(), "{forged}");
        }
        assert_eq!(enter(&mut there, &ticket, &phone.code(&app)).await, expired());
        done(&mut ada, "account/change_password", &[("password", PASSWORD), ("new_password", PASSWORD)]).await;
        assert_eq!(enter(&mut here, &ticket, &phone.code(&app)).await, expired(), "it dies with the password");
        let ticket = self::ticket(&mut here).await;
        app.pass(10 * Timestamp::MINUTE);
        assert_eq!(enter(&mut here, &ticket, &phone.code(&app)).await, expired());
        let ticket = self::ticket(&mut here).await;
        assert!(is_in(&enter(&mut here, &ticket, &phone.code(&app)).await));
    }

    async fn tries_at_codes_are_limited_for_the_account_whatever_the_browser(app) {
        let mut ada = sign_up(&app, ADA).await;
        let phone = set_up(&app, &mut ada).await;
        app.pass(STEP);
        for i in 0..5 {
            let mut browser = app.browser();
            let ticket = ticket(&mut browser).await;
            assert_eq!(enter(&mut browser, &ticket, "000000").await, wrong(), "{i}");
        }
        let mut browser = app.browser();
        let ticket = ticket(&mut browser).await;
        assert_eq!(enter(&mut browser, &ticket, &phone.code(&app)).await, (429, "too_many_requests".into()));
        app.pass(Timestamp::SECOND);
        assert!(is_in(&enter(&mut browser, &ticket, &phone.code(&app)).await));
    }

    async fn codes_are_switched_off_by_password_and_none_is_asked_for_then(app) {
        let mut ada = sign_up(&app, ADA).await;
        let mut bob = sign_up(&app, BOB).await;
        set_up(&app, &mut ada).await;
        assert_eq!(refusal(&call(&mut ada, "account/disable_codes", &[("password", OTHER)]).await), wrong());
        done(&mut bob, "account/disable_codes", &[("password", PASSWORD)]).await;
        let mut browser = app.browser();
        ticket(&mut browser).await;
        done(&mut ada, "account/disable_codes", &[("password", PASSWORD)]).await;
        assert!(sign_in(&mut browser, ADA, PASSWORD).await.text.contains("done"));
        assert_eq!(app.number("SELECT COUNT(*) FROM recovery_codes").await, 0);
    }

    /// Who knew the old password and began to set codes up must not know the key of those that are used later.
    async fn a_key_that_was_only_tried_is_forgotten_with_the_password(app) {
        let mut eve = sign_up(&app, ADA).await;
        let stolen = begin(&mut eve).await;
        done(&mut eve, "account/change_password", &[("password", PASSWORD), ("new_password", PASSWORD)]).await;
        let own = begin(&mut eve).await;
        assert_ne!(stolen.code(&app), own.code(&app));
    }
}

//! Who works here: roles that are given and taken, at once and on record, and an owner who always stays.

use super::{ADA, BOB, OTHER, PASSWORD, call, codes, done, is_signed_in, refusal, see, sign_in, sign_up, token_for};
use crate::{
    app::{Browser, TestApp, all_at_once},
    stories,
};
use ironmonger::{
    admin::service::{give_role, invitation},
    domain::account::Role,
};
use serde_json::{Value, json};
use std::sync::Arc;

const CLEO: &str = "cleo@example.com";
const OWNERS: &str = "SELECT COUNT(*) FROM staff WHERE role = 'owner'";

/// Somebody who works here and has signed in with a code.
async fn at_work<'a>(app: &'a TestApp, email: &str, role: Role) -> Browser<'a> {
    let mut browser = sign_up(app, email).await;
    give_role(&app.shop, None, email, role).await.unwrap();
    let answer = sign_in(&mut browser, email, PASSWORD).await;
    assert!(answer.text.contains("done"), "{}", answer.text);
    codes::set_up(app, &mut browser).await;
    browser
}

async fn set_role(browser: &mut Browser<'_>, email: &str, role: &str) -> (u16, String) {
    refusal(&call(browser, "admin/set_role", &[("email", email), ("role", role)]).await)
}

async fn remove(browser: &mut Browser<'_>, email: &str) -> (u16, String) {
    refusal(&call(browser, "admin/remove_staff", &[("email", email)]).await)
}

/// Who, what, whom and how: newest first.
async fn audit(browser: &mut Browser<'_>) -> Vec<[String; 4]> {
    let page = see(browser, "admin/audit?page=1").await.json();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let fields = ["actor", "action", "subject", "detail"];
    page["entries"].as_array().unwrap().iter().map(|entry| fields.map(|name| text(entry, name))).collect()
}

fn fine() -> (u16, String) {
    (200, "null".into())
}

fn forbidden() -> (u16, String) {
    (403, "forbidden".into())
}

stories! {
    async fn the_command_line_gives_roles_to_accounts_old_and_new(app) {
        let mut ada = sign_up(&app, ADA).await;
        give_role(&app.shop, None, "ADA@Example.com", Role::Manager).await.unwrap();
        assert!(!is_signed_in(&mut ada).await, "a session from before knows nothing of codes");
        assert_eq!(invitation(&app.shop, ADA).await.unwrap(), None, "she has a password");
        give_role(&app.shop, None, CLEO, Role::Owner).await.unwrap();
        assert_eq!(app.number("SELECT COUNT(*) FROM staff").await, 2);
        assert!(sign_in(&mut app.browser(), CLEO, "").await.status.is_client_error());
        let link = invitation(&app.shop, CLEO).await.unwrap().expect("a link");
        let token = link.split_once("/reset?token=").unwrap().1;
        done(&mut app.browser(), "account/reset", &[("token", token), ("new_password", PASSWORD)]).await;
        let mut cleo = app.browser();
        assert!(sign_in(&mut cleo, CLEO, PASSWORD).await.text.contains("done"));
        assert_eq!(refusal(&see(&mut cleo, "admin/staff").await), (403, "code_required".into()));
        codes::set_up(&app, &mut cleo).await;
        let staff = see(&mut cleo, "admin/staff").await.json();
        assert_eq!(staff.as_array().unwrap().iter().map(|one| (&one["email"], &one["role"])).collect::<Vec<_>>(), [
            (&json!(ADA), &json!("manager")), (&json!(CLEO), &json!("owner")),
        ]);
        for nonsense in ["", "nobody", "a@b\r\nc"] {
            assert!(give_role(&app.shop, None, nonsense, Role::Owner).await.is_err());
        }
    }

    async fn the_last_owner_can_neither_go_nor_be_made_less(app) {
        let mut ada = at_work(&app, ADA, Role::Owner).await;
        assert_eq!((remove(&mut ada, ADA).await, set_role(&mut ada, ADA, "manager").await), (forbidden(), forbidden()));
        assert_eq!((app.number(OWNERS).await, audit(&mut ada).await.len()), (1, 1), "what failed is not on record");
        assert_eq!(set_role(&mut ada, BOB, "owner").await, fine());
        assert_eq!(set_role(&mut ada, ADA, "manager").await, fine());
        assert_eq!(refusal(&see(&mut ada, "admin/staff").await), forbidden(), "at once");
        assert_eq!(remove(&mut ada, BOB).await, forbidden());
        assert_eq!(app.number(OWNERS).await, 1);
    }

    async fn of_two_owners_who_remove_each_other_at_once_one_remains(app) {
        let app = Arc::new(app);
        for (round, function) in ["admin/remove_staff", "admin/set_role", "admin/remove_staff", "admin/set_role"].into_iter().enumerate() {
            let owners = [format!("one{round}@example.com"), format!("two{round}@example.com")];
            app.change("DELETE FROM staff").await;
            let mut cookies = Vec::new();
            for owner in &owners {
                cookies.push(at_work(&app, owner, Role::Owner).await.cookie());
            }
            let answers = all_at_once(2, |i| {
                let (app, cookie, other) = (app.clone(), cookies[i].clone(), owners[1 - i].clone());
                async move { call(&mut app.browser_with(cookie), function, &[("email", &other), ("role", "viewer")]).await.status.as_u16() }
            }).await;
            assert_eq!(app.number(OWNERS).await, 1, "{function} {answers:?}");
        }
    }

    async fn who_is_removed_is_out_at_once_everywhere(app) {
        let mut ada = at_work(&app, ADA, Role::Owner).await;
        let mut bob = at_work(&app, BOB, Role::Support).await;
        assert_eq!(see(&mut bob, "admin/desk").await.status.as_u16(), 200);
        assert_eq!((remove(&mut ada, "BOB@example.com").await, remove(&mut ada, BOB).await), (fine(), (404, "not_found".into())));
        assert_eq!(refusal(&see(&mut bob, "admin/desk").await), (401, "sign_in_required".into()));
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 2, "the account stays");
        for nobody in ["", "nobody@example.com", "\0"] {
            assert_eq!(remove(&mut ada, nobody).await, (404, "not_found".into()), "{nobody:?}");
        }
    }

    async fn a_role_counts_from_the_next_request_on(app) {
        let mut ada = at_work(&app, ADA, Role::Owner).await;
        app.change("UPDATE staff SET role = 'manager'").await;
        assert_eq!(set_role(&mut ada, BOB, "owner").await, forbidden());
        assert_eq!(call(&mut ada, "admin/ask_statistics", &[("asks", "true")]).await.status.as_u16(), 200);
        app.change("UPDATE staff SET role = 'viewer'").await;
        assert_eq!(refusal(&call(&mut ada, "admin/ask_statistics", &[("asks", "false")]).await), forbidden());
        app.change("UPDATE staff SET role = 'emperor'").await;
        assert_eq!(refusal(&see(&mut ada, "admin/desk").await), forbidden(), "a role that is none");
        // Nor does anybody work without codes, however they came in.
        app.change("UPDATE staff SET role = 'owner'").await;
        done(&mut ada, "account/disable_codes", &[("password", PASSWORD)]).await;
        assert_eq!(refusal(&see(&mut ada, "admin/staff").await), (403, "code_required".into()));
    }

    async fn everything_staff_do_is_on_record_with_who_did_it(app) {
        let mut ada = at_work(&app, ADA, Role::Owner).await;
        set_role(&mut ada, CLEO, "support").await;
        set_role(&mut ada, CLEO, "viewer").await;
        remove(&mut ada, CLEO).await;
        call(&mut ada, "admin/ask_statistics", &[("asks", "true")]).await;
        let entries = [
            [ADA, "set the question of statistics", "privacy", "asks"],
            [ADA, "took a role away", CLEO, ""],
            [ADA, "gave a role", CLEO, "viewer"],
            [ADA, "gave a role", CLEO, "support"],
            ["command line", "gave a role", ADA, "owner"],
        ];
        assert_eq!(audit(&mut ada).await, entries.map(|entry| entry.map(str::to_owned)));
    }

    async fn who_is_given_a_role_and_has_no_account_is_sent_a_link(app) {
        let mut ada = at_work(&app, ADA, Role::Owner).await;
        assert_eq!(set_role(&mut ada, CLEO, "support").await, fine());
        let token = token_for(&app, CLEO, "reset").await.expect("a link");
        done(&mut app.browser(), "account/reset", &[("token", &token), ("new_password", OTHER)]).await;
        assert!(sign_in(&mut app.browser(), CLEO, OTHER).await.text.contains("done"));
        for role in ["", "emperor", "Owner; DROP TABLE staff"] {
            assert_eq!(set_role(&mut ada, CLEO, role).await.0, 400, "{role}");
        }
    }
}

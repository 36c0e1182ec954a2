//! What is known about somebody: to be asked for, taken along and erased.

use super::{
    ADA, BOB, OTHER, PASSWORD, call, done, is_signed_in, orders::buy, refusal, register, see, sign_in, sign_up,
    token_for,
};
use crate::{
    app::{Browser, TestApp},
    stories,
    stories::pricing::send,
};
use ironmonger::{
    account::service::privacy::prepare_exports,
    admin::service::give_role,
    db::{
        Conn,
        schema::{Kind, Schema},
    },
    domain::{account::Role, timestamp::Timestamp},
    server::jobs::clean_up_accounts,
    shop::store::{find_info, update_info},
};
use serde_json::Value;

const SHIRT: [(&str, &str, &str, i64); 1] = [("S", "S", "78.00", 9)];
/// What tells of a person, in lower case.
const PERSON: [&str; 4] = ["ada@example.com", "lovelace", "st james", "sw1y"];

/// Everything the database holds as text or bytes: table, column, value.
async fn everything(app: &TestApp) -> Vec<(String, String, Vec<u8>)> {
    let (mut found, mut reader) = (vec![], app.shop.db.read().await.unwrap());
    for table in Schema::current().await.unwrap().tables {
        for column in table.columns.iter().filter(|column| matches!(column.kind, Kind::Text | Kind::Bytes)) {
            let sql = format!("SELECT \"{0}\" FROM \"{1}\" WHERE \"{0}\" IS NOT NULL", column.name, table.name);
            let sql = sqlx::AssertSqlSafe(sql);
            let values: Vec<Vec<u8>> = match (&mut reader.conn(), column.kind) {
                (Conn::Sqlite(c), Kind::Bytes) => sqlx::query_scalar(sql).fetch_all(&mut **c).await.unwrap(),
                (Conn::Postgres(c), Kind::Bytes) => sqlx::query_scalar(sql).fetch_all(&mut **c).await.unwrap(),
                (Conn::Sqlite(c), _) => bytes(sqlx::query_scalar(sql).fetch_all(&mut **c).await.unwrap()),
                (Conn::Postgres(c), _) => bytes(sqlx::query_scalar(sql).fetch_all(&mut **c).await.unwrap()),
            };
            found.extend(values.into_iter().map(|value| (table.name.clone(), column.name.clone(), value)));
        }
    }
    found
}

fn bytes(texts: Vec<String>) -> Vec<Vec<u8>> {
    texts.into_iter().map(String::into_bytes).collect()
}

/// Where the database still tells of the person.
async fn traces(app: &TestApp) -> Vec<String> {
    let tells = |value: &[u8]| {
        let text = String::from_utf8_lossy(value).to_lowercase();
        PERSON.iter().any(|word| text.contains(word))
    };
    let mut found: Vec<_> = everything(app)
        .await
        .into_iter()
        .filter(|(.., value)| tells(value))
        .map(|(table, column, _)| format!("{table}.{column}"))
        .collect();
    found.sort();
    found.dedup();
    found
}

async fn clean_up(app: &TestApp) {
    let mut tx = app.shop.db.begin().await.unwrap();
    clean_up_accounts(&mut tx, app.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn erase(browser: &mut Browser<'_>) {
    done(browser, "account/erase", &[("password", PASSWORD)]).await;
}

/// The address of the newest copy, once it is ready.
async fn copy_of(browser: &mut Browser<'_>) -> Option<String> {
    see(browser, "account/privacy").await.json()["exports"][0]["address"].as_str().map(str::to_owned)
}

async fn ask_statistics(app: &TestApp) {
    let mut tx = app.shop.db.begin().await.unwrap();
    let mut info = find_info(&mut tx.conn()).await.unwrap();
    info.asks_statistics = true;
    update_info(&mut tx, &info).await.unwrap();
    tx.commit().await.unwrap();
    app.shop.reload_info().await.unwrap();
}

stories! {
    async fn a_copy_is_prepared_in_the_background_and_holds_all_of_ones_own_and_nothing_else(app) {
        app.with_shirt(&SHIRT).await;
        ask_statistics(&app).await;
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        done(&mut ada, "account/consent", &[("purpose", "statistics"), ("granted", "true")]).await;
        let (mine, others) = (buy(&mut ada, ADA).await, buy(&mut bob, BOB).await);
        done(&mut ada, "cart/add", &[("sku", "S"), ("quantity", "2")]).await;
        done(&mut ada, "wishlist/save", &[("sku", "S"), ("saved", "true")]).await;
        let (_, card) = app.gift_card(2_000).await;
        let page = ada.get("/checkout").await.text;
        send(&mut ada, &page, &[("update", "codes"), ("coupon", "FRIENDS10"), ("gift_card", &card)]).await;
        for _ in 0..3 {
            done(&mut ada, "account/export", &[]).await;
        }
        assert_eq!(copy_of(&mut ada).await, None);
        prepare_exports(&app.shop).await.unwrap();
        assert_eq!(app.number("SELECT COUNT(*) FROM data_exports").await, 1, "one a while");
        let link = copy_of(&mut ada).await.unwrap();
        let answer = ada.get(&link).await;
        assert!(answer.header("content-disposition").starts_with("attachment") && answer.header("cache-control") == "no-store");
        let copy = answer.json();
        assert_eq!((copy["account"]["email"].as_str(), copy["account"]["name"].as_str()), (Some(ADA), Some("Ada Lovelace")));
        assert_eq!((copy["orders"].as_array().unwrap().len(), copy["orders"][0]["number"].as_str()), (1, Some(&*mine)));
        assert!(copy["orders"][0]["recipient"].to_string().contains("St James") && copy["addresses"].to_string().contains("St James"));
        assert_eq!((copy["cart"][0]["quantity"].as_u64(), copy["wishlist"][0]["sku"].as_str()), (Some(2), Some("S")));
        let codes = serde_json::json!({ "coupon": "FRIENDS10", "gift_card_ending_in": &card[15..] });
        assert_eq!(copy["codes_entered"], codes);
        assert!(!answer.text.contains(&card), "a card's code is money");
        assert_eq!(copy["consents"][0]["granted"], true);
        assert!(!copy["sessions"].as_array().unwrap().is_empty() && copy["steps"].to_string().contains("cart_add"));
        for foreign in [others.as_str(), BOB, "$argon2"] {
            assert!(!answer.text.contains(foreign), "{foreign}");
        }
        assert_eq!(app.mails_to(ADA).await.iter().filter(|mail| mail["text"].as_str().unwrap().contains("/account/privacy")).count(), 1);
    }

    async fn a_copy_opens_by_its_own_link_for_a_while(app) {
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        for browser in [&mut ada, &mut bob] {
            done(browser, "account/export", &[]).await;
        }
        prepare_exports(&app.shop).await.unwrap();
        let (adas, bobs) = (copy_of(&mut ada).await.unwrap(), copy_of(&mut bob).await.unwrap());
        let (path, token) = adas.split_once("?token=").unwrap();
        let other = bobs.split_once("?token=").unwrap().1;
        for given in [String::new(), "?token=".into(), format!("?token={other}"), format!("?token={}", &token[1..]), format!("?x={token}")] {
            for browser in [&mut ada, &mut bob] {
                assert_eq!(browser.get(&format!("{path}{given}")).await.status.as_u16(), 303, "{given}");
            }
        }
        assert_eq!(ada.get(&format!("/account/export/x?token={token}")).await.status.as_u16(), 303);
        assert!(app.get(&adas).await.text.contains(ADA));
        app.pass(3 * Timestamp::DAY);
        assert_eq!(app.get(&adas).await.status.as_u16(), 303);
        clean_up(&app).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM data_exports").await, 0);
    }

    async fn who_is_erased_leaves_nothing_but_amounts_and_parcels_on_their_way(app) {
        app.with_shirt(&SHIRT).await;
        ask_statistics(&app).await;
        let mut ada = sign_up(&app, ADA).await;
        done(&mut ada, "account/consent", &[("purpose", "statistics"), ("granted", "true")]).await;
        buy(&mut ada, ADA).await;
        app.change("UPDATE orders SET status = 'delivered'").await;
        buy(&mut ada, ADA).await;
        // One more that she placed as a guest and has not seen in her account yet.
        app.placed(&[("S", 1)], crate::stories::GOOD).await;
        let mut fields = vec![("name", "Ada Lovelace"), ("line1", "St James 2"), ("city", "Ely"), ("postcode", "SW1Y"), ("country", "GB")];
        done(&mut ada, "account/save_address", &fields).await;
        fields[1].1 = "";
        ada.submit("account/save_address", &fields).await;
        done(&mut ada, "account/export", &[]).await;
        prepare_exports(&app.shop).await.unwrap();
        done(&mut ada, "account/change_email", &[("email", "Ada.Lovelace@example.org"), ("password", PASSWORD)]).await;
        for _ in 0..2 {
            call(&mut app.browser(), "account/forgot", &[("email", "ADA@example.com")]).await;
            call(&mut app.browser(), "account/register", &[("name", "Ada Lovelace"), ("email", ADA), ("password", OTHER)]).await;
        }
        let mut elsewhere = app.browser();
        elsewhere.submit("account/sign_in", &[("email", ADA), ("password", OTHER)]).await;
        sign_in(&mut elsewhere, ADA, PASSWORD).await;
        done(&mut ada, "cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let totals = "SELECT CAST(SUM(total) AS BIGINT) FROM orders";
        let before = app.number(totals).await;
        assert_eq!(refusal(&call(&mut ada, "account/erase", &[("password", OTHER)]).await), (422, "invalid_fields".into()));
        assert!(traces(&app).await.contains(&"accounts.email".to_owned()));
        erase(&mut ada).await;
        assert!(!is_signed_in(&mut ada).await && !is_signed_in(&mut elsewhere).await);
        assert_eq!(refusal(&sign_in(&mut ada, ADA, PASSWORD).await), (401, "wrong_credentials".into()));
        let kept = "SELECT (SELECT COUNT(*) FROM consents) + (SELECT COUNT(*) FROM cart_lines) + (SELECT COUNT(*) FROM data_exports)";
        assert_eq!(app.number(kept).await, 0);
        let address = ["email", "email_key", "last_name_key", "line1", "name", "name_key", "postcode"].map(|column| format!("order_people.{column}"));
        assert_eq!(traces(&app).await, address);
        assert_eq!(app.number("SELECT COUNT(*) FROM order_people").await, 2, "those on their way");
        app.change("UPDATE orders SET status = 'cancelled' WHERE status = 'paid'").await;
        clean_up(&app).await;
        assert_eq!(traces(&app).await, [""; 0]);
        assert_eq!((app.number(totals).await, app.number("SELECT COUNT(*) FROM orders").await), (before, 3));
        app.mails_to(ADA).await;
        assert_eq!(traces(&app).await, [""; 0]);
    }

    async fn who_worked_here_is_forgotten_by_the_log_of_what_was_done(app) {
        let mut owner = app.colleague("owner@shop.example", Role::Owner).await;
        let mut ada = app.colleague(ADA, Role::Manager).await;
        done(&mut ada, "admin/ask_statistics", &[("asks", "true")]).await;
        done(&mut owner, "admin/remove_staff", &[("email", ADA)]).await;
        ironmonger::account::service::security::reset(&app.shop, ADA).await.unwrap();
        let named = "SELECT COUNT(*) FROM audit_log WHERE actor = 'ada@example.com' OR subject = 'ada@example.com'";
        let entries = "SELECT COUNT(*) FROM audit_log";
        let (told, all) = (app.number(named).await, app.number(entries).await);
        assert_eq!(told, 4, "given, taken, reset, and what she did");
        let mut ada = app.browser();
        ada.sign_in(ADA, crate::people::PASSWORD).await;
        done(&mut ada, "account/erase", &[("password", crate::people::PASSWORD)]).await;
        assert_eq!((app.number(named).await, app.number(entries).await), (0, all));
        assert_eq!(app.number("SELECT COUNT(*) FROM audit_log WHERE actor = 'erased'").await, 1);
    }

    async fn erasing_one_leaves_everybody_else_as_they_were(app) {
        app.with_shirt(&SHIRT).await;
        let (mut ada, mut bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
        let number = buy(&mut bob, BOB).await;
        buy(&mut ada, ADA).await;
        done(&mut bob, "cart/add", &[("sku", "S"), ("quantity", "2")]).await;
        erase(&mut ada).await;
        assert!(bob.get(&format!("/orders/{number}")).await.text.contains("St James"));
        assert!(bob.get("/cart").await.text.contains("Cart, 2 items"));
        assert_eq!(see(&mut bob, "account/addresses").await.json().as_array().unwrap().len(), 1);
        app.doctor_finds_nothing().await;
    }

    async fn staff_cannot_erase_themselves(app) {
        let mut ada = sign_up(&app, ADA).await;
        give_role(&app.shop, None, ADA, Role::Viewer).await.unwrap();
        sign_in(&mut ada, ADA, PASSWORD).await;
        assert_eq!(refusal(&call(&mut ada, "account/erase", &[("password", PASSWORD)]).await), (403, "forbidden".into()));
        assert!(is_signed_in(&mut ada).await);
    }

    async fn nobody_is_asked_unless_the_shop_asks_and_answers_are_logged_with_time_and_wording(app) {
        let mut guest = app.browser();
        let questions = async |browser: &mut Browser<'_>| see(browser, "account/questions").await.json();
        assert_eq!(questions(&mut guest).await, Value::Array(vec![]));
        let answer = [("purpose", "statistics"), ("granted", "true")];
        assert_eq!(refusal(&call(&mut guest, "account/consent", &answer).await), (404, "not_found".into()));
        ask_statistics(&app).await;
        let asked = questions(&mut guest).await;
        let wording = asked[0]["wording"].as_str().unwrap().to_owned();
        assert!(!wording.is_empty() && asked[0]["granted"].is_null());
        done(&mut guest, "account/consent", &answer).await;
        app.pass(Timestamp::HOUR);
        done(&mut guest, "account/consent", &[answer[0], ("granted", "false")]).await;
        assert_eq!(questions(&mut guest).await, Value::Array(vec![]), "asked once");
        assert_eq!(app.number("SELECT COUNT(*) FROM consents").await, 2, "both answers stay");
        assert_eq!(app.number("SELECT MAX(at) - MIN(at) FROM consents").await, Timestamp::HOUR);
        let logged: Vec<_> = everything(&app).await.into_iter().filter(|(_, column, _)| column == "wording").collect();
        assert!(logged.iter().all(|(.., text)| *text == wording.as_bytes()) && logged.len() == 2);
        // The answers go along to the account.
        register(&mut guest, ADA, PASSWORD).await;
        let token = token_for(&app, ADA, "verify").await.unwrap();
        done(&mut guest, "account/verify", &[("token", &token)]).await;
        assert_eq!(questions(&mut guest).await, Value::Array(vec![]));
        assert_eq!(see(&mut guest, "account/privacy").await.json()["questions"][0]["granted"], false);
    }

    async fn steps_carry_a_shopper_only_where_that_was_allowed(app) {
        app.with_shirt(&SHIRT).await;
        let named = "SELECT COUNT(*) FROM events WHERE shopper_id IS NOT NULL";
        let mut guest = app.browser();
        let add = [("sku", "S"), ("quantity", "1")];
        done(&mut guest, "cart/add", &add).await;
        ask_statistics(&app).await;
        done(&mut guest, "cart/add", &add).await;
        assert_eq!(app.number(named).await, 0, "not asked is not allowed");
        for (granted, count) in [("false", 0), ("true", 1), ("false", 0)] {
            done(&mut guest, "account/consent", &[("purpose", "statistics"), ("granted", granted)]).await;
            app.pass(1);
            done(&mut guest, "cart/add", &add).await;
            assert_eq!(app.number(named).await, count, "{granted}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM events WHERE kind = 'cart_add'").await, 5);
    }
}

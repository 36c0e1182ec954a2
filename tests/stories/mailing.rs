//! Email on its way from the outbox to whom it is for: once, later when it fails, and never more than one line in a
//! header.

use super::GOOD;
use crate::{
    app::{TestApp, all_at_once},
    smtp::PostOffice,
    stories,
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use ironmonger::{
    domain::timestamp::Timestamp,
    messaging::{
        mail::Mail,
        outbox::{Topic, delete_letters_before, enqueue_mail},
        worker,
    },
};
use serde_json::{Value, json};
use std::time::Duration;

const ADA: &str = "ada@example.com";
const WAITING: &str = "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL";
const ATTEMPTS: &str = "SELECT MAX(attempts) FROM outbox";
/// Rows that are done and say nothing about anybody any more.
const DELIVERED: &str = "SELECT COUNT(*) FROM outbox WHERE done_at IS NOT NULL AND payload = '{}'";

async fn write(app: &TestApp, payload: &Value) {
    let mut tx = app.shop.db.begin().await.unwrap();
    enqueue_mail(&mut tx, &app.shop, Topic::VerifyEmail, "an account", payload).await.unwrap();
    tx.commit().await.unwrap();
}

fn letter(to: &str, subject: &str) -> Value {
    json!({
        "to": to,
        "subject": subject,
        "heading": "Is this your address?",
        "paragraphs": ["Größe & Maß, <b>really</b>."],
        "button": { "text": "Yes, it is", "path": "/account/verify?token=abc" },
    })
}

async fn work(app: &TestApp) {
    worker::run(&app.shop).await.unwrap();
}

stories! {
    async fn a_letter_is_sent_once_though_many_work_at_it(app) {
        let office = PostOffice::open(Duration::from_millis(100)).await;
        let app = app.restart_with(&[("SMTP_URL", &office.url)]).await;
        for i in 0..6 {
            write(&app, &letter(&format!("reader{i}@example.com"), "Hello")).await;
        }
        let shop = app.shop.clone();
        all_at_once(4, |_| { let shop = shop.clone(); async move { worker::run(&shop).await.unwrap() } }).await;
        work(&app).await;
        let mut to: Vec<_> = office.received().iter().map(|message| message.envelope[1].clone()).collect();
        to.sort();
        let expected: Vec<_> = (0..6).map(|i| format!("RCPT TO:<reader{i}@example.com>")).collect();
        assert_eq!(to, expected);
        assert_eq!(app.number(DELIVERED).await, 6);
    }

    async fn a_letter_carries_both_versions_and_says_that_it_was_sent_by_a_machine(app) {
        let office = PostOffice::open(Duration::ZERO).await;
        let settings = [("SMTP_URL", &*office.url), ("SHOP_BASE_URL", "https://shop.example")];
        let app = app.restart_with(&settings).await;
        write(&app, &letter(ADA, "Grüße")).await;
        work(&app).await;
        let [message] = &office.received()[..] else { panic!("one message") };
        assert_eq!(message.envelope, ["MAIL FROM:<shop@shop.example>", "RCPT TO:<ada@example.com>"]);
        assert_eq!(message.header("From"), Some("Ironmonger <shop@shop.example>"));
        assert_eq!(message.header("To"), Some(ADA));
        assert_eq!(message.header("Subject"), Some("=?utf-8?b?R3LDvMOfZQ==?="));
        assert_eq!(message.header("Date"), Some("Fri, 20 Nov 2026 12:00:00 +0000"));
        assert_eq!(message.header("Auto-Submitted"), Some("auto-generated"));
        assert!(message.header("Message-ID").unwrap().ends_with("@shop.example>"));
        for part in ["multipart/alternative", "text/plain", "text/html"] {
            assert!(message.text.contains(part), "{part}: {}", message.text);
        }
        assert!(message.text.contains("\r\nhttps://shop.example/account/verify?token=3Dabc\r\n"), "{}", message.text);
        assert!(message.text.contains("&lt;b&gt;really&lt;/b&gt;"), "{}", message.text);
    }

    async fn a_letter_that_cannot_be_sent_is_tried_again_later_and_forgotten_once_it_is_out(app) {
        let app = app.restart_with(&[("SMTP_URL", &PostOffice::closed().await)]).await;
        write(&app, &letter(ADA, "Hello")).await;
        // Due at once, after 30 s and after another minute.
        for (wait, attempts) in [(0, 1), (29, 1), (1, 2), (59, 2), (1, 3)] {
            app.pass(wait * Timestamp::SECOND);
            work(&app).await;
            assert_eq!(app.number(ATTEMPTS).await, attempts);
        }
        assert_eq!((app.number(WAITING).await, app.number(DELIVERED).await), (1, 0));
        let office = PostOffice::open(Duration::ZERO).await;
        let app = app.restart_with(&[("SMTP_URL", &office.url)]).await;
        app.pass(Timestamp::HOUR);
        work(&app).await;
        assert_eq!(office.received().len(), 1);
        assert_eq!((app.number(WAITING).await, app.number(DELIVERED).await), (0, 1));
    }

    async fn what_the_mail_server_says_of_an_address_is_not_repeated(app) {
        let office = PostOffice::open(Duration::ZERO).await;
        let app = app.restart_with(&[("SMTP_URL", &office.url)]).await;
        let to = "nobody@example.com".to_owned();
        let mail = Mail { to, subject: "Hello".into(), text: "A secret".into(), html: "A secret".into() };
        let refused = app.shop.postman.send(&app.shop, app.shop.ids.next(), &mail).await.unwrap_err();
        let told = format!("{refused} {refused:?}");
        assert!(told.contains("550") && !told.contains("nobody"), "{told}");
        assert!(office.received().is_empty());
    }

    async fn a_letter_that_failed_twelve_times_is_given_up(app) {
        let app = app.restart_with(&[("SMTP_URL", &PostOffice::closed().await)]).await;
        write(&app, &letter(ADA, "Hello")).await;
        for _ in 0..14 {
            work(&app).await;
            app.pass(6 * Timestamp::HOUR);
        }
        app.pass(1_000 * Timestamp::DAY);
        work(&app).await;
        assert_eq!((app.number(ATTEMPTS).await, app.number(WAITING).await), (12, 1));
    }

    async fn a_crash_after_sending_has_the_letter_sent_again_as_the_same_message(app) {
        let slow = PostOffice::open(Duration::from_secs(600)).await;
        let app = app.restart_with(&[("SMTP_URL", &slow.url)]).await;
        write(&app, &letter(ADA, "Hello")).await;
        let shop = app.shop.clone();
        let sending = tokio::spawn(async move { worker::run(&shop).await });
        slow.has(1).await;
        // The server has it and has not said so yet: nobody has to wait for the database meanwhile.
        tokio::time::timeout(Duration::from_secs(5), write(&app, &letter("bob@example.com", "Hi"))).await.unwrap();
        sending.abort();
        let _ = sending.await;
        let quick = PostOffice::open(Duration::ZERO).await;
        let app = app.restart_with(&[("SMTP_URL", &quick.url)]).await;
        work(&app).await;
        assert_eq!(quick.received().len(), 1, "only the other one: the lease has not run out");
        app.pass(Timestamp::MINUTE);
        work(&app).await;
        let (first, again) = (&slow.received()[0], &quick.received()[1]);
        assert_eq!(again.envelope[1], "RCPT TO:<ada@example.com>");
        assert!(first.header("Message-ID").is_some());
        assert_eq!(first.header("Message-ID"), again.header("Message-ID"));
    }

    async fn old_letters_are_deleted_and_what_is_told_of_orders_stays(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.placed(&[("S", 1)], GOOD).await;
        write(&app, &letter(ADA, "Hello")).await;
        app.pass(1);
        write(&app, &letter(ADA, "Hello again")).await;
        let mut tx = app.shop.db.begin().await.unwrap();
        assert_eq!(delete_letters_before(&mut tx, app.now()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(app.mails_to(ADA).await.len(), 2, "the newer one, and that of the order");
        app.doctor_finds_nothing().await;
    }

    async fn nothing_can_be_smuggled_into_a_header(app) {
        let smuggled = [
            letter(ADA, "Hello\r\nBcc: eve@example.com"),
            letter(ADA, "Hello\nBcc: eve@example.com"),
            letter("ada@example.com\r\nBcc: eve@example.com", "Hello"),
            letter("ada@example.com, eve@example.com", "Hello"),
            letter("Ada <ada@example.com>", "Hello"),
            json!({ "to": ADA }),
        ];
        for payload in &smuggled {
            write(&app, payload).await;
        }
        let mut elsewhere = letter(ADA, "Hello");
        elsewhere["button"]["path"] = json!("@evil.example/");
        write(&app, &elsewhere).await;
        assert!(app.mails_to("").await.is_empty());
        assert_eq!((app.number(WAITING).await, app.number(ATTEMPTS).await), (7, 1));
    }

    async fn the_development_mailbox_shows_what_was_written_and_runs_none_of_it(app) {
        write(&app, &letter(ADA, "<script>alert(1)</script>")).await;
        write(&app, &letter("bob@example.com", "For Bob")).await;
        let mails = app.mails_to("Ada@Example.com").await;
        assert_eq!((mails.len(), app.mails_to("").await.len()), (1, 2));
        let id = mails[0]["id"].as_str().unwrap();
        assert!(mails[0]["text"].as_str().unwrap().contains("\nhttp://localhost:3000/account/verify?token=abc\n"));

        let list = app.get("/dev/mail").await;
        assert!(list.text.find("For Bob") < list.text.find("&lt;script&gt;"), "newest first: {}", list.text);
        assert!(!app.get("/dev/mail?to=ada@example.com").await.text.contains("For Bob"));
        let one = app.get(&format!("/dev/mail/{id}")).await;
        assert!(one.text.contains("<a href=\"http://localhost:3000/account/verify?token=abc\">"), "{}", one.text);
        let frame = format!("<iframe sandbox=\"\" title=\"HTML version\" src=\"/dev/mail/{id}/html\">");
        assert!(one.text.contains(&frame), "{}", one.text);
        for page in [&list, &one] {
            assert!(!page.text.contains("<script") && page.text.contains("&lt;script&gt;"), "{}", page.text);
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'nonce-"), "{policy}");
            assert_eq!((page.header("cache-control"), page.header("x-robots-tag")), ("no-store", "noindex"));
        }
        let framed = app.get(&format!("/dev/mail/{id}/html")).await;
        assert!(framed.text.contains("Is this your address?"));
        assert!(framed.header("content-security-policy").contains("; sandbox;"));
        assert_eq!(framed.header("x-frame-options"), "SAMEORIGIN");
    }

    async fn a_message_that_is_not_in_the_mailbox_is_not_found(app) {
        write(&app, &letter(ADA, "Hello")).await;
        assert_eq!(app.mails_to(ADA).await.len(), 1);
        for id in ["01890000-0000-7000-8000-000000000000", "x", "..%2F..%2Fsecret", "%2e%2e%2fsecret"] {
            for page in [format!("/dev/mail/{id}"), format!("/dev/mail/{id}/html")] {
                assert_eq!(app.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
            }
        }
    }

    /// A shop that calls itself localhost can still be reached from the network it is in.
    async fn the_mailbox_is_for_who_is_at_this_machine(app) {
        let from = async |app: &TestApp, address: &str| {
            let request = Request::get("/dev/mail").header("x-forwarded-for", address);
            app.call(request.body(Body::empty()).unwrap()).await.status
        };
        let app = app.restart_with(&[("SHOP_PROXIES", "1"), ("SHOP_DEMO", "0")]).await;
        assert_eq!((from(&app, "127.0.0.1").await, from(&app, "192.0.2.1").await), (StatusCode::OK, StatusCode::NOT_FOUND));
        let demo = app.restart_with(&[("SHOP_PROXIES", "1"), ("SHOP_DEMO", "1")]).await;
        assert_eq!(from(&demo, "192.0.2.1").await, StatusCode::OK);
    }

    async fn the_mailbox_is_not_there_where_email_leaves_or_the_shop_is_no_playground(app) {
        let smtp = [("SMTP_URL", "smtp://127.0.0.1:1")];
        let live = [("SHOP_BASE_URL", "https://shop.example")];
        let mut app = app;
        for settings in [&smtp, &live] {
            app = app.restart_with(settings).await;
            for page in ["/dev/mail", "/dev/mail.json", "/dev/mail/01890000-0000-7000-8000-000000000000"] {
                assert_eq!(app.get(page).await.status, StatusCode::NOT_FOUND, "{settings:?} {page}");
            }
        }
        // Nobody takes email: it waits, and that is no failure.
        write(&app, &letter(ADA, "Hello")).await;
        work(&app).await;
        assert_eq!((app.number(WAITING).await, app.number(ATTEMPTS).await), (1, 0));
        let app = app.restart_with(&[]).await;
        assert_eq!(app.mails_to(ADA).await.len(), 1);
    }
}

//! Giveaways: one entry an address, and a draw that everybody can draw again.

use crate::{
    app::{TestApp, all_at_once, text_of},
    people::link_in,
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    promotions::giveaways::{self, GiveawayRow, NewGiveaway, Verdict},
    server::jobs,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const HOUR: i64 = 3_600_000;

async fn summer(app: &TestApp, beacon: &str) -> String {
    let new = NewGiveaway {
        title: "Summer & Sea".into(),
        terms: "A shirt each.\nOpen to everybody.".into(),
        winners: 2,
        opens_at: app.now(),
        closes_at: app.now().plus(HOUR),
        beacon: beacon.into(),
    };
    giveaways::create(&app.shop, &new).await.unwrap()
}

async fn row(app: &TestApp, slug: &str) -> GiveawayRow {
    let mut reader = app.shop.db.read().await.unwrap();
    giveaways::find_giveaway(&mut reader.conn(), slug).await.unwrap().unwrap()
}

async fn verdict(app: &TestApp, slug: &str) -> Option<Verdict> {
    let row = row(app, slug).await;
    let mut reader = app.shop.db.read().await.unwrap();
    giveaways::verify(&mut reader.conn(), &row).await.unwrap()
}

/// Enters as a guest and follows the link: the ticket.
async fn enter(app: &TestApp, slug: &str, email: &str) -> String {
    let mut guest = app.browser();
    guest.get(&format!("/giveaways/{slug}")).await;
    let sent = guest.submit("giveaways/enter", &[("slug", slug), ("email", email), ("agreed", "true")]).await;
    assert_eq!(sent.header("location"), format!("/giveaways/{slug}?done=sent"), "{}", sent.text);
    let token = link_in(&app.mails_to(email.trim()).await[0], &format!("/giveaways/{slug}?token="));
    let page = guest.get(&format!("/giveaways/{slug}?token={token}")).await;
    assert!(page.text.contains("Take part"), "{}", page.text);
    let done = guest.submit("giveaways/confirm", &[("slug", slug), ("token", &token)]).await;
    let to = done.header("location").to_owned();
    assert!(guest.get(&to).await.text.contains("Your ticket is"), "{to}");
    to.split_once("ticket=").unwrap().1.to_owned()
}

async fn taking_part(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM giveaway_entries WHERE verified_at IS NOT NULL").await
}

/// What `sha256sum` says of lines.
fn sha256(lines: &[&str]) -> String {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

stories! {
    async fn a_draw_claims_no_more_than_it_shows(app) {
        for (beacon, told, untold) in [
            ("the lottery of 1 June", "becomes known only after the list of tickets was published, so that list cannot have been made to suit it: the lottery of 1 June", "No number from outside"),
            ("", "it cannot show that we, who know the seed, did not enter tickets until the draw suited us", "suit it"),
        ] {
            let slug = summer(&app, beacon).await;
            let words = text_of(&app.get(&format!("/giveaways/{slug}")).await.text);
            assert!(words.contains(told) && !words.contains(untold) && !words.contains("neither"), "{words}");
            app.change("DELETE FROM giveaways").await;
        }
    }

    async fn who_enters_takes_part_once_the_link_is_followed(app) {
        let slug = summer(&app, "").await;
        let mut guest = app.browser();
        let page = guest.get(&format!("/giveaways/{slug}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Summer &amp; Sea") && page.text.contains("Open to everybody."), "{}", page.text);
        let sent = guest.submit("giveaways/enter", &[("slug", &slug), ("email", "ada@example.com"), ("agreed", "true")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let token = link_in(&app.mails_to("ada@example.com").await[0], &format!("/giveaways/{slug}?token="));
        // Programs that look through mail open links as well.
        guest.get(&format!("/giveaways/{slug}?token={token}")).await;
        assert_eq!(taking_part(&app).await, 0);
        for _ in 0..2 {
            let done = guest.submit("giveaways/confirm", &[("slug", &slug), ("token", &token)]).await;
            assert!(done.header("location").contains("done=confirmed&ticket="), "{}", done.text);
            assert_eq!(taking_part(&app).await, 1);
        }
        let forged = format!("{}.{}", &token[..32], "0".repeat(64));
        for token in ["x", "", forged.as_str()] {
            let refused = guest.submit("giveaways/confirm", &[("slug", &slug), ("token", token)]).await;
            assert!(!refused.header("location").contains("done="), "{token}");
        }
        assert_eq!(taking_part(&app).await, 1);
    }

    async fn an_address_enters_once_however_often_and_however_it_is_written(app) {
        let slug = summer(&app, "").await;
        let first = enter(&app, &slug, "ada@example.com").await;
        app.pass(1_000);
        let again = enter(&app, &slug, "ADA@example.com").await;
        assert_eq!((first == again, taking_part(&app).await), (true, 1));
        assert_eq!(app.number("SELECT COUNT(*) FROM giveaway_entries").await, 1);
    }

    async fn who_has_signed_in_takes_part_at_once_by_their_own_address_only(app) {
        let slug = summer(&app, "").await;
        let mut ada = app.customer("Ada", "ada@example.com").await;
        let entered = ada.submit("giveaways/enter", &[("slug", &slug), ("email", "Ada@example.com"), ("agreed", "true")]).await;
        assert_eq!(entered.header("location"), format!("/giveaways/{slug}?done=confirmed"), "{}", entered.text);
        assert_eq!(taking_part(&app).await, 1);
        let other = ada.submit("giveaways/enter", &[("slug", &slug), ("email", "bob@example.com"), ("agreed", "true")]).await;
        assert_eq!(other.header("location"), format!("/giveaways/{slug}?done=sent"));
        assert_eq!(taking_part(&app).await, 1);
    }

    async fn nobody_enters_without_agreeing_or_an_address(app) {
        let slug = summer(&app, "").await;
        let mut guest = app.browser();
        for fields in [&[("slug", slug.as_str()), ("email", "ada@example.com")][..], &[("slug", slug.as_str()), ("email", "x"), ("agreed", "true")]] {
            let refused = guest.submit("giveaways/enter", fields).await;
            assert!(!refused.header("location").contains("done="), "{}", refused.text);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM giveaway_entries").await, 0);
        assert_eq!(app.get("/giveaways/nothing").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_draw_is_drawn_once_after_the_end_and_anybody_can_draw_it_again(app) {
        let slug = summer(&app, "the lottery numbers of Saturday").await;
        let mut tickets = vec![];
        for i in 0..7 {
            tickets.push(enter(&app, &slug, &format!("b{i}@example.com")).await);
        }
        app.browser().submit("giveaways/enter", &[("slug", &slug), ("email", "late@example.com"), ("agreed", "true")]).await;
        let seed = row(&app, &slug).await.seed;
        assert!(giveaways::draw(&app.shop, &slug, "1 2 3").await.is_err(), "before the end");
        app.pass(HOUR);
        assert!(giveaways::draw(&app.shop, &slug, "1 2 3").await.is_err(), "right at the end");
        // Who follows the link too late does not take part.
        let token = link_in(&app.mails_to("late@example.com").await[0], &format!("/giveaways/{slug}?token="));
        app.browser().submit("giveaways/confirm", &[("slug", &slug), ("token", &token)]).await;
        assert_eq!(taking_part(&app).await, 7);
        let page = app.get(&format!("/giveaways/{slug}")).await.text;
        assert!(!page.contains(&seed), "the seed is told before the draw");
        app.pass(60_000);
        assert!(giveaways::draw(&app.shop, &slug, "").await.is_err(), "without the number that was announced");
        let app = Arc::new(app);
        let drawn = all_at_once(8, |i| {
            let (app, slug) = (app.clone(), slug.clone());
            async move { giveaways::draw(&app.shop, &slug, &format!("number {i}")).await.unwrap() }
        }).await;
        assert!(drawn.iter().all(|draw| *draw == drawn[0]), "{drawn:?}");
        let mails = app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'note' AND payload LIKE '%won%'").await;
        assert_eq!(mails, 2);
        // By what is public alone.
        let list = app.get(&format!("/giveaways/{slug}/tickets.txt")).await.text;
        tickets.sort();
        assert_eq!(list.lines().collect::<Vec<_>>(), tickets);
        let list_hash = sha256(&list.lines().collect::<Vec<_>>());
        let beacon = drawn[0].beacon.as_str();
        let mut again: Vec<_> = tickets.iter().map(|ticket| (sha256(&[&seed, &list_hash, beacon, ticket]), ticket)).collect();
        again.sort();
        assert_eq!(drawn[0].winners(), [again[0].1.clone(), again[1].1.clone()]);
        app.pass(61_000);
        let page = app.get(&format!("/giveaways/{slug}?again=1")).await.text;
        for public in [&seed, &list_hash, again[0].1, again[1].1] {
            assert!(page.contains(public.as_str()), "{public}: {page}");
        }
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Right));
    }

    async fn a_draw_that_was_tampered_with_is_found_out(app) {
        let slug = summer(&app, "").await;
        for i in 0..4 {
            enter(&app, &slug, &format!("b{i}@example.com")).await;
        }
        app.pass(HOUR + 60_000);
        giveaways::draw(&app.shop, &slug, "").await.unwrap();
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Right));
        app.change("UPDATE giveaway_draws SET winners = '[\"MINE\"]'").await;
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Winners));
        app.change("DELETE FROM giveaway_entries WHERE email = 'b0@example.com'").await;
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::List));
        app.change("UPDATE giveaway_draws SET seed = 'another'").await;
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Seed));
    }

    async fn the_list_is_published_at_the_end_and_whoever_is_erased_does_not_change_it(app) {
        let slug = summer(&app, "").await;
        let mut ada = app.customer("Ada", "ada@example.com").await;
        ada.submit("giveaways/enter", &[("slug", &slug), ("email", "ada@example.com"), ("agreed", "true")]).await;
        enter(&app, &slug, "eve@example.com").await;
        let list = format!("/giveaways/{slug}/tickets.txt");
        app.pass(HOUR);
        assert_eq!(app.get(&list).await.status, StatusCode::NOT_FOUND, "who confirmed at the last moment is written down");
        app.pass(60_000);
        let published = app.get(&list).await.text;
        let hash = sha256(&published.lines().collect::<Vec<_>>());
        assert_eq!(published.lines().count(), 2);
        assert!(app.get(&format!("/giveaways/{slug}?closed=1")).await.text.contains(&hash), "the hash is on the page");
        ada.submit("account/erase", &[("password", crate::people::PASSWORD)]).await;
        let traces = "SELECT COUNT(*) FROM giveaway_entries WHERE email LIKE 'ada%' OR email_key LIKE 'ada%' OR account_id IS NOT NULL";
        assert_eq!((app.number("SELECT COUNT(*) FROM accounts").await, app.number(traces).await), (0, 0));
        assert_eq!(app.get(&list).await.text, published);
        let drawn = giveaways::draw(&app.shop, &slug, "").await.unwrap();
        assert_eq!((drawn.list_hash.as_str(), drawn.entries), (hash.as_str(), 2));
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Right));
    }

    async fn who_is_erased_leaves_no_address_and_the_draw_stays_as_it_was(app) {
        let slug = summer(&app, "").await;
        let mut ada = app.customer("Ada", "ada@example.com").await;
        let mut bob = app.customer("Bob", "bob@example.com").await;
        for (browser, email) in [(&mut ada, "ada@example.com"), (&mut bob, "bob@example.com")] {
            browser.submit("giveaways/enter", &[("slug", &slug), ("email", email), ("agreed", "true")]).await;
        }
        enter(&app, &slug, "eve@example.com").await;
        assert_eq!(taking_part(&app).await, 3);
        bob.submit("account/erase", &[("password", crate::people::PASSWORD)]).await;
        assert_eq!(taking_part(&app).await, 2);
        app.pass(HOUR + 60_000);
        let drawn = giveaways::draw(&app.shop, &slug, "").await.unwrap();
        assert_eq!(drawn.entries, 2);
        ada.submit("account/erase", &[("password", crate::people::PASSWORD)]).await;
        let traces = "SELECT COUNT(*) FROM giveaway_entries WHERE email LIKE 'ada%' OR email_key LIKE 'ada%' OR account_id IS NOT NULL";
        assert_eq!((taking_part(&app).await, app.number(traces).await), (2, 0));
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Right));
        // And a while after the draw nobody's address is kept.
        app.pass(91 * 24 * HOUR);
        let mut tx = app.shop.db.begin().await.unwrap();
        giveaways::delete_old(&mut tx, app.now()).await.unwrap();
        jobs::clean_up_accounts(&mut tx, app.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(app.number("SELECT COUNT(*) FROM giveaway_entries WHERE email IS NOT NULL").await, 0);
        assert_eq!(verdict(&app, &slug).await, Some(Verdict::Right));
    }
}

//! The live order page: whoever may see an order hears of its changes, and nobody else does.

use super::{ANOTHER, ATTEMPT, clerk, does};
use crate::{
    app::TestApp,
    people::AS_SCRIPT,
    stories,
    stories::{CHALLENGE, GOOD},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use ironmonger::orders::view::Order;
use std::time::Duration;
use tower::ServiceExt;

/// A stream of events.
struct Stream(Body);

impl Stream {
    async fn open(app: &TestApp, path: &str, cookie: Option<&str>) -> Result<Self, StatusCode> {
        let request = Request::get(path).header(header::HOST, "localhost").header(header::ACCEPT, "text/event-stream");
        let request = cookie.into_iter().fold(request, |request, cookie| request.header(header::COOKIE, cookie));
        let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(response.status());
        }
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
        assert_eq!((header("cache-control").as_deref(), header("content-encoding")), (Some("no-store"), None));
        Ok(Self(response.into_body()))
    }

    /// The next version; nothing when the stream has ended.
    async fn next(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(Duration::from_secs(5), self.0.frame()).await.expect("something comes")?;
        let text = String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap();
        assert!(text.contains("event: version"), "{text}");
        let data = text.lines().find_map(|line| line.strip_prefix("data: "));
        Some(data.unwrap_or_else(|| panic!("{text}")).to_owned())
    }

    async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(100), self.0.frame()).await.is_err()
    }
}

/// What every node does each second.
async fn look(app: &TestApp) {
    app.shop.live.look(&app.shop).await.unwrap();
}

stories! {
    async fn an_open_page_hears_of_each_change_of_its_order_and_of_no_other(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        let (other, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut stream = Stream::open(&app, &format!("/orders/{number}/events?token={token}"), None).await.unwrap();
        let first = stream.next().await.unwrap();
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", &other)]).await;
        look(&app).await;
        assert!(stream.is_silent().await);
        does(&mut fay, "desk/start", &[("number", &number)]).await;
        look(&app).await;
        let second = stream.next().await.unwrap();
        assert_ne!(first, second);
        look(&app).await;
        assert!(stream.is_silent().await, "nothing is told twice");
        // The page that is loaded then has that version, so that it is not loaded again for nothing.
        let page = app.browser().ask("orders/show", &[("number", &number), ("token", &token)], &AS_SCRIPT).await;
        assert_eq!(page.json()["version"], second);
        drop(stream);
        assert_eq!(app.shop.live.count(), 0);
    }

    async fn a_page_hears_nothing_of_what_only_staff_are_told(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        let mut stream = Stream::open(&app, &format!("/orders/{number}/events?token={token}"), None).await.unwrap();
        stream.next().await;
        let mut fay = clerk(&app).await;
        app.pass(1_000);
        does(&mut fay, "desk/note", &[("number", &number), ("attempt", ATTEMPT), ("note", "Rings twice")]).await;
        does(&mut fay, "desk/resend", &[("number", &number), ("attempt", ANOTHER)]).await;
        look(&app).await;
        assert!(stream.is_silent().await);
        does(&mut fay, "desk/start", &[("number", &number)]).await;
        look(&app).await;
        assert!(stream.next().await.is_some());
    }

    async fn what_is_to_be_done_about_the_money_is_the_same_until_it_is_another_thing(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let placed = app.place(&[("S", 1)], CHALLENGE).await.json();
        let (number, token) = (placed["number"].as_str().unwrap(), placed["token"].as_str().unwrap());
        let shown = async || -> Order {
            let answer = app.browser().ask("orders/show", &[("number", number), ("token", token)], &AS_SCRIPT).await;
            serde_json::from_str(&answer.text).unwrap()
        };
        let first = shown().await;
        app.pass(25 * 60_000);
        let later = shown().await;
        assert!(first.now != later.now && first.hold_until != later.hold_until, "the page has something to learn");
        assert!(first.how_to_pay() == later.how_to_pay() && first.at_rest() == later.at_rest());
        let challenge = app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status = 'requires_action'").await;
        assert_eq!(challenge, 1);
        app.change("UPDATE sandbox_charges SET status = 'declined', reason = 'declined'").await;
        assert!(shown().await.how_to_pay() != later.how_to_pay(), "the bank asks nothing any more");
    }

    async fn only_who_may_see_an_order_hears_of_it(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        let (_, others) = app.placed(&[("S", 1)], GOOD).await;
        let mut ada = app.customer("Ada", "ada@example.com").await;
        let mut bob = app.customer("Bob", "bob@example.com").await;
        ada.get(&format!("/orders/{number}")).await;
        bob.get("/cart").await;
        let (own, bobs) = (ada.cookie(), bob.cookie());
        let plain = format!("/orders/{number}/events");
        assert!(Stream::open(&app, &plain, Some(&own)).await.is_ok(), "her address is verified, so it is hers");
        for (path, cookie) in [
            (plain.clone(), None),
            (plain.clone(), Some(bobs.as_str())),
            (format!("{plain}?token="), Some(bobs.as_str())),
            (format!("{plain}?token={others}"), None),
            (format!("{plain}?token={others}"), Some(own.as_str())),
            (format!("/orders/AAAA-AAAA/events?token={token}"), None),
            ("/orders/%00/events".to_owned(), Some(own.as_str())),
        ] {
            assert_eq!(Stream::open(&app, &path, cookie).await.err(), Some(StatusCode::NOT_FOUND), "{path}");
        }
        assert_eq!(app.shop.live.count(), 0);
    }

    async fn streams_have_an_end_to_their_number_and_end_with_the_node(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        let path = format!("/orders/{number}/events?token={token}");
        let mut streams = Vec::new();
        let refused = loop {
            match Stream::open(&app, &path, None).await {
                Ok(stream) => streams.push(stream),
                Err(status) => break status,
            }
            assert!(streams.len() < 100);
        };
        assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
        let mut last = streams.pop().unwrap();
        drop(streams);
        assert!(Stream::open(&app, &path, None).await.is_ok(), "there is room again");
        last.next().await;
        app.shop.live.close();
        assert_eq!(last.next().await, None);
        assert!(Stream::open(&app, &path, None).await.is_err());
    }
}

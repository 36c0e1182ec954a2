//! Forms that no page of the shop has made for this browser change nothing, whoever the browser belongs to.

use super::{AS_FORM, call, calls, cast, methods};
use crate::{
    app::{Browser, TestApp},
    people::{AS_SCRIPT, PASSWORD, error_of},
    rows::Rows,
    stories,
};
use axum::http::{Method, StatusCode};
use ironmonger::domain::account::Role;

/// What needs no token, and why. The browser may still say that another site sent it, and is believed.
const WITHOUT_TOKEN: [(&str, &str); 1] = [(
    "search/opened",
    "it counts that some product was opened from some text, as a link with the text in it does; of nobody in particular",
)];

const ACCEPTS: [(&str, &str); 1] = [("accept", "application/json")];

/// An owner of the shop, whom nothing but the token stops; with the token of their browser before it was signed in.
async fn owner(app: &TestApp) -> (Browser<'_>, String) {
    let email = "owner@shop.example";
    drop(app.new_colleague(email, Role::Owner).await);
    let mut browser = app.browser();
    browser.get("/").await;
    let before = browser.token().await;
    browser.sign_in(email, PASSWORD).await;
    app.set_up_codes(&mut browser, PASSWORD).await;
    (browser, before)
}

/// Everything that is not just read, with its arguments.
fn changes() -> impl Iterator<Item = calls::Call> {
    let methods = methods();
    calls::all().filter(move |(path, _)| methods[*path] != Method::GET)
}

fn needs_token(path: &str) -> bool {
    WITHOUT_TOKEN.iter().all(|(without, _)| *without != path)
}

fn with_token<'a>(things: &'a cast::Things, function: calls::Call, token: &'a str) -> Vec<(&'a str, &'a str)> {
    let filled = function.1.iter().map(|(name, value)| (*name, things.fill(value, PASSWORD)));
    filled.chain([("csrf", token)]).collect()
}

stories! {
    async fn a_form_with_another_token_than_its_pages_changes_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let (mut owner, before_sign_in) = owner(&app).await;
        let anothers = app.browser().token().await;
        let rows = Rows::of(&app).await;
        for function in changes().filter(|(path, _)| needs_token(path)) {
            for token in ["", "x", &anothers, &before_sign_in] {
                let fields = with_token(&things, function, token);
                let told = call(&mut owner, &Method::POST, function.0, &fields, &AS_SCRIPT).await;
                assert_eq!(error_of(&told), "foreign_request", "{}: {}", function.0, told.text);
                assert_eq!(told.status, StatusCode::FORBIDDEN, "{}", function.0);
                call(&mut owner, &Method::POST, function.0, &fields, &AS_FORM).await;
            }
            assert_eq!(Rows::of(&app).await.changed_since(&rows), Vec::<&str>::new(), "{}", function.0);
        }
    }

    /// A field that is not there at all is no form of ours either; what cannot be read is not looked at further.
    async fn a_form_without_a_token_is_not_even_read(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let (mut owner, _) = owner(&app).await;
        let rows = Rows::of(&app).await;
        for function in changes().filter(|(path, _)| needs_token(path)) {
            let mut fields = with_token(&things, function, "");
            fields.pop();
            let told = call(&mut owner, &Method::POST, function.0, &fields, &AS_SCRIPT).await;
            assert_eq!(error_of(&told), "malformed", "{}: {}", function.0, told.text);
            call(&mut owner, &Method::POST, function.0, &fields, &AS_FORM).await;
        }
        assert_eq!(Rows::of(&app).await.changed_since(&rows), Vec::<&str>::new());
    }

    async fn a_form_with_the_right_token_on_another_site_changes_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let (mut owner, _) = owner(&app).await;
        let token = owner.token().await;
        let rows = Rows::of(&app).await;
        let foreign = [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://localhost.evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ];
        for function in changes() {
            for header in foreign {
                let fields = with_token(&things, function, &token);
                for accept in [&ACCEPTS[..], &[]] {
                    let headers: Vec<_> = accept.iter().copied().chain([header]).collect();
                    let told = call(&mut owner, &Method::POST, function.0, &fields, &headers).await;
                    let kind = error_of(&told);
                    assert_eq!((told.status, kind.as_str()), (StatusCode::FORBIDDEN, "foreign_request"), "{}", function.0);
                }
            }
        }
        app.shop.searches.flush(&app.shop).await.unwrap();
        assert_eq!(Rows::of(&app).await.changed_since(&rows), Vec::<&str>::new());
    }

    /// A link or a picture on another site is fetched with the cookie.
    async fn what_changes_something_cannot_be_done_by_a_link(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let (mut owner, _) = owner(&app).await;
        let token = owner.token().await;
        let rows = Rows::of(&app).await;
        for function in changes() {
            let answer = owner.ask(function.0, &with_token(&things, function, &token), &ACCEPTS).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", function.0);
        }
        assert_eq!(Rows::of(&app).await.changed_since(&rows), Vec::<&str>::new());
    }

    /// Else it could open one after the other and learn by where it is called whose orders or what role its visitor has.
    async fn another_site_is_told_nothing_by_where_its_links_lead(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let (mut owner, _) = owner(&app).await;
        let token = owner.token().await;
        let methods = methods();
        for function in calls::all().filter(|(path, _)| methods[*path] == Method::GET) {
            let headers = [("accept", "text/html"), ("referer", "https://evil.example/")];
            let answer = owner.ask(function.0, &with_token(&things, function, &token), &headers).await;
            assert_eq!(answer.header("location"), "", "{}", function.0);
            assert!(!answer.status.is_redirection(), "{}: {}", function.0, answer.status);
        }
    }

    /// So nothing that can be done by a link changes anything, even if it has the token.
    async fn what_can_be_done_by_a_link_only_reads(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let (mut owner, _) = owner(&app).await;
        owner.submit("cart/add", &[("sku", "S"), ("quantity", "2")]).await;
        owner.submit("wishlist/save", &[("sku", "S"), ("saved", "true")]).await;
        // The first look at the checkout names the attempt to order.
        owner.get("/checkout").await;
        let token = owner.token().await;
        let (rows, methods) = (Rows::of(&app).await, methods());
        for function in calls::all().filter(|(path, _)| methods[*path] == Method::GET) {
            owner.ask(function.0, &with_token(&things, function, &token), &ACCEPTS).await;
            assert_eq!(Rows::of(&app).await.changed_since(&rows), Vec::<&str>::new(), "{}", function.0);
        }
    }
}

//! Who may call what, by the list in `server::access` itself: every server function is called as everybody, by the
//! shop's scripts and by a plain form. What is refused and what is not follows from the list; a function that is added
//! there wants a call in `calls`.

mod api;
mod calls;
mod cast;
mod forgery;
mod pages;

use crate::{
    app::{Answer, Browser},
    people::{AS_SCRIPT, error_of},
    rows::Rows,
    stories,
};
use axum::http::{Method, StatusCode};
use calls::Call;
use cast::{HIDDEN, Person, Standing, Things};
use ironmonger::{
    error::AppError,
    server::access::{FUNCTIONS, Who},
};
use std::collections::BTreeMap;

/// A plain form, on a page.
const AS_FORM: [(&str, &str); 2] = [("origin", "http://localhost"), ("accept", "text/html")];

/// How every server function is called.
fn methods() -> BTreeMap<String, Method> {
    let paths = leptos::server_fn::axum::server_fn_paths();
    paths.map(|(path, method)| (path.strip_prefix("/_fn/").unwrap_or(path).to_owned(), method)).collect()
}

fn who_may(path: &str) -> Who {
    let listed = FUNCTIONS.iter().find(|access| access.path.strip_prefix("/_fn/") == Some(path));
    listed.unwrap_or_else(|| panic!("there is a call of {path}, which is not there")).who
}

/// What the list says that somebody is told who may not.
fn refusal(who: Who, standing: Standing) -> Option<AppError> {
    match (who, standing) {
        (Who::Everyone | Who::Bearer, _) => None,
        (_, Standing::Stranger | Standing::Visitor) => Some(AppError::SignInRequired),
        (Who::Customer, _) => None,
        (_, Standing::Customer | Standing::Owner) => Some(AppError::Forbidden),
        (_, Standing::Staff { strong: false, .. }) => Some(AppError::CodeRequired),
        (Who::AnyStaff, _) => None,
        (Who::Staff(area, verb), Standing::Staff { role, .. }) => {
            (!role.may(area, verb)).then_some(AppError::Forbidden)
        }
    }
}

/// Calls a function as it wants to be called.
async fn call(
    browser: &mut Browser<'_>,
    method: &Method,
    path: &str,
    fields: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Answer {
    if method == Method::GET {
        browser.ask(path, fields, headers).await
    } else {
        browser.submit_as_is(path, fields, headers).await
    }
}

/// Somebody calls functions, each in both ways.
struct Caller<'a> {
    person: Person<'a>,
    token: String,
    methods: BTreeMap<String, Method>,
}

impl<'a> Caller<'a> {
    async fn new(mut person: Person<'a>) -> Self {
        let is_stranger = person.standing == Standing::Stranger;
        let token = if is_stranger { "0".repeat(64) } else { person.browser.token().await };
        Self { person, token, methods: methods() }
    }

    async fn call(&mut self, things: &Things, (path, arguments): Call, headers: &[(&str, &str)]) -> Answer {
        let method = self.methods.get(path).unwrap_or_else(|| panic!("no {path}"));
        let filled = arguments.iter().map(|(name, value)| (*name, things.fill(value, "a wrong password")));
        let token = (method != Method::GET).then_some(("csrf", self.token.as_str()));
        let fields: Vec<_> = filled.chain(token).collect();
        let cookieless = self.person.browser.clone();
        let answer = call(&mut self.person.browser, method, path, &fields, headers).await;
        if self.person.standing == Standing::Stranger {
            self.person.browser = cookieless;
        }
        answer
    }

    /// Calls a function, and holds what comes back against the list.
    async fn try_out(&mut self, things: &Things, function: Call) {
        let (path, arguments) = function;
        let standing = self.person.standing;
        let what = format!("{path}, called by {standing:?}");
        let answer = self.call(things, function, &AS_SCRIPT).await;
        let told = error_of(&answer);
        assert!(standing == Standing::Owner || !answer.text.contains(HIDDEN), "{what}: {}", answer.text);
        if let Some(expected) = refusal(who_may(path), standing) {
            assert_eq!((told.as_str(), answer.status.as_u16()), (expected.code(), expected.status()), "{what}");
            let page = self.call(things, function, &AS_FORM).await;
            is_refused_as_a_page(&what, &page, &expected);
        } else {
            is_let_in(&what, &answer, standing, path);
            if things.is_named_by(arguments) && path != "checkout/show" && told != "foreign_request" {
                assert_eq!(told == "not_found", standing != Standing::Owner, "{what}: {}", answer.text);
            }
            let page = self.call(things, function, &AS_FORM).await;
            assert!(page.status != StatusCode::FORBIDDEN || standing == Standing::Stranger, "{what}: {}", page.text);
            assert!(!page.header("location").starts_with("/login?next="), "{what}");
        }
    }
}

/// Whether somebody else than Ada is to be refused, by the list or because it is hers.
fn may_not((path, arguments): Call, standing: Standing, things: &Things) -> bool {
    refusal(who_may(path), standing).is_some() || things.is_named_by(arguments)
}

/// Functions that want the password again.
const PASSWORD_AGAIN: [&str; 6] = [
    "account/change_password",
    "account/change_email",
    "account/begin_codes",
    "account/disable_codes",
    "account/new_recovery_codes",
    "account/begin_passkey",
];

/// Nobody is asked to sign in or turned away, and the arguments are right.
fn is_let_in(what: &str, answer: &Answer, standing: Standing, path: &str) {
    let told = error_of(answer);
    assert!(!answer.status.is_server_error(), "{what}: {}", answer.text);
    assert!(!["malformed", "sign_in_required"].contains(&told.as_str()), "{what}: {}", answer.text);
    // A session that was opened without a code changes nothing about the codes, nor whose the account is.
    let is_weak = matches!(standing, Standing::Staff { strong: false, .. });
    assert!(told != "code_required" || (is_weak && PASSWORD_AGAIN.contains(&path)), "{what}");
    assert!(told != "foreign_request" || standing == Standing::Stranger, "{what}");
    // Who works here asks a colleague to take the role away first.
    let is_staffs_erasure = path == "account/erase" && matches!(standing, Standing::Staff { .. });
    assert_eq!(told == "forbidden", is_staffs_erasure, "{what}");
}

/// A browser without our scripts is led to the door, or told on a page that the door itself has written.
fn is_refused_as_a_page(what: &str, page: &Answer, error: &AppError) {
    if *error == AppError::SignInRequired {
        let expected = (StatusCode::SEE_OTHER, "/login?next=%2Fcart");
        assert_eq!((page.status, page.header("location")), expected, "{what}");
    } else {
        assert_eq!((page.status, page.header("location")), (StatusCode::FORBIDDEN, ""), "{what}");
        assert!(page.text.contains("role=\"alert\""), "{what}: {}", page.text);
    }
}

#[test]
fn there_is_a_call_of_every_function_and_of_no_other() {
    let called: Vec<_> = calls::all().map(|(path, _)| path).collect();
    let mut listed: Vec<_> = FUNCTIONS.iter().filter_map(|access| access.path.strip_prefix("/_fn/")).collect();
    for path in &listed {
        assert_eq!(called.iter().filter(|called| *called == path).count(), 1, "calls of {path}");
    }
    listed.retain(|path| !called.contains(path));
    assert_eq!((called.len(), listed), (FUNCTIONS.len(), vec![]), "calls of what is not there");
    assert!(called.iter().all(|path| methods().contains_key(*path)));
}

stories! {
    async fn every_function_is_for_those_whom_the_list_names(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (ada, things) = cast::ada(&app).await;
        for person in cast::others(&app).await {
            let mut caller = Caller::new(person).await;
            for function in calls::all() {
                caller.try_out(&things, function).await;
            }
        }
        let mut ada = Caller::new(Person { standing: Standing::Owner, browser: ada }).await;
        for function in calls::all() {
            ada.try_out(&things, function).await;
        }
    }

    async fn whoever_may_not_changes_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (_, things) = cast::ada(&app).await;
        let people = cast::others(&app).await;
        let before = Rows::of(&app).await;
        for person in people {
            let standing = person.standing;
            let mut caller = Caller::new(person).await;
            for function in calls::all().filter(|function| may_not(*function, standing, &things)) {
                caller.call(&things, function, &AS_SCRIPT).await;
            }
            assert_eq!(Rows::of(&app).await.changed_since(&before), Vec::<&str>::new(), "{standing:?}");
        }
    }
}

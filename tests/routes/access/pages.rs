//! Pages ask the server functions without passing their door, so these see to who may as well.

use super::cast;
use crate::{
    app::{Browser, TestApp},
    people::AS_SCRIPT,
    routes::PAGES,
    stories,
};
use axum::http::StatusCode;
use ironmonger::domain::account::{Area, Role, Verb};

const ACCOUNT: [&str; 7] = [
    "/account",
    "/account/orders",
    "/account/addresses",
    "/account/security",
    "/account/security/codes",
    "/account/security/recovery",
    "/account/privacy",
];
const OFFICE: [&str; 5] = ["/admin", "/admin/orders", "/admin/orders/AAAA-AAAA", "/admin/staff", "/admin/audit"];

async fn leads_to(browser: &mut Browser<'_>, path: &str, to: &str) {
    let page = browser.get(path).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::FOUND, to), "{path}: {}", page.text);
    assert!(!page.text.contains("class=\"area\""), "{path} shows what is behind the door");
}

async fn has_status(browser: &mut Browser<'_>, path: &str, status: StatusCode) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, status, "{path}");
    page.text
}

/// The copy of Ada's data: where she finds it.
async fn copy_of(app: &TestApp, ada: &mut Browser<'_>) -> String {
    ironmonger::account::service::privacy::prepare_exports(&app.shop).await.unwrap();
    let privacy = ada.ask("account/privacy", &[], &AS_SCRIPT).await.json();
    privacy["exports"][0]["address"].as_str().unwrap().to_owned()
}

stories! {
    async fn who_has_not_signed_in_is_led_to_the_door_and_back(app) {
        let mut visitor = app.browser();
        for path in ACCOUNT.into_iter().chain(OFFICE) {
            let to = format!("/login?next={}", path.replace('/', "%2F").replace('-', "%2D"));
            leads_to(&mut visitor, path, &to).await;
        }
    }

    async fn customers_see_nothing_of_the_back_office(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        app.make_staff("owner@shop.example", Role::Owner).await;
        let mut ada = app.customer("Ada", cast::ADA).await;
        for path in OFFICE {
            let page = has_status(&mut ada, path, StatusCode::FORBIDDEN).await;
            assert!(!page.contains("owner@shop.example"), "{path}");
        }
        for path in ACCOUNT.into_iter().chain(PAGES) {
            let page = ada.get(path).await.text;
            for word in ["/admin", "Back office", "shop.example"] {
                assert!(!page.contains(word), "{path} speaks of {word}");
            }
        }
    }

    async fn staff_without_codes_are_led_to_where_they_are_set_up(app) {
        let mut new = app.new_colleague("new@shop.example", Role::Owner).await;
        let mut weak = cast::with_password_only(&app).await;
        for path in OFFICE {
            for browser in [&mut new, &mut weak] {
                leads_to(browser, path, "/account/security?needs=codes").await;
            }
        }
        has_status(&mut new, "/account/security?needs=codes", StatusCode::OK).await;
    }

    async fn staff_see_the_pages_of_their_role(app) {
        for role in Role::ALL {
            let mut colleague = app.colleague(&format!("{}@shop.example", role.name()), role).await;
            let desk = has_status(&mut colleague, "/admin", StatusCode::OK).await;
            assert_eq!(desk.contains("ask-statistics"), role.may(Area::Settings, Verb::Change), "{role:?}");
            let may = role.may(Area::Staff, Verb::See);
            assert_eq!(desk.contains("/admin/staff"), may, "{role:?}");
            for path in ["/admin/staff", "/admin/audit"] {
                let page = has_status(&mut colleague, path, if may { StatusCode::OK } else { StatusCode::FORBIDDEN }).await;
                assert_eq!(page.contains("owner@shop.example"), may, "{role:?} {path}");
            }
        }
    }

    async fn an_order_and_a_copy_of_data_open_by_their_own_link_only(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (mut ada, things) = cast::ada(&app).await;
        let mut bob = app.customer("Bob", "bob@example.com").await;
        let copy = copy_of(&app, &mut ada).await;
        let (id, token) = copy.split_once("?token=").unwrap();
        let order = format!("/orders/{}", things.of(cast::ORDER));
        has_status(&mut ada, &order, StatusCode::OK).await;
        assert!(has_status(&mut ada, &copy, StatusCode::OK).await.contains(cast::HIDDEN));
        let forged = format!("{id}?token={}", "0".repeat(token.len()));
        assert!(!has_status(&mut bob, &order, StatusCode::NOT_FOUND).await.contains(cast::HIDDEN));
        for path in [id, &format!("{id}?token="), &forged] {
            for browser in [&mut bob, &mut ada] {
                let page = browser.get(path).await;
                assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/account/privacy"), "{path}");
            }
        }
    }
}

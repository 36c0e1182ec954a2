//! What is sent to the browser for refinement answers like the server.

use crate::{app::TestApp, stories};
use ironmonger::domain::{
    money::Currency,
    search::{Results, Slice, page::Asked},
};
use serde::de::DeserializeOwned;

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

async fn ask<T: DeserializeOwned>(app: &TestApp, function: &str, query: &str) -> T {
    let answer = app.get(&format!("/_fn/search/{function}?place=&query={}", encode(query))).await;
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{function} of {query}: {error}: {}", answer.text))
}

stories! {
    async fn a_slice_answers_every_refinement_as_the_server_does(app) {
        app.import(include_str!("../../src/catalog/demo/products.csv")).await;
        for text in ["", "collar", "shirt", "\"anchor"] {
            let mut compared = 0;
            let query = |filters: &str| format!("q={}{filters}", encode(text));
            let slice: Option<Slice> = ask(&app, "slice", &query("&size=m")).await;
            let slice = slice.unwrap();
            let last: Results = ask(&app, "run", &query("")).await;
            for filters in [
                "", "&size=m", "&size=m&size=l&colour=navy&in_stock=1", "&brand=fairlead&sort=price-asc", "&sort=price-desc&page=2",
                "&category=clothing&category=home", "&price=20-60&on_sale=1", "&sort=newest&rating=4", "&all=colour&price=abc", "&utm_source=x",
            ] {
                let asked = Asked::read("", &query(filters), Currency::USD);
                if slice.answers(&asked.criteria) {
                    let there: Results = ask(&app, "run", &query(filters)).await;
                    assert_eq!(asked.page(slice.run(&asked.criteria, &last), None), there, "{text} {filters}");
                    compared += 1;
                } else {
                    assert!(!text.is_empty(), "{filters}");
                }
            }
            // A text that was read as filters is asked of the server; what is made of it is not.
            assert!(matches!(text, "shirt" | "\"anchor") || compared > 5, "{text}: {compared}");
        }
    }
}

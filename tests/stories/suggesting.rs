//! What is offered while somebody types.

use crate::{app::TestApp, stories};
use ironmonger::search::suggest;
use serde_json::Value;

const CATALOG: &str = "Handle,Title,Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
    a,Anchor,Fairlead,Clothing > Shirts,season:Summer,Colour,Blue,A,10\n\
    b,Bosun,Fairlead,Clothing > Shirts,season:Summer,Colour,Blue,B,10\n\
    c,Capstan,Bläck's Boots,Clothing > Shirts,season:Winter,Colour,Navy Blue,C,10\n\
    d,Deck,Bläck's Boots,Footwear > Shoes,season:Winter,Colour,Blue,D,10\n\
    e,Ebb,Fairlead,Footwear > Shoes,season:Winter,Colour,Red,E,10\n\
    f,Fog,Fairlead,Clothing > Shorts,season:Summer,Colour,Green,F,10\n";

async fn suggested(app: &TestApp, typed: &str) -> Value {
    let typed = percent_encoding::utf8_percent_encode(typed, percent_encoding::NON_ALPHANUMERIC);
    app.get(&format!("/api/v1/suggest?q={typed}")).await.json()
}

async fn queries(app: &TestApp, typed: &str) -> Vec<String> {
    serde_json::from_value(suggested(app, typed).await["queries"].take()).unwrap()
}

fn names(found: &Value, kind: &str, field: &str) -> Vec<String> {
    let name = |found: &Value| found.get(field).unwrap_or(found).as_str().unwrap().to_owned();
    found[kind].as_array().unwrap().iter().map(name).collect()
}

async fn search_for(app: &TestApp, text: &str, times: usize) {
    for _ in 0..times {
        app.get(&format!("/api/v1/search?q={text}")).await;
    }
    app.shop.searches.flush(&app.shop).await.unwrap();
    suggest::refresh(&app.shop).await.unwrap();
}

stories! {
    async fn the_last_word_is_completed_to_what_the_words_before_it_find(app) {
        app.import(CATALOG).await;
        assert_eq!(queries(&app, "blue sh").await, ["blue shirts", "blue shoes"], "no shorts are blue, most first");
        assert_eq!(queries(&app, "BLUE  sHi").await, ["blue shirts"]);
        assert_eq!(queries(&app, "navy bl").await[0], "navy blue");
        assert_eq!(queries(&app, "navy blue bl").await, ["navy blue bläck's boots"], "nothing is said twice");
        assert_eq!(queries(&app, "shirt").await, [""; 0], "the plural is the same search");
        assert_eq!(queries(&app, "shirts su").await, ["shirts summer"]);
        assert_eq!(queries(&app, "nothing sh").await, [""; 0]);
        assert_eq!(queries(&app, "sh").await, ["shirts", "shoes", "shorts"]);
        assert_eq!(queries(&app, "blue").await[..2], ["blue shirts", "blue shoes"], "and goes on when the word is whole");
        assert_eq!(queries(&app, "fairlead ").await, ["fairlead shirts", "fairlead shoes", "fairlead shorts"]);
    }

    async fn whatever_is_offered_finds_something(app) {
        app.import(CATALOG).await;
        for typed in ["b", "bl", "blue s", "su", "winter f", "fair", "r", "shoes w", "summer ", "black b"] {
            for query in queries(&app, typed).await {
                let address = query.replace(' ', "+").replace('\'', "%27").replace('ä', "%C3%A4");
                let found = app.get(&format!("/api/v1/search?q={address}")).await.json();
                assert!(found["total"].as_i64() > Some(0), "{typed}: {query}");
            }
        }
    }

    async fn categories_and_brands_are_found_however_they_are_typed(app) {
        app.import(CATALOG).await;
        for typed in ["blacks", "bläck's b", "BOOTS black", "Bla\u{308}cks", "blacksboots"] {
            assert_eq!(names(&suggested(&app, typed).await, "brands", "name"), ["Bläck's Boots"], "{typed}");
        }
        let found = suggested(&app, "sh").await;
        assert_eq!(names(&found, "categories", "path"), ["clothing/shirts", "footwear/shoes", "clothing/shorts"]);
        assert_eq!(names(&suggested(&app, "lothing").await, "categories", "path"), [""; 0], "only beginnings count");
        let products = suggested(&app, "capst").await;
        assert_eq!(names(&products, "products", "handle"), ["c"]);
        assert_eq!(products["products"][0]["price"]["amount"], 1000);
    }

    async fn a_category_is_offered_as_soon_as_it_has_a_product(app) {
        app.import(CATALOG).await;
        assert_eq!(queries(&app, "green sk").await, [""; 0]);
        app.import("Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
            g,Gull,Clothing > Skirts,Colour,Green,G,10\n").await;
        assert_eq!(queries(&app, "green sk").await, ["green skirts"]);
    }

    async fn what_several_searched_for_and_found_comes_first(app) {
        app.import(CATALOG).await;
        search_for(&app, "blue+shoes", 3).await;
        search_for(&app, "anchor+blue+shirt", 4).await;
        assert_eq!(queries(&app, "blue sh").await[..2], ["blue shoes", "anchor blue shirt"], "what goes on from the text first");
        assert_eq!(queries(&app, "an").await, ["anchor blue shirt"]);
    }

    async fn what_few_searched_for_or_nobody_found_or_names_somebody_is_not_offered(app) {
        app.import(CATALOG).await;
        search_for(&app, "anchor+two", 5).await;
        search_for(&app, "anchor+blue", 2).await;
        for personal in ["anchor%40example.com", "020+7946+0958", "K7M2-9QXD"] {
            search_for(&app, personal, 5).await;
        }
        for typed in ["anc", "anchor", "020", "02079", "k7", "ex"] {
            assert_eq!(queries(&app, typed).await, [""; 0], "{typed}");
        }
        search_for(&app, "ANCHOR+blue", 1).await;
        assert_eq!(queries(&app, "anc").await, ["anchor blue"], "the third makes it common");
        app.pass(31 * 24 * 60 * 60 * 1000);
        suggest::refresh(&app.shop).await.unwrap();
        assert_eq!(queries(&app, "anc").await, [""; 0], "lately is a month");
    }

    async fn nonsense_is_answered_quickly_and_with_nothing(app) {
        app.import(CATALOG).await;
        let long = "shirt ".repeat(2_000);
        for typed in ["", " ", "\0", "'", "👟", "\u{202e}\u{200b}", "قميص أزرق", "%%%", "AND (", "\"", "a\u{301}", &"x".repeat(10_000), &long] {
            let started = std::time::Instant::now();
            let found = suggested(&app, typed).await;
            assert!(started.elapsed().as_millis() < 500, "{typed:.20}");
            assert!(found["queries"].is_array(), "{typed:.20}: {found}");
        }
    }
}

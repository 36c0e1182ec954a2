//! What shoppers type, and what they find.

use crate::{app::TestApp, stories};
use serde_json::Value;

const HEAD: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
                    Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Barcode\n";

/// A little shop of shoes, shirts and mugs.
async fn with_products(app: &TestApp) {
    let mut csv = HEAD.to_owned();
    for (handle, title, vendor, kind, gender, colour, sizes, price) in [
        ("air-runner", "Air Runner", "Nike", "Footwear > Shoes > Sports Shoes", "Men", "Black", "41|42|43", "89.00"),
        ("zoom-runner", "Zoom Runner", "Nike", "Footwear > Shoes > Sports Shoes", "Men", "White", "42|44", "140.00"),
        (
            "court-classic",
            "Court Classic",
            "Puma",
            "Footwear > Shoes > Sports Shoes",
            "Women",
            "White",
            "38|42",
            "75.00",
        ),
        ("oak-brogue", "Oak Brogue", "Red Tape", "Footwear > Shoes > Formal Shoes", "Men", "Brown", "42|43", "99.00"),
        ("red-oxford", "Town Oxford", "Clarks", "Footwear > Shoes > Formal Shoes", "Men", "Red", "42", "120.00"),
        ("sea-shirt", "Sea Shirt", "Fairlead", "Apparel > Shirts", "Men", "Navy Blue", "S|M", "40.00"),
        ("red-shirt", "Plain Shirt", "Fairlead", "Apparel > Shirts", "Women", "Red", "M|L", "35.00"),
        ("blue-shirt", "Plain Shirt", "Fairlead", "Apparel > Shirts", "Men", "Blue", "M|L", "30.00"),
        ("blue-top", "Blue Shirt", "Puma", "Apparel > Tops", "Women", "White", "S", "20.00"),
        ("marlin-mug", "Blue Marlin Mug", "Fairlead", "Home > Mugs", "Unisex", "White", "One size", "12.00"),
        ("tape-mug", "Tape Measure Mug", "Fairlead", "Home > Mugs", "Unisex", "Red", "One size", "14.00"),
        ("hand-bag", "Canvas Hand Bag", "Fairlead", "Bags > Handbags", "Women", "Red", "One size", "55.00"),
        ("night-cap", "Café Crème Women's Cap", "Fairlead", "Accessories > Caps", "Women", "Red", "One size", "9.00"),
    ] {
        for (i, size) in sizes.split('|').enumerate() {
            let first = if i == 0 {
                format!("{title},<p>Made well.</p>,{vendor},{kind},gender:{gender},Size")
            } else {
                ",,,,,".into()
            };
            let code = format!("{}-{}", handle.to_uppercase(), size.replace(' ', ""));
            let name = if i == 0 { "Colour" } else { "" };
            csv +=
                &format!("{handle},{first},{size},{name},{colour},{code},shopify,5,{price},{}\n", barcode(handle, i));
        }
    }
    let summary = app.import(&csv).await;
    assert_eq!(summary.rows_refused, 0, "{summary}");
}

fn barcode(handle: &str, i: usize) -> String {
    format!("40{:08}{i:03}", handle.bytes().map(u64::from).sum::<u64>() * 7919 % 100_000_000)
}

async fn search(app: &TestApp, text: &str) -> Value {
    search_with(app, text, "").await
}

async fn search_with(app: &TestApp, text: &str, more: &str) -> Value {
    let text: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
    let answer = app.get(&format!("/api/v1/search?q={text}{more}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn handles(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|hit| hit["handle"].as_str().unwrap()).collect()
}

/// What is found, in the order of the alphabet.
async fn found(app: &TestApp, text: &str) -> String {
    let answer = search(app, text).await;
    let mut found = handles(&answer["hits"]);
    assert_eq!(answer["total"], found.len(), "{text}");
    found.sort_unstable();
    found.join(" ")
}

stories! {
    async fn criteria_in_plain_words_are_filters_that_can_be_seen(app) {
        with_products(&app).await;
        let answer = search(&app, "nike runing shose under 100 size 42").await;
        assert_eq!(handles(&answer["hits"]), ["air-runner"]);
        assert_eq!(answer["hits"][0]["skus"], serde_json::json!(["AIR-RUNNER-42"]));
        assert_eq!(answer["query"]["corrected"], "nike running shoes under 100 size 42");
        assert_eq!((&answer["query"]["text"], &answer["query"]["words"]), (&answer["query"]["corrected"], &"".into()));
        let filters = serde_json::json!({
            "brand": ["nike"], "category": ["footwear/shoes/sports-shoes"], "price": ["-100.00"], "size": ["42"]
        });
        assert_eq!(answer["query"]["filters"], filters);
        // The page shows the same as chips that can be taken off, and offers the words as they were typed.
        let page = app.get("/search?q=nike+runing+shose+under+100+size+42").await;
        for part in ["Remove filter Nike", "Remove filter Sports Shoes", "Remove filter 42", "exact=1", "nike running shoes under 100 size 42"] {
            assert!(page.text.contains(part), "{part}");
        }
        let without_size = app.get("/api/v1/search?brand=nike&category=footwear/shoes/sports-shoes&price=-150.00").await;
        assert_eq!(without_size.json()["total"], 2);
    }

    async fn a_criterion_about_a_sku_holds_on_one_sku_also_when_it_is_said_in_words(app) {
        with_products(&app).await;
        app.import("Handle,Title,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price\n\
                    two,Two Tone Shirt,Apparel > Shirts,Size,L,Colour,Red,TWO-1,30.00\ntwo,,,,M,,Green,TWO-2,30.00\n").await;
        assert_eq!(found(&app, "red shirt M").await, "red-shirt");
    }

    async fn words_that_mean_the_same_find_the_same(app) {
        with_products(&app).await;
        for (text, expected) in [
            ("women's caps", "night-cap"),
            ("caps for ladies", "night-cap"),
            ("CAFE CREME CAP", "night-cap"),
            ("handbag", "hand-bag"),
            ("hand bags", "hand-bag"),
            ("purse", "hand-bag"),
            ("shirts men", "blue-shirt sea-shirt"),
            ("navy shirt", "sea-shirt"),
            ("red tape shoes", "oak-brogue"),
            ("mug", "marlin-mug tape-mug"),
            ("running shoes", "air-runner court-classic zoom-runner"),
            ("mugs under 13", "marlin-mug"),
            ("mugs between 13 and 20", "tape-mug"),
            ("canvass", "hand-bag"),
            ("marlni", "marlin-mug"),
            ("canv", "hand-bag"),
        ] {
            assert_eq!(found(&app, text).await, expected, "{text}");
        }
    }

    async fn a_name_is_found_whatever_its_words_mean_besides(app) {
        with_products(&app).await;
        // "Blue" is a colour, and this mug is white.
        assert_eq!(handles(&search(&app, "blue marlin mug").await["hits"]), ["marlin-mug"]);
        assert_eq!(handles(&search(&app, "blue marlin").await["hits"]), ["marlin-mug"]);
        // A white top that is called so, beside the shirts that are so.
        let blue_shirt = search(&app, "blue shirt").await;
        assert_eq!(handles(&blue_shirt["hits"])[0], "blue-top");
        assert!(handles(&blue_shirt["hits"]).contains(&"blue-shirt"));
        assert_eq!(blue_shirt["query"]["filters"], serde_json::json!({}));
    }

    async fn codes_come_first_and_are_not_read_as_words(app) {
        with_products(&app).await;
        for code in ["RED-SHIRT-M", "red-shirt-m", &barcode("red-shirt", 0)] {
            let answer = search(&app, code).await;
            assert_eq!(handles(&answer["hits"])[0], "red-shirt", "{code}");
            assert_eq!(answer["query"]["corrected"], Value::Null);
        }
    }

    async fn the_words_as_they_stand_can_be_had(app) {
        with_products(&app).await;
        let mended = search(&app, "shrit").await;
        assert_eq!(mended["query"]["corrected"], "shirt");
        assert!(mended["total"].as_u64() > Some(0));
        let literal = search_with(&app, "shrit", "&exact=1").await;
        assert_eq!((&literal["total"], &literal["query"]["corrected"]), (&0.into(), &Value::Null));
        let page = app.get("/search?q=shrit").await;
        assert!(page.text.contains("Showing results for"), "{}", page.text);
        assert!(page.text.contains("q=shrit&amp;exact=1"), "the way to the literal search");
        let literal = app.get("/search?q=shrit&exact=1").await;
        assert!(literal.text.contains("Searching for exactly"));
    }

    async fn what_nothing_has_is_left_out_and_said(app) {
        with_products(&app).await;
        let answer = search(&app, "nike mug").await;
        assert_eq!(answer["query"]["left_out"], serde_json::json!(["Nike"]));
        assert_eq!(handles(&answer["hits"]).len(), 2);
        let answer = search(&app, "xyzzy shirt").await;
        assert_eq!(answer["query"]["left_out"], serde_json::json!(["xyzzy"]));
        assert!(answer["total"].as_u64() >= Some(3));
        // But what was chosen by hand stands.
        let answer = search_with(&app, "mug", "&brand=nike").await;
        assert_eq!((&answer["total"], &answer["query"]["left_out"]), (&0.into(), &serde_json::json!([])));
        assert_eq!(search(&app, "xyzzy").await["total"], 0);
        assert_eq!(search(&app, "mugs on sale").await["query"]["left_out"], serde_json::json!(["On sale"]));
    }

    async fn parameters_of_others_change_nothing(app) {
        with_products(&app).await;
        let plain = search(&app, "red shirt").await;
        let with = search_with(&app, "red shirt", "&utm_source=mail&fbclid=1").await;
        assert_eq!((&plain["hits"], &plain["query"]), (&with["hits"], &with["query"]));
        let many: String = (0..100).map(|i| format!("&n{i}=x")).collect();
        assert_eq!(search_with(&app, "red shirt", &many).await["query"], plain["query"]);
    }

    async fn a_filter_beside_the_words_does_not_swallow_them(app) {
        with_products(&app).await;
        let answer = search_with(&app, "blue shirt", "&category=apparel/tops").await;
        assert_eq!(handles(&answer["hits"]), ["blue-top"]);
        let page = app.get("/search?q=red+shirt&size=m").await;
        assert!(page.text.contains("Remove filter Red"));
    }

    async fn categories_of_one_name_are_told_apart(app) {
        app.import("Handle,Title,Type,Variant SKU,Variant Price\na,Rib Sock,Apparel > Socks,A,5.00\nb,Rib Sock,Sport > Socks,B,5.00\n").await;
        let page = app.get("/search?q=socks").await;
        for filter in ["Remove filter Socks, Apparel", "Remove filter Socks, Sport"] {
            assert!(page.text.contains(filter), "{filter}");
        }
    }

    async fn close_matches_stand_apart(app) {
        with_products(&app).await;
        let answer = search(&app, "red women shirt").await;
        assert_eq!((handles(&answer["hits"]), &answer["total"]), (vec!["red-shirt"], &1.into()));
        let close = handles(&answer["close"]);
        assert!(close.contains(&"sea-shirt") && !close.contains(&"red-shirt"), "{close:?}");
        assert!(!close.contains(&"marlin-mug"), "a mug is not close to a shirt: {close:?}");
        let page = app.get("/search?q=red+women+shirt").await;
        assert!(page.text.contains("Close matches"));
    }

    async fn synonyms_change_while_the_shop_is_open(app) {
        use ironmonger::{domain::search::reading::Rule, search::synonyms};
        with_products(&app).await;
        assert_eq!(search(&app, "beakers").await["total"], 0);
        let rule = Rule::parse("beaker => mugs").unwrap();
        let before = app.shop.search.version();
        assert!(synonyms::add(&app.shop, &rule).await.unwrap());
        assert!(!synonyms::add(&app.shop, &rule).await.unwrap(), "it is there already");
        app.index_is_past(before).await;
        assert_eq!(found(&app, "beakers").await, "marlin-mug tape-mug");
        let before = app.shop.search.version();
        assert!(synonyms::remove(&app.shop, &rule).await.unwrap());
        assert!(!synonyms::remove(&app.shop, &rule).await.unwrap(), "it is gone already");
        app.index_is_past(before).await;
        assert_eq!(search(&app, "beakers").await["total"], 0);
        // One that every shop begins with can go too.
        let standard = synonyms::list(&mut app.shop.db.read().await.unwrap().conn()).await.unwrap();
        assert!(synonyms::remove(&app.shop, &standard[0]).await.unwrap());
        let left = synonyms::list(&mut app.shop.db.read().await.unwrap().conn()).await.unwrap();
        assert_eq!(left, standard[1..]);
    }

    async fn a_new_value_is_understood_as_soon_as_it_is_found(app) {
        with_products(&app).await;
        app.import("Handle,Title,Vendor,Type,Variant SKU,Variant Price\nkite,Big Kite,Aeolus,Toys > Kites,KITE-1,25.00\n").await;
        let answer = search(&app, "aeolus kites").await;
        assert_eq!(answer["query"]["filters"], serde_json::json!({ "brand": ["aeolus"], "category": ["toys/kites"] }));
        assert_eq!(answer["total"], 1);
    }
}

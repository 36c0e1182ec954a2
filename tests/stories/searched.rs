//! What is remembered of searches.

use crate::{
    app::{Answer, TestApp},
    stories,
};
use axum::{
    body::Body,
    http::{Request, header},
};
use ironmonger::{
    domain::timestamp::Timestamp,
    search::insights::{Insights, insights},
};

async fn seen(app: &TestApp) -> Insights {
    app.shop.searches.flush(&app.shop).await.unwrap();
    let now = app.now();
    let (from, to) = (now.plus(-Timestamp::DAY), now.plus(1));
    insights(&mut app.shop.db.read().await.unwrap().conn(), from, to, 10).await.unwrap()
}

/// Text, searches and clicks.
fn in_short(seen: &Insights) -> Vec<(&str, u32, u32)> {
    seen.top.iter().map(|query| (&*query.text, query.searches, query.clicks)).collect()
}

async fn get_from(app: &TestApp, path: &str, from: &str, headers: &[(&str, &str)]) -> Answer {
    let request = Request::get(path).header(header::HOST, "shop.example").header(header::REFERER, from);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    app.call(request.body(Body::empty()).unwrap()).await
}

async fn click(app: &TestApp, text: &str, handle: &str, position: &str) -> Answer {
    let fields = [("text", text), ("handle", handle), ("position", position)];
    app.browser().submit_as_is("search/opened", &fields, &[("origin", "http://localhost"), ("accept", "*/*")]).await
}

stories! {
    async fn searches_are_counted_by_text_whatever_its_spelling(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for path in ["/search?q=Sea+Shirt", "/api/v1/search?q=sea-shirt", "/_fn/search/run?place=&query=q%3Dsea%2520%2520shirt", "/search?q=s%C3%A9a+shirt"] {
            assert_eq!(app.get(path).await.status, 200, "{path}");
        }
        app.get("/search?q=boots").await;
        let seen = seen(&app).await;
        assert_eq!(seen.top.iter().map(|query| query.searches).collect::<Vec<_>>(), [4, 1]);
        assert_eq!((seen.totals.searches, seen.totals.without_result, seen.totals.clicks), (5, 1, 0));
        assert_eq!((seen.in_vain[0].text.as_str(), seen.in_vain.len()), ("boots", 1));
        assert!((seen.top[0].results - 1.0).abs() < 0.001, "{:?}", seen.top[0]);
    }

    async fn a_page_that_was_kept_counts_each_time_it_is_shown(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for _ in 0..3 {
            app.get("/search?q=shirt").await;
        }
        assert_eq!(in_short(&seen(&app).await), [("shirt", 3, 0)]);
    }

    async fn narrowing_sorting_and_paging_are_no_searches_of_their_own(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for query in ["", "&page=2", "&size=s", "&price=1-100", "&in_stock=1", "&sort=newest", "&category=clothing"] {
            app.get(&format!("/search?q=shirt{query}")).await;
        }
        app.get("/search?size=s").await;
        app.get("/api/v1/suggest?q=shirt").await;
        assert_eq!(in_short(&seen(&app).await), [("shirt", 1, 0)]);
    }

    async fn what_looks_like_somebodys_address_or_number_is_not_kept(app) {
        for text in ["ada%40example.com", "%2B44+20+7946+0958", "4242424242424242", "K7M2-9QXD"] {
            app.get(&format!("/search?q={text}")).await;
        }
        let seen = seen(&app).await;
        assert_eq!((seen.totals.searches, seen.totals.unkept, seen.top.len()), (4, 4, 0));
        assert_eq!(app.number("SELECT COUNT(*) FROM searches WHERE text <> '' OR folded <> '' OR corrected <> ''").await, 0);
    }

    async fn a_product_opened_in_the_page_is_told_with_its_position(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.get("/search?q=Sea+shirt").await;
        app.get("/search?q=sea-shirt").await;
        for position in ["1", "4"] {
            assert_eq!(click(&app, "sea shirt", "sea-shirt", position).await.status, 200);
        }
        let seen = seen(&app).await;
        assert_eq!((seen.top[0].clicks, seen.top[0].position), (2, Some(2.5)));
        assert!((seen.top[0].click_rate() - 1.0).abs() < 0.001);
    }

    async fn without_javascript_the_page_it_came_from_tells_also_when_it_was_kept(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.get("/search?q=shirt").await;
        for _ in 0..2 {
            get_from(&app, "/p/sea-shirt?sku=S", "http://shop.example/search?sort=newest&q=Shirt", &[]).await;
        }
        get_from(&app, "/p/sea-shirt", "https://shop.example/c/clothing?q=shirt&page=2", &[]).await;
        let seen = seen(&app).await;
        assert_eq!((in_short(&seen), seen.top[0].position), (vec![("shirt", 1, 3)], None));
    }

    async fn what_was_not_opened_from_a_search_is_not_counted(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.get("/search?q=shirt").await;
        let search = "http://shop.example/search?q=shirt";
        for (path, from) in [
            ("/p/sea-shirt", "http://evil.example/search?q=shirt"),
            ("/p/sea-shirt", "http://shop.example/search?brand=shirt"),
            ("/p/sea-shirt", "http://shop.example/"),
            ("/p/nothing", search),
            ("/cart", search),
            ("/p/", search),
        ] {
            get_from(&app, path, from, &[]).await;
        }
        get_from(&app, "/p/sea-shirt", search, &[("sec-purpose", "prefetch;prerender")]).await;
        get_from(&app, "/p/sea-shirt", search, &[("user-agent", "Mozilla/5.0 (compatible; Examplebot/2.1)")]).await;
        assert_eq!(in_short(&seen(&app).await), [("shirt", 1, 0)]);
    }

    async fn forged_clicks_are_not_recorded(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.get("/search?q=shirt").await;
        let long = "shirt ".repeat(1_000);
        for (text, handle, position) in [
            ("shirt", "nothing", "1"),
            ("shirt", "", "1"),
            ("shirt", "sea-shirt\0", "1"),
            ("nobody searched for this", "sea-shirt", "1"),
            ("", "sea-shirt", "1"),
            ("\0", "sea-shirt", "1"),
            ("ada@example.com", "sea-shirt", "1"),
            (&long, "sea-shirt", "1"),
            ("shirt", "sea-shirt", "-1"),
            ("shirt", "sea-shirt", "99999999999"),
            ("shirt", "sea-shirt", "first"),
        ] {
            assert!(click(&app, text, handle, position).await.status.as_u16() < 500, "{text:.20} {handle}");
        }
        assert_eq!(in_short(&seen(&app).await), [("shirt", 1, 0)]);
        let foreign = [("origin", "https://evil.example")];
        let fields = [("text", "shirt"), ("handle", "sea-shirt"), ("position", "1")];
        assert_eq!(app.browser().submit_as_is("search/opened", &fields, &foreign).await.status, 403);
        assert_eq!(click(&app, "shirt", "sea-shirt", "4000000000").await.status, 200);
        assert_eq!(app.number("SELECT COUNT(*) FROM search_clicks").await, 0);
        seen(&app).await;
        assert_eq!(app.number("SELECT MAX(position) FROM search_clicks").await, 100_000);
    }

    async fn the_table_is_read_by_people(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for text in ["shirt", "Shirt", "boots%1b%5b31m"] {
            app.get(&format!("/search?q={text}")).await;
        }
        click(&app, "shirt", "sea-shirt", "3").await;
        let table = seen(&app).await.to_string();
        let lines: Vec<_> = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines[0], "3 searches, 1 found nothing, 0 were corrected, 1 products opened, 0 texts not kept");
        assert!(lines.contains(&"2 1.0 1 50% 3.0 Shirt".to_owned()) || lines.contains(&"2 1.0 1 50% 3.0 shirt".to_owned()), "{table}");
        assert!(lines.last().unwrap().starts_with("1 boots") && !table.contains('\x1b'), "{table}");
    }

    async fn a_flood_is_cut_off(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.get("/search?q=shirt").await;
        for _ in 0..2_500 {
            ironmonger::search::record::opened(&app.shop, "shirt", "sea-shirt", 1);
        }
        assert_eq!(in_short(&seen(&app).await), [("shirt", 1, 2_000)]);
    }
}

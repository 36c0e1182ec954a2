//! Lists of orders: piles of work, filters, words, and pages that follow each other without a gap.

use super::{clerk, does};
use crate::{
    app::{Browser, TestApp},
    people::AS_SCRIPT,
    stories,
    stories::{CHALLENGE, GOOD},
};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What a list shows for what is wanted.
async fn list(browser: &mut Browser<'_>, wanted: &[(&str, &str)]) -> Value {
    let fields: Vec<_> = wanted.iter().map(|(name, value)| (format!("wanted[{name}]"), *value)).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let answer = browser.ask("desk/orders", &fields, &AS_SCRIPT).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

async fn numbers(browser: &mut Browser<'_>, wanted: &[(&str, &str)]) -> Vec<String> {
    let page = list(browser, wanted).await;
    page["rows"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

/// An order of somebody, somewhere: its number.
async fn order_of(app: &TestApp, name: &str, email: &str, country: &str, card: &str) -> String {
    let mut order = app.order(&[("S", 1)], card);
    (order["name"], order["email"]) = (name.into(), email.into());
    order["address"]["country"] = country.into();
    let answer = app.post("/api/v1/orders", &order).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    app.pass(1_000);
    answer.json()["number"].as_str().unwrap().to_owned()
}

stories! {
    async fn piles_of_work_hold_what_has_to_be_done_and_say_how_much(app) {
        app.with_shirt(&[("S", "S", "78.00", 99)]).await;
        let mut fay = clerk(&app).await;
        let paid = order_of(&app, "Ada Lovelace", "ada@example.com", "GB", GOOD).await;
        let started = order_of(&app, "Grace Hopper", "grace@example.com", "US", GOOD).await;
        let waiting = order_of(&app, "Mary Somerville", "mary@example.com", "GB", CHALLENGE).await;
        does(&mut fay, "desk/start", &[("number", &started)]).await;
        let page = list(&mut fay, &[]).await;
        assert_eq!(page["counts"], json!({ "to_process": 1, "to_ship": 1, "awaiting_money": 1, "problems": 0 }));
        assert_eq!(numbers(&mut fay, &[]).await, [waiting.as_str(), &started, &paid]);
        for (pile, expected) in [
            ("to-process", vec![&paid]), ("to-ship", vec![&started]), ("awaiting-money", vec![&waiting]), ("problems", vec![]),
            ("paid", vec![&paid]), ("delivered", vec![]), ("nonsense", vec![&waiting, &started, &paid]),
        ] {
            assert_eq!(numbers(&mut fay, &[("pile", pile)]).await.iter().collect::<Vec<_>>(), expected, "{pile}");
        }
        // Late, and paid for what could not take it.
        app.change("UPDATE orders SET status = 'shipped', arrives = '2026-11-01' WHERE status = 'processing'").await;
        app.change("UPDATE payments SET status = 'refund_due' WHERE order_id IN (SELECT id FROM orders WHERE status = 'paid')").await;
        assert_eq!(numbers(&mut fay, &[("pile", "problems")]).await, [started.as_str(), &paid]);
        assert_eq!(list(&mut fay, &[]).await["counts"]["problems"], 2);
    }

    async fn orders_are_found_by_number_name_address_and_parts_of_them(app) {
        app.with_shirt(&[("S", "S", "78.00", 99)]).await;
        let mut fay = clerk(&app).await;
        let ada = order_of(&app, "Ada  Lovelace", "ada@example.com", "GB", GOOD).await;
        let grace = order_of(&app, "Grace Hopper", "Grace@Example.com", "US", GOOD).await;
        for (text, expected) in [
            (ada.as_str(), &ada), (&ada.to_lowercase().replace('-', " "), &ada), ("ada lovelace", &ada), ("LOVELACE", &ada),
            ("ada@example.com", &ada), ("grace@example.com", &grace), ("hopper", &grace), ("hopp", &grace), ("grace@", &grace),
            (&grace[..4], &grace),
        ] {
            assert_eq!(numbers(&mut fay, &[("text", text)]).await, [expected.as_str()], "{text}");
        }
        assert_eq!(numbers(&mut fay, &[("text", "example.com")]).await.len(), 2);
        for text in ["nobody", "100%", "_", "' OR 1=1 --", "\0"] {
            assert!(numbers(&mut fay, &[("text", text)]).await.is_empty(), "{text:?}");
        }
        assert_eq!(numbers(&mut fay, &[("text", "hopper"), ("country", "GB")]).await, Vec::<String>::new());
        assert_eq!(numbers(&mut fay, &[("text", "hopper"), ("pile", "to-process")]).await, [grace.as_str()]);
        assert_eq!(numbers(&mut fay, &[("text", "hopper"), ("pile", "to-ship")]).await, Vec::<String>::new());
        // Who is erased is found by number only.
        app.change("DELETE FROM order_people").await;
        assert!(numbers(&mut fay, &[("text", "hopper")]).await.is_empty());
        assert_eq!(numbers(&mut fay, &[("text", &grace)]).await, [grace.as_str()]);
    }

    async fn filters_narrow_and_sorts_sort(app) {
        app.with_shirt(&[("S", "S", "78.00", 99)]).await;
        let mut placed = Vec::new();
        for country in ["GB", "US", "GB", "FR"] {
            placed.push(order_of(&app, "Ada Lovelace", "ada@example.com", country, GOOD).await);
            app.pass(24 * 60 * 60 * 1_000 / 4);
        }
        let mut fay = clerk(&app).await;
        assert_eq!(numbers(&mut fay, &[("country", "gb")]).await, [placed[2].as_str(), &placed[0]]);
        assert_eq!(numbers(&mut fay, &[("sort", "oldest")]).await, placed);
        assert_eq!(numbers(&mut fay, &[("from", "2026-11-21")]).await, [placed[3].as_str(), &placed[2]]);
        assert_eq!(numbers(&mut fay, &[("until", "2026-11-20")]).await, [placed[1].as_str(), &placed[0]]);
        assert_eq!(numbers(&mut fay, &[("from", "2026-11-21"), ("until", "2026-11-20")]).await, Vec::<String>::new());
        assert_eq!(numbers(&mut fay, &[("from", "yesterday"), ("country", "XX"), ("sort", "sideways")]).await.len(), 4);
        app.change("UPDATE orders SET total = total + 5000, goods = goods + 5000 WHERE number = (SELECT MIN(number) FROM orders)").await;
        let dearest = placed.iter().min().unwrap();
        assert_eq!(numbers(&mut fay, &[("pile", "to-process"), ("sort", "total")]).await[0], **dearest);
        for (payment, count) in [("card", 4), ("on_delivery", 0), ("unpaid", 0), ("refunded", 0), ("'", 0)] {
            assert_eq!(numbers(&mut fay, &[("payment", payment)]).await.len(), count, "{payment}");
        }
        app.change("UPDATE orders SET status = 'delivered'").await;
        assert_eq!(numbers(&mut fay, &[("pile", "delivered"), ("country", "FR")]).await, [placed[3].as_str()]);
    }

    async fn pages_follow_each_other_without_a_gap_also_while_orders_come_in(app) {
        app.with_shirt(&[("S", "S", "78.00", 999)]).await;
        let mut fay = clerk(&app).await;
        let mut placed = Vec::new();
        for _ in 0..105 {
            placed.push(app.placed(&[("S", 1)], GOOD).await.0);
        }
        for (sort, pile) in [("newest", ""), ("oldest", ""), ("total", "to-process"), ("newest", "paid")] {
            let mut seen = Vec::new();
            let mut after = String::new();
            loop {
                let page = list(&mut fay, &[("sort", sort), ("pile", pile), ("after", &after)]).await;
                let rows = page["rows"].as_array().unwrap();
                seen.extend(rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()));
                let Some(next) = page["next"].as_str() else { break };
                next.clone_into(&mut after);
            }
            let mut expected = placed.clone();
            if sort != "oldest" {
                expected.reverse();
            }
            assert_eq!(seen, expected, "{sort} {pile}");
        }
        let first = list(&mut fay, &[]).await;
        let last = first["next"].as_str().unwrap().to_owned();
        app.placed(&[("S", 1)], GOOD).await;
        let second = numbers(&mut fay, &[("after", &last)]).await;
        assert_eq!(second[0], placed[104 - 50], "an order that came in moves nothing");
        let answer = fay.ask("desk/orders", &[("wanted[after]", "nonsense")], &AS_SCRIPT).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }

    async fn the_page_of_the_list_shows_what_its_address_says(app) {
        app.with_shirt(&[("S", "S", "78.00", 99)]).await;
        let mut fay = clerk(&app).await;
        let page = fay.get("/admin/orders").await;
        assert!(page.status == StatusCode::OK && page.text.contains("No orders yet"), "{}", page.text);
        let ada = order_of(&app, "Ada <b>Lovelace", "ada@example.com", "GB", GOOD).await;
        let page = fay.get("/admin/orders?pile=to-process").await.text;
        assert!(page.contains(&format!("/admin/orders/{ada}")) && page.contains("Ada &lt;b&gt;Lovelace"), "{page}");
        let page = fay.get("/admin/orders?pile=to-ship").await.text;
        assert!(page.contains("Nothing to do here") && !page.contains(&ada), "{page}");
        let page = fay.get("/admin/orders?text=%22%3E%3Cscript%3E").await.text;
        assert!(page.contains("No orders are like this") && !page.contains("\"><script>"), "{page}");
        assert_eq!(fay.get("/admin/orders/AAAA-AAAA").await.status, StatusCode::NOT_FOUND);
    }
}

//! Importing and exporting, in Shopify's product layout.

use crate::{app::TestApp, program::Place, stories};
use ironmonger::{
    catalog::{
        export,
        import::{Effect, ImportError, Problem, Report, Summary},
    },
    domain::timestamp::Timestamp,
};
use serde_json::json;

const HEADINGS: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,\
    Variant Price,Variant Compare At Price,Image Src\n";

/// Everything that was told.
#[derive(Default)]
struct Told {
    refused: Vec<String>,
    warnings: Vec<String>,
    effects: Vec<String>,
}

impl Report for Told {
    fn refused(&mut self, problem: &Problem) {
        self.refused.push(problem.to_string());
    }

    fn warning(&mut self, problem: &Problem) {
        self.warnings.push(problem.to_string());
    }

    fn effect(&mut self, line: u64, effect: &Effect) {
        self.effects.push(format!("line {line}: {effect}"));
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

async fn import(app: &TestApp, rows: &str) -> (Summary, Told) {
    import_file(app, &format!("{HEADINGS}{rows}")).await
}

async fn import_file(app: &TestApp, file: &str) -> (Summary, Told) {
    let mut told = Told::default();
    let summary = app.import_with(file, false, &mut told).await.unwrap();
    (summary, told)
}

async fn export(app: &TestApp) -> String {
    let mut file = Vec::new();
    export::export(&app.shop.db, app.shop.currency, &mut file, |_| {}).await.unwrap();
    String::from_utf8(file).unwrap()
}

/// How many things a sum says have changed.
fn changes(summary: &Summary) -> u64 {
    summary.products_new + summary.products_changed + summary.skus_new + summary.skus_changed + summary.rows_refused
}

fn many_products(count: usize) -> String {
    (0..count)
        .map(|i| format!("p{i},Product {i},Size,S,S{i},shopify,5,{i}.99,,\np{i},,,M,M{i},shopify,5,{i}.99,,\n"))
        .collect()
}

async fn variant(app: &TestApp, handle: &str) -> serde_json::Value {
    app.get(&format!("/api/v1/products/{handle}")).await.json()["variants"][0].clone()
}

stories! {
    async fn importing_twice_changes_nothing_the_second_time(app) {
        let (first, _) = import(&app, &many_products(250)).await;
        assert_eq!((first.products_new, first.skus_new, changes(&first)), (250, 500, 750));
        let (second, _) = import(&app, &many_products(250)).await;
        assert_eq!((changes(&second), second.products_unchanged, second.skus_unchanged), (0, 250, 500));
        assert_eq!(app.number("SELECT COUNT(*) FROM catalog_changes").await, 250);
        assert_eq!(app.number("SELECT COUNT(*) FROM price_history").await, 500);
        app.doctor_finds_nothing().await;
    }

    async fn what_is_exported_comes_in_again_without_a_change(app) {
        let demo = include_str!("../../src/catalog/demo/products.csv");
        assert_eq!(app.import_with(demo, false, &mut ()).await.unwrap().rows_refused, 0);
        import(&app, "odd,\"Quotes \"\" , and\nlines\"\"\",Size,\"1\"\" x 2\",ODD,,0,0.05,,https://elsewhere.example/a.jpg\n\
            none,Ünïcode 👕,Title,Default Title,NONE,shopify,3,1.00,2.00,/art/shirt/navy.svg\n").await;
        let file = export(&app).await;
        let again = app.import_with(&file, false, &mut ()).await.unwrap();
        assert_eq!(changes(&again), 0, "{again}");
        assert_eq!(export(&app).await, file);
    }

    async fn a_dry_run_says_what_would_change_and_changes_nothing(app) {
        import(&app, "a,Old,Size,S,A,shopify,5,1.00,,\n").await;
        let before = export(&app).await;
        let mut told = Told::default();
        let rows = format!("{HEADINGS}a,New,Size,S,A,shopify,7,1.50,,\nb,B,Size,S,B,shopify,1,2.00,,\nc,C,Size,S,C,shopify,1,-2.00,,\n");
        let summary = app.import_with(&rows, true, &mut told).await.unwrap();
        assert_eq!(told.effects, [
            "line 2: product a: title 'Old' → 'New'",
            "line 2: SKU A: price '1.00' → '1.50'; stock '5' → '7'",
            "line 3: new product b",
            "line 3: new SKU B",
        ]);
        assert_eq!(told.refused, ["line 4, Variant Price: is negative: -2.00"]);
        assert_eq!((summary.products_new, summary.products_changed, summary.rows_refused), (1, 1, 1));
        assert_eq!(export(&app).await, before);
    }

    async fn a_bad_row_is_refused_and_stops_no_good_one(app) {
        import(&app, "taken,Taken,Size,S,TAKEN,shopify,5,1.00,,\n").await;
        let (summary, told) = import(&app, "\
            good1,Good,Size,S,G1,shopify,5,1.00,,\n\
            neg,Negative,Size,S,N,shopify,5,-1.00,,\n\
            word,Word,Size,S,W,shopify,5,cheap,,\n\
            fine,Finely,Size,S,F,shopify,5,1.005,,\n\
            blank,Blank,Size,S,BL,shopify,5,,,\n\
            twice,Twice,Size,S,G1,shopify,5,1.00,,\n\
            other,Other,Size,S,taken,shopify,5,1.00,,\n\
            ,No handle,Size,S,NH,shopify,5,1.00,,\n\
            a/b,Bad handle,Size,S,BH,shopify,5,1.00,,\n\
            lost,,Size,S,L,shopify,5,1.00,,\n\
            huge,Huge,Size,S,H,shopify,5,99999999999999999999,,\n\
            nul,N\0ul,Size,S,NUL,shopify,5,1.00,,\n\
            many,Many,Size,S,MA,shopify,a lot,1.00,,\n\
            long,Long,Size,S,LO,shopify,5,1.00,,,surplus\n\
            quote,\"Open,Size,S,Q,shopify,5,1.00,,\n\
            good2,Good,Size,S,G2,shopify,5,1.00,,\n\
            good2,,,S,G3,shopify,5,1.00,,\n\
            good2,,,M,G4,shopify,5,1.00,,\n").await;
        assert_eq!(told.refused, [
            "line 3, Variant Price: is negative: -1.00",
            "line 4, Variant Price: is not an amount in USD, like 19.99: 'cheap'",
            "line 5, Variant Price: is not an amount in USD, like 19.99: '1.005'",
            "line 6, Variant Price: is missing",
            "line 9, Handle: is missing",
            "line 10, Handle: may hold letters, digits, '-', '_' and '.' only: it is part of an address",
            "line 12, Variant Price: is not an amount in USD, like 19.99: '99999999999999999999'",
            "line 13, Title: has a NUL in it, which is no character of a text",
            "line 14, Variant Inventory Qty: is not a whole number up to 1000000000: 'a lot'",
            "line 15: has 11 fields where the first line has 10",
            "line 16: a quote is opened and not closed",
            "line 7, Variant SKU: G1 stands in line 2 already",
            "line 8, Variant SKU: taken belongs to another product of the shop",
            "line 11: begins a new product without a Title",
            "line 18, Option1 Value: the same option values stand in line 17 already",
        ]);
        assert_eq!((summary.products_new, summary.skus_new, summary.rows_refused), (2, 3, 15));
        app.doctor_finds_nothing().await;
    }

    async fn a_field_in_another_encoding_costs_its_row_only(app) {
        let mut file = HEADINGS.as_bytes().to_vec();
        file.extend(b"cafe,Caf\xe9,Size,S,C,shopify,5,1.00,,\ntea,Tea,Size,S,T,shopify,5,1.00,,\n");
        let mut told = Told::default();
        let summary = app.import_bytes(&file, &mut told).await.unwrap();
        assert_eq!((summary.products_new, told.refused), (1, vec!["line 2, Title: is not UTF-8: save the file as 'CSV UTF-8'".into()]));
    }

    async fn a_file_that_is_none_says_why(app) {
        let utf16: Vec<u8> = format!("\u{feff}{HEADINGS}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16be: Vec<u8> = HEADINGS.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (file, words) in [
            (&b""[..], "the file is empty"),
            (b"\n\n  \n", "the file is empty"),
            (&utf16, "the file is not UTF-8: save it as 'CSV UTF-8'"),
            (&utf16be, "the file is not UTF-8: save it as 'CSV UTF-8'"),
            (b"Handle,Title\nx,X\n", "the first line lacks the columns Variant Price"),
            (b"a,b\n", "the first line lacks the columns Handle, Title, Variant Price"),
            (b"Handle;Title;Variant Price\n", "(fields must be separated by commas, not semicolons)"),
            (b"Handle,\"Title\n", "the first line cannot be read: a quote is opened and not closed"),
            (b"Handle,Titl\xe9,Variant Price\n", "the file is not UTF-8"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "the file is not UTF-8"),
        ] {
            let error: ImportError = app.import_bytes(file, &mut ()).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        let header_only = app.import_bytes(HEADINGS.as_bytes(), &mut ()).await.unwrap();
        assert_eq!(header_only, Summary::default());
    }

    async fn prices_are_neither_hundredfold_nor_rounded(app) {
        import(&app, "a,A,Size,S,A,shopify,5,19.99,,\nb,B,Size,S,B,shopify,5,20,,\nc,C,Size,S,C,shopify,5,0.1,,\n").await;
        for (handle, amount) in [("a", 1999), ("b", 2000), ("c", 10)] {
            assert_eq!(variant(&app, handle).await["price"], json!({ "amount": amount, "currency": "USD" }));
        }
        assert!(export(&app).await.contains(",19.99,"));
    }

    async fn a_sale_shows_the_lowest_price_of_the_thirty_days_before(app) {
        let day = Timestamp::DAY;
        for (days, price, was) in [(0, "10.00", ""), (10, "8.00", ""), (2, "12.00", ""), (20, "9.00", "12.00")] {
            app.pass(days * day);
            let (summary, _) = import(&app, &format!("a,A,Size,S,A,shopify,5,{price},{was},\n")).await;
            assert_eq!(summary.rows_refused, 0);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM price_history").await, 4);
        let sku = variant(&app, "a").await;
        assert_eq!((&sku["was"]["amount"], &sku["lowest_30_days"]["amount"]), (&json!(1200), &json!(800)));
        assert!(app.get("/p/a").await.text.contains("Lowest price in the 30 days before the sale: $8.00"));
        app.doctor_finds_nothing().await;
    }

    async fn shopifys_own_habits_are_understood(app) {
        let (summary, told) = import(&app, "\
            mug,Mug,Title,Default Title,,,0,12.00,,\n\
            tee,Tee,Color,Sky Blue,,shopify,2,20.00,,/art/tee/sky.svg\n\
            tee,,,Red,,shopify,2,20.00,,\n\
            tee,,,,,,,,,/art/tee/red.svg\n").await;
        assert_eq!((summary.skus_new, told.refused.len(), told.warnings.len()), (3, 0, 0), "{:?}", told.refused);
        let mug = app.get("/api/v1/products/mug").await.json();
        assert_eq!((&mug["options"], &mug["variants"][0]["sku"], &mug["variants"][0]["in_stock"]), (&json!([]), &json!("mug"), &json!(true)));
        let tee = app.get("/api/v1/products/tee").await.json();
        assert_eq!((&tee["variants"][0]["sku"], &tee["variants"][1]["sku"]), (&json!("tee-sky-blue"), &json!("tee-red")));
        assert_eq!(tee["images"].as_array().unwrap().len(), 2);
        app.index_is_past(1).await;
        assert_eq!(app.get("/api/v1/search?colour=red").await.json()["total"], 1);
    }

    async fn a_picture_elsewhere_is_a_warning_and_nothing_is_refused(app) {
        let (summary, told) = import(&app, "\
            a,A,Size,S,A,shopify,5,1.00,,https://elsewhere.example/1.jpg\n\
            a,,,,,,,,,https://elsewhere.example/2.jpg\n\
            b,B,Size,S,B,shopify,5,1.00,,http://elsewhere.example/3.jpg\n\
            c,C,Size,S,C,shopify,5,1.00,,/art/shirt/navy.svg\n\
            d,D,Size,S,D,shopify,5,1.00,,javascript:alert(1)\n").await;
        assert_eq!(told.warnings, [
            "line 2, Image Src: 2 pictures are at other addresses and were not fetched; artwork of the shop stands in for them",
            "line 4, Image Src: the picture is at another address and was not fetched; artwork of the shop stands in for it",
            "line 6, Image Src: is not an address of a picture",
        ]);
        assert_eq!((summary.rows_refused, summary.warnings, summary.products_new), (0, 3, 4));
        assert!(summary.to_string().ends_with("rows refused: 0; warnings: 3"), "{summary}");
        assert!(!app.get("/p/a").await.text.contains("elsewhere.example"));
    }

    async fn rows_of_a_product_need_not_stand_together(app) {
        let (summary, told) = import(&app, "\
            a,A,Size,S,A1,shopify,5,1.00,,\n\
            b,B,Size,S,B1,shopify,5,1.00,,\n\
            a,,,M,A2,shopify,5,1.00,,\n\
            b,B,Size,M,B2,shopify,5,1.00,,\n").await;
        assert_eq!((summary.products_new, summary.skus_new, told.refused), (2, 4, vec![]));
    }

    async fn a_product_whose_rows_are_all_bad_does_not_come_in_and_says_so(app) {
        let (summary, told) = import(&app, "a,A,Size,S,A1,shopify,5,x,,\na,,,M,A2,shopify,5,1.00,,\n").await;
        assert_eq!((summary.products_new, summary.rows_refused), (0, 2));
        assert_eq!(told.refused[1], "line 3: belongs to a product that was refused in line 2");
        assert_eq!(app.get("/p/a").await.status, axum::http::StatusCode::NOT_FOUND);
    }

    async fn names_that_look_like_markup_are_only_names(app) {
        let name = "</title><script>alert(1)</script>";
        import(&app, &format!("a,{name},\"<b>Size\",\"\"\"><img src=x>\",A,shopify,5,1.00,,\n")).await;
        app.index_is_past(1).await;
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "A"), ("quantity", "1")]).await;
        for path in ["/", "/search", "/p/a", "/cart", "/checkout"] {
            let page = browser.get(path).await.text;
            assert!(page.contains("&lt;script&gt;alert(1)"), "{path}");
            assert!(!page.contains("<script>alert") && !page.contains("<img src=x>") && !page.contains("<b>Size"), "{path}");
        }
    }

    async fn a_description_keeps_its_markup_but_no_script(app) {
        let csv = "Handle,Title,Body (HTML),Variant Price\n\
            a,A,\"<p onclick=\"\"x()\"\">Good <em>cloth</em><script>alert(1)</script><a href=\"\"javascript:x\"\">y</a></p>\",1.00\n";
        app.import(csv).await;
        let page = app.get("/p/a").await.text;
        assert!(page.contains("<em>cloth</em>") && !page.contains("alert(1)") && !page.contains("onclick") && !page.contains("javascript:"));
    }

    async fn what_a_file_has_no_columns_for_stays_as_it_is(app) {
        app.import("Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Image Src,Image Alt Text\n\
            mug,Mug,Size,S,Colour,Red,S-R,1.00,/art/tee/red.svg,A mug\nmug,,,M,,Red,M-R,1.00,,\nplain,Plain,,,,,PLAIN,1.00,,\n").await;
        let before = export(&app).await;
        let (summary, told) = import_file(&app, "Handle,Title,Variant SKU,Variant Price,Image Src\n\
            mug,Mug,S-R,1.00,/art/tee/red.svg\nmug,Mug,M-R,1.00,\n").await;
        assert_eq!((changes(&summary), told.refused), (0, vec![]));
        let (summary, told) = import_file(&app, "Handle,Title,Variant Price\nplain,Plain,1.00\n").await;
        assert_eq!((changes(&summary), told.refused), (0, vec![]));
        assert_eq!(export(&app).await, before);
        let (summary, told) = import_file(&app, "Handle,Title,Variant SKU,Variant Price\nmug,Mug,M-R,2.00\nmug,Mug,L-R,1.00\n").await;
        assert_eq!((summary.skus_changed, told.refused), (1, vec!["line 3, Option1 Value: has no value for Size".into()]));
        import_file(&app, "Handle,Title,Option1 Value,Variant SKU,Variant Price\nmug,Mug,XL,M-R,2.00\n").await;
        assert_eq!(export(&app).await.matches("XL,,Red,,,M-R,").count(), 1);
    }

    async fn two_rows_never_land_on_one_sku(app) {
        import(&app, "a,A,Size,M,A,shopify,5,1.00,,\n").await;
        let (summary, told) = import(&app, "a,A,Size,M,C,shopify,7,1.00,,\na,,,XL,A,shopify,3,1.00,,\n").await;
        assert_eq!((summary.skus_new, summary.skus_changed, told.refused), (1, 1, vec![]));
        assert_eq!((app.stock("A").await, app.stock("C").await), (3, 7));
        let (summary, told) = import(&app, "a,A,Size,M,D,shopify,7,1.00,,\na,,,M,C,shopify,3,1.00,,\n").await;
        assert_eq!((summary.skus_new, summary.skus_changed), (0, 1));
        assert_eq!(told.refused, ["line 2, Option1 Value: the same option values stand in line 3 already"]);
        app.doctor_finds_nothing().await;
    }

    async fn a_second_option_needs_a_first(app) {
        let (summary, told) = import_file(&app, "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price\n\
            a,A,,,Size,S,AS,1.00\na,,,,,M,AM,1.00\nb,B,Size,S,,,B,1.00\n").await;
        assert_eq!(told.refused, [
            "line 2, Option1 Name: is missing where Option2 Name is 'Size'",
            "line 3: belongs to a product that was refused in line 2",
        ]);
        assert_eq!((summary.products_new, summary.skus_new), (1, 1));
    }

    async fn two_imports_in_opposite_order_both_come_in(app) {
        let file = |skus: &[&str], stock: i64, backwards: bool| {
            let rows = |i: i64| skus.iter().map(move |s| format!("p{i},Product {i},Size,{s},{s}{i},shopify,{stock},1.00,,\n"));
            let mut rows: Vec<String> = (0..100).flat_map(rows).collect();
            if backwards {
                rows.reverse();
            }
            format!("{HEADINGS}{}", rows.concat())
        };
        app.import(&file(&["S"], 1, false)).await;
        for (skus, stock) in [(&["S"][..], 2), (&["S"], 4), (&["S", "M"], 6), (&["S", "M", "L"], 8)] {
            let (there, back) = (file(skus, stock, false), file(skus, stock + 1, true));
            let (mut one, mut other) = ((), ());
            let (there, back) =
                tokio::join!(app.import_with(&there, false, &mut one), app.import_with(&back, false, &mut other));
            assert!(there.is_ok() && back.is_ok(), "{there:?} {back:?}");
        }
        app.doctor_finds_nothing().await;
    }

    async fn a_record_that_is_too_long_costs_only_itself(app) {
        let long = "<p>\"\"Cloth\"\", good</p>\n".repeat(15_000);
        let (summary, told) = import_file(&app, &format!(
            "Handle,Title,Body (HTML),Variant Price\na,A,\"{long}\",1.00\nb,B,x,1.00\nc,C,x,-1.00\n")).await;
        assert_eq!(told.refused, [
            "line 2: the record is longer than 262144 bytes",
            "line 15004, Variant Price: is negative: -1.00",
        ]);
        assert_eq!(summary.products_new, 1);
    }

    async fn the_program_imports_while_the_shop_is_open(app) {
        let place = Place::of(&app);
        let before = app.shop.search.version();
        let good = place.file("good.csv", format!("{HEADINGS}a,Anchor,Size,S,A,shopify,5,1.00,,https://elsewhere.example/1.jpg\n"));
        let bad = place.file("bad.csv", format!("{HEADINGS}b,B,Size,S,B,shopify,5,-1.00,,\nc,C,Size,S,C,shopify,5,1.00,,\n"));
        let done = place.run(&["import", good.to_str().unwrap()]).await;
        assert_eq!(done.status, 0, "{done:?}");
        assert!(done.out.starts_with("warning: line 2, Image Src: "), "{}", done.out);
        let last = "products: 1 new, 0 changed, 0 unchanged; SKUs: 1 new, 0 changed, 0 unchanged; rows refused: 0; warnings: 1";
        assert_eq!(done.out.lines().last(), Some(last));
        app.index_is_past(before).await;
        assert_eq!(app.get("/api/v1/search?q=anchor").await.json()["total"], 1);
        let done = place.run(&["import", bad.to_str().unwrap()]).await;
        assert_eq!(done.status, 1, "{done:?}");
        assert_eq!(done.out.lines().next(), Some("refused: line 2, Variant Price: is negative: -1.00"));
        assert!(done.out.lines().last().unwrap().ends_with("rows refused: 1"));
        assert_eq!(app.get("/p/c").await.status, axum::http::StatusCode::OK);
        let done = place.run(&["import", good.to_str().unwrap(), "--dry-run"]).await;
        assert!(done.status == 0 && done.out.lines().last().unwrap().starts_with("dry run: products: 0 new, 0 changed, 1 unchanged"));
        let empty = place.file("empty.csv", "");
        for unreadable in ["nowhere.csv", empty.to_str().unwrap(), place.folder().to_str().unwrap()] {
            let done = place.run(&["import", unreadable]).await;
            assert_eq!(done.status, 2, "{done:?}");
            assert!(done.err.lines().count() == 1 && done.err.contains(unreadable), "{}", done.err);
        }
        let exported = place.folder().join("out.csv");
        let done = place.run(&["export", exported.to_str().unwrap()]).await;
        assert_eq!((done.status, done.out.trim()), (0, "2 products, 2 SKUs"));
        let done = place.run(&["import", exported.to_str().unwrap()]).await;
        assert_eq!(done.status, 0);
        assert!(done.out.lines().last().unwrap().starts_with("products: 0 new, 0 changed, 2 unchanged"), "{}", done.out);
    }

    async fn real_files_come_in_and_go_out_unchanged(app) {
        for file in real_files() {
            let first = app.import_bytes(&file, &mut ()).await.unwrap();
            assert!(first.products_new > 0 && first.rows_refused == 0, "{first}");
            let second = app.import_bytes(&file, &mut ()).await.unwrap();
            assert_eq!((changes(&second), second.products_unchanged), (0, first.products_new), "{second}");
        }
        let exported = export(&app).await;
        let again = app.import_with(&exported, false, &mut ()).await.unwrap();
        assert_eq!(changes(&again), 0, "{again}");
        app.doctor_finds_nothing().await;
    }
}

/// Files as other shops have them: Shopify's samples, and some hundred products of a real catalogue.
fn real_files() -> Vec<Vec<u8>> {
    let shared = std::env::var_os("IRONMONGER_SHARED").map_or_else(|| "../shared".into(), std::path::PathBuf::from);
    if !shared.is_dir() {
        eprintln!("SKIPPED: no real product files (IRONMONGER_SHARED is not set)");
        return vec![];
    }
    let samples = std::fs::read_dir(shared.join("data/shopify")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = samples.filter(|path| path.extension().is_some_and(|e| e == "csv")).collect();
    files.sort();
    let mut files: Vec<_> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let catalogue = std::process::Command::new("python3")
        .arg(shared.join("tools/make_catalog.py"))
        .args(["--products", "400"])
        .output();
    files.push(catalogue.unwrap().stdout);
    files
}

//! The first download of the shop's pages, as a browser that knows brotli gets it: what the page names, and the parts
//! split off from the WebAssembly that its view needs, also when the page does not name them beforehand.

use crate::{
    Result,
    catalog::{self, Catalogs},
    load::{Client, get},
    program::{Place, Shop, site},
    report::{Report, count},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

const AIM: usize = 350_000;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let place = Place::new(None)?;
    place.import(&catalogs.all).await?;
    let shop = place.serve().await?;
    let product = format!("/p/{}", catalog::read(&catalogs.all)?[0].handle);
    for (name, path, view) in [
        ("home page", "/", None),
        ("listing", "/c/apparel", Some("search_view")),
        ("product page", &product, Some("product_view")),
    ] {
        let parts = split_off(view)?;
        let packed = Sizes::of(&shop, path, &parts, "br").await?;
        let plain = Sizes::of(&shop, path, &parts, "").await?;
        let sum = packed.sum();
        report
            .compare(
                &format!("first download of the {name}, brotli"),
                format!("{} bytes", count(sum as f64)),
                format!("{} bytes uncompressed", count(plain.sum() as f64)),
                sum as f64 / plain.sum() as f64,
            )
            .aim("under 350 kB", sum < AIM);
        for (part, bytes) in
            [("HTML", packed.html), ("CSS", packed.css), ("JavaScript", packed.script), ("WebAssembly", packed.wasm)]
        {
            report.tell(&format!("  of it {part}"), format!("{} bytes", count(bytes as f64)), String::new()).no_aim();
        }
    }
    Ok(())
}

#[derive(Default)]
struct Sizes {
    html: usize,
    css: usize,
    script: usize,
    wasm: usize,
}

impl Sizes {
    fn sum(&self) -> usize {
        self.html + self.css + self.script + self.wasm
    }

    /// The page, what it names, and what the scripts among that import.
    async fn of(shop: &Shop, path: &str, parts: &[String], accept: &str) -> Result<Self> {
        let mut client = Client::connect(shop.addr).await?;
        let html = String::from_utf8(client.fetch(&get(path, "")).await?.body)?;
        let mut sizes = Self { html: client.fetch(&get(path, accept)).await?.body.len(), ..Self::default() };
        let mut waiting: Vec<String> = files_in(&html).into_iter().chain(parts.iter().cloned()).collect();
        let mut seen = BTreeSet::new();
        while let Some(file) = waiting.pop() {
            if !seen.insert(file.clone()) {
                continue;
            }
            let answer = client.fetch(&get(&file, accept)).await?;
            if answer.status != 200 {
                return Err(format!("{path} names {file}, which answers {}", answer.status).into());
            }
            let bytes = answer.body.len();
            match file.rsplit('.').next() {
                Some("css") => sizes.css += bytes,
                Some("wasm") => sizes.wasm += bytes,
                Some("js") => {
                    sizes.script += bytes;
                    let text = String::from_utf8(client.fetch(&get(&file, "")).await?.body)?;
                    waiting.extend(imports_of(&text));
                }
                _ => {}
            }
        }
        Ok(sizes)
    }
}

/// The files that a view which was split off is made of, and what loads them; none for a view that was not.
fn split_off(view: Option<&str>) -> Result<Vec<String>> {
    let Some(view) = view else { return Ok(vec![]) };
    let mut parts = Vec::new();
    for entry in fs::read_dir(site().join("pkg"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("__wasm_split_manifest") && name.ends_with(".json") {
            let text = fs::read(site().join("pkg").join(name))?;
            let views: BTreeMap<String, Vec<String>> = serde_json::from_slice(&text)?;
            let files = views.into_iter().filter(|(name, _)| name.contains(view)).flat_map(|(_, files)| files);
            parts.extend(files.map(|file| format!("/pkg/{file}.wasm")));
        } else if name.starts_with("__wasm_split.") && name.ends_with(".js") {
            parts.push(format!("/pkg/{name}"));
        }
    }
    Ok(parts)
}

/// The compiled files a page names, in attributes and scripts.
fn files_in(html: &str) -> Vec<String> {
    let quoted = html.split(['"', '\'', '`']).filter(|part| part.starts_with("/pkg/"));
    quoted.filter(|part| [".css", ".js", ".wasm"].iter().any(|end| part.ends_with(end))).map(str::to_owned).collect()
}

/// What a script imports at once, from the same folder.
fn imports_of(script: &str) -> Vec<String> {
    let lines = script.lines().filter(|line| line.trim_start().starts_with("import "));
    let names = lines.filter_map(|line| line.split(['"', '\'']).nth(1)?.strip_prefix("./").map(str::to_owned));
    names.map(|name| format!("/pkg/{name}")).collect()
}

//! The catalogues the shop is measured with: of 41,001 real products where the tool that makes them is at hand, else
//! invented ones of the same size.

use crate::Result;
use fastrand::Rng;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

pub const PRODUCTS: usize = 41_001;
const SKUS: usize = 137_360;
pub const FEW: usize = 1_000;

/// The files.
pub struct Catalogs {
    folder: TempDir,
    pub all: PathBuf,
    pub few: PathBuf,
    /// What a reader of the figures should know about them.
    pub made_of: &'static str,
}

impl Catalogs {
    pub fn make() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (all, few) = (folder.path().join("all.csv"), folder.path().join("few.csv"));
        let tool = tool();
        let made_of = if tool.exists() {
            run_tool(&tool, 0, &all)?;
            run_tool(&tool, FEW, &few)?;
            "real product names"
        } else {
            println!("==============================================================================");
            println!("No real catalogue: {} is not there.", tool.display());
            println!("All figures are of INVENTED products, as many as there would be real ones.");
            println!("==============================================================================");
            invent(PRODUCTS, SKUS, &all)?;
            invent(FEW, FEW * SKUS / PRODUCTS, &few)?;
            "invented products"
        };
        Ok(Self { folder, all, few, made_of })
    }

    /// A catalogue of another size.
    pub fn of(&self, products: usize) -> Result<PathBuf> {
        // On the disk, not where temporary files may be memory: it may be large.
        let file = self.folder.path().join(format!("{products}.csv"));
        let tool = tool();
        if tool.exists() {
            run_tool(&tool, products, &file)?;
        } else {
            invent(products, products * SKUS / PRODUCTS, &file)?;
        }
        Ok(file)
    }
}

/// What makes catalogues of real products, where it is at hand.
fn tool() -> PathBuf {
    let shared = std::env::var("IRONMONGER_SHARED").unwrap_or_else(|_| "../shared".into());
    Path::new(&shared).join("tools/make_catalog.py")
}

fn run_tool(tool: &Path, products: usize, out: &Path) -> Result<()> {
    let done =
        Command::new("python3").arg(tool).args(["--products", &products.to_string(), "--out"]).arg(out).status()?;
    if done.success() { Ok(()) } else { Err(format!("{} failed", tool.display()).into()) }
}

/// One row of a catalogue.
#[derive(Clone, Default)]
pub struct Sku {
    pub handle: String,
    pub title: String,
    pub body: String,
    pub brand: String,
    pub categories: Vec<String>,
    pub gender: String,
    pub tags: String,
    pub size: String,
    pub colour: String,
    pub code: String,
    pub stock: i64,
    pub cents: i64,
}

/// Reads a catalogue. What stands in a product's first row only is there in all of them.
pub fn read(file: &Path) -> Result<Vec<Sku>> {
    let mut reader = csv::Reader::from_path(file)?;
    let headings = reader.headers()?.clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).ok_or(format!("no column {name}"));
    let [handle, title, body, brand, category, tags] =
        ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags"].map(column);
    let [size, colour, code, stock, price] =
        ["Option1 Value", "Option2 Value", "Variant SKU", "Variant Inventory Qty", "Variant Price"].map(column);
    let (handle, title, body, brand, category, tags) = (handle?, title?, body?, brand?, category?, tags?);
    let (size, colour, code, stock, price) = (size?, colour?, code?, stock?, price?);
    let mut skus: Vec<Sku> = Vec::new();
    for row in reader.records() {
        let row = row?;
        let same = skus.last().filter(|last| last.handle == row[handle]).cloned();
        let product = same.unwrap_or_else(|| Sku {
            handle: row[handle].to_owned(),
            title: row[title].to_owned(),
            body: row[body].to_owned(),
            brand: row[brand].to_owned(),
            categories: row[category].split(" > ").map(str::to_owned).collect(),
            gender: row[tags].split(", ").find_map(|tag| tag.strip_prefix("gender:")).unwrap_or("").to_owned(),
            tags: row[tags].to_owned(),
            ..Sku::default()
        });
        skus.push(Sku {
            size: row[size].to_owned(),
            colour: row[colour].to_owned(),
            code: row[code].to_owned(),
            stock: row[stock].parse()?,
            cents: row[price].replace('.', "").parse()?,
            ..product
        });
    }
    Ok(skus)
}

const HEADINGS: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
    Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
    Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,\
    Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Weight Unit";
const KINDS: [(&str, &str, &[&str]); 5] = [
    ("Apparel", "Topwear", &["Shirts", "Tshirts", "Jackets", "Sweaters", "Kurtas", "Tops"]),
    ("Apparel", "Bottomwear", &["Jeans", "Trousers", "Shorts", "Track Pants", "Skirts"]),
    ("Footwear", "Shoes", &["Casual Shoes", "Sports Shoes", "Formal Shoes", "Heels"]),
    ("Accessories", "Bags", &["Handbags", "Backpacks", "Clutches", "Wallets"]),
    ("Accessories", "Watches", &["Watches"]),
];
const COLOURS: [&str; 14] = [
    "Black",
    "White",
    "Blue",
    "Navy Blue",
    "Grey",
    "Brown",
    "Red",
    "Green",
    "Pink",
    "Purple",
    "Silver",
    "Yellow",
    "Beige",
    "Olive",
];
const WORDS: [&str; 16] = [
    "Check", "Solid", "Striped", "Printed", "Classic", "Slim", "Casual", "Round", "Classy", "Basic", "Urban", "Sport",
    "Graphic", "Vintage", "Comfort", "Active",
];
const GENDERS: [&str; 5] = ["Men", "Women", "Unisex", "Boys", "Girls"];
const SEASONS: [&str; 4] = ["Summer", "Fall", "Winter", "Spring"];
const USAGES: [&str; 4] = ["Casual", "Sports", "Formal", "Ethnic"];
const SIZES: [&str; 8] = ["XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL"];

/// Writes invented products, the same ones each time, with exactly so many SKUs.
fn invent(products: usize, skus: usize, out: &Path) -> Result<()> {
    let mut rng = Rng::with_seed(7919);
    let mut file = std::io::BufWriter::new(fs::File::create(out)?);
    writeln!(file, "{HEADINGS}")?;
    let mut written = 0;
    for n in 0..products {
        let (top, middle, leaves) = KINDS[rng.usize(..KINDS.len())];
        let leaf = leaves[rng.usize(..leaves.len())];
        let brand = format!("{} {}", WORDS[n % WORDS.len()], (b'A' + (n / 7 % 26) as u8) as char);
        let colour = COLOURS[rng.usize(..COLOURS.len())];
        let (gender, season) = (GENDERS[rng.usize(..GENDERS.len())], SEASONS[rng.usize(..SEASONS.len())]);
        let (usage, year) = (USAGES[rng.usize(..USAGES.len())], 2008 + rng.u32(..10));
        let word = WORDS[rng.usize(..WORDS.len())];
        let title = format!("{brand} {gender} {word} {colour} {leaf}");
        let body =
            format!("<p>{leaf} for {gender} in {colour}, from the {season} {year} collection. {usage} wear.</p>");
        let tags = format!("gender:{gender}, season:{season}, usage:{usage}, year:{year}");
        let cents = 900 + rng.i64(..9_000);
        // As many SKUs as bring the sum to what is wanted, give or take two.
        let due = (n + 1) * skus / products - written;
        let spread = if n + 1 == products || written + due < 4 { 0 } else { rng.usize(..3) };
        let sizes = (due + spread).saturating_sub(1).clamp(1, SIZES.len());
        let sizes = if n + 1 == products { due } else { sizes };
        for (i, size) in SIZES.iter().cycle().take(sizes).enumerate() {
            let first = |text: &str| if i == 0 { format!("\"{text}\"") } else { String::new() };
            let (stock, barcode) = (rng.u32(..40), 2_000_000_000_000_u64 + (n * 10 + i) as u64);
            let size = if i < SIZES.len() { (*size).to_owned() } else { format!("{size} {i}") };
            writeln!(
                file,
                "product-{n},{},{},{},{},{},{},{},{size},{},{colour},SKU-{n}-{i},300,shopify,{stock},deny,manual,{}.{:02},,\
                 true,true,{barcode},,,,false,,,g",
                first(&title),
                first(&body),
                first(&brand),
                first(&format!("{top} > {middle} > {leaf}")),
                first(&tags),
                if i == 0 { "true" } else { "" },
                if i == 0 { "Size" } else { "" },
                if i == 0 { "Colour" } else { "" },
                cents / 100,
                cents % 100,
            )?;
        }
        written += sizes;
    }
    Ok(file.flush()?)
}

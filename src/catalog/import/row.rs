//! One row of the file, its fields parsed. What is wrong with a field is told with its column.

use super::{
    columns::{Column, Columns},
    report::Problem,
};
use crate::domain::{
    money::{Currency, Money},
    text,
};

/// Prices above this (in minor units) are refused: the sum of the largest order must stay a number.
const MAX_PRICE: i64 = 1_000_000_000_000;
const MAX_NAME: usize = 255;
const MAX_STOCK: i64 = 1_000_000_000;

/// What a row says about the product itself; only its first row does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProductFields {
    pub title: String,
    pub body: Option<String>,
    pub vendor: Option<String>,
    /// Names of the categories from the root down.
    pub category: Option<Vec<String>>,
    pub tags: Option<String>,
    pub published: Option<bool>,
    pub gift_card: Option<bool>,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
}

/// What a row says about a SKU. Fields without a column in the file are `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariantFields {
    /// As given; blank means it is made from handle and option values.
    pub sku: Option<String>,
    /// As given: `Default Title` is still there.
    pub options: [Option<String>; 3],
    pub price: i64,
    pub compare_at: Option<Option<i64>>,
    pub grams: Option<i64>,
    pub tracker: Option<String>,
    pub quantity: Option<i64>,
    pub backorder: Option<bool>,
    pub fulfilment: Option<String>,
    pub requires_shipping: Option<bool>,
    pub taxable: Option<bool>,
    pub barcode: Option<String>,
    pub picture: Option<String>,
    pub weight_unit: Option<String>,
}

/// A picture a row lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PictureFields {
    pub src: String,
    pub position: Option<i64>,
    pub alt: Option<String>,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub line: u64,
    pub handle: String,
    /// As given; `None` without a column.
    pub option_names: [Option<String>; 3],
    pub product: Option<ProductFields>,
    pub variant: Option<VariantFields>,
    pub picture: Option<PictureFields>,
    pub warnings: Vec<Problem>,
}

/// Reads the fields of one row.
struct Fields<'a> {
    line: u64,
    fields: &'a [String],
    columns: &'a Columns,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

/// Parses a row; on failure everything that is wrong with it is told.
pub fn parse(line: u64, fields: &[String], columns: &Columns, currency: Currency) -> Result<Row, Vec<Problem>> {
    if fields.len() > columns.width && fields[columns.width..].iter().any(|field| !field.trim().is_empty()) {
        let reason = format!("has {} fields where the first line has {}", fields.len(), columns.width);
        return Err(vec![Problem::new(line, "", reason)]);
    }
    if let Some(at) = fields.iter().position(|field| field.contains('\0')) {
        return Err(vec![Problem::new(line, columns.heading(at), "has a NUL in it, which is no character of a text")]);
    }
    let mut reader = Fields { line, fields, columns, problems: vec![], warnings: vec![] };
    let handle = reader.handle();
    let option_names = Column::OPTION_NAMES.map(|column| reader.optional_short(column));
    let product = (!reader.get(Column::Title).is_empty()).then(|| reader.product());
    let variant = reader.has_variant().then(|| reader.variant(currency));
    let picture = reader.picture();
    if reader.problems.is_empty() {
        Ok(Row { line, handle, option_names, product, variant, picture, warnings: reader.warnings })
    } else {
        Err(reader.problems)
    }
}

impl<'a> Fields<'a> {
    fn get(&self, column: Column) -> &'a str {
        self.columns.get(self.fields, column)
    }

    fn refuse(&mut self, column: Column, reason: impl Into<String>) {
        self.problems.push(Problem::new(self.line, column.heading(), reason));
    }

    fn handle(&mut self) -> String {
        let handle = self.short(Column::Handle, MAX_NAME).to_lowercase();
        if handle.is_empty() {
            self.refuse(Column::Handle, "is missing");
        } else if !handle.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            self.refuse(Column::Handle, "may hold letters, digits, '-', '_' and '.' only: it is part of an address");
        }
        handle
    }

    fn product(&mut self) -> ProductFields {
        ProductFields {
            title: self.short(Column::Title, MAX_NAME),
            body: self.optional(Column::Body),
            vendor: self.optional_short(Column::Vendor),
            category: self.columns.has(Column::Type).then(|| self.category()),
            tags: self.columns.has(Column::Tags).then(|| normal_tags(self.get(Column::Tags))),
            published: self.flag(Column::Published, true),
            gift_card: self.flag(Column::GiftCard, false),
            seo_title: self.optional(Column::SeoTitle),
            seo_description: self.optional(Column::SeoDescription),
        }
    }

    fn category(&mut self) -> Vec<String> {
        let names: Vec<String> = self.get(Column::Type).split(" > ").map(|name| name.trim().to_owned()).collect();
        if names.len() == 1 && names[0].is_empty() {
            return vec![];
        }
        if names.iter().any(|name| text::slug(name).is_empty()) {
            self.refuse(Column::Type, "has a category without any letter or digit");
        }
        if names.len() > 10 || names.iter().any(|name| name.chars().count() > 100) {
            self.refuse(Column::Type, "is deeper than 10 categories, or one of them is longer than 100 characters");
        }
        names
    }

    /// A row with nothing but a picture says nothing about a SKU.
    fn has_variant(&self) -> bool {
        let about_skus = [Column::Option1Value, Column::Option2Value, Column::Option3Value, Column::Sku, Column::Price];
        about_skus.into_iter().any(|column| !self.get(column).is_empty())
            || (self.get(Column::ImageSrc).is_empty() || !self.get(Column::Title).is_empty())
    }

    fn variant(&mut self, currency: Currency) -> VariantFields {
        let price = self.money(Column::Price, currency);
        if self.get(Column::Price).is_empty() {
            self.refuse(Column::Price, "is missing");
        }
        VariantFields {
            sku: self.optional_short(Column::Sku),
            options: Column::OPTION_VALUES.map(|column| self.optional_short(column)),
            price: price.unwrap_or(0),
            compare_at: self.columns.has(Column::CompareAt).then(|| self.money(Column::CompareAt, currency)),
            grams: self.grams(),
            tracker: self.optional(Column::Tracker).map(|tracker| tracker.to_lowercase()),
            quantity: self.quantity(),
            backorder: self.policy(),
            fulfilment: self.optional(Column::Fulfilment),
            requires_shipping: self.flag(Column::RequiresShipping, true),
            taxable: self.flag(Column::Taxable, true),
            barcode: self.columns.has(Column::Barcode).then(|| self.barcode()),
            picture: self.optional(Column::VariantImage),
            weight_unit: self.optional(Column::WeightUnit),
        }
    }

    fn picture(&mut self) -> Option<PictureFields> {
        let src = self.get(Column::ImageSrc);
        if src.is_empty() {
            return None;
        }
        if src.len() > 2000 || src.chars().any(char::is_whitespace) || !is_picture_address(src) {
            self.warnings.push(Problem::new(self.line, Column::ImageSrc.heading(), "is not an address of a picture"));
            return None;
        }
        let position = self.get(Column::ImagePosition);
        let parsed = position.parse().ok().filter(|p| (1..=10_000).contains(p));
        if parsed.is_none() && !position.is_empty() {
            self.warnings.push(Problem::new(self.line, Column::ImagePosition.heading(), "is not a number from 1"));
        }
        let alt = self.optional(Column::ImageAlt).map(|alt| text::truncate(&alt, 512).to_owned());
        Some(PictureFields { src: src.to_owned(), position: parsed, alt })
    }

    /// A field of limited length without control characters.
    fn short(&mut self, column: Column, limit: usize) -> String {
        let value = self.get(column);
        if value.chars().count() > limit {
            self.refuse(column, format!("is longer than {limit} characters"));
        } else if value.chars().any(char::is_control) {
            self.refuse(column, "has a line end or another control character in it");
        }
        value.to_owned()
    }

    /// A name, where the file has a column for it.
    fn optional_short(&mut self, column: Column) -> Option<String> {
        self.columns.has(column).then(|| self.short(column, 100))
    }

    fn optional(&self, column: Column) -> Option<String> {
        self.columns.has(column).then(|| self.get(column).to_owned())
    }

    fn flag(&mut self, column: Column, blank: bool) -> Option<bool> {
        if !self.columns.has(column) {
            return None;
        }
        match self.get(column).to_lowercase().as_str() {
            "" => Some(blank),
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            other => {
                let reason = format!("is neither true nor false: '{}'", text::truncate(other, 40));
                self.refuse(column, reason);
                None
            }
        }
    }

    fn money(&mut self, column: Column, currency: Currency) -> Option<i64> {
        let value = self.get(column);
        if value.is_empty() {
            return None;
        }
        match Money::parse_decimal(value, currency) {
            Some(money) if money.amount < 0 => self.refuse(column, format!("is negative: {value}")),
            Some(money) if money.amount > MAX_PRICE => self.refuse(column, format!("is too large: {value}")),
            Some(money) => return Some(money.amount),
            None => {
                let shown = text::truncate(value, 40);
                self.refuse(column, format!("is not an amount in {currency}, like 19.99: '{shown}'"));
            }
        }
        None
    }

    fn grams(&mut self) -> Option<i64> {
        let value = self.optional(Column::Grams)?;
        if value.is_empty() {
            return Some(0);
        }
        match value.parse::<f64>() {
            Ok(grams) if (0.0..=1e9).contains(&grams) => Some(grams.round() as i64),
            _ => {
                self.refuse(Column::Grams, format!("is not a weight in grams: '{}'", text::truncate(&value, 40)));
                None
            }
        }
    }

    fn quantity(&mut self) -> Option<i64> {
        let value = self.optional(Column::Quantity)?;
        if value.is_empty() {
            return Some(0);
        }
        match value.parse::<i64>() {
            Ok(count @ 0..=MAX_STOCK) => Some(count),
            Ok(..0) => {
                let reason = format!("is below zero ({value}); taken as 0");
                self.warnings.push(Problem::new(self.line, Column::Quantity.heading(), reason));
                Some(0)
            }
            _ => {
                let shown = text::truncate(&value, 40);
                self.refuse(Column::Quantity, format!("is not a whole number up to {MAX_STOCK}: '{shown}'"));
                None
            }
        }
    }

    fn policy(&mut self) -> Option<bool> {
        match self.optional(Column::Policy)?.to_lowercase().as_str() {
            "" | "deny" => Some(false),
            "continue" => Some(true),
            _ => {
                self.refuse(Column::Policy, "is neither deny nor continue");
                None
            }
        }
    }

    /// Spreadsheets keep long numbers whole behind an apostrophe.
    fn barcode(&mut self) -> String {
        let value = self.short(Column::Barcode, 100);
        value.strip_prefix('\'').unwrap_or(&value).to_owned()
    }
}

/// Pictures elsewhere by http, pictures of this shop by a path.
fn is_picture_address(src: &str) -> bool {
    src.starts_with("https://") || src.starts_with("http://") || (src.starts_with('/') && !src.starts_with("//"))
}

/// Tags trimmed, without empty and repeated ones, in the order given.
fn normal_tags(tags: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for tag in tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !kept.iter().any(|k| k.eq_ignore_ascii_case(tag)) {
            kept.push(tag);
        }
    }
    kept.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "Handle,Title,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,\
        Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Position,Variant Barcode";

    fn parsed(row: &str) -> Result<Row, Vec<Problem>> {
        let split = |line: &str| line.split(',').map(|field| field.trim().to_owned()).collect::<Vec<_>>();
        let columns = Columns::find(split(HEADINGS)).unwrap();
        parse(7, &split(row), &columns, Currency::USD)
    }

    fn problems(row: &str) -> Vec<String> {
        parsed(row).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_full_row_is_read() {
        let row = parsed("Shirt-1,Shirt,A > B,x;y,Size,M,S-M,3,deny,19.99,25,/art/shirt.svg,2,'2012345").unwrap();
        let variant = row.variant.unwrap();
        assert_eq!(
            (row.handle.as_str(), row.product.unwrap().category.unwrap()),
            ("shirt-1", vec!["A".into(), "B".into()])
        );
        assert_eq!((variant.price, variant.compare_at, variant.quantity), (1999, Some(Some(2500)), Some(3)));
        assert_eq!((variant.barcode.as_deref(), variant.taxable), (Some("2012345"), None));
        assert_eq!(row.picture.unwrap().position, Some(2));
    }

    #[test]
    fn everything_wrong_with_a_row_is_told_with_its_column() {
        assert_eq!(
            problems(",Shirt,&&,,Size,M,S-M,many,perhaps,-5,1.005,,,"),
            [
                "line 7, Handle: is missing",
                "line 7, Type: has a category without any letter or digit",
                "line 7, Variant Price: is negative: -5",
                "line 7, Variant Compare At Price: is not an amount in USD, like 19.99: '1.005'",
                "line 7, Variant Inventory Qty: is not a whole number up to 1000000000: 'many'",
                "line 7, Variant Inventory Policy: is neither deny nor continue",
            ]
        );
        assert_eq!(problems("x,Shirt,,,,,,,,,,,,"), ["line 7, Variant Price: is missing"]);
        assert_eq!(
            problems("a/b,T,,,,,,,,1,,,,"),
            ["line 7, Handle: may hold letters, digits, '-', '_' and '.' only: it is part of an address"]
        );
        assert_eq!(
            problems("x,T,,a\0b,,,,,,1,,,,"),
            ["line 7, Tags: has a NUL in it, which is no character of a text"]
        );
        let long = format!("x,T{},surplus", ",".repeat(12));
        assert_eq!(problems(&long), ["line 7: has 15 fields where the first line has 14"]);
    }

    #[test]
    fn a_row_with_only_a_picture_is_no_sku() {
        let row = parsed("x,,,,,,,,,,,https://e.example/a.jpg,,").unwrap();
        assert!(row.variant.is_none() && row.product.is_none());
        assert_eq!(row.picture.unwrap().src, "https://e.example/a.jpg");
    }

    #[test]
    fn odd_pictures_and_stocks_are_warned_of_and_stop_nothing() {
        let row = parsed("x,T,,,,,,-2,,1,,javascript:x,1,").unwrap();
        assert_eq!(row.variant.unwrap().quantity, Some(0));
        assert_eq!(row.warnings.len(), 2);
    }

    #[test]
    fn tags_are_trimmed_and_named_once() {
        assert_eq!(normal_tags(" new, gender:Women,,NEW , gift"), "new, gender:Women, gift");
    }
}

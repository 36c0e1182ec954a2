//! Compares the rows of a product with what the shop has: what is new, what changes, what has to be refused.
//!
//! Pure: it decides, [`super::apply`] writes. What the file does not mention stays as it is; nothing is ever removed.

use super::{
    columns::Column,
    existing::{Categories, Existing, category_path},
    group::Group,
    report::{Effect, Problem},
    row::{PictureFields, ProductFields, Row, VariantFields},
};
use crate::{
    catalog::store::{Bundle, PictureRow, ProductRow, VariantRow},
    domain::{
        money::{Currency, Money},
        text,
    },
    server::clock::Ids,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The codes of a file so far, so that a second use is refused: hash of the key → line. Those of the batch under way
/// are apart, because a batch may have to be planned again.
#[derive(Debug, Default)]
pub struct SeenSkus {
    file: HashMap<u64, u64>,
    batch: HashMap<u64, u64>,
}

impl SeenSkus {
    fn line(&self, key: &str) -> Option<u64> {
        let hash = hash(key);
        self.file.get(&hash).or_else(|| self.batch.get(&hash)).copied()
    }

    fn insert(&mut self, key: &str, line: u64) {
        self.batch.insert(hash(key), line);
    }

    /// The batch is planned again from its beginning.
    pub fn forget_batch(&mut self) {
        self.batch.clear();
    }

    /// The batch is done.
    pub fn keep_batch(&mut self) {
        self.file.extend(self.batch.drain());
    }
}

/// What is to be done for one product.
#[derive(Debug, Default)]
pub struct Plan {
    pub handle: String,
    pub new_product: Option<ProductRow>,
    pub changed_product: Option<ProductRow>,
    /// The categories it is to be in, from the root down, when that is new or changes.
    pub category: Option<Vec<String>>,
    pub new_variants: Vec<VariantRow>,
    pub changed_variants: Vec<ChangedVariant>,
    pub unchanged_variants: u64,
    pub new_pictures: Vec<PictureRow>,
    pub changed_pictures: Vec<PictureRow>,
    pub refused: Vec<Problem>,
    pub warnings: Vec<Problem>,
    pub effects: Vec<(u64, Effect)>,
}

/// A SKU as it is to be.
#[derive(Debug)]
pub struct ChangedVariant {
    pub row: VariantRow,
    pub fields: bool,
    pub price: bool,
    /// What is on hand and by how much that changes.
    pub stock: Option<(i64, i64)>,
}

impl Plan {
    /// Whether the product itself, not its SKUs, is as the file says.
    #[must_use]
    pub fn product_is_unchanged(&self) -> bool {
        self.new_product.is_none()
            && self.changed_product.is_none()
            && self.new_pictures.is_empty()
            && self.changed_pictures.is_empty()
    }
}

/// What planning needs to know.
pub struct Planner<'a> {
    pub existing: &'a Existing,
    pub categories: &'a Categories,
    pub currency: Currency,
    pub ids: &'a Ids,
    pub now: i64,
}

/// The keys of all SKU codes a group mentions or will make.
pub fn sku_keys(group: &Group) -> Vec<String> {
    let codes = group.rows.iter().filter_map(|row| Some(sku_code(&group.handle, row.variant.as_ref()?)));
    codes.map(|code| text::key(&code)).collect()
}

/// The code of a row's SKU: as given, else the handle and the option values.
fn sku_code(handle: &str, variant: &VariantFields) -> String {
    if let Some(sku) = variant.sku.as_ref().filter(|sku| !sku.is_empty()) {
        return sku.clone();
    }
    let values = variant.options.iter().flatten().filter(|value| !is_default(value)).map(|value| text::slug(value));
    std::iter::once(handle.to_owned()).chain(values.filter(|value| !value.is_empty())).collect::<Vec<_>>().join("-")
}

fn is_default(value: &str) -> bool {
    value.is_empty() || value == "Default Title"
}

impl Planner<'_> {
    /// Plans one product.
    pub fn plan(&self, group: &Group, seen: &mut SeenSkus) -> Plan {
        let mut plan = Plan { handle: group.handle.clone(), ..Plan::default() };
        plan.warnings.extend(group.rows.iter().flat_map(|row| row.warnings.clone()));
        plan.warnings.extend(pictures_elsewhere(group));
        let bundle = self.existing.products.get(&group.handle);
        let product = match (bundle, group.product_row()) {
            (Some(bundle), row) => self.plan_known_product(&mut plan, bundle, row),
            (None, Some(row)) => self.plan_new_product(&mut plan, group, row),
            (None, None) => {
                let reason = match group.lost_product {
                    Some(line) => format!("belongs to a product that was refused in line {line}"),
                    None => "begins a new product without a Title".to_owned(),
                };
                plan.refused = group.refuse_all(&reason);
                return plan;
            }
        };
        if let Some(problem) = missing_option_name(group, &product) {
            return Plan { refused: group.refuse_for(problem), handle: plan.handle, ..Plan::default() };
        }
        self.plan_variants(&mut plan, &product, bundle, group, seen);
        self.plan_pictures(&mut plan, &product, bundle, group);
        plan.effects.sort_by_key(|(line, _)| *line);
        plan.refused.sort_by_key(|problem| problem.line);
        if plan.new_product.is_some() && plan.new_variants.is_empty() {
            // Without a SKU there is nothing to sell, so the product does not come in either.
            return Plan { handle: plan.handle, refused: no_skus(group, plan.refused), ..Plan::default() };
        }
        plan
    }

    fn plan_new_product(&self, plan: &mut Plan, group: &Group, row: &Row) -> ProductRow {
        let blank = ProductRow {
            id: self.ids.next(),
            handle: group.handle.clone(),
            title: String::new(),
            body_html: String::new(),
            brand: String::new(),
            category_id: None,
            tags: String::new(),
            option1_name: String::new(),
            option2_name: String::new(),
            option3_name: String::new(),
            published: true,
            gift_card: false,
            seo_title: String::new(),
            seo_description: String::new(),
            created_at: self.now,
        };
        let product = with_fields(&blank, row);
        plan.category =
            row.product.as_ref().and_then(|fields| fields.category.clone()).filter(|names| !names.is_empty());
        plan.effects.push((row.line, Effect::NewProduct { handle: group.handle.clone() }));
        plan.new_product = Some(product.clone());
        product
    }

    fn plan_known_product(&self, plan: &mut Plan, bundle: &Bundle, row: Option<&Row>) -> ProductRow {
        let Some((row, fields)) = row.and_then(|row| Some((row, row.product.as_ref()?))) else {
            return bundle.product.clone();
        };
        let product = with_fields(&bundle.product, row);
        let mut changes = product_changes(&bundle.product, &product);
        if let Some(names) = &fields.category {
            let (old, new) = (self.categories.path(bundle.product.category_id), category_path(names));
            if old != new {
                changes.push(("category", old.to_owned(), new));
                plan.category = Some(names.clone());
            }
        }
        if !changes.is_empty() {
            let what = format!("product {}", product.handle);
            plan.effects.push((row.line, Effect::Changed { what, fields: changes }));
            plan.changed_product = Some(product.clone());
        }
        product
    }

    fn plan_variants(
        &self,
        plan: &mut Plan,
        product: &ProductRow,
        bundle: Option<&Bundle>,
        group: &Group,
        seen: &mut SeenSkus,
    ) {
        let used = HashMap::new();
        let mut variants = VariantPlanner { planner: self, product, bundle, used, taken: HashSet::new() };
        let mut rows: Vec<_> = group.rows.iter().filter_map(|row| Some((row, row.variant.as_ref()?))).collect();
        // A code says more than option values: rows that name a SKU of the shop come first, and rows that are only
        // alike in their options find what is left.
        rows.sort_by_cached_key(|(_, fields)| variants.known_by_sku(fields).is_none());
        for (row, fields) in rows {
            variants.plan(plan, row, fields, seen);
        }
    }

    fn plan_pictures(&self, plan: &mut Plan, product: &ProductRow, bundle: Option<&Bundle>, group: &Group) {
        let known = bundle.map_or(&[][..], |bundle| &bundle.pictures);
        let mut next = known.iter().map(|picture| picture.position).max().unwrap_or(0) + 1;
        let mut done: Vec<&str> = Vec::new();
        for (row, fields) in group.rows.iter().filter_map(|row| Some((row, row.picture.as_ref()?))) {
            if done.contains(&fields.src.as_str()) {
                continue;
            }
            done.push(&fields.src);
            match known.iter().find(|picture| picture.src == fields.src) {
                Some(old) => plan_known_picture(plan, row.line, old, fields),
                None => {
                    let position = fields.position.unwrap_or(next);
                    next = next.max(position + 1);
                    let picture = PictureRow {
                        id: self.ids.next(),
                        product_id: product.id,
                        position,
                        src: fields.src.clone(),
                        alt: fields.alt.clone().unwrap_or_default(),
                    };
                    if bundle.is_some() {
                        let added = ("picture", String::new(), fields.src.clone());
                        let what = format!("product {}", product.handle);
                        plan.effects.push((row.line, Effect::Changed { what, fields: vec![added] }));
                    }
                    plan.new_pictures.push(picture);
                }
            }
        }
    }
}

/// Pictures at other addresses are kept as addresses but not fetched, so nobody sees them: one warning a product.
fn pictures_elsewhere(group: &Group) -> Option<Problem> {
    let elsewhere = |row: &&Row| row.picture.as_ref().is_some_and(|picture| !picture.src.starts_with('/'));
    let first = group.rows.iter().find(elsewhere)?;
    let reason = match group.rows.iter().filter(elsewhere).count() {
        1 => "the picture is at another address and was not fetched; artwork of the shop stands in for it".to_owned(),
        n => {
            format!("{n} pictures are at other addresses and were not fetched; artwork of the shop stands in for them")
        }
    };
    Some(Problem::new(first.line, Column::ImageSrc.heading(), reason))
}

fn plan_known_picture(plan: &mut Plan, line: u64, old: &PictureRow, fields: &PictureFields) {
    let mut changes = Vec::new();
    let position = fields.position.unwrap_or(old.position);
    if position != old.position {
        changes.push(("picture position", old.position.to_string(), position.to_string()));
    }
    let alt = fields.alt.clone().unwrap_or_else(|| old.alt.clone());
    if alt != old.alt {
        changes.push(("picture text", old.alt.clone(), alt.clone()));
    }
    if !changes.is_empty() {
        plan.effects.push((line, Effect::Changed { what: format!("picture {}", old.src), fields: changes }));
        plan.changed_pictures.push(PictureRow { position, alt, ..old.clone() });
    }
}

/// Every row of a product none of whose SKUs could be taken.
fn no_skus(group: &Group, refused: Vec<Problem>) -> Vec<Problem> {
    let reason = "belongs to a product without a SKU that could be taken";
    let others = group.refuse_all(reason).into_iter();
    let others: Vec<_> = others.filter(|p| !refused.iter().any(|r| r.line == p.line)).collect();
    refused.into_iter().chain(others).collect()
}

/// The product with what a row says about it. Columns the file does not have leave things as they are.
fn with_fields(product: &ProductRow, row: &Row) -> ProductRow {
    let Some(fields) = &row.product else { return product.clone() };
    let ProductFields { title, body, vendor, tags, published, gift_card, seo_title, seo_description, .. } =
        fields.clone();
    let [option1_name, option2_name, option3_name] = option_names(product, row);
    ProductRow {
        title,
        body_html: body.unwrap_or_else(|| product.body_html.clone()),
        brand: vendor.unwrap_or_else(|| product.brand.clone()),
        tags: tags.unwrap_or_else(|| product.tags.clone()),
        option1_name,
        option2_name,
        option3_name,
        published: published.unwrap_or(product.published),
        gift_card: gift_card.unwrap_or(product.gift_card),
        seo_title: seo_title.unwrap_or_else(|| product.seo_title.clone()),
        seo_description: seo_description.unwrap_or_else(|| product.seo_description.clone()),
        ..product.clone()
    }
}

/// The option names by a row, those of the product where the file has no column. `Title` with the one value
/// `Default Title` means that there are none.
fn option_names(product: &ProductRow, row: &Row) -> [String; 3] {
    let first_value = row.variant.as_ref().and_then(|variant| variant.options[0].as_deref()).unwrap_or_default();
    let is_title = row.option_names[0].as_ref().is_some_and(|name| name.eq_ignore_ascii_case("title"));
    if is_title && is_default(first_value) {
        return Default::default();
    }
    let kept = names_of(product);
    std::array::from_fn(|i| row.option_names[i].as_ref().unwrap_or(kept[i]).clone())
}

fn names_of(product: &ProductRow) -> [&String; 3] {
    [&product.option1_name, &product.option2_name, &product.option3_name]
}

/// An option without a name before one that has a name: its values would have no place to stand.
fn missing_option_name(group: &Group, product: &ProductRow) -> Option<Problem> {
    let row = group.product_row().filter(|row| row.option_names.iter().any(Option::is_some))?;
    let names = names_of(product);
    let missing = names.iter().position(|name| name.is_empty())?;
    let later = (missing..3).find(|&i| !names[i].is_empty())?;
    let heading = |i: usize| Column::OPTION_NAMES[i].heading();
    let reason = format!("is missing where {} is '{}'", heading(later), names[later]);
    Some(Problem::new(row.line, heading(missing), reason))
}

fn product_changes(old: &ProductRow, new: &ProductRow) -> Vec<(&'static str, String, String)> {
    let text = |name, old: &String, new: &String| (old != new).then(|| (name, old.clone(), new.clone()));
    let flag = |name, old: bool, new: bool| (old != new).then(|| (name, old.to_string(), new.to_string()));
    let changes = [
        text("title", &old.title, &new.title),
        text("description", &old.body_html, &new.body_html),
        text("brand", &old.brand, &new.brand),
        text("tags", &old.tags, &new.tags),
        text("option 1", &old.option1_name, &new.option1_name),
        text("option 2", &old.option2_name, &new.option2_name),
        text("option 3", &old.option3_name, &new.option3_name),
        flag("published", old.published, new.published),
        flag("gift card", old.gift_card, new.gift_card),
        text("SEO title", &old.seo_title, &new.seo_title),
        text("SEO description", &old.seo_description, &new.seo_description),
    ];
    changes.into_iter().flatten().collect()
}

/// Plans the SKUs of one product.
struct VariantPlanner<'a> {
    planner: &'a Planner<'a>,
    product: &'a ProductRow,
    bundle: Option<&'a Bundle>,
    /// The key of the options → the line that took them.
    used: HashMap<String, u64>,
    /// The SKUs of the shop that rows have been found to be about.
    taken: HashSet<Uuid>,
}

impl<'a> VariantPlanner<'a> {
    fn known(&self) -> &'a [VariantRow] {
        self.bundle.map_or(&[][..], |bundle| &bundle.variants)
    }

    fn known_by_sku(&self, fields: &VariantFields) -> Option<&'a VariantRow> {
        let key = text::key(&sku_code(&self.product.handle, fields));
        self.known().iter().find(|variant| variant.sku_key == key)
    }

    fn plan(&mut self, plan: &mut Plan, row: &Row, fields: &VariantFields, seen: &mut SeenSkus) {
        match self.decide(row, fields, seen) {
            Err(problem) => plan.refused.push(problem),
            Ok((new, None)) => {
                plan.effects.push((row.line, Effect::NewSku { sku: new.sku.clone() }));
                plan.new_variants.push(VariantRow { position: self.next_position(plan), ..new });
            }
            Ok((new, Some(old))) => {
                let changes = variant_changes(&old, &new, self.planner.currency);
                if changes.is_empty() {
                    plan.unchanged_variants += 1;
                    return;
                }
                let stock = (new.on_hand != old.on_hand).then_some((old.on_hand, new.on_hand - old.on_hand));
                let price = (new.amount, new.compare_at) != (old.amount, old.compare_at);
                let others = changes.len() > usize::from(stock.is_some()) + price_changes(&old, &new);
                plan.effects.push((row.line, Effect::Changed { what: format!("SKU {}", old.sku), fields: changes }));
                plan.changed_variants.push(ChangedVariant { row: new, fields: others, price, stock });
            }
        }
    }

    fn next_position(&self, plan: &Plan) -> i64 {
        let known = self.bundle.and_then(|bundle| bundle.variants.iter().map(|v| v.position).max()).unwrap_or(0);
        known.max(plan.new_variants.last().map_or(0, |variant| variant.position)) + 1
    }

    /// The SKU as the row wants it, and as it is when there is one already.
    fn decide(
        &mut self,
        row: &Row,
        fields: &VariantFields,
        seen: &mut SeenSkus,
    ) -> Result<(VariantRow, Option<VariantRow>), Problem> {
        let by_sku = self.known_by_sku(fields);
        let options = self.options(row, fields, by_sku)?;
        let sku = sku_code(&self.product.handle, fields);
        let sku_key = text::key(&sku);
        let options_key = options.each_ref().map(|value| text::key(value)).join("\u{1f}");
        let refuse = |column: &str, reason: String| Err(Problem::new(row.line, column, reason));
        if let Some(owner) = self.planner.existing.sku_owners.get(&sku_key)
            && *owner != self.product.id
        {
            return refuse("Variant SKU", format!("{sku} belongs to another product of the shop"));
        }
        if let Some(line) = seen.line(&sku_key) {
            return refuse("Variant SKU", format!("{sku} stands in line {line} already"));
        }
        if let Some(line) = self.used.get(&options_key) {
            return refuse("Option1 Value", format!("the same option values stand in line {line} already"));
        }
        let by_options = self.known().iter().find(|variant| variant.options_key == options_key);
        if let (Some(one), Some(other)) = (by_sku, by_options)
            && one.id != other.id
        {
            return refuse("Option1 Value", format!("the same option values belong to SKU {}", other.sku));
        }
        // One that is taken gives these option values up for others.
        let old = by_sku.or(by_options.filter(|variant| !self.taken.contains(&variant.id))).cloned();
        seen.insert(&sku_key, row.line);
        self.used.insert(options_key.clone(), row.line);
        self.taken.extend(old.as_ref().map(|variant| variant.id));
        let [option1, option2, option3] = options;
        let base = old.clone().unwrap_or_else(|| self.blank());
        let keeps_code = old.is_some() && fields.sku.is_none();
        let (sku, sku_key) = if keeps_code { (base.sku.clone(), base.sku_key.clone()) } else { (sku, sku_key) };
        let new = VariantRow { sku, sku_key, options_key, option1, option2, option3, ..merged(base, fields) };
        Ok((new, old))
    }

    /// The option values, those of the known SKU where the file has no column, checked against the product's options.
    fn options(&self, row: &Row, fields: &VariantFields, known: Option<&VariantRow>) -> Result<[String; 3], Problem> {
        let kept = known.map_or(["", "", ""], |old| [&old.option1, &old.option2, &old.option3]);
        let names = names_of(self.product);
        let mut options = <[String; 3]>::default();
        for (i, name) in names.into_iter().enumerate() {
            let given = fields.options[i].as_deref();
            let refuse = |reason| Err(Problem::new(row.line, Column::OPTION_VALUES[i].heading(), reason));
            match (name.is_empty(), given.unwrap_or(kept[i])) {
                (true, value) if given.is_some() && !is_default(value) => {
                    return refuse(format!("'{value}' is the value of an option without a name"));
                }
                (true, _) => {}
                (false, "") => return refuse(format!("has no value for {name}")),
                (false, value) => value.clone_into(&mut options[i]),
            }
        }
        Ok(options)
    }

    fn blank(&self) -> VariantRow {
        VariantRow {
            id: self.planner.ids.next(),
            product_id: self.product.id,
            requires_shipping: true,
            taxable: true,
            fulfilment: "manual".into(),
            weight_unit: "g".into(),
            ..VariantRow::default()
        }
    }
}

/// The SKU with what a row says about it.
fn merged(old: VariantRow, fields: &VariantFields) -> VariantRow {
    let text = |new: &Option<String>, old: String| new.clone().unwrap_or(old);
    VariantRow {
        amount: Some(fields.price),
        compare_at: fields.compare_at.unwrap_or(old.compare_at),
        grams: fields.grams.unwrap_or(old.grams),
        tracker: text(&fields.tracker, old.tracker),
        on_hand: fields.quantity.unwrap_or(old.on_hand),
        backorder: fields.backorder.unwrap_or(old.backorder),
        fulfilment: text(&fields.fulfilment, old.fulfilment),
        requires_shipping: fields.requires_shipping.unwrap_or(old.requires_shipping),
        taxable: fields.taxable.unwrap_or(old.taxable),
        barcode: text(&fields.barcode, old.barcode),
        picture: text(&fields.picture, old.picture),
        weight_unit: fields.weight_unit.clone().filter(|unit| !unit.is_empty()).unwrap_or(old.weight_unit),
        ..old
    }
}

fn price_changes(old: &VariantRow, new: &VariantRow) -> usize {
    usize::from(old.amount != new.amount) + usize::from(old.compare_at != new.compare_at)
}

fn variant_changes(old: &VariantRow, new: &VariantRow, currency: Currency) -> Vec<(&'static str, String, String)> {
    let text = |name, old: &String, new: &String| (old != new).then(|| (name, old.clone(), new.clone()));
    let flag = |name, old: bool, new: bool| (old != new).then(|| (name, old.to_string(), new.to_string()));
    let number = |name, old: i64, new: i64| (old != new).then(|| (name, old.to_string(), new.to_string()));
    let shown = |amount: Option<i64>| amount.map_or(String::new(), |a| Money::new(a, currency).decimal());
    let money = |name, old: Option<i64>, new: Option<i64>| (old != new).then(|| (name, shown(old), shown(new)));
    let changes = [
        money("price", old.amount, new.amount),
        money("compare-at price", old.compare_at, new.compare_at),
        number("stock", old.on_hand, new.on_hand),
        text("code", &old.sku, &new.sku),
        text("option 1", &old.option1, &new.option1),
        text("option 2", &old.option2, &new.option2),
        text("option 3", &old.option3, &new.option3),
        text("barcode", &old.barcode, &new.barcode),
        number("grams", old.grams, new.grams),
        text("weight unit", &old.weight_unit, &new.weight_unit),
        text("inventory tracker", &old.tracker, &new.tracker),
        flag("sold on back order", old.backorder, new.backorder),
        flag("requires shipping", old.requires_shipping, new.requires_shipping),
        flag("taxable", old.taxable, new.taxable),
        text("fulfilment", &old.fulfilment, &new.fulfilment),
        text("picture", &old.picture, &new.picture),
    ];
    changes.into_iter().flatten().collect()
}

fn hash(key: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Which product a plan is about.
#[must_use]
pub fn product_id(plan: &Plan, existing: &Existing) -> Option<Uuid> {
    let new = plan.new_product.as_ref().map(|product| product.id);
    new.or_else(|| existing.products.get(&plan.handle).map(|bundle| bundle.product.id))
}

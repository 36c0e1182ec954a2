//! What the shop says about itself. Kept in the settings; everything has a default, so that an unfurnished shop works.

use crate::domain::search::Hit;
use serde::{Deserialize, Serialize};

/// The shop's own words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopInfo {
    pub name: String,
    pub tagline: String,
    /// One line above everything.
    pub announcement: String,
    /// An ISO 4217 code.
    pub currency: String,
    pub shipping_note: String,
    /// Whether customers are asked if their steps may be counted together. Unasked, they are not.
    pub asks_statistics: bool,
    pub seller: Seller,
    /// Whether customers may pay whoever brings the parcel.
    pub pay_on_delivery: bool,
    /// Where to transfer money to: name, bank, account. Empty: no bank transfers.
    pub bank_details: String,
    pub home: HomeInfo,
}

/// Who sells, as invoices and letters say.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Seller {
    /// Name and address, line by line. Without any, the name of the shop stands for them.
    pub lines: Vec<String>,
    pub vat_id: String,
    /// Register and number there, or whatever else has to be told.
    pub registration: String,
    pub email: String,
    /// Whether its paper is the one of North America.
    pub letter_paper: bool,
}

impl Default for ShopInfo {
    fn default() -> Self {
        Self {
            name: "Ironmonger".into(),
            tagline: String::new(),
            announcement: String::new(),
            currency: "USD".into(),
            shipping_note: String::new(),
            asks_statistics: false,
            seller: Seller::default(),
            pay_on_delivery: false,
            bank_details: String::new(),
            home: HomeInfo::default(),
        }
    }
}

/// The words of the home page.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HomeInfo {
    pub headline: String,
    pub lede: String,
    pub hero_cta: String,
    pub hero_href: String,
    pub new_heading: String,
    pub story_heading: String,
    pub story: Vec<String>,
    pub promises: Vec<Promise>,
    /// Handles of products.
    pub featured: Vec<String>,
    pub newest: Vec<String>,
}

/// A short promise to the customer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Promise {
    pub title: String,
    pub text: String,
}

/// An entry of the menu: a category with those right below it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MenuEntry {
    pub path: String,
    pub name: String,
    pub children: Vec<MenuEntry>,
}

/// What surrounds every page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Frame {
    pub name: String,
    pub tagline: String,
    pub announcement: String,
    pub shipping_note: String,
    pub menu: Vec<MenuEntry>,
}

/// What the home page shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Home {
    pub info: HomeInfo,
    pub featured: Vec<Hit>,
    pub newest: Vec<Hit>,
    pub categories: Vec<CategoryTile>,
}

/// A category with a picture from it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CategoryTile {
    pub path: String,
    pub name: String,
    pub picture: Option<String>,
    pub count: u32,
}

//! The shop's price book, put together from what its owner has set and from the ways of delivery in their table.

use super::store;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        money::Currency,
        place::Place,
        pricing::{PriceBook, PriceSettings},
        shipping::ShippingZone,
    },
    error::AppError,
    server::state::Shop,
};

const NAME: &str = "prices";

/// The book as it is now, without promotions.
pub async fn book(shop: &Shop, conn: &mut Conn<'_>) -> Result<PriceBook, AppError> {
    let settings = shop.prices.load();
    let zones = if settings.zones.is_empty() {
        let methods = store::list_shipping_methods(conn, shop.currency).await?;
        vec![ShippingZone { name: String::new(), places: vec![Place::Everywhere], methods }]
    } else {
        settings.zones.clone()
    };
    Ok(PriceBook {
        home: settings.home.clone(),
        zones,
        taxes: settings.taxes.clone(),
        fees: settings.fees.clone(),
        handover: settings.handover.clone(),
        ..PriceBook::empty(shop.currency)
    })
}

/// Why what is set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("what is set about prices cannot be read ({0}); set it anew by `ironmonger prices --set FILE`")]
    Unreadable(#[from] serde_json::Error),
}

/// What is set; the defaults where nothing is. What this version cannot read is an error: a shop that goes on without
/// its rules sells without tax.
pub async fn find_settings(conn: &mut Conn<'_>) -> Result<PriceSettings, SettingsError> {
    let row = fetch!(conn, optional as (String,), "SELECT value FROM settings WHERE name = $1", NAME)?;
    Ok(row.map(|(value,)| serde_json::from_str(&value)).transpose()?.unwrap_or_default())
}

/// Sets them. They have been looked through: [`read`].
pub async fn update_settings(tx: &mut Tx, settings: &PriceSettings) -> sqlx::Result<()> {
    let value = serde_json::to_string(settings).unwrap_or_default();
    execute!(
        tx,
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        NAME,
        value
    )?;
    Ok(())
}

/// Sets them in a transaction of their own, and takes them in at once.
pub async fn set(shop: &Shop, settings: &PriceSettings) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    update_settings(&mut tx, settings).await?;
    tx.commit().await?;
    Ok(shop.reload_info().await?)
}

/// Reads settings that somebody wrote for a shop that reckons in a currency; else what is wrong with them, a line each.
pub fn read(text: &str, currency: Currency) -> Result<PriceSettings, String> {
    let settings: PriceSettings = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let problems = settings.problems(currency);
    if problems.is_empty() { Ok(settings) } else { Err(problems.join("\n")) }
}

/// Settings as somebody would write them: amounts as `4.95 USD`.
#[must_use]
pub fn write(settings: &PriceSettings) -> String {
    let mut value = serde_json::to_value(settings).unwrap_or_default();
    spell_amounts(&mut value);
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

fn spell_amounts(value: &mut serde_json::Value) {
    use serde_json::Value;
    let money = match &*value {
        Value::Object(map) if map.len() == 2 => {
            serde_json::from_value::<crate::domain::money::Money>(value.clone()).ok()
        }
        _ => None,
    };
    match (money, value) {
        (Some(money), value) => *value = format!("{} {}", money.decimal(), money.currency).into(),
        (None, Value::Object(map)) => map.values_mut().for_each(spell_amounts),
        (None, Value::Array(list)) => list.iter_mut().for_each(spell_amounts),
        (None, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_out_is_read_back() {
        let text = r#"{"zones": [{"name": "Home", "places": ["US"], "methods": [
            {"code": "standard", "name": "Standard", "price": {"amount": 495, "currency": "USD"}, "working_days": 4}]}],
            "taxes": [{"place": "JP", "standard": "8.875%", "name": "Tax"}]}"#;
        let settings = read(text, Currency::USD).unwrap();
        let written = write(&settings);
        assert!(written.contains(r#""price": "4.95 USD""#) && written.contains(r#""standard": "8.875%""#), "{written}");
        assert_eq!(read(&written, Currency::USD), Ok(settings));
    }

    #[test]
    fn every_problem_is_a_line() {
        let text = r#"{"taxes": [{"place": "JP"}, {"place": "*"}]}"#;
        assert_eq!(read(text, Currency::USD).unwrap_err().lines().count(), 2);
        assert!(read("{", Currency::USD).unwrap_err().contains("line 1"));
    }
}
